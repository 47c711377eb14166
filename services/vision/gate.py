"""A concurrency limit with a bounded queue: how many requests run at a time, and how many may wait."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from services.kit.errors import Overloaded


class Gate:
    """Admits `at_once` requests; up to `max_waiting` more wait in order."""

    def __init__(self, at_once: int, max_waiting: int, clock: Callable[[], float]) -> None:
        self._free = asyncio.Semaphore(at_once)
        self._at_once = at_once
        self._max_waiting = max_waiting
        self._clock = clock
        self._waiting = 0
        self._seconds = 1.0
        """How long one request takes, as a moving mean."""

    @asynccontextmanager
    async def admitted(self) -> AsyncIterator[None]:
        """Waits for a slot and holds it inside the block. Raises Overloaded when too many wait, with the time in which half of them will
        have been served.
        """
        if self._free.locked() and self._waiting >= self._max_waiting:
            seconds = max(0.1, self._seconds * self._waiting / self._at_once / 2)
            raise Overloaded(f"{self._waiting} requests wait already; try again in {seconds:.1f} s", retry_after=seconds)
        self._waiting += 1
        try:
            await self._free.acquire()
        finally:
            self._waiting -= 1
        started = self._clock()
        try:
            yield
        finally:
            self._seconds += 0.2 * (self._clock() - started - self._seconds)
            self._free.release()
