"""Which versions have lost their process, whoever's requests it failed: callers may go to Triton past this service."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from inference import grpc_service_pb2 as oip

from services.kit.errors import Fault
from services.kit.triton.client import ModelAway, ModelDied, Triton, TritonFailed
from services.kit.triton.liveness import blank
from services.ml_inference.lifecycle.warm_up import requests_of
from services.ml_inference.registry.models import Version

_GAP = 1.0
_SEQUENCE = 2**64 - 1
"""A sequence of nobody's."""


class Liveness:
    """Looks at Triton's counts of failed requests, and where they grew asks the model itself."""

    def __init__(self, triton: Triton, clock: Callable[[], float]) -> None:
        self._triton = triton
        self._clock = clock
        self._failed: dict[str, int] = {}
        self._felt: dict[str, float] = {}

    async def suspects(self, versions: Iterable[Version]) -> list[Version]:
        """Those of these ready versions that failed requests since they were last felt, no one twice in a second. Raises as `ask` does."""
        try:
            failed, now = await self._failures("", ""), self._clock()
        except (TritonFailed, ModelAway):  # one was unloaded while they were counted
            return []
        found = [
            v for v in versions if failed.get(v.name, 0) not in (0, self._failed.get(v.name)) and now - self._felt.get(v.name, 0) >= _GAP
        ]
        self._felt |= {version.name: now for version in found}
        return found

    async def beats(self, version: Version) -> bool:
        """Whether a version's process lives; one that has too much to do to answer does."""
        sample = requests_of(version.config)[0]
        request = blank(sample)
        request.model_name, request.model_version = version.row.place, version.number
        for name, value in sample.parameters.items():
            request.parameters[name].CopyFrom(value)
        if "sequence_id" in request.parameters:
            request.parameters["sequence_id"].uint64_param = _SEQUENCE
        try:
            await self._triton.feel(request)
        except ModelDied:
            self._failed.pop(version.name, None)  # the next process counts from 0
            return False
        try:
            self._failed |= await self._failures(version.model, version.number)  # this question may have been one more
        except Fault:
            self._failed.pop(version.name, None)
        return True

    async def _failures(self, model: str, version: str) -> dict[str, int]:
        answer = await self._triton.ask("ModelStatistics", oip.ModelStatisticsRequest(name=model, version=version))
        return {f"{stats.name}/{stats.version}": stats.inference_stats.fail.count for stats in answer.model_stats}
