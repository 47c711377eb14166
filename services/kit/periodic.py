"""Periodic work: repeated with jitter, on every replica or on one leader, and never stopped by a failure."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable, Iterable
from functools import partial
from types import TracebackType
from typing import Self, TypeVar

from services.kit.postgres.database import Database
from services.kit.postgres.leases import Leases
from services.kit.tasks import end, safely

T = TypeVar("T")
Work = Callable[[], Awaitable[object]]


class Leader:
    """A role that at most one replica has at a time, by a lease in the database. The leader keeps it until it stops or loses contact."""

    def __init__(self, database: Database, role: str, replica: str, seconds: float, table: str = "leases") -> None:
        self._database = database
        self._role = role
        self._leases = Leases(database, replica, seconds, table)

    async def acquire(self) -> bool:
        """Renews the lease, or takes it if no replica holds it. Returns whether this replica is the leader now."""
        async with self._database.everyone() as connection:
            return await self._leases.acquire(connection, self._role)

    async def resign(self) -> None:
        """Releases the lease, so that another replica can become the leader at once."""
        await self._leases.release(self._role)


class Periodic:
    """Runs `work` about every `seconds` while it is entered, for the first time within one interval.

    Each pause varies by a tenth, so that replicas don't run in step. A failure is logged with the sentence `failing`, and the work runs
    again after the next pause. With a `leader` only the replica that has the role runs it; the lease must outlast several pauses.
    """

    def __init__(self, work: Work, seconds: float, failing: str, *, leader: Leader | None = None) -> None:
        self._work = work
        self._seconds = seconds
        self._failing = failing
        self._leader = leader
        self._task: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        self._task = asyncio.create_task(self._keep_running())
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        await end(self._task)
        if self._leader is not None:
            await safely(self._leader.resign, "the leader's lease was not released and has to expire")

    async def _keep_running(self) -> None:
        await asyncio.sleep(self._seconds * random.random())
        while True:
            await safely(self._run, self._failing)
            await asyncio.sleep(self._seconds * random.uniform(0.9, 1.1))

    async def _run(self) -> None:
        if self._leader is None or await self._leader.acquire():
            await self._work()


async def for_each(items: Iterable[T], work: Callable[[T], Awaitable[object]], failing: str) -> None:
    """Calls `work` with each item, one after another. A failure is logged with the sentence `failing` and does not stop the rest."""
    for item in items:
        await safely(partial(work, item), failing)
