"""The news about jobs: to watchers on this replica with the events themselves, to other replicas as signals.

Everything is stored first. A signal names a job, and watchers there read what is new; a replica that misses one finds out for itself, as
watchers, queue and heartbeat also look at the store every few seconds.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from services.kit.jobs.records import EVENT_QUEUED, JobEvent
from services.kit.nats.connection import Nats
from services.kit.nats.signals import Signal

_MOST_EVENTS, _MOST_BYTES = 256, 16 * 1024 * 1024


class Subscription:
    """One watcher's queue of events. A slow watcher loses the queued events and must read them from the store."""

    def __init__(self) -> None:
        self._events: deque[JobEvent] = deque()
        self._bytes = 0
        self._behind = False
        self._changed = asyncio.Event()
        self.waiting = False
        """Whether the job was in the queue at its last event."""

    def put(self, event: JobEvent) -> None:
        """Queues an event."""
        self.waiting = event.kind == EVENT_QUEUED
        self._events.append(event)
        self._bytes += len(event.payload)
        if len(self._events) > _MOST_EVENTS or self._bytes > _MOST_BYTES:
            self.reread()
        self._changed.set()

    def reread(self) -> None:
        """Makes the watcher read from the store."""
        self._events.clear()
        self._bytes, self._behind = 0, True
        self._changed.set()

    async def next(self, seconds: float) -> JobEvent | None:
        """The next event. None when the watcher should read from the store, also after so many seconds without an event."""
        if not self._events and not self._behind:
            self._changed.clear()
            try:
                async with asyncio.timeout(seconds):
                    await self._changed.wait()
            except TimeoutError:
                return None
        if self._behind or not self._events:
            self._behind = False
            return None
        event = self._events.popleft()
        self._bytes -= len(event.payload)
        return event


class Feed:
    """Publishes and receives news about the jobs of one service on one replica."""

    def __init__(self, nats: Nats, service: str, replica: str) -> None:
        self._changed = Signal(nats, f"{service}.jobs.changed", str, replica)
        self._stopped = Signal(nats, f"{service}.jobs.stopped", str, replica)
        self._queued = Signal(nats, f"{service}.jobs.queued", str, replica)
        self._subscriptions: dict[str, set[Subscription]] = {}
        self._on_stop: Callable[[str], object] = lambda job_id: None
        self._on_queued: Callable[[str], object] = lambda kind: None

    @property
    def connected(self) -> bool:
        """Whether signals of other replicas arrive now."""
        return self._changed.connected

    async def open(self) -> None:
        """Begins to receive the signals of other replicas for watchers here."""
        await self._changed.subscribe(self._reread)

    async def work(self, on_stop: Callable[[str], object], on_queued: Callable[[str], object]) -> None:
        """Calls `on_stop` with the id of each job that must not be worked on any more, and `on_queued` with the kind of each job that
        waits, on whichever replica that happens.
        """
        self._on_stop, self._on_queued = on_stop, on_queued

        async def stop(job_id: str, _: str) -> None:
            on_stop(job_id)

        async def queued(kind: str, _: str) -> None:
            on_queued(kind)

        await self._stopped.subscribe(stop)
        await self._queued.subscribe(queued)

    @contextmanager
    def subscribe(self, job_id: str) -> Iterator[Subscription]:
        """Inside the block the subscription receives every event of the job."""
        subscription = Subscription()
        self._subscriptions.setdefault(job_id, set()).add(subscription)
        try:
            yield subscription
        finally:
            self._subscriptions[job_id].discard(subscription)
            if not self._subscriptions[job_id]:
                del self._subscriptions[job_id]

    def waiting(self) -> list[str]:
        """Queued jobs that have a watcher on this replica."""
        return [job_id for job_id, found in self._subscriptions.items() if any(subscription.waiting for subscription in found)]

    async def publish(self, events: Sequence[JobEvent]) -> None:
        """Announces events that were stored."""
        for event in events:
            for subscription in self._subscriptions.get(event.job_id, ()):
                subscription.put(event)
        for job_id in dict.fromkeys(event.job_id for event in events):
            await self._changed.publish(job_id)

    async def stop(self, job_id: str) -> None:
        """Stops the work on a job that was ended, wherever it runs."""
        self._on_stop(job_id)
        await self._stopped.publish(job_id)

    async def queued(self, kind: str) -> None:
        """Announces that a job of this kind waits, to every replica that may have a free slot."""
        self._on_queued(kind)
        await self._queued.publish(kind)

    async def _reread(self, job_id: str, _: str) -> None:
        for subscription in self._subscriptions.get(job_id, ()):
            subscription.reread()
