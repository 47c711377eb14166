"""Works off the items of a job, some at a time, behind everybody who waits."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Protocol

from inference import grpc_service_pb2
from uat.ml_inference.v1 import job_pb2

from services.kit.context import Caller
from services.kit.errors import Fault
from services.kit.jobs import Run
from services.kit.times import duration
from services.ml_inference.jobs.jobs import Models
from services.ml_inference.jobs.messages import VERSION

_FIRST_PAUSE, _LONGEST_PAUSE = 0.25, 5.0


class Inferring(Protocol):
    """The way to the model that every request goes."""

    async def infer(
        self, request: grpc_service_pb2.ModelInferRequest, caller: Caller, deadline: float | None, priority: int
    ) -> grpc_service_pb2.ModelInferResponse:
        """The model's response. `deadline` is on the monotonic clock. Raises a Fault."""


class JobWork:
    """Does a job. An item that fails does not fail the others; a model that is away for the moment is waited for."""

    def __init__(self, inference: Inferring, models: Models, items_at_once: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._inference = inference
        self._models = models
        self._items_at_once = items_at_once
        self._clock = clock

    async def __call__(self, run: Run) -> None:
        """Works off what is not done yet. Raises a transient Fault when the model went away; what was done by then is kept."""
        job = run.job
        route = self._models.route(job.topic, run.facts.get(VERSION, ""), "", job.tenant_id, job.user_id)
        # A job keeps its version to the end, also when that is rolled back: a canary is tried on single requests.
        version = route.stable_version or route.version
        await run.started(job_pb2.JobStarted(model_version=version, attempt=job.attempt).SerializeToString(), {VERSION: version})
        counts = _Counts(run, self._clock)
        left = (index for index in range(len(run.inputs)) if index not in run.done)
        try:
            async with asyncio.TaskGroup() as group:
                for _ in range(min(self._items_at_once, len(run.inputs))):
                    group.create_task(self._work_off(run, version, left, counts))
        except* Exception as errors:
            raise _first(errors) from None

    async def _work_off(self, run: Run, version: str, left: Iterator[int], counts: _Counts) -> None:
        deadline = _monotonic(run.job.deadline, self._clock)
        for index in left:
            item = job_pb2.JobItem(index=index)
            try:
                item.response.CopyFrom(await self._infer(run, index, version, deadline))
            except Fault as fault:
                if fault.transient:
                    raise
                item.error.CopyFrom(fault.status())
            failed = item.WhichOneof("result") == "error"
            await run.result(index, item.SerializeToString(), failed=failed)
            run.progress(*counts.ended(failed))

    async def _infer(self, run: Run, index: int, version: str, deadline: float | None) -> grpc_service_pb2.ModelInferResponse:
        request = grpc_service_pb2.ModelInferRequest.FromString(run.inputs[index])
        request.model_name, request.model_version = run.job.topic, version
        pause = _FIRST_PAUSE
        while True:
            try:
                return await self._inference.infer(request, run.job.caller, deadline, run.job.priority)
            except Fault as fault:
                # A full queue is waited for here: the other items that are at the model need not begin again.
                if not fault.overload:
                    raise
                await asyncio.sleep(max(pause, min(fault.retry_after or 0.0, _LONGEST_PAUSE)))
                pause = min(_LONGEST_PAUSE, pause * 2)


class _Counts:
    """How many items have ended, and how long the rest will take at the pace so far."""

    def __init__(self, run: Run, clock: Callable[[], float]) -> None:
        self._total = len(run.inputs)
        self._before = len(run.done)
        self._failed = run.failed
        self._ended = self._before
        self._clock = clock
        self._begun = clock()

    def ended(self, failed: bool) -> tuple[float, bytes]:
        """Takes in an item; the share that is done, and what to tell."""
        self._ended += 1
        self._failed += failed
        pace = (self._clock() - self._begun) / (self._ended - self._before)
        progressed = job_pb2.JobProgressed(
            items_succeeded=self._ended - self._failed,
            items_failed=self._failed,
            estimated_remaining=duration(pace * (self._total - self._ended)),
        )
        return self._ended / self._total, progressed.SerializeToString()


def _monotonic(deadline: datetime | None, clock: Callable[[], float]) -> float | None:
    return None if deadline is None else clock() + (deadline - datetime.now(UTC)).total_seconds()


def _first(errors: BaseExceptionGroup[Exception]) -> Exception:
    first = errors.exceptions[0]
    return _first(first) if isinstance(first, BaseExceptionGroup) else first
