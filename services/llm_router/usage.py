"""The usage log: one record for every generation and embedding, also for one that failed or was cancelled, written behind the answer's
back in batches.
"""

from __future__ import annotations

import asyncio
from collections import deque
from dataclasses import dataclass
from types import TracebackType
from typing import Protocol, Self

import structlog
from prometheus_client import Counter, Gauge

from services.kit.errors import DependencyUnavailable
from services.kit.tasks import end
from services.llm_router.providers.provider import Usage

EVERY = 0.5
BATCH = 2000
MOST = 200_000

WAITING = Gauge("uat_usage_records_waiting", "Usage records that are not in the database yet.")
LOST = Counter("uat_usage_records_lost", "Usage records that were given up because the database was gone for too long.")

_log = structlog.get_logger("uat.llm_router")


@dataclass(frozen=True, slots=True)
class Bill:
    """What one request cost whom. `generation_id` is empty for vectors."""

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
        """Stores all or none."""


class UsageLog:
    """Takes records at once and writes them within half a second; what waits is written before the process ends.

    While the database is gone records wait, 200,000 at the most; the oldest are lost after that, and counted.
    """

    def __init__(self, store: BillStore) -> None:
        self._store = store
        self._waiting: deque[Bill] = deque()
        self._task: asyncio.Task[None] | None = None
        WAITING.set_function(lambda: len(self._waiting))

    async def __aenter__(self) -> Self:
        self._task = asyncio.create_task(self._keep_writing())
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        await end(self._task)
        while self._waiting and await self._write():
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
            while self._waiting and await self._write():
                pass

    async def _write(self) -> bool:
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
            _log.exception("usage records given up: the database refuses them", records=[bill.generation_id for bill in batch])
        return True
