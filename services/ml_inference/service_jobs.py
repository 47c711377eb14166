"""The servicer of jobs."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import aclosing
from typing import Any

from uat.ml_inference.v1 import ml_inference_service_pb2 as pb

from services.kit.context import caller
from services.ml_inference.jobs.jobs import InferenceJobs


class JobsServicer:
    """Answers the RPCs of `uat.ml_inference.v1.MlInferenceService` about jobs."""

    def __init__(self, jobs: InferenceJobs) -> None:
        self._jobs = jobs

    async def SubmitJob(self, request: pb.SubmitJobRequest, _: Any) -> pb.SubmitJobResponse:
        return pb.SubmitJobResponse(job=await self._jobs.submit(caller(), request))

    async def GetJob(self, request: pb.GetJobRequest, _: Any) -> pb.GetJobResponse:
        return pb.GetJobResponse(job=await self._jobs.get(caller(), request.job_id))

    async def ListJobs(self, request: pb.ListJobsRequest, _: Any) -> pb.ListJobsResponse:
        return await self._jobs.page(caller(), request)

    async def WatchJob(self, request: pb.WatchJobRequest, _: Any) -> AsyncIterator[pb.WatchJobResponse]:
        async with aclosing(self._jobs.watch(caller(), request.job_id, request.after.sequence)) as events:
            async for event in events:
                yield pb.WatchJobResponse(event=event)

    async def GetJobResult(self, request: pb.GetJobResultRequest, _: Any) -> pb.GetJobResultResponse:
        return await self._jobs.results(caller(), request)

    async def CancelJob(self, request: pb.CancelJobRequest, _: Any) -> pb.CancelJobResponse:
        return pb.CancelJobResponse(job=await self._jobs.cancel(caller(), request.job_id))

    async def DeleteJob(self, request: pb.DeleteJobRequest, _: Any) -> pb.DeleteJobResponse:
        await self._jobs.delete(caller(), request.job_id)
        return pb.DeleteJobResponse()
