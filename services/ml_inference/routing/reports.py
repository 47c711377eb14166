"""Reports: replicas exchange their traffic counts every second, so that canaries are judged by the requests of all replicas."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from services.kit.nats.connection import Nats
from services.kit.nats.signals import Signal
from services.ml_inference.routing.canary import Report, Rollout
from services.ml_inference.scheduling.queues import VersionCounts

_EXPIRY = 3.5
"""Seconds after which the report of a replica that sent no other one is dropped."""


@dataclass(frozen=True, slots=True)
class _Message:
    """The counts of one model on one replica."""

    model: str
    versions: Mapping[str, list[Any]]
    rollout: list[Any] | None


class Reports:
    """The newest report of each other replica. `clock` is monotonic, in seconds."""

    def __init__(self, nats: Nats, replica: str, clock: Callable[[], float]) -> None:
        self._signal = Signal(nats, "ml_inference.traffic.counts", _Message, replica)
        self._clock = clock
        self._received: dict[tuple[str, str], tuple[float, _Message]] = {}

    async def subscribe(self) -> None:
        """Receives reports from now on, until the connection closes."""
        await self._signal.subscribe(self._receive)

    async def send(self, model: str, versions: Mapping[str, VersionCounts], rollout: Rollout | None) -> None:
        """Sends this replica's counts."""
        packed = {version: counts.packed() for version, counts in versions.items()}
        await self._signal.publish(_Message(model, packed, None if rollout is None else rollout.report().packed()))

    def add_to(self, counts: VersionCounts, model: str, version: str) -> None:
        """Adds what the other replicas counted of a version."""
        for message in self._fresh(model):
            if version in message.versions:
                counts.add(VersionCounts.unpacked(message.versions[version]))

    def of(self, model: str, rollout: Rollout) -> list[Report]:
        """What the other replicas counted of a rollout."""
        found = [Report.unpacked(message.rollout) for message in self._fresh(model) if message.rollout is not None]
        return [report for report in found if report.rollout == rollout.report().rollout]

    def _fresh(self, model: str) -> Iterator[_Message]:
        now = self._clock()
        return (message for (name, _), (at, message) in self._received.items() if name == model and now - at <= _EXPIRY)

    async def _receive(self, message: _Message, replica: str) -> None:
        now = self._clock()
        self._received = {key: entry for key, entry in self._received.items() if now - entry[0] <= _EXPIRY}
        self._received[message.model, replica] = now, message
