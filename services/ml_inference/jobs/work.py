"""Executes the items of a job, several at a time and behind the requests of callers."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterator
from datetime import UTC, datetime

from inference import grpc_service_pb2
from uat.ml_inference.v1 import job_pb2

from services.kit.context import Caller
from services.kit.errors import Fault
from services.kit.jobs.run import Run
from services.kit.tasks import task_group
from services.kit.times import duration
from services.ml_inference.jobs.messages import VERSION
from services.ml_inference.routing.router import Router

_FIRST_PAUSE, _LONGEST_PAUSE = 0.25, 5.0

Infer = Callable[[grpc_service_pb2.ModelInferRequest, Caller, float | None, int], Awaitable[grpc_service_pb2.ModelInferResponse]]
"""Infers for a caller, with a deadline on the monotonic clock and a priority. Raises a Fault."""


class JobWork:
    """Runs a job. An item that fails doesn't fail the others. While the model is overloaded, items wait.

    `clock` is monotonic, in seconds.
    """

    def __init__(self, infer: Infer, router: Router, items_at_once: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._infer = infer
        self._router = router
        self._items_at_once = items_at_once
        self._clock = clock

    async def __call__(self, run: Run) -> None:
        """Executes the items that are not done yet. Raises a transient Fault when the model is away; the results so far are kept."""
        job = run.job
        route = self._router.destination(job.topic, run.facts.get(VERSION, ""), "", job.tenant_id, job.user_id).route
        # A job keeps its version to the end, so it doesn't run on a canary, which may be rolled back.
        version = route.stable_version or route.version
        await run.started(job_pb2.JobStarted(model_version=version, attempt=job.attempt).SerializeToString(), {VERSION: version})
        counts = _Counts(run, self._clock)
        left = (index for index in range(len(run.inputs)) if index not in run.done)
        async with task_group() as group:
            for _ in range(min(self._items_at_once, len(run.inputs))):
                group.create_task(self._execute_items(run, version, left, counts))

    async def _execute_items(self, run: Run, version: str, left: Iterator[int], counts: _Counts) -> None:
        deadline = _monotonic(run.job.deadline, self._clock)
        for index in left:
            item = job_pb2.JobItem(index=index)
            try:
                item.response.CopyFrom(await self._execute(run, index, version, deadline))
            except Fault as fault:
                if fault.transient:
                    raise
                item.error.CopyFrom(fault.status())
            failed = item.WhichOneof("result") == "error"
            await run.result(index, item.SerializeToString(), failed=failed)
            run.progress(*counts.ended(failed))

    async def _execute(self, run: Run, index: int, version: str, deadline: float | None) -> grpc_service_pb2.ModelInferResponse:
        request = grpc_service_pb2.ModelInferRequest.FromString(run.inputs[index])
        request.model_name, request.model_version = run.job.topic, version
        pause = _FIRST_PAUSE
        while True:
            try:
                return await self._infer(request, run.job.caller, deadline, run.job.priority)
            except Fault as fault:
                # Waiting here for a full queue lets the other items go on.
                if not fault.overload:
                    raise
                await asyncio.sleep(max(pause, min(fault.retry_after or 0.0, _LONGEST_PAUSE)))
                pause = min(_LONGEST_PAUSE, pause * 2)


class _Counts:
    """Counts the ended items, and estimates how long the rest takes."""

    def __init__(self, run: Run, clock: Callable[[], float]) -> None:
        self._total = len(run.inputs)
        self._before = len(run.done)
        self._failed = run.failed
        self._ended = self._before
        self._clock = clock
        self._began = clock()

    def ended(self, failed: bool) -> tuple[float, bytes]:
        """Counts an item. Returns the share that is done, and the progress event."""
        self._ended += 1
        self._failed += failed
        pace = (self._clock() - self._began) / (self._ended - self._before)
        progressed = job_pb2.JobProgressed(
            items_succeeded=self._ended - self._failed,
            items_failed=self._failed,
            estimated_remaining=duration(pace * (self._total - self._ended)),
        )
        return self._ended / self._total, progressed.SerializeToString()


def _monotonic(deadline: datetime | None, clock: Callable[[], float]) -> float | None:
    return None if deadline is None else clock() + (deadline - datetime.now(UTC)).total_seconds()
