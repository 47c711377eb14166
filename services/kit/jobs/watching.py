"""Watching jobs: stored events first, then live ones, and the end of a job that runs only while it is watched."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

import structlog

from services.kit.background import detached
from services.kit.errors import Fault
from services.kit.jobs.feed import Feed, Subscription
from services.kit.jobs.records import CANCELLED, EVENT_ENDED, JobEvent, JobRecord
from services.kit.jobs.rows import Ending
from services.kit.jobs.store import Store

_READ_SECONDS, _READ_SECONDS_ALONE = 5.0, 0.5
"""After so many seconds without an event a watcher reads the store; sooner while the broker is down."""

_log = structlog.get_logger("uat.jobs")


class Watching:
    """The watchers of this replica."""

    def __init__(self, store: Store, feed: Feed) -> None:
        self._store = store
        self._feed = feed
        self._leaving: set[asyncio.Task[Any]] = set()
        self.watchers: set[str] = set()
        """The watchers here of jobs that run only while they are watched. The worker's heartbeat renews them."""
        self.draining = False
        """Set when this replica is about to stop: a watcher whose stream ends then may come back on another replica."""

    async def close(self) -> None:
        """Waits until the jobs of watchers that left have been ended."""
        if self._leaving:
            await asyncio.wait(self._leaving)

    async def events(self, record: JobRecord, seen: int, subscription: Subscription, *, stored: bool) -> AsyncGenerator[JobEvent, None]:
        """The events after `seen` up to the last one. Without `stored` the store is known to hold none of them yet."""
        while True:
            if stored:
                found, now = await self._read(record, seen)
                for event in found:
                    seen = event.sequence
                    yield replace(event, job=now) if event.kind == EVENT_ENDED else event
                if (found and found[-1].kind == EVENT_ENDED) or (now.final and not found):
                    return
                if found:
                    continue
            stored = True
            pause = _READ_SECONDS if self._feed.connected else _READ_SECONDS_ALONE
            while (live := await subscription.next(pause)) is not None:
                if live.sequence > seen + 1:
                    break  # the events in between were written by another replica
                if live.sequence == seen + 1:
                    seen = live.sequence
                    yield live
                if live.kind == EVENT_ENDED:
                    return

    async def _read(self, record: JobRecord, seen: int) -> tuple[list[JobEvent], JobRecord]:
        """The next stored events, and the job, which is final if one of them is the last or if none will follow."""
        async with self._store.tenant(record.tenant_id) as jobs:
            now = await jobs.record(record.user_id, record.id)
            found = await jobs.events(record.id, seen)
            if found and found[-1].kind == EVENT_ENDED and not now.final:
                now = await jobs.record(record.user_id, record.id)
        return found, now

    @asynccontextmanager
    async def watching(self, record: JobRecord, watcher: str) -> AsyncIterator[None]:
        """Counts as a watcher inside the block. A watcher that leaves early ends a job that runs only while it is watched."""
        self.watchers.add(watcher)
        try:
            yield
        except BaseException:
            if not (record.background or record.final or self.draining):
                task = detached(self._leave(record, watcher), "jobs.leave", request_id=record.id)
                self._leaving.add(task)
                task.add_done_callback(self._leaving.discard)
            raise
        finally:
            self.watchers.discard(watcher)

    async def _leave(self, record: JobRecord, watcher: str) -> None:
        try:
            async with self._store.tenant(record.tenant_id) as jobs:
                if not await jobs.lock(record.id) or not await jobs.leave(record.id, watcher):
                    return
                event = await jobs.end(record.id, Ending(CANCELLED))
        except Fault as fault:
            _log.warning("a job without a watcher is left to the sweep", job=record.id, error=str(fault))
            return
        await self._feed.stop(record.id)
        await self._feed.publish([event])
