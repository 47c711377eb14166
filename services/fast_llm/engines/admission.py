"""Slots and the queue for them: who goes next, who is refused, and how long things take."""

from __future__ import annotations

import asyncio
import heapq
import itertools
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

from services.fast_llm.engines.errors import Draining, QueueFull


@dataclass(slots=True, eq=False)
class Place:
    """A caller's place: in the queue until `granted` has a result, then at a slot. An exception set on `granted` turns the caller away."""

    priority: int
    ticket: int
    granted: asyncio.Future[None]
    since: float = 0.0

    def __lt__(self, other: Place) -> bool:
        return (self.priority, self.ticket) < (other.priority, other.ticket)


class Admission:
    """Gives out `slots`, to the lowest priority first and equals in the order of arrival, and lets at most `capacity` callers wait."""

    def __init__(self, slots: int, capacity: int, clock: Callable[[], float] = time.monotonic) -> None:
        self.slots = slots
        self.capacity = capacity
        self.draining = False
        self._clock = clock
        self._running: set[Place] = set()
        self._queue: list[Place] = []
        self._tickets = itertools.count(1)
        self._held: deque[float] = deque(maxlen=32)
        self._empty = asyncio.Event()
        self._empty.set()

    @property
    def running(self) -> int:
        """Counts callers that have a slot."""
        return len(self._running)

    @property
    def waiting(self) -> int:
        """Counts callers that wait."""
        return len(self._queue)

    def join(self, priority: int = 0) -> Place:
        """Takes a place, at a slot or in the queue. Raises Draining or QueueFull. Every place must be left."""
        if self.draining:
            raise Draining
        place = Place(priority, next(self._tickets), asyncio.get_running_loop().create_future())
        if len(self._running) < self.slots:
            self._grant(place)
        elif len(self._queue) < self.capacity:
            heapq.heappush(self._queue, place)
        else:
            raise QueueFull(self.seconds_per_place())
        self._empty.clear()
        return place

    def leave(self, place: Place) -> None:
        """Gives a place up; the next in line has the slot at once."""
        if place in self._running:
            self._running.remove(place)
            self._held.append(self._clock() - place.since)
        elif place in self._queue:
            self._queue.remove(place)
            heapq.heapify(self._queue)
        turned_away = []
        while self._queue and len(self._running) < self.slots:
            following = heapq.heappop(self._queue)
            if following.granted.done():
                turned_away.append(following)
            else:
                self._grant(following)
        for waiting in turned_away:  # they have not left yet
            heapq.heappush(self._queue, waiting)
        if not self._running and not self._queue:
            self._empty.set()

    def seconds_per_place(self) -> float:
        """Says how long it takes until one who waits has a slot, from how long the last callers held theirs."""
        now = self._clock()
        held = list(self._held) or [now - place.since for place in self._running]
        return max(0.05, (sum(held) / len(held) if held else 1.0) / self.slots)

    def predicted_wait(self) -> float:
        """Says how long a caller that comes now would wait for a slot."""
        if len(self._running) < self.slots:
            return 0.0
        return (len(self._queue) + 1) * self.seconds_per_place()

    async def empty(self) -> None:
        """Returns when nobody has a slot or waits for one."""
        await self._empty.wait()

    def _grant(self, place: Place) -> None:
        place.since = self._clock()
        self._running.add(place)
        place.granted.set_result(None)


class Meter:
    """Measures a rate over the last seconds."""

    SECONDS = 5

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._counts = [0] * (self.SECONDS + 1)
        self._second = int(clock())

    def add(self, count: int) -> None:
        """Counts so many now."""
        self._turn()
        self._counts[self._second % len(self._counts)] += count

    def per_second(self) -> float:
        """Gives the rate over the last whole seconds."""
        self._turn()
        running = self._counts[self._second % len(self._counts)]
        return (sum(self._counts) - running) / self.SECONDS

    def _turn(self) -> None:
        now = int(self._clock())
        for second in range(self._second + 1, min(now, self._second + len(self._counts)) + 1):
            self._counts[second % len(self._counts)] = 0
        self._second = max(self._second, now)
