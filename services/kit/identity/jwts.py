"""JSON Web Tokens signed with Ed25519 keys: verification that tokens of users and of services share."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from services.kit.errors import Unauthenticated

LEEWAY = 5.0
"""Seconds by which the clocks of two machines may differ."""
CACHED = 4096
"""Verified tokens that a process remembers; it drops the least recently used first."""


def ed25519(x: str) -> Ed25519PublicKey:
    """The public key from the `x` of a JSON Web Key of type OKP, curve Ed25519."""
    return Ed25519PublicKey.from_public_bytes(jwt.utils.base64url_decode(x))


def key_id(token: str) -> str:
    """The `kid` of the token's header. Raises Unauthenticated."""
    try:
        return str(jwt.get_unverified_header(token).get("kid"))
    except (jwt.PyJWTError, ValueError) as error:
        raise Unauthenticated("the token is damaged, or not one of ours") from error


def verified(token: str, keys: Mapping[str, Ed25519PublicKey], issuer: str, audience: str | None) -> dict[str, Any]:
    """The claims of a token that one of `keys` signed and that holds now. Without an `audience` any is accepted. Raises Unauthenticated."""
    kid = key_id(token)
    if kid not in keys:
        raise Unauthenticated("the token is signed by an unknown key")
    options: Any = {"require": ["exp", "iat", "sub", "aud"], "verify_aud": audience is not None}
    try:
        return jwt.decode(token, keys[kid], algorithms=["EdDSA"], issuer=issuer, audience=audience, leeway=LEEWAY, options=options)
    except jwt.ExpiredSignatureError as error:
        raise Unauthenticated("the token has expired") from error
    except (jwt.PyJWTError, ValueError) as error:
        raise Unauthenticated("the token is damaged, or not one of ours") from error
