"""Identities for tests: tokens of users and services, signed by a key of the test."""

from __future__ import annotations

import json
import time
import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from uat.auth.v1 import auth_service_pb2, trust_pb2

from services.kit.context import Caller
from services.kit.identity.service_tokens import ServiceSigner, new_key, public_half
from services.kit.identity.trust import AUDIENCE, ISSUER, Trust
from services.kit.rpc import headers

JWKS = "jwks.json"


@dataclass(frozen=True, slots=True)
class User:
    """A user with a token."""

    id: str
    tenant_id: str
    token: str


@dataclass
class Issuer:
    """Signs users' tokens as auth does, and services' tokens as services do."""

    key: Ed25519PrivateKey = field(default_factory=Ed25519PrivateKey.generate)
    kid: str = "test"
    _folder: Path | None = None

    def public(self) -> trust_pb2.JsonWebKey:
        """The key to check with."""
        raw = self.key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
        return trust_pb2.JsonWebKey(
            kty="OKP", crv="Ed25519", x=jwt.utils.base64url_encode(raw).decode(), kid=self.kid, alg="EdDSA", use="sig"
        )

    def trust(self) -> Trust:
        """A Trust in this issuer's users that never becomes stale."""
        trust = Trust(most_stale=float("inf"))
        trust.apply(auth_service_pb2.WatchTrustResponse(keys=[self.public()], current=True))
        return trust

    def user(
        self, user_id: str = "user_1", tenant_id: str = "tenant_1", roles: Iterable[str] = ("USER",), scope: str = "*", seconds: float = 600
    ) -> str:
        """A user's token."""
        now = time.time()
        claims: dict[str, Any] = {"iss": ISSUER, "aud": AUDIENCE, "sub": user_id, "tid": tenant_id, "roles": list(roles), "scope": scope}
        claims |= {"jti": uuid.uuid4().hex, "iat": now, "exp": now + seconds}
        return jwt.encode(claims, self.key, algorithm="EdDSA", headers={"kid": self.kid})

    def new_user(self, tenant_id: str | None = None, **claims: Any) -> User:
        """A user that no test has seen before, in a new tenant unless one is given."""
        user_id, tenant_id = f"user_{uuid.uuid4().hex}", tenant_id or f"tenant_{uuid.uuid4().hex}"
        return User(user_id, tenant_id, self.user(user_id, tenant_id, **claims))

    def service(self, name: str, audience: str, on_behalf_of: Caller | None = None) -> str:
        """A service's token for calls to the gRPC service `audience`."""
        token = ServiceSigner(self._key_file(name)).token(audience, on_behalf_of, because="request-of-the-test")
        assert token is not None
        return token

    def identities(self, folder: Path, service: str) -> dict[str, Path]:
        """The fields of `Settings` with which a process is this service; further services may be added to the folder later."""
        self._folder = folder
        return {"identity_key_file": self._key_file(service), "identity_jwks_file": folder / JWKS}

    def jwks_file(self, folder: Path) -> Path:
        """The public keys of services in a file, which grows when `service` signs for another one."""
        self._folder = folder
        path = folder / JWKS
        keys = [public_half(json.loads(file.read_text())) for file in sorted(folder.glob("*.jwk"))]
        path.write_text(json.dumps({"keys": keys}))
        return path

    def _key_file(self, service: str) -> Path:
        assert self._folder is not None, "call jwks_file first"
        path = self._folder / f"{service}.jwk"
        if not path.exists():
            path.write_text(json.dumps(new_key(service)))
            self.jwks_file(self._folder)
        return path


def bearer(token: str) -> tuple[tuple[str, str], ...]:
    """The metadata of a call with a user's token."""
    return (("authorization", f"Bearer {token}"),)


def as_service(token: str) -> tuple[tuple[str, str], ...]:
    """The metadata of a call with a service's token."""
    return ((headers.SERVICE, token),)
