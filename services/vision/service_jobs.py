"""The servicer of jobs and of streams that are jobs."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import aclosing
from typing import Any

from uat.vision.v1 import vision_service_pb2 as pb

from services.kit import pages
from services.kit.context import caller
from services.kit.jobs import Jobs
from services.kit.jobs.messages import state_name
from services.vision.jobs import messages
from services.vision.jobs.jobs import VisionJobs

_PAGE_SIZE, _RESULTS_PAGE_SIZE = 50, 20


class JobsServicer:
    """RPCs of `uat.vision.v1.VisionService`: jobs, RecognizeDocument and GenerateImage."""

    def __init__(self, vision_jobs: VisionJobs, jobs: Jobs) -> None:
        self._vision_jobs = vision_jobs
        self._jobs = jobs

    async def RecognizeDocument(self, request: pb.RecognizeDocumentRequest, _: Any) -> AsyncIterator[pb.RecognizeDocumentResponse]:
        async with aclosing(self._vision_jobs.recognize(caller(), request)) as events:
            async for event in events:
                yield pb.RecognizeDocumentResponse(event=event)

    async def GenerateImage(self, request: pb.GenerateImageRequest, _: Any) -> AsyncIterator[pb.GenerateImageResponse]:
        async with aclosing(self._vision_jobs.generate(caller(), request)) as events:
            async for event in events:
                yield pb.GenerateImageResponse(event=event)

    async def SubmitJob(self, request: pb.SubmitJobRequest, _: Any) -> pb.SubmitJobResponse:
        return pb.SubmitJobResponse(job=await self._vision_jobs.submit(caller(), request))

    async def GetJob(self, request: pb.GetJobRequest, _: Any) -> pb.GetJobResponse:
        return pb.GetJobResponse(job=messages.job(await self._jobs.get(caller(), request.job_id)))

    async def ListJobs(self, request: pb.ListJobsRequest, _: Any) -> pb.ListJobsResponse:
        kind, state = messages.kind_name(request.kind), state_name(request.state)
        records, token = await self._jobs.listing(
            caller(), pages.size(request.page_size, _PAGE_SIZE), request.page_token, kind=kind, state=state
        )
        return pb.ListJobsResponse(jobs=[messages.job(record) for record in records], next_page_token=token)

    async def WatchJob(self, request: pb.WatchJobRequest, _: Any) -> AsyncIterator[pb.WatchJobResponse]:
        async with aclosing(self._jobs.watch(caller(), request.job_id, request.after.sequence)) as events:
            async for event in events:
                yield pb.WatchJobResponse(event=messages.event(event))

    async def GetJobResult(self, request: pb.GetJobResultRequest, _: Any) -> pb.GetJobResultResponse:
        size = pages.size(request.page_size, _RESULTS_PAGE_SIZE)
        return messages.result(*await self._jobs.results(caller(), request.job_id, size, request.page_token))

    async def CancelJob(self, request: pb.CancelJobRequest, _: Any) -> pb.CancelJobResponse:
        return pb.CancelJobResponse(job=messages.job(await self._jobs.cancel(caller(), request.job_id)))

    async def DeleteJob(self, request: pb.DeleteJobRequest, _: Any) -> pb.DeleteJobResponse:
        await self._jobs.delete(caller(), request.job_id)
        return pb.DeleteJobResponse()
