"""GetLoad and WatchLoad: queues, rates and latencies of every version, memory, and jobs."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping, Sequence
from datetime import UTC, datetime

from inference import grpc_service_pb2 as oip
from uat.ml_inference.v1 import load_pb2, model_pb2

from services.kit.errors import Fault
from services.kit.times import duration, timestamp
from services.kit.triton.client import Triton
from services.ml_inference.registry.models import IN_MEMORY, Version
from services.ml_inference.registry.registry import Registry
from services.ml_inference.scheduling.queues import Queues, limits_of
from services.ml_inference.triton.repository import model_of

_REUSED = 0.5
"""Seconds for which the answers of Triton and the database are reused, however many callers watch."""
_TIMEOUT = 2.0


class Load:
    """Measures the load. `memory` gives the budgets of the devices, `jobs` counts waiting and running jobs; `clock` is monotonic.

    `drain` belongs to the drains of the server.
    """

    def __init__(
        self,
        registry: Registry,
        queues: Queues,
        triton: Triton,
        memory: Callable[[], Sequence[model_pb2.MemoryBudget]],
        jobs: Callable[[], Awaitable[tuple[int, int]]],
        clock: Callable[[], float],
    ) -> None:
        self._registry = registry
        self._queues = queues
        self._triton = triton
        self._memory = memory
        self._jobs = jobs
        self._clock = clock
        self._draining = False
        self._measuring = asyncio.Lock()
        self._measured_at: float | None = None
        self._triton_up = False
        self._batch_sizes: Mapping[tuple[str, str], float] = {}
        self._job_counts = (0, 0)

    async def drain(self) -> None:
        """Reports from now on that no requests are accepted."""
        self._draining = True

    async def get(self, model: str) -> load_pb2.ServerLoad:
        """The load now, of the loaded versions, or of all versions of a model. Raises ModelNotFound."""
        versions = self._registry.versions(model)
        await self._measure()
        return load_pb2.ServerLoad(
            time=timestamp(datetime.now(UTC)),
            accepting=self._triton_up and not self._draining,
            models=[self._of_version(v) for v in versions if model or v.state in IN_MEMORY],
            memory=self._memory(),
            queued_jobs=self._job_counts[0],
            running_jobs=self._job_counts[1],
        )

    async def watch(self, model: str, interval: float) -> AsyncGenerator[load_pb2.ServerLoad, None]:
        """The load every `interval` seconds."""
        while True:
            began = self._clock()
            yield await self.get(model)
            await asyncio.sleep(max(0.0, began + interval - self._clock()))

    def _of_version(self, version: Version) -> load_pb2.ModelLoad:
        found = load_pb2.ModelLoad(
            model_name=version.model,
            version=version.number,
            state=version.state,  # type: ignore[arg-type]
            mean_batch_size=self._batch_sizes.get((version.model, version.number), 0.0),
        )
        queue = self._queues.existing(version.model, version.number)
        if queue is None:
            if version.ready:
                found.queue_limit = limits_of(self._registry.model(version.model).settings.queue, version.config).waiting
            return found
        admission, statistics = queue.admission, queue.statistics
        counts, seconds = statistics.recent()
        found.queue_depth, found.queue_limit, found.running = admission.waiting, admission.limits.waiting, admission.running
        found.arrival_rate = counts.arrivals / seconds
        found.drain_rate = (counts.requests - counts.errors + counts.cached) / seconds
        found.estimated_wait.CopyFrom(duration(admission.outlook(queue.demand("", 0, 1, None)).wait))
        found.oldest_wait.CopyFrom(duration(admission.oldest_wait))
        for field, share in (("latency_p50", 0.5), ("latency_p99", 0.99)):
            if (latency := counts.quantile(share)) is not None:
                getattr(found, field).CopyFrom(duration(latency))
        found.refused_overload, found.refused_deadline = admission.refused_overload, admission.refused_deadline
        found.cache_hits, found.cache_misses = statistics.cache_hits, statistics.cache_misses
        return found

    async def _measure(self) -> None:
        """Queries Triton and the database. Where one of them is away, its last answer is used again."""
        async with self._measuring:
            if self._measured_at is not None and self._clock() - self._measured_at < _REUSED:
                return
            batch_sizes, job_counts = await asyncio.gather(self._query_triton(), self._query_jobs())
            self._triton_up = batch_sizes is not None
            self._batch_sizes = self._batch_sizes if batch_sizes is None else batch_sizes
            self._job_counts = self._job_counts if job_counts is None else job_counts
            self._measured_at = self._clock()

    async def _query_triton(self) -> Mapping[tuple[str, str], float] | None:
        """The mean batch size of each version since it was loaded."""
        try:
            answer = await self._triton.ask("ModelStatistics", oip.ModelStatisticsRequest(), timeout=_TIMEOUT)
        except Fault:
            return None
        return {(model_of(s.name), s.version): s.inference_count / s.execution_count for s in answer.model_stats if s.execution_count}

    async def _query_jobs(self) -> tuple[int, int] | None:
        try:
            async with asyncio.timeout(_TIMEOUT):
                return await self._jobs()
        except (Fault, TimeoutError):
            return None
