"""What replicas say to each other before a version is unloaded: send it nothing more, and tell me when yours have ended."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from types import TracebackType
from typing import Self

import orjson
import structlog

from services.kit.errors import DependencyUnavailable
from services.kit.nats.connection import Nats
from services.kit.tasks import end

_HERE, _DRAIN, _LEFT = "uat.ml_inference.here", "uat.ml_inference.drain", "uat.ml_inference.left"
_SIGN, _GONE = 1.0, 4.0
"""Seconds between two signs of life of a replica, and after which one that gave none counts no more."""
_REPORT, _ASK = 0.1, 0.02

_log = structlog.get_logger("uat.ml_inference")

Left = Callable[[str], int | None]
"""The requests that this replica's version, by `name/version`, works on; None once it isn't draining any more."""
Drain = Callable[[str, float], None]
"""Has this replica send a version nothing more for so many seconds; 0 lets it go on."""


class DrainProtocol:
    """The other replicas, while it is entered. Where the broker is away there are none in hearing, and each replica is on its own.

    `clock` is monotonic, in seconds.
    """

    def __init__(self, nats: Nats, owner: str, clock: Callable[[], float]) -> None:
        self._nats = nats
        self._owner = owner
        self._clock = clock
        self._heard: dict[str, float] = {}
        self._left: dict[str, dict[str, int]] = {}
        self._reports: dict[str, asyncio.Task[None]] = {}
        self._signing: asyncio.Task[None] | None = None
        self.on_drain: Drain = lambda name, seconds: None
        self.left: Left = lambda name: None

    async def __aenter__(self) -> Self:
        for subject, heard in ((_HERE, self._heard_here), (_DRAIN, self._heard_drain), (_LEFT, self._heard_left)):
            await self._nats.subscribe(subject, _unpacked(heard))
        self._signing = asyncio.create_task(self._sign())
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        await end(self._signing)
        for report in list(self._reports.values()):
            await end(report)

    async def drain(self, name: str, seconds: float) -> None:
        """Asks the others to send a version nothing for so many seconds."""
        self._left[name] = {}
        await self._say(_DRAIN, self._owner, name, seconds)

    async def go_on(self, name: str) -> None:
        """Tells the others that the version stays."""
        self._left.pop(name, None)
        await self._say(_DRAIN, self._owner, name, 0)

    def forget(self, name: str) -> None:
        """Ends waiting for the others: the version is gone."""
        self._left.pop(name, None)

    def quiet(self, name: str) -> bool:
        """Whether every other replica has said that its requests for the version have ended."""
        told, now = self._left.get(name, {}), self._clock()
        return all(told.get(owner) == 0 for owner, at in self._heard.items() if now - at < _GONE)

    async def silence(self, name: str) -> None:
        """Waits until they have."""
        while not self.quiet(name):  # noqa: ASYNC110 - nothing tells that one gives no sign of life any more
            await asyncio.sleep(_ASK)

    async def _sign(self) -> None:
        while True:
            await self._say(_HERE, self._owner)
            await asyncio.sleep(_SIGN)

    async def _heard_here(self, owner: str) -> None:
        if owner != self._owner:
            self._heard[owner] = self._clock()

    async def _heard_drain(self, owner: str, name: str, seconds: float) -> None:
        if owner == self._owner:
            return
        self.on_drain(name, seconds)
        if seconds and name not in self._reports:
            self._reports[name] = report = asyncio.create_task(self._report(name))
            report.add_done_callback(lambda _: self._reports.pop(name, None))

    async def _heard_left(self, owner: str, name: str, count: int) -> None:
        if owner != self._owner and name in self._left:
            self._left[name][owner] = count

    async def _report(self, name: str) -> None:
        while (count := self.left(name)) is not None:
            await self._say(_LEFT, self._owner, name, count)
            await asyncio.sleep(_REPORT)

    async def _say(self, subject: str, *what: str | float) -> None:
        try:
            await self._nats.publish(subject, orjson.dumps(what))
        except DependencyUnavailable as fault:
            _log.warning("other replicas were not told", subject=subject, error=str(fault))


def _unpacked(heard: Callable[..., Awaitable[None]]) -> Callable[[bytes], Awaitable[None]]:
    async def take(payload: bytes) -> None:
        await heard(*orjson.loads(payload))

    return take
