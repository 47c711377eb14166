"""Mends what was left lying: jobs of dead replicas, deadlines, streams that nobody follows, results past their time."""

from __future__ import annotations

import asyncio
from functools import partial

import structlog

from services.kit.errors import DeadlineTooShort
from services.kit.jobs.jobs import Jobs
from services.kit.jobs.records import CANCELLED, FAILED
from services.kit.jobs.rows import Claim, Ending, Rank
from services.kit.tasks import safely

PLACES_GAP = 1.0
"""Seconds between two events that tell a job's place."""

_WAIT = "jobs wait to be mended"

_log = structlog.get_logger("uat.jobs")


class Sweep:
    """Runs on every replica; what two of them find, one mends."""

    def __init__(self, jobs: Jobs) -> None:
        self._jobs = jobs
        self._config = jobs.config

    async def keep_sweeping(self) -> None:
        """Sweeps every few seconds."""
        while True:
            for step in (self._crashed, self._overdue, self._unwatched, self._expired):
                await safely(step, _WAIT)
            await asyncio.sleep(self._config.sweep_seconds)

    async def keep_telling_places(self) -> None:
        """Tells those who wait here where they stand, when it changes."""
        while True:
            await asyncio.sleep(PLACES_GAP)
            if waiting := self._jobs.feed.waiting():
                await safely(partial(self._tell_places, waiting), _WAIT)

    async def _tell_places(self, job_ids: list[str]) -> None:
        by_tenant: dict[str, list[Rank]] = {}
        for rank in await self._jobs.queue.ranks(job_ids):
            by_tenant.setdefault(rank.tenant_id, []).append(rank)
        for tenant_id, ranks in by_tenant.items():
            async with self._jobs.store.tenant(tenant_id) as jobs:
                events = await jobs.tell_places(ranks, at_once=False)
            await self._jobs.feed.tell(events)

    async def _crashed(self) -> None:
        for claim in await self._jobs.queue.left_by_the_dead():
            await safely(partial(self._take_over, claim), _WAIT)

    async def _take_over(self, claim: Claim) -> None:
        if await self._jobs.hand_back(claim, crashed=True):
            _log.warning("a job was taken from a replica that gives no sign of life", job=claim.job_id, owner=claim.owner)

    async def _overdue(self) -> None:
        for job_id, tenant_id in await self._jobs.queue.overdue():
            ending = Ending(FAILED, DeadlineTooShort("the job's deadline is over").status())
            await safely(partial(self._jobs.end, tenant_id, job_id, ending), _WAIT)

    async def _unwatched(self) -> None:
        for job_id, tenant_id in await self._jobs.queue.unwatched():
            await safely(partial(self._jobs.end, tenant_id, job_id, Ending(CANCELLED)), _WAIT)

    async def _expired(self) -> None:
        while expired := await self._jobs.queue.expired():
            for tenant_id, job_ids in expired.items():
                async with self._jobs.store.tenant(tenant_id) as jobs:
                    await jobs.expire(job_ids)
