"""Warm-up: executes sample requests on a version before callers wait for it."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

from inference import grpc_service_pb2 as oip

from services.kit.errors import DependencyUnavailable, Fault
from services.kit.triton.client import Triton
from services.ml_inference.errors import ModelFailed
from services.ml_inference.registry.models import Version
from services.ml_inference.triton.samples import requests_of

COUNT = 3
_EXECUTION_SECONDS = 300.0


@dataclass(frozen=True, slots=True)
class WarmUpResult:
    """The latency of the first and of the last execution in seconds, and the number of executions."""

    first: float
    last: float
    executions: int


class WarmUp:
    """Sends requests directly to Triton, past the queues and statistics."""

    def __init__(self, triton: Triton, clock: Callable[[], float] = time.monotonic) -> None:
        self._triton = triton
        self._clock = clock

    async def __call__(self, version: Version, sample: oip.ModelInferRequest | None = None, count: int = COUNT) -> WarmUpResult:
        """Executes the sample, or those of the configuration, or generated ones. Raises TensorMismatch, ModelFailed,
        TritonFailed, ModelAway or DependencyUnavailable.
        """
        if sample is not None:
            version.signature.check(sample)
        requests = [sample] if sample is not None else requests_of(version.config)
        times = []
        for request in requests:
            request.model_name, request.model_version = version.row.folder, version.number
            for _ in range(count):
                times.append(await self._execute(version, request))
        return WarmUpResult(times[0], times[-1], len(times))

    async def automatic(self, version: Version, seconds: float) -> None:
        """Warms up a version that was just loaded, for about so many seconds. A model may refuse generated requests. Raises
        DependencyUnavailable.
        """
        until = self._clock() + seconds
        for request in requests_of(version.config):
            request.model_name, request.model_version = version.row.folder, version.number
            for _ in range(COUNT):
                if self._clock() > until:
                    return
                try:
                    await self._execute(version, request)
                except Fault as fault:
                    if isinstance(fault, DependencyUnavailable):  # also when the model's process died
                        raise
                    break

    async def _execute(self, version: Version, request: oip.ModelInferRequest) -> float:
        began = self._clock()
        try:
            if version.config.model_transaction_policy.decoupled:
                async for _ in self._triton.stream(request, timeout=_EXECUTION_SECONDS):
                    pass
            else:
                await self._triton.exchange(request, timeout=_EXECUTION_SECONDS)
        except ValueError as error:
            raise ModelFailed(f"{version.name} gave a malformed response: {error}") from error
        return self._clock() - began
