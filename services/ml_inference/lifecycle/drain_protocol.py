"""The drain protocol: before a replica unloads a version, the other replicas stop sending it requests and report when theirs have ended."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from types import TracebackType
from typing import Self

from services.kit.nats.connection import Nats
from services.kit.nats.signals import Signal
from services.kit.tasks import end, keep
from services.ml_inference.registry.models import DRAINING, Version

_HEARTBEAT, _EXPIRY = 1.0, 4.0
"""Seconds between two heartbeats of a replica, and without one until it no longer counts."""
_REPORT, _POLL = 0.1, 0.02


@dataclass(frozen=True, slots=True)
class _Drain:
    """Stop sending requests to a version, by its `model/number`, for so many seconds; 0 ends that."""

    version: str
    seconds: float


@dataclass(frozen=True, slots=True)
class _InFlight:
    """The sender's requests in flight on a version."""

    version: str
    requests: int


class DrainProtocol:
    """Takes part while it is entered. While the broker is down each replica is on its own. `clock` is monotonic, in seconds.

    `versions`, `move` and `notify` are those of the registry.
    """

    def __init__(
        self,
        versions: Callable[[], list[Version]],
        move: Callable[[Version, int], None],
        notify: Callable[[], None],
        nats: Nats,
        replica: str,
        clock: Callable[[], float],
    ) -> None:
        self._versions = versions
        self._move = move
        self._notify = notify
        self._clock = clock
        self._heartbeat = Signal(nats, "ml_inference.lifecycle.heartbeat", str, replica)
        self._drain = Signal(nats, "ml_inference.lifecycle.drain", _Drain, replica)
        self._in_flight = Signal(nats, "ml_inference.lifecycle.in_flight", _InFlight, replica)
        self._replicas: dict[str, float] = {}
        """When each other replica's last heartbeat came."""
        self._draining: dict[str, dict[str, int]] = {}
        """For each version that this replica drains, the requests in flight on the other replicas."""
        self._reports: dict[str, asyncio.Task[None]] = {}
        self._task: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        await self._heartbeat.subscribe(self._on_heartbeat)
        await self._drain.subscribe(self._on_drain)
        await self._in_flight.subscribe(self._on_in_flight)
        self._task = asyncio.create_task(keep(lambda: self._heartbeat.publish(""), _HEARTBEAT, "heartbeat not sent", at_once=True))
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        await end(self._task)
        for report in list(self._reports.values()):
            await end(report)

    async def drain(self, version: Version, seconds: float) -> None:
        """Asks the other replicas to send a version no requests for so many seconds."""
        self._draining[version.name] = {}
        await self._drain.publish(_Drain(version.name, seconds))

    async def resume(self, version: Version) -> None:
        """Tells the other replicas that the version stays loaded."""
        self._draining.pop(version.name, None)
        await self._drain.publish(_Drain(version.name, 0))

    def finish(self, version: Version) -> None:
        """Ends the drain of a version that was unloaded."""
        self._draining.pop(version.name, None)

    def drained(self, version: Version) -> bool:
        """Whether every other live replica has reported that it has no requests in flight on the version."""
        reports, now = self._draining.get(version.name, {}), self._clock()
        return all(reports.get(replica) == 0 for replica, at in self._replicas.items() if now - at < _EXPIRY)

    async def wait_drained(self, version: Version) -> None:
        """Returns once it is `drained`."""
        while not self.drained(version):  # noqa: ASYNC110 - the end of a replica's heartbeats is no event
            await asyncio.sleep(_POLL)

    async def _on_heartbeat(self, _: str, replica: str) -> None:
        self._replicas[replica] = self._clock()

    async def _on_drain(self, drain: _Drain, _: str) -> None:
        version = next((v for v in self._versions() if v.name == drain.version), None)
        if version is None:
            return
        version.drained_until = self._clock() + drain.seconds if drain.seconds else 0.0
        if drain.seconds and version.ready:
            self._move(version, DRAINING)
        elif not drain.seconds:
            self._notify()  # it may be ready again
        if drain.seconds and version.name not in self._reports:
            self._reports[version.name] = report = asyncio.create_task(self._report(version))
            report.add_done_callback(lambda _: self._reports.pop(version.name, None))

    async def _on_in_flight(self, in_flight: _InFlight, replica: str) -> None:
        if in_flight.version in self._draining:
            self._draining[in_flight.version][replica] = in_flight.requests

    async def _report(self, version: Version) -> None:
        while self._clock() < version.drained_until:
            await self._in_flight.publish(_InFlight(version.name, len(version.leases)))
            await asyncio.sleep(_REPORT)
