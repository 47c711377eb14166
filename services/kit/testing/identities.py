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

from services.kit.identity.trust import AUDIENCE, ISSUER, MESH_ISSUER, Trust


@dataclass(frozen=True, slots=True)
class User:
    """A user with a token."""

    id: str
    tenant_id: str
    token: str

    @property
    def metadata(self) -> tuple[tuple[str, str], ...]:
        """The metadata of this user's calls."""
        return bearer(self.token)


@dataclass
class Issuer:
    """Signs tokens as auth does and as the launcher does."""

    key: Ed25519PrivateKey = field(default_factory=Ed25519PrivateKey.generate)
    kid: str = "test"

    def public(self) -> trust_pb2.JsonWebKey:
        """The key to check with."""
        raw = self.key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
        return trust_pb2.JsonWebKey(
            kty="OKP", crv="Ed25519", x=jwt.utils.base64url_encode(raw).decode(), kid=self.kid, alg="EdDSA", use="sig"
        )

    def trust(self) -> Trust:
        """A Trust that believes this issuer."""
        trust = Trust()
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

    def service(self, name: str) -> str:
        """A service's token."""
        now = time.time()
        claims = {"iss": MESH_ISSUER, "aud": AUDIENCE, "sub": f"service:{name}", "iat": now, "exp": now + 600}
        return jwt.encode(claims, self.key, algorithm="EdDSA", headers={"kid": self.kid})

    def jwks_file(self, folder: Path) -> Path:
        """The public key in a file, for `UAT_IDENTITY_JWKS_FILE`."""
        key = self.public()
        path = folder / "jwks.json"
        path.write_text(
            json.dumps({"keys": [{"kty": key.kty, "crv": key.crv, "x": key.x, "kid": key.kid, "alg": key.alg, "use": key.use}]})
        )
        return path

    def token_file(self, folder: Path, service: str) -> Path:
        """A service's token in a file, for `UAT_IDENTITY_TOKEN_FILE`."""
        path = folder / f"{service}.jwt"
        path.write_text(self.service(service))
        return path


def bearer(token: str) -> tuple[tuple[str, str], ...]:
    """Metadata of a call with a user's token."""
    return (("authorization", f"Bearer {token}"),)


def as_service(token: str) -> tuple[tuple[str, str], ...]:
    """Metadata of a call with a service's token."""
    return (("x-uat-caller", token),)
