"""The usage log: one record for every generation and embedding, also for one that failed or was cancelled, written behind the answer's
back in batches.
"""

from __future__ import annotations

import asyncio
from collections import deque
from dataclasses import dataclass
from types import TracebackType
from typing import NoReturn, Protocol, Self

import structlog
from prometheus_client import Counter, Gauge

from services.kit.errors import DependencyUnavailable
from services.kit.tasks import end, keep
from services.llm_router.providers.provider import Usage

EVERY = 0.5
BATCH = 2000
MOST = 200_000
RETENTION_EVERY = 3600.0
"""Seconds between two deletions of expired records."""

WAITING = Gauge("uat_usage_records_waiting", "Usage records that are not in the database yet.")
LOST = Counter("uat_usage_records_lost", "Usage records that were given up because the database was gone for too long.")

_log = structlog.get_logger("uat.llm_router")


@dataclass(frozen=True, slots=True)
class Bill:
    """What one request cost whom. `generation_id` is empty for vectors."""

    decision_id: str
    """Unique: a bill that is written twice is stored once."""
    generation_id: str
    tenant_id: str
    user_id: str
    api_key_id: str
    model: str
    provider: str
    usage: Usage
    finish_reason: str
    error_reason: str
    attempts: int
    time_to_first_token: float | None
    """Seconds; None when there was none."""
    duration: float


class BillStore(Protocol):
    """Where bills go."""

    async def add(self, bills: list[Bill]) -> None:
        """Stores all or none. A bill that is stored already stays as it is."""

    async def delete_older_than(self, days: int) -> int:
        """Deletes a batch of bills that are older than that, and returns how many."""


class UsageLog:
    """Takes records at once and writes them within half a second; what waits is written before the process ends.

    While the database is gone records wait, 200,000 at the most; the oldest are lost after that, and counted.
    """

    def __init__(self, store: BillStore, retention_days: int) -> None:
        self._store = store
        self._retention_days = retention_days
        self._waiting: deque[Bill] = deque()
        self._task: asyncio.Task[None] | None = None
        self._retention: asyncio.Task[NoReturn] | None = None
        WAITING.set_function(lambda: len(self._waiting))

    async def __aenter__(self) -> Self:
        self._task = asyncio.create_task(self._keep_writing())
        if self._retention_days:
            self._retention = asyncio.create_task(keep(self._delete_expired, RETENTION_EVERY, "expired usage records were not deleted"))
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        await end(self._retention)
        await end(self._task)
        while self._waiting and await self.flush():
            pass
        if self._waiting:
            _log.error("usage records lost: the database is gone", records=len(self._waiting))

    def record(self, bill: Bill) -> None:
        """Takes a record; never waits."""
        self._waiting.append(bill)
        if len(self._waiting) > MOST:
            self._waiting.popleft()
            LOST.inc()

    async def _keep_writing(self) -> None:
        while True:
            await asyncio.sleep(EVERY)
            while self._waiting and await self.flush():
                pass

    async def _delete_expired(self) -> None:
        while await self._store.delete_older_than(self._retention_days):
            pass

    async def flush(self) -> bool:
        """Writes one batch. Returns whether the store took it."""
        batch = [self._waiting.popleft() for _ in range(min(BATCH, len(self._waiting)))]
        try:
            await self._store.add(batch)
        except DependencyUnavailable:
            self._waiting.extendleft(reversed(batch))
            return False
        except asyncio.CancelledError:
            self._waiting.extendleft(reversed(batch))
            raise
        except Exception:
            LOST.inc(len(batch))
            _log.exception("usage records given up: the database refuses them", records=[bill.decision_id for bill in batch])
        return True
