"""Replicated state: a copy in the memory of every replica of what a store holds, current within a moment of each change.

Code that commits a change calls `changed`: this replica rereads the state, and a signal over NATS makes the other replicas reread theirs.
The full state is read each time, so signals that are lost, late or repeated do no harm. Each replica also rereads every `interval`
seconds, after a reconnect, and every second while the broker is down or the last read failed.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import AsyncGenerator, Awaitable, Callable
from types import TracebackType
from typing import Generic, Self, TypeVar

from services.kit.nats.connection import Nats
from services.kit.nats.signals import Signal
from services.kit.tasks import end, safely

T = TypeVar("T")

_CHECK = 0.25
"""Seconds between two looks at the connection and the clock."""
_UNHEALTHY_INTERVAL = 1.0
"""Seconds between two reads while the broker is down or the last read failed."""


class Replicated(Generic[T]):
    """The state while it is entered. Entering reads it for the first time, so a server whose resource this is takes no call without it.

    `read` reads the full state from the store; `apply` is called with the result of each read, before readers and watchers see it.
    `subject` names the state and is unique in the mesh; `replica` names this process.
    """

    def __init__(
        self,
        nats: Nats,
        subject: str,
        replica: str,
        read: Callable[[], Awaitable[T]],
        apply: Callable[[T], object] = lambda _: None,
        *,
        interval: float = 5.0,
    ) -> None:
        self._nats = nats
        self._subject = subject
        self._signal = Signal(nats, subject, str, replica)
        self._read = read
        self._apply = apply
        self._interval = interval
        self._state: T | None = None
        self._version = 0
        self._moved = asyncio.Event()
        self._reading = asyncio.Lock()
        self._requested = self._covered = 0
        self._nudge = asyncio.Event()
        self._read_at = self._tried_at = float("-inf")
        self._task: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        await self._signal.subscribe(self._nudged)  # before the first read, so that no change falls between the two
        await self.refresh()
        self._task = asyncio.create_task(self._keep_reading())
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        await end(self._task)

    @property
    def state(self) -> T:
        """The state as last read. Only once it is entered."""
        assert self._version, f"{self._subject} was not read yet"
        return self._state  # type: ignore[return-value]

    @property
    def version(self) -> int:
        """Counts, on this replica alone, the reads that found another state than before: 1 after the first read."""
        return self._version

    @property
    def age(self) -> float:
        """Seconds since the state was last read: with the store and the broker up, at most `interval` and the time of one read."""
        return time.monotonic() - self._read_at

    async def changed(self) -> None:
        """Call it after a change was committed: returns once this replica has read it, and the other replicas were told to read it. Raises
        what `read` raises; the others have been told all the same.
        """
        try:
            await self.refresh()
        finally:
            await self._signal.publish("")

    async def refresh(self) -> None:
        """Returns once a read that began after this call was applied. Concurrent calls share one read. Raises what `read` raises."""
        self._requested += 1
        request = self._requested
        async with self._reading:
            if self._covered >= request:
                return
            covered, self._tried_at = self._requested, time.monotonic()
            state = await self._read()
            self._covered, self._read_at = covered, self._tried_at
            self._apply(state)
            if self._version == 0 or state != self._state:
                self._state = state
                self._version += 1
                self._moved.set()
                self._moved = asyncio.Event()

    async def watch(self, idle: float) -> AsyncGenerator[T, None]:
        """Yields the state now, then whenever it changed, and at the latest after `idle` seconds. A slow reader gets the newest state."""
        while True:
            version, moved = self._version, self._moved
            yield self.state
            if version == self._version:
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(idle):
                        await moved.wait()

    async def _nudged(self, _: str, __: str) -> None:
        self._nudge.set()

    async def _keep_reading(self) -> None:
        reconnects = self._nats.reconnects
        while True:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(_CHECK):
                    await self._nudge.wait()
            healthy = self._nats.connected and self._read_at == self._tried_at
            due = time.monotonic() - self._tried_at >= (self._interval if healthy else min(self._interval, _UNHEALTHY_INTERVAL))
            if due or self._nudge.is_set() or reconnects != self._nats.reconnects:
                reconnects = self._nats.reconnects
                self._nudge.clear()
                await safely(self.refresh, f"{self._subject}: the state was not read again")
