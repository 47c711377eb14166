"""Appends a reply's events to their stream without making the reply wait."""

from __future__ import annotations

import asyncio
from collections import deque
from itertools import islice

import structlog

from services.chat.metrics import LOST
from services.kit.nats.connection import Nats

AT_ONCE = 64
"""Events on their way to the broker."""
WAITING = 1024
"""Events that wait for the broker before the reply has to."""
PATIENCE = 10.0
"""Seconds after which a reply gives up a broker that takes nothing, and goes on without."""
_PAUSE = 0.25

_log = structlog.get_logger("uat.chat")


class EventWriter:
    """A bounded pipeline of one reply. What the broker didn't confirm is sent again before anything newer, so an event may be there twice
    or, inside one batch, out of order; readers go by the sequence. Once it gave up, `lost` is set and nothing more is written."""

    def __init__(self, nats: Nats, subject: str) -> None:
        self._nats = nats
        self._subject = subject
        self._waiting: deque[bytes] = deque()
        self._moved = asyncio.Event()
        self._sending: asyncio.Task[None] | None = None
        self.lost = False

    async def append(self, payload: bytes) -> None:
        """Puts an event in line. Waits only while `WAITING` are there."""
        if self.lost:
            return
        self._waiting.append(payload)
        if self._sending is None or self._sending.done():
            self._sending = asyncio.create_task(self._send())
        while len(self._waiting) > WAITING and not self.lost:
            self._moved.clear()
            await self._moved.wait()

    async def settle(self, seconds: float | None) -> bool:
        """Waits until the broker holds everything, without a limit until it does or was given up; says whether it does."""
        if self._sending is not None:
            await asyncio.wait({self._sending}, timeout=seconds)
        return not self.lost and not self._waiting

    async def _send(self) -> None:
        loop = asyncio.get_running_loop()
        give_up: float | None = None
        while self._waiting:
            batch = list(islice(self._waiting, AT_ONCE))
            done = await asyncio.gather(*(self._nats.append(self._subject, payload) for payload in batch), return_exceptions=True)
            failed = [payload for payload, error in zip(batch, done, strict=True) if error is not None]
            for _ in batch:
                self._waiting.popleft()
            self._waiting.extendleft(reversed(failed))
            self._moved.set()
            if not failed:
                give_up = None
                continue
            give_up = give_up or loop.time() + PATIENCE
            if loop.time() > give_up:
                _log.warning("the events of a reply are lost", subject=self._subject, error=repr(next(e for e in done if e is not None)))
                self.lost = True
                LOST.inc()
                self._waiting.clear()
                self._moved.set()
                return
            await asyncio.sleep(_PAUSE)
