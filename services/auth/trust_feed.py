"""Tells every verifier what a token can't say: which keys hold and which tokens were revoked.

A change is written to PostgreSQL first. Then this replica reads the state again and pushes it, and every other replica does the same on a
nudge over NATS.
Should a nudge be lost, each replica reads the state by itself every few seconds.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from types import TracebackType
from typing import Self

import structlog
from uat.auth.v1 import auth_service_pb2

from services.auth.signing import SigningKeys
from services.auth.store import Store
from services.kit.errors import DependencyUnavailable
from services.kit.identity.trust import Trust
from services.kit.nats.connection import Nats
from services.kit.tasks import end, keep

NUDGE = "uat.auth.trust_changed"
HEARTBEAT = 5.0

_log = structlog.get_logger("uat.auth")


class TrustFeed:
    """The state, and the streams that follow it. `trust` is auth's own verifier, fed like everybody else's."""

    def __init__(self, store: Store, keys: SigningKeys, nats: Nats, trust: Trust) -> None:
        self._store = store
        self._keys = keys
        self._nats = nats
        self._trust = trust
        self._state = auth_service_pb2.WatchTrustResponse(current=True)
        self._changed = asyncio.Condition()
        self._version = 0
        self._task: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        await self._read()
        await self._nats.subscribe(NUDGE, self._heard)
        self._task = asyncio.create_task(keep(self._read, HEARTBEAT, "trust not read again"))
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        await end(self._task)

    async def changed(self) -> None:
        """Reads the state again and tells everybody; called after a change was committed."""
        await self._read()
        try:
            await self._nats.publish(NUDGE, b"")
        except DependencyUnavailable:
            _log.warning("other replicas were not nudged; they read the change within seconds")

    async def watch(self) -> AsyncIterator[auth_service_pb2.WatchTrustResponse]:
        """The whole state first, then what changed, and a heartbeat while nothing does."""
        version, sent = self._version, self._state
        yield sent
        while True:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(HEARTBEAT), self._changed:
                    while self._version == version:
                        await self._changed.wait()
            version, before, sent = self._version, sent, self._state
            yield _difference(before, sent)

    async def _heard(self, _: bytes) -> None:
        await self._read()

    async def _read(self) -> None:
        async with self._store.everyone() as identities:
            await self._keys.load(identities)
            revocations = await identities.revocations()
        state = auth_service_pb2.WatchTrustResponse(keys=self._keys.jwks(), revocations=revocations, current=True)
        self._trust.apply(state)
        if state != self._state:
            async with self._changed:
                self._state = state
                self._version += 1
                self._changed.notify_all()


def _difference(
    before: auth_service_pb2.WatchTrustResponse, now: auth_service_pb2.WatchTrustResponse
) -> auth_service_pb2.WatchTrustResponse:
    known = {r.token_id for r in before.revocations}
    return auth_service_pb2.WatchTrustResponse(
        keys=() if now.keys == before.keys else now.keys, revocations=[r for r in now.revocations if r.token_id not in known], current=True
    )
