"""Detects versions whose process died, also when another client of Triton sent the requests that failed."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from inference import grpc_service_pb2 as oip

from services.kit.errors import Fault
from services.kit.triton.client import ModelAway, ModelDied, Triton, TritonFailed
from services.kit.triton.liveness import blank
from services.ml_inference.registry.models import Version
from services.ml_inference.triton.samples import requests_of

_INTERVAL = 1.0
_SEQUENCE = 2**64 - 1
"""A sequence id that no caller uses."""


class Liveness:
    """Watches Triton's counters of failed requests, and probes a version whose counter grew."""

    def __init__(self, triton: Triton, clock: Callable[[], float]) -> None:
        self._triton = triton
        self._clock = clock
        self._failures: dict[tuple[str, str], int] = {}
        """The failed requests of each folder's version when it was last found alive."""
        self._probed: dict[tuple[str, str], float] = {}

    async def suspects(self, versions: Iterable[Version]) -> list[Version]:
        """The versions that failed requests since their last probe, each at most once a second. Raises DependencyUnavailable."""
        try:
            failures, now = await self._count_failures(), self._clock()
        except (TritonFailed, ModelAway):  # a version was unloaded meanwhile
            return []
        found = []
        for version in versions:
            key = version.row.folder, version.number
            if failures.get(key, 0) not in (0, self._failures.get(key)) and now - self._probed.get(key, 0) >= _INTERVAL:
                self._probed[key] = now
                found.append(version)
        return found

    async def alive(self, version: Version) -> bool:
        """Probes a version's process. One that is too busy to answer is alive."""
        key = version.row.folder, version.number
        sample = requests_of(version.config)[0]
        request = blank(sample)
        request.model_name, request.model_version = key
        for name, value in sample.parameters.items():
            request.parameters[name].CopyFrom(value)
        if "sequence_id" in request.parameters:
            request.parameters["sequence_id"].uint64_param = _SEQUENCE
        try:
            await self._triton.probe(request)
        except ModelDied:
            self._failures.pop(key, None)  # the counter of its next process starts from 0
            return False
        try:
            self._failures |= await self._count_failures(*key)  # the probe may have failed too
        except Fault:
            self._failures.pop(key, None)
        return True

    async def _count_failures(self, folder: str = "", version: str = "") -> dict[tuple[str, str], int]:
        answer = await self._triton.ask("ModelStatistics", oip.ModelStatisticsRequest(name=folder, version=version))
        return {(stats.name, stats.version): stats.inference_stats.fail.count for stats in answer.model_stats}
