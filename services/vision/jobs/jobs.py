"""Jobs of vision's callers: submission, streams, reads and cancellation."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Coroutine, Mapping
from contextlib import aclosing, closing
from dataclasses import replace
from datetime import timedelta
from typing import Any

from google.rpc import code_pb2, status_pb2
from uat.common.v1.job_pb2 import JOB_STATE_FAILED, JOB_STATE_SUCCEEDED
from uat.vision.v1 import document_pb2, generation_pb2, job_pb2, source_pb2
from uat.vision.v1 import vision_service_pb2 as pb

from services.kit.context import Caller
from services.kit.errors import RemoteFault
from services.kit.jobs import JobFaults, Jobs, JobsConfig, NewJob
from services.kit.postgres.idempotency import fingerprint
from services.vision.errors import JobNotFinished, JobNotFound, JobQuotaExceeded, ProcessingFailed
from services.vision.generation.generation import Fields, Generation
from services.vision.jobs import messages
from services.vision.sources import Sources

Picture = job_pb2.ImagePreview | generation_pb2.GeneratedImage
STREAM, SUBMITTED = 3, 7
"""Priorities: a job that a caller follows on a stream runs before one that was submitted."""
_LARGE = 1024 * 1024
"""Requests longer than this are hashed outside the event loop."""

FAULTS = JobFaults(
    not_found=JobNotFound.of,
    not_finished=JobNotFinished.of,
    quota_exceeded=lambda tenant, most: JobQuotaExceeded(
        f"the tenant has {most} unfinished jobs; wait for one to finish, or cancel one",
        quota=(f"tenant:{tenant}", f"at most {most} unfinished jobs"),
        retry_after=10,
    ),
    gave_up=lambda job_id: ProcessingFailed(
        "the workers failed repeatedly on this content; retrying does not help", metadata={"job_id": job_id}
    ),
)


def jobs_config(*, slots: Mapping[str, int], quota: int, lease_seconds: float = 10.0, sweep_seconds: float = 2.0) -> JobsConfig:
    """The configuration of jobs: slots by kind on one replica, and the quota of unfinished jobs of one tenant."""
    return JobsConfig("vision", slots, quota, lease_seconds=lease_seconds, sweep_seconds=sweep_seconds)


class VisionJobs:
    """The caller's jobs, in the messages of the contract."""

    def __init__(self, jobs: Jobs, sources: Sources, generation: Generation) -> None:
        self._jobs = jobs
        self._sources = sources
        self._generation = generation

    async def recognize(self, caller: Caller, request: pb.RecognizeDocumentRequest) -> AsyncGenerator[job_pb2.JobEvent, None]:
        """RecognizeDocument: a job and its events. Leaving cancels the job, unless it is in the background or has another watcher."""
        async with aclosing(self._stream(caller, request, self._recognition(caller, request.source, request.options))) as events:
            async for event in events:
                yield event

    async def generate(self, caller: Caller, request: pb.GenerateImageRequest) -> AsyncGenerator[job_pb2.JobEvent, None]:
        """GenerateImage: a job and its events. Leaving cancels the job, unless it is in the background or has another watcher."""
        async with aclosing(self._stream(caller, request, self._generation_of(request.spec))) as events:
            async for event in events:
                yield event

    async def paint(self, caller: Caller, spec: generation_pb2.GenerationSpec) -> AsyncGenerator[Picture, None]:
        """The pictures of a complete spec as they come, and previews in the pictures' size and format. This is a job: leaving cancels it.
        Raises its error, or CANCELLED when it was cancelled elsewhere.
        """
        new = replace(_generation(spec), facts={messages.FULL_PREVIEWS: True}, priority=STREAM, background=False)
        async with aclosing(self._jobs.start(caller, new)) as events:
            async for stored in events:
                event = messages.event(stored)
                if event.HasField("image"):
                    yield event.image
                elif event.HasField("preview"):
                    yield event.preview
                elif event.HasField("ended") and event.ended.job.progress.state != JOB_STATE_SUCCEEDED:
                    raise RemoteFault(_reason(event.ended.job))

    async def _stream(
        self, caller: Caller, request: pb.RecognizeDocumentRequest | pb.GenerateImageRequest, work: Coroutine[Any, Any, NewJob]
    ) -> AsyncGenerator[job_pb2.JobEvent, None]:
        with closing(work):
            digest = await _fingerprint(request)
            standing = await self._jobs.standing(caller, request.request_id, digest)
            if standing is not None:
                stream = self._jobs.watch(caller, standing, 0)
            else:
                new = replace(await work, request_id=request.request_id, fingerprint=digest, priority=STREAM, background=request.background)
                stream = self._jobs.start(caller, new)
        async with aclosing(stream) as events:
            async for event in events:
                yield messages.event(event)

    async def submit(self, caller: Caller, request: pb.SubmitJobRequest) -> job_pb2.Job:
        """Stores a job that runs without a watcher, together with its content."""
        digest = await _fingerprint(request)
        if standing := await self._jobs.standing(caller, request.request_id, digest):
            return messages.job(await self._jobs.get(caller, standing))
        new = replace(
            await self._work(caller, request),
            priority=SUBMITTED,
            labels=dict(request.labels),
            retention=request.retention.ToTimedelta() if request.HasField("retention") else timedelta(hours=24),
            request_id=request.request_id,
            fingerprint=digest,
        )
        return messages.job(await self._jobs.submit(caller, new))

    async def _work(self, caller: Caller, request: pb.SubmitJobRequest) -> NewJob:
        match request.WhichOneof("work"):
            case "recognition":
                return await self._recognition(caller, request.recognition.source, request.recognition.options)
            case "generation":
                return await self._generation_of(request.generation, "generation")
            case _:
                content = await self._sources.picture(caller, request.analysis.source)
                return NewJob(messages.ANALYSIS, [request.analysis.options.SerializeToString(), content])

    async def _recognition(self, caller: Caller, source: source_pb2.Source, options: document_pb2.RecognitionOptions) -> NewJob:
        content = await self._sources.document(caller, source, options)
        return NewJob(messages.RECOGNITION, [options.SerializeToString(), content], topic=options.model)

    async def _generation_of(self, requested: generation_pb2.GenerationSpec, field: str = "spec") -> NewJob:
        fields = Fields(f"{field}.model", f"{field}.width", f"{field}.steps")
        return _generation(await self._generation.complete(requested, fields))


def _reason(job: job_pb2.Job) -> status_pb2.Status:
    """Why an ended job has no complete result."""
    if job.progress.state == JOB_STATE_FAILED:
        return job.progress.error
    return status_pb2.Status(code=code_pb2.CANCELLED, message=f"{job.id} was cancelled before its pictures were finished")


def _generation(spec: generation_pb2.GenerationSpec) -> NewJob:
    weight = float(spec.count * spec.steps)
    return NewJob(messages.GENERATION, [spec.SerializeToString()], topic=spec.model, weight=weight, item_count=spec.count)


async def _fingerprint(request: pb.RecognizeDocumentRequest | pb.GenerateImageRequest | pb.SubmitJobRequest) -> bytes:
    if not request.request_id:
        return b""
    return await asyncio.to_thread(fingerprint, request) if request.ByteSize() > _LARGE else fingerprint(request)
