"""One job being worked on: what the work sees, and how what it tells is written."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Mapping
from typing import Any

import structlog

from services.kit.jobs.feed import Feed
from services.kit.jobs.records import EVENT_PROGRESSED, EVENT_STARTED, JobEvent, JobRecord, JobResult
from services.kit.jobs.rows import Claim, Ending, Told, Written
from services.kit.jobs.store import Store
from services.kit.postgres.errors import STORE_FAULTS

PROGRESS_GAP = 0.1
"""Seconds between two events of progress."""
_MOST_TOLD, _MOST_BYTES = 1024, 32 * 1024 * 1024
_FIRST_PAUSE, _LONGEST_PAUSE = 0.25, 4.0

_log = structlog.get_logger("uat.jobs")


class Run:
    """A job in the hands of its work. What is told is written behind the work's back, as much at a time as there is, in order; only
    progress may be overtaken."""

    def __init__(
        self,
        claim: Claim,
        job: JobRecord,
        inputs: list[bytes],
        done: frozenset[int],
        store: Store,
        feed: Feed,
        clock: Callable[[], float],
    ) -> None:
        self.job = job
        self.inputs = inputs
        self._done = done
        self._claim = claim
        self._store = store
        self._feed = feed
        self._clock = clock
        self._told: list[Told] = []
        self._bytes = 0
        self._facts: dict[str, Any] = {}
        self._known: dict[str, Any] = dict(job.facts)
        self._progress: tuple[float, bytes] | None = None
        self._progressed_at = float("-inf")
        self._something, self._moved = asyncio.Event(), asyncio.Event()
        self._writing = self._closing = self._began = False
        self._finished: set[int] = set()
        self.failed = job.items_failed
        """How many of the results that are there say that an item failed."""

    @property
    def done(self) -> frozenset[int]:
        """The indexes of the results that are there already: from earlier attempts, and from earlier tries of this one."""
        return self._done | self._finished

    @property
    def facts(self) -> Mapping[str, Any]:
        """What is known of the job: from its submission, and from `started`, also of earlier attempts."""
        return self._known

    async def started(self, payload: bytes, facts: Mapping[str, Any] | None = None) -> None:
        """Tells that the work began, and keeps facts about it. Told once an attempt, however often the work is tried in it."""
        self._facts.update(facts or {})
        self._known.update(facts or {})
        if not self._began:
            self._began = True
            await self.tell(EVENT_STARTED, payload)

    def progress(self, share: float, payload: bytes) -> None:
        """Tells how far it has come; only the newest is told, at most ten times a second."""
        self._progress = share, payload
        self._something.set()

    async def tell(self, kind: str, payload: bytes, *, preview_of: int | None = None) -> None:
        """Tells something. Waits only where more was told than could be written so far."""
        if preview_of is None or preview_of not in self._finished:
            await self._put(Told(kind, payload, preview_of=preview_of))

    async def result(self, index: int, payload: bytes, *, kind: str | None = None, failed: bool = False) -> None:
        """Stores a result, and tells of it where a kind is given. The first one of an index holds."""
        if index not in self.done:
            self._finished.add(index)
            self.failed += failed
            await self._put(Told(kind, payload, index, failed))

    async def previous(self) -> dict[int, JobResult]:
        """The results that are there already, by index."""
        while self._told or self._writing:
            self._moved.clear()
            await self._moved.wait()
        found: dict[int, JobResult] = {}
        more, after = bool(self.done), -1
        while more:
            async with self._store.tenant(self._claim.tenant_id) as jobs:
                results, more = await jobs.results(self._claim.job_id, after, 1000)
            found |= {result.index: result for result in results}
            after = max(found, default=after)
        return found

    async def _put(self, told: Told) -> None:
        while len(self._told) >= _MOST_TOLD or self._bytes > _MOST_BYTES:
            self._moved.clear()
            await self._moved.wait()
        self._told.append(told)
        self._bytes += len(told.payload)
        self._something.set()

    # the worker's side

    async def keep_writing(self) -> None:
        """Writes what is told until it is closed. Raises Lost when the job is somebody else's."""
        while not self._closing:
            await self._something.wait()
            due = self._progressed_at + PROGRESS_GAP - self._clock()
            if self._told or due <= 0:
                self._something.clear()
                await self._write(None)
                if self._progress is not None:
                    self._something.set()
            elif not self._closing:
                self._something.clear()
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(due):
                        await self._something.wait()
                self._something.set()

    def close(self) -> None:
        """Has `keep_writing` return once what it writes now is written."""
        self._closing = True
        self._something.set()

    async def finish(self, ending: Ending | None) -> None:
        """Writes what is left, and the end, if it is one. Raises Lost when the job is somebody else's. `keep_writing` has returned."""
        await self._write(ending)

    async def _write(self, ending: Ending | None) -> None:
        written, pause = self._take(), _FIRST_PAUSE
        self._writing = True
        while True:
            try:
                events = await self._store_it(written, ending)
                break
            except STORE_FAULTS as fault:
                _log.warning("what a job told waits for the database", job=self._claim.job_id, error=str(fault))
            await asyncio.sleep(pause)
            pause = min(_LONGEST_PAUSE, pause * 2)
        self._writing = False
        self._moved.set()
        await self._feed.tell(events)

    def _take(self) -> Written:
        told, self._told, self._bytes = self._told, [], 0
        share, now = 0.0, self._clock()
        if self._progress is not None and now - self._progressed_at >= PROGRESS_GAP:
            share, payload = self._progress
            told.append(Told(EVENT_PROGRESSED, payload))
            self._progress, self._progressed_at = None, now
        facts, self._facts = self._facts, {}
        self._moved.set()
        return Written(told, share, facts)

    async def _store_it(self, written: Written, ending: Ending | None) -> list[JobEvent]:
        events: list[JobEvent] = []
        async with self._store.tenant(self._claim.tenant_id) as jobs:
            await jobs.fence(self._claim)
            if written.told or written.facts:
                events = await jobs.write(self._claim.job_id, written)
            if ending is not None:
                events.append(await jobs.end(self._claim.job_id, ending))
        return events
