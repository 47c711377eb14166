"""Signing keys for tokens, and their rotation.

A key has three stages: NEXT is published before it signs, so that every verifier knows it in time; ACTIVE signs; RETIRED stays published
until the last token that it signed has expired. The database holds the private keys encrypted (AES-256-GCM, with the key's id as associated
data).
"""

from __future__ import annotations

import base64
import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
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
    """The published keys and the active one. Call `load` before `sign`."""

    def __init__(self, key_encryption_key: bytes, retired_days: int) -> None:
        self._cipher = AESGCM(key_encryption_key)
        self._retired_days = retired_days
        self._signer: _Signer | None = None
        self.published: Sequence[StoredKey] = ()

    async def load(self, tx: Identities) -> None:
        """Reads the keys, and creates the first two if there are none."""
        stored = await tx.signing_keys()
        if not stored:
            await tx.lock_signing_keys()
            if not await tx.signing_keys():
                await self._create(tx, "ACTIVE")
                await self._create(tx, "NEXT")
            stored = await tx.signing_keys()
        self.published = stored
        active = next(key for key in stored if key.state == "ACTIVE")
        self._signer = _Signer(active.kid, Ed25519PrivateKey.from_private_bytes(self._decrypt(active)))

    async def rotate(self, tx: Identities) -> None:
        """Makes the next key the active one, and publishes a new next key."""
        await tx.lock_signing_keys()
        await tx.promote_signing_key(self._retired_days)
        await self._create(tx, "NEXT")
        await self.load(tx)

    def jwks(self) -> list[trust_pb2.JsonWebKey]:
        """The public keys, as JSON Web Keys."""
        return [
            trust_pb2.JsonWebKey(kty="OKP", crv="Ed25519", x=_base64url(key.public_key), kid=key.kid, alg="EdDSA", use="sig")
            for key in self.published
        ]

    def described(self) -> list[trust_pb2.SigningKey]:
        """The keys with their stages, for operators."""
        found = []
        for key in self.published:
            created = Timestamp()
            created.FromDatetime(key.create_time)
            found.append(trust_pb2.SigningKey(kid=key.kid, state=f"SIGNING_KEY_STATE_{key.state}", create_time=created))
        return found

    def sign(self, user: user_pb2.User, token_id: str, scopes: Iterable[str], kind: str, issued: datetime, expires: datetime) -> str:
        """A token for the user. `token_id` is the id of the session or the API key.

        `issued` must be a time of the database's clock, taken while the transaction holds the user's lock: a revocation of the user's
        tokens covers those that were issued before it, by the same clock.
        """
        if self._signer is None:
            raise RuntimeError("the signing keys were not loaded")
        claims: dict[str, Any] = {
            "iss": ISSUER,
            "aud": AUDIENCE,
            "sub": user.id,
            "tid": user.tenant_id,
            "roles": role_names(user),
            "scope": " ".join(scopes),
            "jti": token_id,
            "kind": kind,
            "iat": issued.timestamp(),
            "exp": int(expires.timestamp()),
        }
        return jwt.encode(claims, self._signer.key, algorithm="EdDSA", headers={"kid": self._signer.kid})

    async def _create(self, tx: Identities, state: str) -> None:
        kid = new_id("jwk")
        key = Ed25519PrivateKey.generate()
        nonce = secrets.token_bytes(12)
        private = key.private_bytes(Encoding.Raw, PrivateFormat.Raw, NoEncryption())
        public = key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
        await tx.add_signing_key(kid, state, public, nonce + self._cipher.encrypt(nonce, private, kid.encode()))

    def _decrypt(self, key: StoredKey) -> bytes:
        try:
            return self._cipher.decrypt(key.private_key[:12], key.private_key[12:], key.kid.encode())
        except InvalidTag as error:
            raise ConfigError("UAT_AUTH_KEY_ENCRYPTION_KEY is not the one that the database's signing keys were encrypted with") from error


def role_names(user: user_pb2.User) -> list[str]:
    """The user's roles as tokens hold them, such as `USER`."""
    return [policy_pb2.Role.Name(role).removeprefix("ROLE_") for role in user.roles]


def _base64url(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")
