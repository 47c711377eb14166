"""Inference that nobody waits for: what a caller may ask of jobs."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from datetime import datetime, timedelta
from typing import Protocol

from inference import grpc_service_pb2, model_config_pb2
from uat.ml_inference.v1 import job_pb2
from uat.ml_inference.v1 import ml_inference_service_pb2 as pb

from services.kit import pages
from services.kit.context import Caller
from services.kit.errors import Fault, FieldViolation, InvalidRequest
from services.kit.jobs import JobFaults, Jobs, JobsConfig, NewJob
from services.kit.postgres.idempotency import fingerprint
from services.kit.times import moment_of
from services.ml_inference.errors import (
    JobNotFinished,
    JobNotFound,
    JobQuotaExceeded,
    ModelFailed,
    SharedMemoryRefused,
    TensorTooLarge,
)
from services.ml_inference.jobs import messages as job_messages

KIND = "inference"
LOWEST = 10
_PAGE, _RESULTS_PAGE = 50, 100
_LARGE = 1024 * 1024
"""Requests longer than this are taken apart outside the event loop."""

FAULTS = JobFaults(
    not_found=lambda job_id: JobNotFound(f"you have no job {job_id}", metadata={"job_id": job_id}),
    not_finished=lambda job_id: JobNotFinished(f"{job_id} has not ended yet; WatchJob tells when it has", metadata={"job_id": job_id}),
    quota_exceeded=lambda tenant, most: JobQuotaExceeded(
        f"the tenant has {most} jobs that have not ended; wait for one, or cancel one",
        quota=(f"tenant:{tenant}", f"at most {most} jobs that have not ended"),
        retry_after=10,
    ),
    gave_up=lambda job_id: ModelFailed("the server failed again and again while it worked on this job", metadata={"job_id": job_id}),
)

Check = Callable[[grpc_service_pb2.ModelInferRequest, model_config_pb2.ModelConfig], None]
"""Raises a Fault when the request does not fit the model."""


class Route(Protocol):
    """Where a request goes."""

    @property
    def version(self) -> str:
        """The version that answers."""

    @property
    def stable_version(self) -> str | None:
        """The version to take in its place where a canary is tried; None where none is."""


class Models(Protocol):
    """What jobs ask of the catalog; it raises ModelNotFound, VersionNotFound and ModelNotReady."""

    def route(self, model: str, version: str, sequence_id: str, tenant_id: str, user_id: str) -> Route:
        """The version for a caller."""

    def config(self, model: str, version: str) -> model_config_pb2.ModelConfig:
        """A version's configuration."""


def jobs_config(*, at_once: int, quota: int, lease_seconds: float = 10.0, sweep_seconds: float = 2.0) -> JobsConfig:
    """How this service's jobs are run: so many at once on one replica, so many unfinished ones of one tenant."""
    return JobsConfig("ml_inference", {KIND: at_once}, quota, lease_seconds=lease_seconds, sweep_seconds=sweep_seconds)


class InferenceJobs:
    """The caller's jobs, in the messages of the contract."""

    def __init__(self, jobs: Jobs, models: Models, check: Check, most_bytes: int) -> None:
        self._jobs = jobs
        self._models = models
        self._check = check
        self._most_bytes = most_bytes

    async def submit(self, caller: Caller, request: pb.SubmitJobRequest) -> job_pb2.Job:
        """Stores a job. Raises when the requests do not fit the model, are too long together, or when the tenant has too many jobs."""
        self._judge(caller, request)
        if request.ByteSize() > _LARGE:
            new = await asyncio.to_thread(_new, request)
        else:
            new = _new(request)
        return job_messages.job(await self._jobs.submit(caller, new))

    async def get(self, caller: Caller, job_id: str) -> job_pb2.Job:
        """One job."""
        return job_messages.job(await self._jobs.get(caller, job_id))

    async def page(self, caller: Caller, request: pb.ListJobsRequest) -> pb.ListJobsResponse:
        """A page of jobs, the last submitted first."""
        size, state = pages.size(request.page_size, _PAGE), job_messages.state_name(request.state)
        records, token = await self._jobs.listing(caller, size, request.page_token, topic=request.model_name, state=state)
        return pb.ListJobsResponse(jobs=[job_messages.job(record) for record in records], next_page_token=token)

    async def watch(self, caller: Caller, job_id: str, after_sequence: int) -> AsyncGenerator[job_pb2.JobEvent, None]:
        """A job's events after a sequence, live until it ends."""
        async with aclosing(self._jobs.watch(caller, job_id, after_sequence)) as events:
            async for event in events:
                yield job_messages.event(event)

    async def results(self, caller: Caller, request: pb.GetJobResultRequest) -> pb.GetJobResultResponse:
        """A page of items, in the order of the submitted list."""
        size = pages.size(request.page_size, _RESULTS_PAGE)
        _, results, token = await self._jobs.results(caller, request.job_id, size, request.page_token)
        return pb.GetJobResultResponse(items=[job_pb2.JobItem.FromString(r.payload) for r in results], next_page_token=token)

    async def cancel(self, caller: Caller, job_id: str) -> job_pb2.Job:
        """Cancels a job."""
        return job_messages.job(await self._jobs.cancel(caller, job_id))

    async def delete(self, caller: Caller, job_id: str) -> None:
        """Deletes a job with everything."""
        await self._jobs.delete(caller, job_id)

    def _judge(self, caller: Caller, request: pb.SubmitJobRequest) -> None:
        size = sum(item.ByteSize() for item in request.items)
        if size > self._most_bytes:
            metadata = {"limit": str(self._most_bytes), "actual": str(size)}
            raise TensorTooLarge(f"the items have {size} bytes together; a job may have {self._most_bytes}", metadata=metadata)
        version = request.model_version
        if not version:
            version = self._models.route(request.model_name, "", "", caller.tenant_id, caller.user_id).version
        config = self._models.config(request.model_name, version)
        for place, item in enumerate(request.items):
            self._judge_item(request, f"items[{place}]", item, config)

    def _judge_item(
        self, job: pb.SubmitJobRequest, place: str, item: grpc_service_pb2.ModelInferRequest, config: model_config_pb2.ModelConfig
    ) -> None:
        if item.model_name not in ("", job.model_name):
            raise InvalidRequest.of(f"{place}.model_name", "must be empty or the job's")
        if item.model_version not in ("", job.model_version):
            raise InvalidRequest.of(f"{place}.model_version", "must be empty or the job's")
        parameters = [tensor.parameters for tensor in item.inputs] + [tensor.parameters for tensor in item.outputs]
        if any("shared_memory_region" in given for given in parameters):
            raise SharedMemoryRefused(f"{place}: a job can't use shared memory: nobody waits to hold it")
        try:
            self._check(item, config)
        except Fault as fault:
            fields = [FieldViolation(f"{place}.{f.field}", f.description, f.rule) for f in fault.fields]
            raise type(fault)(f"{place}: {fault.message}", metadata=fault.metadata, fields=fields) from fault


def _new(request: pb.SubmitJobRequest) -> NewJob:
    return NewJob(
        kind=KIND,
        inputs=[item.SerializeToString() for item in request.items],
        topic=request.model_name,
        priority=request.priority or LOWEST,
        weight=len(request.items),
        item_count=len(request.items),
        facts={job_messages.VERSION: request.model_version} if request.model_version else {},
        labels=dict(request.labels),
        retention=request.retention.ToTimedelta() if request.HasField("retention") else timedelta(hours=24),
        deadline=_deadline(request),
        request_id=request.request_id,
        fingerprint=fingerprint(request) if request.request_id else b"",
    )


def _deadline(request: pb.SubmitJobRequest) -> datetime | None:
    return moment_of(request.deadline) if request.HasField("deadline") else None
