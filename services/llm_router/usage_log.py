"""The usage log: writes usage records to PostgreSQL in batches, after the responses they belong to."""

from __future__ import annotations

import asyncio
from collections import deque
from types import TracebackType
from typing import NoReturn, Self

import structlog
from prometheus_client import Counter, Gauge

from services.kit.postgres.errors import STORE_FAULTS
from services.kit.tasks import end, keep
from services.llm_router.billing import UsageRecord
from services.llm_router.store import UsageStore

EVERY = 0.5
BATCH = 2000
MOST = 200_000
RETENTION_EVERY = 3600.0
"""Seconds between two deletions of expired records."""

WAITING = Gauge("uat_usage_records_waiting", "Usage records that are not in the database yet.")
LOST = Counter("uat_usage_records_lost", "Usage records that were dropped because the database was away for too long, or refused them.")

_log = structlog.get_logger("uat.llm_router")


class UsageLog:
    """Takes records without waiting and writes them within half a second; what is left is written before the process ends. While the
    database is away up to 200,000 records wait; after that the oldest are dropped and counted.
    """

    def __init__(self, store: UsageStore, retention_days: int) -> None:
        self._store = store
        self._retention_days = retention_days
        self._waiting: deque[UsageRecord] = deque()
        self._flushing: asyncio.Task[NoReturn] | None = None
        self._retention: asyncio.Task[NoReturn] | None = None
        WAITING.set_function(lambda: len(self._waiting))

    async def __aenter__(self) -> Self:
        self._flushing = asyncio.create_task(keep(self._flush_all, EVERY, "usage records were not written"))
        if self._retention_days:
            self._retention = asyncio.create_task(keep(self._delete_expired, RETENTION_EVERY, "expired usage records were not deleted"))
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        await end(self._retention)
        await end(self._flushing)
        await self._flush_all()
        if self._waiting:
            _log.error("usage records lost: the database is away", records=len(self._waiting))

    def record(self, record: UsageRecord) -> None:
        """Takes a record; never waits."""
        self._waiting.append(record)
        if len(self._waiting) > MOST:
            self._waiting.popleft()
            LOST.inc()

    async def flush(self) -> bool:
        """Writes one batch. Returns False and keeps the batch when the store is away, overloaded or full, or another transaction got in the
        way. The commit may have succeeded all the same, so the store ignores records that it has.
        """
        batch = [self._waiting.popleft() for _ in range(min(BATCH, len(self._waiting)))]
        try:
            await self._store.add(batch)
        except asyncio.CancelledError:
            self._waiting.extendleft(reversed(batch))
            raise
        except Exception as error:
            if isinstance(error, STORE_FAULTS):
                self._waiting.extendleft(reversed(batch))
                return False
            LOST.inc(len(batch))
            _log.exception("usage records dropped: the database refuses them", records=[record.decision_id for record in batch])
        return True

    async def _flush_all(self) -> None:
        while self._waiting and await self.flush():
            pass

    async def _delete_expired(self) -> None:
        while await self._store.delete_older_than(self._retention_days):
            pass
