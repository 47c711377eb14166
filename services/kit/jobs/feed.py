"""Who listens to jobs on this replica, and what replicas say to each other about jobs.

What is stored is told: to listeners here with the events themselves, to other replicas with the job's id alone, whereupon their listeners
read what is new. Who hears nothing (the broker is away) looks for itself every now and then.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

import structlog

from services.kit.errors import Fault
from services.kit.jobs.records import EVENT_QUEUED, JobEvent
from services.kit.nats.connection import Nats

_log = structlog.get_logger("uat.jobs")
_MOST_EVENTS, _MOST_BYTES = 256, 16 * 1024 * 1024


class Ears:
    """One listener's place. Events that it is too slow for are let fall; it then has to read them."""

    def __init__(self) -> None:
        self._events: deque[JobEvent] = deque()
        self._bytes = 0
        self._behind = False
        self._heard = asyncio.Event()
        self.waiting = False
        """Whether the last event said that the job waits."""

    def hear(self, event: JobEvent) -> None:
        """Puts an event in line."""
        self.waiting = event.kind == EVENT_QUEUED
        self._events.append(event)
        self._bytes += len(event.payload)
        if len(self._events) > _MOST_EVENTS or self._bytes > _MOST_BYTES:
            self.look()
        self._heard.set()

    def look(self) -> None:
        """Says that there is something new to read."""
        self._events.clear()
        self._bytes, self._behind = 0, True
        self._heard.set()

    async def next(self, seconds: float) -> JobEvent | None:
        """The next event; None when the listener should read, also after so many seconds in which nothing came."""
        if not self._events and not self._behind:
            self._heard.clear()
            try:
                async with asyncio.timeout(seconds):
                    await self._heard.wait()
            except TimeoutError:
                return None
        if self._behind or not self._events:
            self._behind = False
            return None
        event = self._events.popleft()
        self._bytes -= len(event.payload)
        return event


class Feed:
    """Tells and listens. `stopped` is called with the id of a job that must not be worked on here any more."""

    def __init__(self, nats: Nats, service: str, owner: str) -> None:
        self._nats = nats
        self._owner = owner
        self._told, self._stop = f"{service}.jobs.told", f"{service}.jobs.stop"
        self._ears: dict[str, set[Ears]] = {}
        self._stopped: Callable[[str], None] = lambda _: None

    async def open(self, stopped: Callable[[str], None]) -> None:
        """Begins to hear other replicas."""
        self._stopped = stopped
        await self._nats.subscribe(self._told, self._heard_told)
        await self._nats.subscribe(self._stop, self._heard_stop)

    @contextmanager
    def listening(self, job_id: str) -> Iterator[Ears]:
        """Inside the block everything that is told of the job is heard."""
        ears = Ears()
        self._ears.setdefault(job_id, set()).add(ears)
        try:
            yield ears
        finally:
            self._ears[job_id].discard(ears)
            if not self._ears[job_id]:
                del self._ears[job_id]

    def waiting(self) -> list[str]:
        """The jobs that somebody here waits with."""
        return [job_id for job_id, listeners in self._ears.items() if any(ears.waiting for ears in listeners)]

    async def tell(self, events: Sequence[JobEvent]) -> None:
        """Tells what was stored."""
        for event in events:
            for ears in self._ears.get(event.job_id, ()):
                ears.hear(event)
        for job_id in dict.fromkeys(event.job_id for event in events):
            await self._say(self._told, job_id)

    async def stop(self, job_id: str) -> None:
        """Has whoever works on the job let go of it, here and elsewhere."""
        self._stopped(job_id)
        await self._say(self._stop, job_id)

    async def _say(self, subject: str, job_id: str) -> None:
        try:
            await self._nats.publish(subject, f"{self._owner} {job_id}".encode())
        except Fault as fault:
            _log.warning("other replicas were not told of a job", subject=subject, error=str(fault))

    async def _heard_told(self, payload: bytes) -> None:
        owner, _, job_id = payload.decode().partition(" ")
        if owner != self._owner:
            for ears in self._ears.get(job_id, ()):
                ears.look()

    async def _heard_stop(self, payload: bytes) -> None:
        owner, _, job_id = payload.decode().partition(" ")
        if owner != self._owner:
            self._stopped(job_id)
