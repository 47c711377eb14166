"""Streams to every verifier what a token can't show: the signing keys and the revocations that hold.

Revocations are a log ordered by sequence number. Each replica keeps the log in memory and reads only what is new; each stream sends it in
pages, from the position that it has reached. So nothing is sent or compared twice, however many revocations there are.
"""

from __future__ import annotations

import time
from bisect import bisect_right
from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import dataclass
from types import TracebackType
from typing import Self

from uat.auth.v1 import auth_service_pb2, trust_pb2

from services.auth.signing import SigningKeys
from services.auth.store import Store
from services.kit.identity.trust import Trust
from services.kit.nats.connection import Nats
from services.kit.nats.replicated import Replicated

HEARTBEAT = 5.0
PAGE = 1000
_READ_PAGE = 10_000
_STALE = 3 * HEARTBEAT
"""Seconds without a successful read of the database after which the feed no longer calls its state current."""
_COMPACT_EVERY = 600.0


@dataclass(frozen=True, slots=True)
class _State:
    keys: tuple[trust_pb2.JsonWebKey, ...] = ()
    sequence: int = 0
    """Of the last revocation that was read."""


class TrustFeed:
    """The replicated state and the streams that follow it. `trust` is auth's own verifier, which reads the same state."""

    def __init__(self, store: Store, keys: SigningKeys, nats: Nats, trust: Trust, replica: str) -> None:
        self._store = store
        self._keys = keys
        self._trust = trust
        self._log: list[tuple[int, trust_pb2.Revocation]] = []
        self._last = _State()
        self._compacted_at = time.monotonic()
        self._state = Replicated(nats, "uat.auth.trust", replica, self._read, interval=HEARTBEAT)

    async def __aenter__(self) -> Self:
        await self._state.__aenter__()
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        await self._state.__aexit__(kind, error, trace)

    async def changed(self) -> None:
        """Call it after a change was committed: rereads the state here and makes the other replicas reread it."""
        await self._state.changed()

    async def watch(self) -> AsyncGenerator[auth_service_pb2.WatchTrustResponse, None]:
        """The whole state in pages, then each change, and a heartbeat while nothing changes."""
        position, keys = 0, _State().keys
        async with aclosing(self._state.watch(HEARTBEAT)) as states:
            async for state in states:
                complete = False
                while not complete:
                    page = self._page(position)
                    complete = len(page) < PAGE
                    yield auth_service_pb2.WatchTrustResponse(
                        keys=() if keys == state.keys else state.keys,
                        revocations=[revocation for _, revocation in page],
                        current=complete and self._state.age < _STALE,
                    )
                    keys, position = state.keys, page[-1][0] if page else position

    def _page(self, position: int) -> list[tuple[int, trust_pb2.Revocation]]:
        start = bisect_right(self._log, position, key=lambda entry: entry[0])
        return self._log[start : start + PAGE]

    async def _read(self) -> _State:
        """Appends the new revocations to the log and applies them, and the keys, to auth's own verifier."""
        before, new = self._last, list[tuple[int, trust_pb2.Revocation]]()
        async with self._store.everyone() as tx:
            await self._keys.load(tx)
            while page := await tx.revocations(new[-1][0] if new else before.sequence, _READ_PAGE):
                new += page
        self._last = _State(tuple(self._keys.jwks()), new[-1][0] if new else before.sequence)
        self._log += new
        self._compact()
        self._trust.apply(
            auth_service_pb2.WatchTrustResponse(
                keys=() if before.keys == self._last.keys else self._last.keys, revocations=[entry for _, entry in new], current=True
            )
        )
        return self._last

    def _compact(self) -> None:
        """Drops, now and then, revocations that have expired or that a newer one of the same user replaces."""
        now = time.monotonic()
        if now - self._compacted_at < _COMPACT_EVERY:
            return
        self._compacted_at = now
        newest = {entry.token_id or entry.user_id: sequence for sequence, entry in self._log}
        today = time.time()
        self._log = [
            (sequence, entry)
            for sequence, entry in self._log
            if entry.expire_time.seconds > today and newest[entry.token_id or entry.user_id] == sequence
        ]
