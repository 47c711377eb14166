"""The jobs of a service as its RPCs use them: submit, read, watch, cancel, delete. A caller reaches only their own."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial

from services.kit import pages
from services.kit.context import Caller
from services.kit.errors import Fault
from services.kit.ids import NewId
from services.kit.jobs.feed import Feed
from services.kit.jobs.queue import Queue
from services.kit.jobs.records import (
    CANCELLED,
    EVENT_ENDED,
    FAILED,
    QUEUED,
    RUNNING,
    JobEvent,
    JobFaults,
    JobRecord,
    JobResult,
    JobsConfig,
    NewJob,
)
from services.kit.jobs.rows import Claim, Ending, Rank
from services.kit.jobs.schema import LEASES
from services.kit.jobs.slots import Slots
from services.kit.jobs.store import Store, TenantJobs
from services.kit.jobs.watching import Watching
from services.kit.nats.connection import Nats
from services.kit.periodic import Leader
from services.kit.postgres.database import Database


class Jobs:
    """The jobs of one service, as one replica sees them."""

    def __init__(self, database: Database, nats: Nats, config: JobsConfig, faults: JobFaults, new_id: NewId) -> None:
        self.config = config
        self.faults = faults
        self._replica = new_id("replica")
        self._database = database
        self._new_id = new_id
        self.store = Store(database, partial(TenantJobs, faults=faults))
        self.queue = Queue(database, faults, self._replica, config.lease_seconds)
        self.feed = Feed(nats, config.service, self._replica)
        self.watching = Watching(self.store, self.feed)
        self._slots = Slots({})
        self._begin: Callable[[Claim, JobRecord, list[bytes] | None], None] | None = None

    def attach(self, slots: Slots, begin: Callable[[Claim, JobRecord, list[bytes] | None], None]) -> None:
        """Enables submitted jobs to begin on this replica, given its slots and the function that runs a claimed job."""
        self._slots, self._begin = slots, begin

    def leader(self, role: str) -> Leader:
        """A role that one replica of the service has at a time."""
        return Leader(self._database, role, self._replica, self.config.lease_seconds, LEASES)

    async def close(self) -> None:
        """Waits until watchers have left."""
        await self.watching.close()

    # submitting

    async def submit(self, caller: Caller, new: NewJob) -> JobRecord:
        """Stores a job. It begins here at once if a slot is free and no other job waits, otherwise on the first replica with a free slot. A
        repeated request id returns the job that it stands for.
        """
        record, _ = await self._submit(caller, self._new_id("job"), new, None)
        return await self._estimated(record)

    async def standing(self, caller: Caller, request_id: str, fingerprint: bytes) -> str | None:
        """The job that a request id stands for already: a service looks here before work that precedes its `submit`."""
        async with self.store.tenant(caller.tenant_id) as jobs:
            return await jobs.requests(caller.user_id).standing(request_id, fingerprint) if request_id else None

    async def start(self, caller: Caller, new: NewJob) -> AsyncGenerator[JobEvent, None]:
        """Stores a job and yields all its events until it has ended. Leaving before cancels a job that isn't `background` and that no one
        else watches. A repeated request id watches the job that it stands for.
        """
        job_id, watcher = self._new_id("job"), self._new_id("watcher")
        with self.feed.subscribe(job_id) as subscription:
            record, first = await self._submit(caller, job_id, new, watcher)
            if first is not None:
                live = self.watching.events(record, first.sequence, subscription, stored=False)
                async with self.watching.watching(record, watcher), aclosing(live) as events:
                    yield first
                    async for event in events:
                        yield event
                return
        async with aclosing(self.watch(caller, record.id, 0)) as events:
            async for event in events:
                yield event

    async def _submit(self, caller: Caller, job_id: str, new: NewJob, watcher: str | None) -> tuple[JobRecord, JobEvent | None]:
        """The job, and its first event if it is a new one."""
        here = self._begin is not None and self._slots.acquire(new.kind)
        begun = False
        try:
            async with self.store.tenant(caller.tenant_id) as jobs:
                standing = await jobs.requests(caller.user_id).claim(new.request_id, new.fingerprint, job_id)
                if standing is not None:
                    return await jobs.record(caller.user_id, standing), None
                watching = (watcher, self._replica, self.config.lease_seconds) if watcher and not new.background else None
                owner = self._replica if here else None
                record, first = await jobs.add(job_id, caller, new, quota=self.config.quota, owner=owner, watcher=watching)
            if record.state == RUNNING and self._begin is not None:
                begun = True
                self._begin(Claim(record.id, record.tenant_id, new.kind, self._replica, record.attempt), record, list(new.inputs))
            else:
                await self.feed.queued(new.kind)
            await self.feed.publish([first])
            return record, first
        finally:
            if here and not begun:
                self._slots.release(new.kind)

    # reading

    async def get(self, caller: Caller, job_id: str) -> JobRecord:
        """The caller's job, with estimates. Raises the service's fault when there is none."""
        async with self.store.tenant(caller.tenant_id) as jobs:
            record = await jobs.record(caller.user_id, job_id)
        return await self._estimated(record)

    async def listing(
        self, caller: Caller, page_size: int, page_token: str, *, kind: str = "", topic: str = "", state: str = ""
    ) -> tuple[list[JobRecord], str]:
        """A page of the caller's jobs, newest first, and the token of the next page; empty on the last one."""
        seal = f"{self.config.service}.jobs {caller.tenant_id} {caller.user_id} {kind} {topic} {state}"
        (before,) = pages.decode(page_token, seal, str) or (None,)
        async with self.store.tenant(caller.tenant_id) as jobs:
            found, more = await jobs.records(caller.user_id, before, page_size, kind=kind, topic=topic, state=state)
            ranks = {rank.job_id: rank for rank in await jobs.ranks([r.id for r in found if r.state == QUEUED])}
            paces = {(r.kind, r.topic): await jobs.pace(r.kind, r.topic) for r in found if r.state == RUNNING}
        records = [_estimate(r, ranks.get(r.id), paces.get((r.kind, r.topic))) for r in found]
        return records, pages.encode(seal, found[-1].id) if more else ""

    async def results(self, caller: Caller, job_id: str, page_size: int, page_token: str) -> tuple[JobRecord, list[JobResult], str]:
        """The job, a page of its results by index, at most 16 MiB unless one alone is larger, and the token of the next page. Raises the
        service's fault while it has not ended."""
        seal = f"{self.config.service}.results {job_id}"
        (after,) = pages.decode(page_token, seal, int) or (-1,)
        async with self.store.tenant(caller.tenant_id) as jobs:
            record = await jobs.record(caller.user_id, job_id)
            if not record.final:
                raise self.faults.not_finished(job_id)
            found = await jobs.results(job_id, after, page_size)
        return record, found.items, pages.encode(seal, found.items[-1].index) if found.more else ""

    async def watch(self, caller: Caller, job_id: str, after_sequence: int) -> AsyncGenerator[JobEvent, None]:
        """The stored events after a sequence, then live ones, until the job has ended. When its last watcher leaves, a job that isn't
        `background` is cancelled.
        """
        with self.feed.subscribe(job_id) as subscription:
            watcher = self._new_id("watcher")
            async with self.store.tenant(caller.tenant_id) as jobs:
                record = await jobs.record(caller.user_id, job_id)
                if not (record.background or record.final):
                    await jobs.watch(job_id, watcher, self._replica, self.config.lease_seconds)
            subscription.waiting = record.state == QUEUED
            live = self.watching.events(record, after_sequence, subscription, stored=True)
            async with self.watching.watching(record, watcher), aclosing(live) as events:
                async for event in events:
                    yield event

    # ending

    async def cancel(self, caller: Caller, job_id: str) -> JobRecord:
        """Cancels the caller's job at once, and stops its work wherever it runs. A job that has ended stays as it is."""
        async with self.store.tenant(caller.tenant_id) as jobs:
            record = await jobs.record(caller.user_id, job_id)
        if record.final:
            return record
        ended = await self.end(caller.tenant_id, job_id, Ending(CANCELLED))
        return ended if ended is not None else await self.get(caller, job_id)

    async def delete(self, caller: Caller, job_id: str) -> None:
        """Deletes the caller's job with its results; an unfinished one is cancelled first. Does nothing if there is none."""
        async with self.store.tenant(caller.tenant_id) as jobs:
            try:
                record = await jobs.record(caller.user_id, job_id)
            except Fault:
                return
        if not record.final:
            await self.end(caller.tenant_id, job_id, Ending(CANCELLED))
        async with self.store.tenant(caller.tenant_id) as jobs:
            await jobs.delete(caller.user_id, job_id)

    async def end(self, tenant_id: str, job_id: str, ending: Ending) -> JobRecord | None:
        """Ends a job from outside. Returns None when it had ended already."""
        async with self.store.tenant(tenant_id) as jobs:
            if not await jobs.lock(job_id):
                return None
            event = await jobs.end(job_id, ending)
        await self.feed.stop(job_id)
        await self.feed.publish([event])
        return event.job

    async def hand_back(self, claim: Claim, *, crashed: bool) -> bool:
        """Returns a job to the queue, or ends it if it crashed too many replicas. False if it isn't that worker's any more."""
        async with self.store.tenant(claim.tenant_id) as jobs:
            crashes = await jobs.queue_again(claim, crashed=crashed)
            if crashes is None:
                return False
            if crashed and crashes >= self.config.most_crashes:
                events = [await jobs.end(claim.job_id, Ending(FAILED, self.faults.gave_up(claim.job_id).status()))]
            else:
                events = await jobs.report_positions(await jobs.ranks([claim.job_id]), at_once=True)
        await self.feed.publish(events)
        for event in events:
            if event.kind != EVENT_ENDED:
                await self.feed.queued(claim.kind)
        return True

    # estimates

    async def _estimated(self, record: JobRecord) -> JobRecord:
        if record.final:
            return record
        async with self.store.tenant(record.tenant_id) as jobs:
            if record.state == QUEUED:
                ranks: list[Rank] = await jobs.ranks([record.id])
                return _estimate(record, ranks[0] if ranks else None, None)
            return _estimate(record, None, await jobs.pace(record.kind, record.topic))


def _estimate(record: JobRecord, rank: Rank | None, pace: float | None) -> JobRecord:
    """The job with its position in the queue and the estimated time of its end."""
    now = datetime.now(UTC)
    if rank is not None:
        ends = None if rank.wait is None or rank.seconds is None else now + rank.wait + timedelta(seconds=rank.seconds)
        return replace(record, position=rank.position, estimated_end_time=ends)
    if record.state != RUNNING or record.start_time is None:
        return record
    spent = (now - record.start_time).total_seconds()
    if record.progress > 0:
        left = spent * (1 - record.progress) / record.progress
    elif pace is not None:
        left = max(0.0, pace * record.weight - spent)
    else:
        return record
    return replace(record, estimated_end_time=now + timedelta(seconds=left))
