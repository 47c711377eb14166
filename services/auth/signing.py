"""The keys that tokens are signed with, and their rotation.

Three lives: NEXT is published before it signs, so that every verifier knows it in time; ACTIVE signs; RETIRED signs no more and stays
published until the
last token that it signed has expired. Private keys lie in the database encrypted (AES-256-GCM, the key's id as associated data).
"""

from __future__ import annotations

import base64
import secrets
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import jwt
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from google.protobuf.timestamp_pb2 import Timestamp
from uat.auth.v1 import trust_pb2, user_pb2
from uat.options.v1 import policy_pb2

from services.auth.store import Identities, StoredKey
from services.kit.config import ConfigError
from services.kit.identity.trust import AUDIENCE, ISSUER
from services.kit.ids import new_id


@dataclass(frozen=True, slots=True)
class _Signer:
    kid: str
    key: Ed25519PrivateKey


class SigningKeys:
    """The published keys and the one that signs. `load` first."""

    def __init__(self, key_encryption_key: str, retired_days: int) -> None:
        self._cipher = AESGCM(_kek(key_encryption_key))
        self._retired_days = retired_days
        self._signer: _Signer | None = None
        self.published: Sequence[StoredKey] = ()

    async def load(self, identities: Identities) -> None:
        """Reads the keys; makes the first two where there are none."""
        await identities.lock_signing_keys()
        stored = await identities.signing_keys()
        if not stored:
            await self._make(identities, "ACTIVE")
            await self._make(identities, "NEXT")
            stored = await identities.signing_keys()
        self.published = stored
        active = next(key for key in stored if key.state == "ACTIVE")
        self._signer = _Signer(active.kid, Ed25519PrivateKey.from_private_bytes(self._decrypt(active)))

    async def rotate(self, identities: Identities) -> None:
        """Lets the next key sign, and publishes a new next one."""
        await identities.lock_signing_keys()
        await identities.promote_signing_key(self._retired_days)
        await self._make(identities, "NEXT")
        await self.load(identities)

    def jwks(self) -> list[trust_pb2.JsonWebKey]:
        """The public keys."""
        return [
            trust_pb2.JsonWebKey(kty="OKP", crv="Ed25519", x=_base64url(key.public_key), kid=key.kid, alg="EdDSA", use="sig")
            for key in self.published
        ]

    def described(self) -> list[trust_pb2.SigningKey]:
        """The keys as an operator sees them."""
        found = []
        for key in self.published:
            created = Timestamp()
            created.FromDatetime(key.create_time)
            found.append(trust_pb2.SigningKey(kid=key.kid, state=f"SIGNING_KEY_STATE_{key.state}", create_time=created))
        return found

    def sign(self, user: user_pb2.User, token_id: str, scopes: Sequence[str], kind: str, seconds: int) -> str:
        """A token for the user: `jti` is the session's or the API key's id."""
        if self._signer is None:
            raise RuntimeError("the signing keys were not loaded")
        now = int(time.time())
        claims: dict[str, Any] = {
            "iss": ISSUER,
            "aud": AUDIENCE,
            "sub": user.id,
            "tid": user.tenant_id,
            "roles": [policy_pb2.Role.Name(r).removeprefix("ROLE_") for r in user.roles],
            "scope": " ".join(scopes),
            "jti": token_id,
            "kind": kind,
            "iat": now,
            "exp": now + seconds,
        }
        return jwt.encode(claims, self._signer.key, algorithm="EdDSA", headers={"kid": self._signer.kid})

    async def _make(self, identities: Identities, state: str) -> None:
        kid = new_id("jwk")
        key = Ed25519PrivateKey.generate()
        nonce = secrets.token_bytes(12)
        private = key.private_bytes(Encoding.Raw, PrivateFormat.Raw, NoEncryption())
        public = key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
        await identities.add_signing_key(kid, state, public, nonce + self._cipher.encrypt(nonce, private, kid.encode()))

    def _decrypt(self, key: StoredKey) -> bytes:
        try:
            return self._cipher.decrypt(key.private_key[:12], key.private_key[12:], key.kid.encode())
        except InvalidTag as error:
            raise ConfigError("UAT_AUTH_KEY_ENCRYPTION_KEY is not the one that the database's signing keys were encrypted with") from error


def _kek(text: str) -> bytes:
    try:
        key = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except ValueError:
        key = b""
    if len(key) != 32:
        raise ConfigError("UAT_AUTH_KEY_ENCRYPTION_KEY must be 32 bytes in base64url")
    return key


def _base64url(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")
