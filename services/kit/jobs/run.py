"""A run: a job as its work sees it, and the writer that stores its events and results in order."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Mapping
from typing import Any

import structlog

from services.kit.jobs.feed import Feed
from services.kit.jobs.records import EVENT_PROGRESSED, EVENT_STARTED, JobEvent, JobRecord, JobResult
from services.kit.jobs.rows import Batch, Claim, Ending, Entry
from services.kit.jobs.store import Store
from services.kit.postgres.errors import STORE_FAULTS, OutcomeUnknown

PROGRESS_GAP = 0.1
"""Seconds between two events of progress."""
_MOST_ENTRIES, _MOST_BYTES = 1024, 32 * 1024 * 1024
_FIRST_PAUSE, _LONGEST_PAUSE = 0.25, 4.0

_log = structlog.get_logger("uat.jobs")


class Run:
    """One attempt at a job. Events and results are stored by a writer task in batches, in order; of progress only the newest is stored."""

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
        self._entries: list[Entry] = []
        self._bytes = 0
        self._facts: dict[str, Any] = {}
        self._known: dict[str, Any] = dict(job.facts)
        self._progress: tuple[float, bytes] | None = None
        self._progressed_at = float("-inf")
        self._pending, self._drained = asyncio.Event(), asyncio.Event()
        self._writing = self._closing = self._began = False
        self._finished: set[int] = set()
        self._sequence: int | None = None
        self.failed = job.items_failed
        """How many results, stored or about to be, are of items that failed."""

    @property
    def done(self) -> frozenset[int]:
        """The indexes of results that exist: from earlier attempts, and from earlier retries in this one."""
        return self._done | self._finished

    @property
    def facts(self) -> Mapping[str, Any]:
        """The job's facts: from its submission, and from `started` in this and earlier attempts."""
        return self._known

    async def started(self, payload: bytes, facts: Mapping[str, Any] | None = None) -> None:
        """Emits that the work began, once per attempt however often the work is retried in it, and stores facts about the job."""
        self._facts.update(facts or {})
        self._known.update(facts or {})
        if not self._began:
            self._began = True
            await self.emit(EVENT_STARTED, payload)

    def progress(self, share: float, payload: bytes) -> None:
        """Reports progress: the newest report is emitted, at most ten times a second."""
        self._progress = share, payload
        self._pending.set()

    async def emit(self, kind: str, payload: bytes, *, preview_of: int | None = None) -> None:
        """Emits an event. Waits only while the writer is too far behind."""
        if preview_of is None or preview_of not in self._finished:
            await self._put(Entry(kind, payload, preview_of=preview_of))

    async def result(self, index: int, payload: bytes, *, kind: str | None = None, failed: bool = False) -> None:
        """Stores a result, and with a `kind` emits an event about it. Of several results with one index the first is kept."""
        if index not in self.done:
            self._finished.add(index)
            self.failed += failed
            await self._put(Entry(kind, payload, index, failed))

    async def previous(self) -> dict[int, JobResult]:
        """The results so far, by index."""
        while self._entries or self._writing:
            self._drained.clear()
            await self._drained.wait()
        found: dict[int, JobResult] = {}
        more, after = bool(self.done), -1
        while more:
            async with self._store.tenant(self._claim.tenant_id) as jobs:
                page = await jobs.results(self._claim.job_id, after, 1000)
            found |= {result.index: result for result in page.items}
            more = page.more
            after = max(found, default=after)
        return found

    async def _put(self, entry: Entry) -> None:
        while len(self._entries) >= _MOST_ENTRIES or self._bytes > _MOST_BYTES:
            self._drained.clear()
            await self._drained.wait()
        self._entries.append(entry)
        self._bytes += len(entry.payload)
        self._pending.set()

    # the worker's side

    async def keep_writing(self) -> None:
        """Stores entries until `close`. Raises Lost if the job isn't this replica's any more."""
        while not self._closing:
            await self._pending.wait()
            due = self._progressed_at + PROGRESS_GAP - self._clock()
            if self._entries or due <= 0:
                self._pending.clear()
                await self._write(None)
                if self._progress is not None:
                    self._pending.set()
            elif not self._closing:
                self._pending.clear()
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(due):
                        await self._pending.wait()
                self._pending.set()

    def close(self) -> None:
        """Makes `keep_writing` return after its present batch."""
        self._closing = True
        self._pending.set()

    async def finish(self, ending: Ending | None) -> None:
        """Stores the remaining entries and the ending, if there is one, after `keep_writing` has returned. Raises Lost."""
        await self._write(ending)

    async def _write(self, ending: Ending | None) -> None:
        batch, pause, unsure = self._take(), _FIRST_PAUSE, False
        self._writing = True
        while True:
            try:
                events = await self._store_batch(batch, ending, unsure=unsure)
                break
            except STORE_FAULTS as fault:
                unsure = unsure or isinstance(fault, OutcomeUnknown)
                _log.warning("the events of a job wait for the database", job=self._claim.job_id, error=str(fault))
            await asyncio.sleep(pause)
            pause = min(_LONGEST_PAUSE, pause * 2)
        self._writing = False
        self._drained.set()
        await self._feed.publish(events)

    def _take(self) -> Batch:
        entries, self._entries, self._bytes = self._entries, [], 0
        share, now = 0.0, self._clock()
        if self._progress is not None and now - self._progressed_at >= PROGRESS_GAP:
            share, payload = self._progress
            entries.append(Entry(EVENT_PROGRESSED, payload))
            self._progress, self._progressed_at = None, now
        facts, self._facts = self._facts, {}
        self._drained.set()
        return Batch(entries, share, facts)

    async def _store_batch(self, batch: Batch, ending: Ending | None, *, unsure: bool) -> list[JobEvent]:
        """Stores a batch in one transaction. `unsure`: an earlier try may have stored it, which the job's sequence shows."""
        events: list[JobEvent] = []
        async with self._store.tenant(self._claim.tenant_id) as jobs:
            await jobs.fence(self._claim)
            if self._sequence is None:
                self._sequence = await jobs.last_sequence(self._claim.job_id)
            if unsure:
                events = await jobs.events(self._claim.job_id, self._sequence)
            if not events and (batch.entries or batch.facts):
                events = await jobs.write(self._claim.job_id, batch)
            if ending is not None:
                events.append(await jobs.end(self._claim.job_id, ending))
        self._sequence = events[-1].sequence if events else self._sequence
        return events
