"""Tokens by which services of the mesh identify themselves to each other, in their own name or on behalf of a user.

Each service has an Ed25519 key of its own; the public keys of all services are in one JSON Web Key Set, where the key's id begins with the
service's name. A token is valid for minutes and for one callee, so that a callee can't present it to others.
"""

from __future__ import annotations

import json
import time
from collections import OrderedDict
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from jwt.algorithms import OKPAlgorithm

from services.kit.context import Caller
from services.kit.errors import Unauthenticated
from services.kit.identity import delegation
from services.kit.identity.jwts import CACHED, LEEWAY, ed25519, key_id, verified

ISSUER = "uat-mesh"
LIFETIME_SECONDS = 300.0
_RENEW_BEFORE = 60.0


@dataclass(frozen=True, slots=True)
class ServiceToken:
    """A verified token: the service that calls, and the user on whose behalf it does."""

    service: str
    audience: str
    expires_at: float
    on_behalf_of: Caller | None
    because: str
    """The request id of the work for which the service acts on behalf of the user."""


class ServiceSigner:
    """Signs the tokens of this process with the private JSON Web Key in a file. Without a file there are no tokens."""

    def __init__(self, key_file: Path | None) -> None:
        self._file = key_file
        self._tokens: OrderedDict[tuple[str, Caller | None, str], tuple[str, float]] = OrderedDict()

    def token(self, audience: str, on_behalf_of: Caller | None = None, because: str = "") -> str | None:
        """The token for calls to the gRPC service `audience`; the same one is used until shortly before it expires."""
        if self._file is None:
            return None
        wanted = audience, on_behalf_of, because
        known = self._tokens.get(wanted)
        now = time.time()
        if known is None or known[1] < now + _RENEW_BEFORE:
            known = self._tokens[wanted] = self._sign(audience, on_behalf_of, because, now), now + LIFETIME_SECONDS
            if len(self._tokens) > CACHED:
                self._tokens.popitem(last=False)
        return known[0]

    def _sign(self, audience: str, on_behalf_of: Caller | None, because: str, now: float) -> str:
        assert self._file is not None
        stored = json.loads(self._file.read_text())  # at each signing, so that a new key is used within minutes
        key = OKPAlgorithm.from_jwk(stored)
        assert isinstance(key, Ed25519PrivateKey)
        service = service_of(stored["kid"])
        claims: dict[str, Any] = {"iss": ISSUER, "aud": audience, "sub": service, "iat": now, "exp": now + LIFETIME_SECONDS}
        if on_behalf_of is not None:
            claims["on_behalf_of"] = {**delegation.to_json(on_behalf_of), "because": because}
        return jwt.encode(claims, key, algorithm="EdDSA", headers={"kid": stored["kid"]})


class ServiceVerifier:
    """Verifies the tokens of other services with the JSON Web Key Set in a file. A token that was verified before costs a look-up."""

    def __init__(self, jwks_file: Path | None) -> None:
        self._file = jwks_file
        self._keys: dict[str, Ed25519PublicKey] = {}
        self._modified = -1.0
        self._decoded = lru_cache(CACHED)(self._decode)

    def verify(self, token: str, audience: str) -> ServiceToken:
        """The service that calls the gRPC service `audience`. Raises Unauthenticated."""
        found = self._decoded(token)
        if found.audience != audience:
            raise Unauthenticated(f"the service's token is for {found.audience}")
        if found.expires_at + LEEWAY < time.time():
            raise Unauthenticated("the service's token has expired")
        return found

    def _decode(self, token: str) -> ServiceToken:
        self._read_if_changed()
        kid = key_id(token)
        claims = verified(token, self._keys, ISSUER, None)
        if claims["sub"] != service_of(kid):
            raise Unauthenticated(f"the key {kid} can't sign for {claims['sub']}")
        caller, because = None, ""
        if (stored := claims.get("on_behalf_of")) is not None:
            try:
                caller, because = delegation.from_json(stored), str(stored["because"])
            except (KeyError, TypeError, ValueError) as error:
                raise Unauthenticated("the service's token names no user") from error
        return ServiceToken(claims["sub"], str(claims["aud"]), float(claims["exp"]), caller, because)

    def _read_if_changed(self) -> None:
        if self._file is None:
            raise Unauthenticated("this process has no keys to verify services with: UAT_IDENTITY_JWKS_FILE is not set")
        modified = self._file.stat().st_mtime
        if modified != self._modified:
            self._keys = {key["kid"]: ed25519(key["x"]) for key in json.loads(self._file.read_text())["keys"]}
            self._modified = modified


def service_of(kid: str) -> str:
    """The service that a key belongs to, from the key's id `<service>.<fingerprint>`."""
    return kid.partition(".")[0]


def new_key(service: str) -> dict[str, Any]:
    """A new private JSON Web Key for a service."""
    key = Ed25519PrivateKey.generate()
    made = OKPAlgorithm.to_jwk(key, as_dict=True)
    return {**made, "kid": f"{service}.{made['x'][:16]}", "alg": "EdDSA", "use": "sig"}


def public_half(key: dict[str, Any]) -> dict[str, Any]:
    """The public JSON Web Key of a private one."""
    return {name: value for name, value in key.items() if name != "d"}
