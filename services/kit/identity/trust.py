"""Who may be believed: tokens of users and keys, and tokens of services, both checked in this process with no call.

A user's token is a JWT signed by auth (EdDSA). Auth pushes its public keys and its revocations over one stream (`WatchTrust` of the auth
contract); a
service's own token is signed by whoever deploys the mesh: the launcher on one machine, the cluster's token issuer otherwise.
"""

from __future__ import annotations

import asyncio
import json
import time
from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from prometheus_client import Gauge
from uat.auth.v1 import auth_service_pb2, trust_pb2

from services.kit.context import Caller
from services.kit.errors import DependencyUnavailable, Unauthenticated

ISSUER = "uat"
MESH_ISSUER = "uat-mesh"
AUDIENCE = "uat"
CACHED = 4096
_LEEWAY = 5.0

STALENESS = Gauge("uat_trust_staleness_seconds", "Time since auth last said that keys and revocations are current.")


@dataclass
class Trust:
    """The keys and revocations that hold now. Verifying a token that was seen before is a look-up."""

    _keys: dict[str, Ed25519PublicKey] = field(default_factory=dict)
    _revoked_tokens: dict[str, float] = field(default_factory=dict)
    _verified: OrderedDict[str, Caller] = field(default_factory=OrderedDict)
    _current_at: float | None = None
    known: asyncio.Event = field(default_factory=asyncio.Event)
    """Set once the first whole state has come."""

    def __post_init__(self) -> None:
        STALENESS.set_function(lambda: time.monotonic() - self._current_at if self._current_at is not None else float("inf"))

    def apply(self, update: auth_service_pb2.WatchTrustResponse) -> None:
        """Takes in one message of the stream."""
        if update.keys:
            self._keys = {key.kid: public_key(key) for key in update.keys}
            self._verified.clear()
        for revocation in update.revocations:
            self._revoke(revocation)
        if update.current:
            self._current_at = time.monotonic()
            self.known.set()

    def verify(self, token: str) -> Caller:
        """Who the token speaks for. Raises Unauthenticated, saying what is wrong with it."""
        caller = self._verified.get(token)
        if caller is None:
            caller = self._decode(token)
            self._verified[token] = caller
            if len(self._verified) > CACHED:
                self._verified.popitem(last=False)
        now = time.time()
        if caller.expires_at + _LEEWAY < now:
            raise Unauthenticated("the token has expired")
        if caller.token_id in self._revoked_tokens:
            raise Unauthenticated("the token was revoked")
        return caller

    def _decode(self, token: str) -> Caller:
        if not self._keys:
            raise DependencyUnavailable("the keys to check tokens with have not come yet; try again", retry_after=1)
        claims = _claims(token, self._keys, ISSUER)
        return Caller(
            user_id=claims["sub"],
            tenant_id=claims["tid"],
            token_id=claims["jti"],
            roles=frozenset(claims.get("roles", ())),
            scopes=frozenset(claims.get("scope", "").split()),
            issued_at=float(claims["iat"]),
            expires_at=float(claims["exp"]),
            kind=claims.get("kind", "session"),
        )

    def _revoke(self, revocation: trust_pb2.Revocation) -> None:
        self._revoked_tokens[revocation.token_id] = revocation.expire_time.seconds
        now = time.time()
        if len(self._revoked_tokens) > 1024 and any(expires < now for expires in self._revoked_tokens.values()):
            self._revoked_tokens = {token: expires for token, expires in self._revoked_tokens.items() if expires > now}


class Identities:
    """Checks the tokens by which services of the mesh say who they are."""

    def __init__(self, jwks_file: Path | None) -> None:
        self._file = jwks_file
        self._keys: dict[str, Ed25519PublicKey] = {}
        self._modified = -1.0
        self._verified: dict[str, tuple[str, float]] = {}

    def verify(self, token: str) -> str:
        """The name of the service that the token speaks for. Raises Unauthenticated."""
        known = self._verified.get(token)
        if known is None or known[1] + _LEEWAY < time.time():
            self._read()
            claims = _claims(token, self._keys, MESH_ISSUER)
            known = (str(claims["sub"]).removeprefix("service:"), float(claims["exp"]))
            if len(self._verified) > CACHED:
                self._verified.clear()
            self._verified[token] = known
        return known[0]

    def _read(self) -> None:
        if self._file is None:
            raise Unauthenticated("this process knows no keys for services' tokens: UAT_IDENTITY_JWKS_FILE is not set")
        modified = self._file.stat().st_mtime
        if modified != self._modified:
            self._keys = {k["kid"]: _ed25519(k["x"]) for k in json.loads(self._file.read_text())["keys"]}
            self._modified = modified


class IdentityToken:
    """This process's own token, read again when the file changes."""

    def __init__(self, file: Path | None) -> None:
        self._file = file
        self._token = ""
        self._modified = -1.0

    def __call__(self) -> str:
        """The token; empty where none was given."""
        if self._file is not None:
            modified = self._file.stat().st_mtime
            if modified != self._modified:
                self._token, self._modified = self._file.read_text().strip(), modified
        return self._token


def public_key(key: trust_pb2.JsonWebKey) -> Ed25519PublicKey:
    """The key that a JSON Web Key of kind OKP/Ed25519 holds."""
    return _ed25519(key.x)


def _ed25519(x: str) -> Ed25519PublicKey:
    return Ed25519PublicKey.from_public_bytes(jwt.utils.base64url_decode(x))


def _claims(token: str, keys: dict[str, Ed25519PublicKey], issuer: str) -> dict[str, Any]:
    required: Iterable[str] = ("exp", "iat", "sub")
    try:
        kid = jwt.get_unverified_header(token).get("kid")
        if kid not in keys:
            raise Unauthenticated("the token is signed by a key that nobody here knows")
        return jwt.decode(
            token, keys[kid], algorithms=["EdDSA"], issuer=issuer, audience=AUDIENCE, leeway=_LEEWAY, options={"require": list(required)}
        )
    except jwt.ExpiredSignatureError as error:
        raise Unauthenticated("the token has expired") from error
    except (jwt.PyJWTError, ValueError) as error:
        raise Unauthenticated("the token is not one of ours, or is damaged") from error
