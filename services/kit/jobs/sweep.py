"""The sweep: ends or requeues jobs that their replica, their deadline or their watchers left behind, and deletes expired ones."""

from __future__ import annotations

from contextlib import AsyncExitStack
from types import TracebackType
from typing import Self

import structlog

from services.kit.errors import DeadlineTooShort
from services.kit.jobs.jobs import Jobs
from services.kit.jobs.records import CANCELLED, FAILED
from services.kit.jobs.rows import Claim, Ending, Rank
from services.kit.periodic import Leader, Periodic, for_each
from services.kit.tasks import safely

POSITION_SECONDS = 1.0
"""Seconds between two events that report a job's position in the queue."""

_FAILING = "the jobs' sweep failed and is repeated"

_log = structlog.get_logger("uat.jobs")


class Sweep:
    """Runs on every replica while it is entered; if two replicas find the same job, only one repairs it. One bad job stops nothing."""

    def __init__(self, jobs: Jobs, expiry: Leader) -> None:
        self._jobs = jobs
        self._loops = (
            Periodic(self._repair, jobs.config.sweep_seconds, _FAILING),
            Periodic(self._expire, jobs.config.sweep_seconds, _FAILING, leader=expiry),
            Periodic(self._report_positions, POSITION_SECONDS, _FAILING),
        )
        self._stack = AsyncExitStack()

    async def __aenter__(self) -> Self:
        for loop in self._loops:
            await self._stack.enter_async_context(loop)
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        await self._stack.aclose()

    async def _repair(self) -> None:
        for step in (self._requeue_of_dead_replicas, self._end_overdue, self._end_unwatched):
            await safely(step, _FAILING)

    async def _requeue_of_dead_replicas(self) -> None:
        await for_each(await self._jobs.queue.of_dead_replicas(), self._requeue, _FAILING)

    async def _requeue(self, claim: Claim) -> None:
        if await self._jobs.hand_back(claim, crashed=True):
            _log.warning("a job was taken from a replica without heartbeat", job=claim.job_id, owner=claim.owner)

    async def _end_overdue(self) -> None:
        overdue = Ending(FAILED, DeadlineTooShort("the job's deadline is over").status())
        await for_each(await self._jobs.queue.overdue(), lambda job: self._jobs.end(*job, overdue), _FAILING)

    async def _end_unwatched(self) -> None:
        await for_each(await self._jobs.queue.unwatched(), lambda job: self._jobs.end(*job, Ending(CANCELLED)), _FAILING)

    async def _expire(self) -> None:
        before: object = None
        while (expired := await self._jobs.queue.expired()) and expired != before:
            await for_each(expired.items(), self._delete, _FAILING)
            before = expired

    async def _delete(self, expired: tuple[str, list[str]]) -> None:
        tenant_id, job_ids = expired
        async with self._jobs.store.tenant(tenant_id) as jobs:
            await jobs.delete_expired(job_ids)

    async def _report_positions(self) -> None:
        """Reports to watchers of queued jobs here where those stand, when it has changed."""
        by_tenant: dict[str, list[Rank]] = {}
        if waiting := self._jobs.feed.waiting():
            for rank in await self._jobs.queue.moved(waiting):
                by_tenant.setdefault(rank.tenant_id, []).append(rank)
        await for_each(by_tenant.items(), self._report, _FAILING)

    async def _report(self, moved: tuple[str, list[Rank]]) -> None:
        tenant_id, ranks = moved
        async with self._jobs.store.tenant(tenant_id) as jobs:
            events = await jobs.report_positions(ranks, at_once=False)
        await self._jobs.feed.publish(events)
