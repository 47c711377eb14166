"""What the service has to do now: queues, rates and times of every version, memory, and jobs."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Protocol

from inference import grpc_service_pb2 as oip
from inference import model_config_pb2
from uat.ml_inference.v1 import load_pb2, model_pb2

from services.kit.errors import Fault
from services.kit.times import duration, timestamp
from services.kit.triton.client import Triton
from services.ml_inference.scheduling.admission import Admission, limits_of

_LOADED = (
    model_pb2.MODEL_STATE_LOADING,
    model_pb2.MODEL_STATE_WARMING_UP,
    model_pb2.MODEL_STATE_READY,
    model_pb2.MODEL_STATE_DRAINING,
)
_FRESH = 0.5
"""Seconds for which Triton and the database are not asked again, however many watch."""
_PATIENCE = 2.0


class Models(Protocol):
    """What is asked of the registry, which answers from memory."""

    def versions(self, model: str = "") -> Sequence[model_pb2.ModelVersion]:
        """All versions, or those of one model, highest first. Raises ModelNotFound."""

    def settings(self, model: str) -> model_pb2.ModelSettings:
        """How a model is run."""

    def config(self, model: str, version: str) -> model_config_pb2.ModelConfig:
        """A loaded version's configuration."""


class Memory(Protocol):
    """What is asked of the memory's keeper."""

    def budgets(self) -> Sequence[model_pb2.MemoryBudget]:
        """The budgets of all devices, with what is taken now."""


class Waiting(Protocol):
    """What is asked of the jobs."""

    async def counts(self) -> tuple[int, int]:
        """How many wait, and how many run."""


class Load:
    """Measures. `clock` is monotonic, in seconds. `drain` belongs into the service's drains."""

    def __init__(
        self, models: Models, admission: Admission, triton: Triton, memory: Memory, jobs: Waiting, clock: Callable[[], float]
    ) -> None:
        self._models = models
        self._admission = admission
        self._triton = triton
        self._memory = memory
        self._jobs = jobs
        self._clock = clock
        self._draining = False
        self._asking = asyncio.Lock()
        self._asked_at: float | None = None
        self._triton_there = False
        self._batches: Mapping[tuple[str, str], float] = {}
        self._job_counts = (0, 0)

    async def drain(self) -> None:
        """Says from now on that nothing new is taken."""
        self._draining = True

    async def get(self, model: str) -> load_pb2.ServerLoad:
        """The load now, of the versions that are loaded or, with a model, of all that it has. Raises ModelNotFound."""
        versions = self._models.versions(model)
        await self._ask()
        shown = [v for v in versions if model or v.state in _LOADED]
        return load_pb2.ServerLoad(
            time=timestamp(datetime.now(UTC)),
            accepting=self._triton_there and not self._draining,
            models=[self._of_version(v) for v in shown],
            memory=self._memory.budgets(),
            queued_jobs=self._job_counts[0],
            running_jobs=self._job_counts[1],
        )

    async def watch(self, model: str, interval: float) -> AsyncGenerator[load_pb2.ServerLoad, None]:
        """The load again and again."""
        while True:
            begun = self._clock()
            yield await self.get(model)
            await asyncio.sleep(max(0.0, begun + interval - self._clock()))

    def _of_version(self, version: model_pb2.ModelVersion) -> load_pb2.ModelLoad:
        name, number = version.model_name, version.version
        found = load_pb2.ModelLoad(
            model_name=name, version=number, state=version.state, mean_batch_size=self._batches.get((name, number), 0.0)
        )
        line = self._admission.known(name, number)
        if line is None:
            if version.state == model_pb2.MODEL_STATE_READY:
                found.queue_limit = limits_of(self._models.settings(name).queue, self._models.config(name, number)).max_size
            return found
        figures = line.figures
        found.queue_depth, found.queue_limit, found.running = line.waiting, line.limits.max_size, line.running
        found.arrival_rate, found.drain_rate = figures.arrival_rate, figures.end_rate
        found.estimated_wait.CopyFrom(duration(line.estimated_wait()))
        found.oldest_wait.CopyFrom(duration(line.oldest_wait()))
        for field, share in (("latency_p50", 0.5), ("latency_p99", 0.99)):
            if (seconds := figures.latency(share)) is not None:
                getattr(found, field).CopyFrom(duration(seconds))
        found.refused_overload, found.refused_deadline = figures.refused_overload, figures.refused_deadline
        found.cache_hits, found.cache_misses = figures.cache_hits, figures.cache_misses
        return found

    async def _ask(self) -> None:
        """Asks Triton and the database, at most a few times a second. Where one is away, what it said last stands."""
        async with self._asking:
            if self._asked_at is not None and self._clock() - self._asked_at < _FRESH:
                return
            statistics, counts = await asyncio.gather(self._statistics(), self._counts())
            self._triton_there = statistics is not None
            self._batches = self._batches if statistics is None else statistics
            self._job_counts = self._job_counts if counts is None else counts
            self._asked_at = self._clock()

    async def _statistics(self) -> Mapping[tuple[str, str], float] | None:
        """Rows in an execution on average, since each version was loaded."""
        try:
            answer = await self._triton.ask("ModelStatistics", oip.ModelStatisticsRequest(), timeout=_PATIENCE)
        except Fault:
            return None
        return {(s.name, s.version): s.inference_count / s.execution_count for s in answer.model_stats if s.execution_count}

    async def _counts(self) -> tuple[int, int] | None:
        try:
            async with asyncio.timeout(_PATIENCE):
                return await self._jobs.counts()
        except (Fault, TimeoutError):
            return None
