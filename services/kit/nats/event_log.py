"""Resumable streams: numbered events of one log (a reply, an ingestion), stored in JetStream, which any replica replays from any position.

The replica that produces the events serves its own readers from memory, so they wait for no broker. All other readers replay the stored
events and then follow new ones. A reader resumes with the sequence of the last event that it saw.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import aclosing
from itertools import islice
from typing import Generic, Protocol, Self, TypeVar

import structlog

from services.kit.nats.connection import Nats

_IN_FLIGHT = 64
"""Events sent to the broker at a time."""
_BACKLOG = 1024
"""Events that may wait for the broker before their producer has to wait."""
_GIVE_UP = 10.0
"""Seconds after which a log no longer waits for a broker that stores nothing."""
_PAUSE = 0.25

_log = structlog.get_logger("uat.events")


class Event(Protocol):
    """A protobuf message whose field `sequence` counts the events of its log from 1."""

    sequence: int

    def SerializeToString(self) -> bytes:
        """The event as it is stored."""

    @classmethod
    def FromString(cls, data: bytes) -> Self:
        """The event that was stored."""


E = TypeVar("E", bound=Event)


class EventLogs(Generic[E]):
    """The logs in one JetStream stream, each with a subject of its own."""

    def __init__(self, nats: Nats, stream: str, kind: type[E], *, on_lost: Callable[[], object] = lambda: None) -> None:
        """`on_lost` is called for each log whose events the broker didn't store, so that it can't be resumed."""
        self._nats = nats
        self._stream = stream
        self._kind = kind
        self._on_lost = on_lost

    def writer(self, subject: str) -> EventWriter[E]:
        """Appends to a log. A log has one writer at a time."""
        return EventWriter(self._nats, subject, self._on_lost)

    async def replay(self, subject: str, *, live: bool, idle: float = 30.0) -> AsyncGenerator[E, None]:
        """The events from the first one on: in order, each once, without a gap. With `live` it continues until no event came for `idle`
        seconds, else it ends with the newest one. Raises DependencyUnavailable.
        """
        expected, early = 1, dict[int, E]()
        async with aclosing(self._nats.replay(self._stream, subject, live=live, idle=idle)) as payloads:
            async for payload in payloads:
                event = self._kind.FromString(payload)
                early.setdefault(event.sequence, event)
                while expected in early:
                    yield early.pop(expected)
                    expected += 1

    async def wait_for(self, subject: str, matches: Callable[[E], bool], proceed: Callable[[], Awaitable[bool]]) -> None:
        """Subscribes to the log, then awaits `proceed`; if that returns True, returns once an event `matches`, else at once."""
        async with self._nats.messages(subject) as messages:
            if await proceed():
                async for _, payload in messages:
                    if matches(self._kind.FromString(payload)):
                        return


class EventWriter(Generic[E]):
    """A bounded pipeline to the broker. Events that the broker didn't confirm are sent again before newer ones, so a stored event may be
    duplicated or, within one batch, out of order; `EventLogs.replay` restores the order. After it gave up, `lost` is set and it stores
    nothing more.
    """

    def __init__(self, nats: Nats, subject: str, on_lost: Callable[[], object]) -> None:
        self._nats = nats
        self._subject = subject
        self._on_lost = on_lost
        self._backlog: deque[bytes] = deque()
        self._progress = asyncio.Event()
        self._sending: asyncio.Task[None] | None = None
        self.lost = False

    async def append(self, event: E) -> None:
        """Queues an event. Waits only while the backlog is full."""
        if self.lost:
            return
        self._backlog.append(event.SerializeToString())
        if self._sending is None or self._sending.done():
            self._sending = asyncio.create_task(self._send())
        while len(self._backlog) > _BACKLOG and not self.lost:
            self._progress.clear()
            await self._progress.wait()

    async def settle(self, seconds: float | None) -> bool:
        """Waits until the broker has stored everything, or until it is given up or so many seconds passed; returns whether it has."""
        if self._sending is not None:
            await asyncio.wait({self._sending}, timeout=seconds)
        return not self.lost and not self._backlog

    async def _send(self) -> None:
        loop = asyncio.get_running_loop()
        give_up: float | None = None
        while self._backlog:
            batch = list(islice(self._backlog, _IN_FLIGHT))
            results = await asyncio.gather(*(self._nats.append(self._subject, payload) for payload in batch), return_exceptions=True)
            failed = [payload for payload, error in zip(batch, results, strict=True) if error is not None]
            for _ in batch:
                self._backlog.popleft()
            self._backlog.extendleft(reversed(failed))
            self._progress.set()
            if not failed:
                give_up = None
                continue
            give_up = give_up or loop.time() + _GIVE_UP
            if loop.time() > give_up:
                error = next(e for e in results if e is not None)
                _log.warning("the events of a log are lost: the broker stores nothing", subject=self._subject, error=repr(error))
                self.lost = True
                self._on_lost()
                self._backlog.clear()
                self._progress.set()
                return
            await asyncio.sleep(_PAUSE)


class LiveLog(Generic[E]):
    """A log while this replica produces it: readers here are served from memory, which holds all of its events until it is dropped. So the
    producer bounds their number and size.
    """

    def __init__(self, writer: EventWriter[E]) -> None:
        self.ended = asyncio.Event()
        self._writer = writer
        self._events: list[E] = []
        self._moved = asyncio.Event()

    @property
    def next_sequence(self) -> int:
        """The sequence of the next event, which has to be appended before another one is made."""
        return len(self._events) + 1

    async def append(self, event: E, stored: E | None = None) -> None:
        """Shows an event to the readers here, and stores it. `stored` is a smaller form for the broker."""
        self._show(event)
        await self._writer.append(stored or event)

    async def finish(self, event: E, stored: E | None = None, *, settle: float) -> None:
        """Appends the last event: stored first, where the broker does so within `settle` seconds, so that other replicas have it when the
        readers here see it.
        """
        settled = await self._writer.settle(settle)
        await self._writer.append(stored or event)
        if settled:
            await self._writer.settle(settle)
        self.ended.set()
        self._show(event)

    async def settle(self) -> bool:
        """Waits until the broker has stored everything or is given up; returns whether it has."""
        return await self._writer.settle(None)

    def end_unstored(self, event: E) -> None:
        """Shows a last event to the readers here that nothing else is to store. Of no effect once the log has ended."""
        if not self.ended.is_set():
            self.ended.set()
            self._show(event)

    async def follow(self) -> AsyncGenerator[E, None]:
        """All events from the first one, then new ones until the last."""
        position = 0
        while True:
            moved = self._moved
            while position < len(self._events):
                position += 1
                yield self._events[position - 1]
            if self.ended.is_set():
                return
            await moved.wait()

    def _show(self, event: E) -> None:
        self._events.append(event)
        self._moved.set()
        self._moved = asyncio.Event()
