"""How many things are done at a time, and how many may wait for it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from services.kit.errors import Overloaded


class Gate:
    """Lets `at_once` through; up to `waiting_most` wait in order. Who is patient has a queue of its own elsewhere and is never refused."""

    def __init__(self, at_once: int, waiting_most: int, clock: Callable[[], float]) -> None:
        self._free = asyncio.Semaphore(at_once)
        self._at_once = at_once
        self._waiting_most = waiting_most
        self._clock = clock
        self._waiting = 0
        self._seconds = 1.0
        """How long one takes, as a moving mean."""

    @asynccontextmanager
    async def turn(self, *, patient: bool) -> AsyncIterator[None]:
        """Waits for its turn and holds it inside the block. Raises Overloaded when too many wait, with the time in which half of them will
        be through.
        """
        if not patient and self._free.locked() and self._waiting >= self._waiting_most:
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
