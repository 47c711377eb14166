"""Rotation of the signing keys."""

from __future__ import annotations

from uat.auth.v1 import trust_pb2

from services.auth.audit import Audit
from services.auth.signing import SigningKeys
from services.auth.store import Store
from services.auth.trust_feed import TrustFeed
from services.kit.context import Caller


class KeyRotation:
    """Rotates the signing keys on behalf of an operator."""

    def __init__(self, store: Store, audit: Audit, keys: SigningKeys, feed: TrustFeed) -> None:
        self._store = store
        self._audit = audit
        self._keys = keys
        self._feed = feed

    async def rotate(self, caller: Caller) -> list[trust_pb2.SigningKey]:
        """Makes the next key the active one, publishes a new next key, and returns all published keys."""
        async with self._store.everyone() as tx:
            await self._keys.rotate(tx)
            await self._audit.record(tx, caller.tenant_id, "signing_key.rotate", caller.user_id, "")
        await self._feed.changed()
        return self._keys.described()
