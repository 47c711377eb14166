"""Follows jobs: what is stored, then what is told, and what becomes of a job that nobody follows any more."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

import structlog

from services.kit.errors import Fault
from services.kit.jobs.feed import Ears, Feed
from services.kit.jobs.records import CANCELLED, EVENT_ENDED, JobEvent, JobRecord
from services.kit.jobs.rows import Ending
from services.kit.jobs.store import Store
from services.kit.nats.connection import Nats

_LOOK_SECONDS, _LOOK_ALONE_SECONDS = 5.0, 0.5
"""After so many seconds in which a watcher heard nothing it looks for itself; sooner while the broker is away."""

_log = structlog.get_logger("uat.jobs")


class Following:
    """The watchers of this replica."""

    def __init__(self, store: Store, feed: Feed, nats: Nats) -> None:
        self._store = store
        self._feed = feed
        self._nats = nats
        self._leaving: set[asyncio.Task[Any]] = set()
        self.watchers: set[str] = set()
        """Who watches here, on jobs that go on only while they are watched. Their signs of life are given by the worker."""
        self.draining = False
        """Set when this replica is about to end: who leaves a stream then may come back elsewhere."""

    async def close(self) -> None:
        """Waits until everybody who left has left."""
        if self._leaving:
            await asyncio.wait(self._leaving)

    async def events(self, record: JobRecord, seen: int, ears: Ears, *, stored: bool) -> AsyncGenerator[JobEvent, None]:
        """Events after `seen` until the last one: the stored ones, where there may be some, then what is heard."""
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
            while (heard := await ears.next(_LOOK_SECONDS if self._nats.connected else _LOOK_ALONE_SECONDS)) is not None:
                if heard.sequence > seen + 1:
                    break  # something in between was told elsewhere
                if heard.sequence == seen + 1:
                    seen = heard.sequence
                    yield heard
                if heard.kind == EVENT_ENDED:
                    return

    async def _read(self, record: JobRecord, seen: int) -> tuple[list[JobEvent], JobRecord]:
        """The next stored events and the job, which has ended if they say so or if nothing is to come."""
        async with self._store.tenant(record.tenant_id) as jobs:
            now = await jobs.record(record.user_id, record.id)
            found = await jobs.events(record.id, seen)
            if found and found[-1].kind == EVENT_ENDED and not now.final:
                now = await jobs.record(record.user_id, record.id)
        return found, now

    @asynccontextmanager
    async def watching(self, record: JobRecord, watcher: str) -> AsyncIterator[None]:
        """Counts as watching inside the block. Where it is left before its end, so is a job that goes on only while it is watched."""
        self.watchers.add(watcher)
        try:
            yield
        except BaseException:
            if not (record.background or record.final or self.draining):
                task = asyncio.create_task(self._leave(record, watcher))
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
            _log.warning("a job that nobody follows is left to the sweep", job=record.id, error=str(fault))
            return
        await self._feed.stop(record.id)
        await self._feed.tell([event])
