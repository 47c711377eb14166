"""SubmitJob, GetJob, ListJobs, WatchJob, GetJobResult, CancelJob and DeleteJob."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing
from datetime import datetime, timedelta

from inference import grpc_service_pb2
from uat.ml_inference.v1 import job_pb2
from uat.ml_inference.v1 import ml_inference_service_pb2 as pb

from services.kit import pages
from services.kit.context import Caller
from services.kit.errors import Fault, FieldViolation, InvalidRequest
from services.kit.jobs.jobs import Jobs
from services.kit.jobs.messages import state_name
from services.kit.jobs.records import JobFaults, JobsConfig, NewJob
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
from services.ml_inference.routing.router import Router
from services.ml_inference.triton.tensors import Signature, uses_shared_memory

KIND = "inference"
LOWEST_PRIORITY = 10
_PAGE, _RESULTS_PAGE = 50, 100
_LARGE = 1024 * 1024
"""Requests longer than this are split outside the event loop."""

FAULTS = JobFaults(
    not_found=lambda job_id: JobNotFound(f"you have no job {job_id}", metadata={"job_id": job_id}),
    not_finished=lambda job_id: JobNotFinished(f"{job_id} has not ended yet; WatchJob reports its end", metadata={"job_id": job_id}),
    quota_exceeded=lambda tenant, most: JobQuotaExceeded(
        f"the tenant has {most} jobs that have not ended; wait for one, or cancel one",
        quota=(f"tenant:{tenant}", f"at most {most} jobs that have not ended"),
        retry_after=10,
    ),
    gave_up=lambda job_id: ModelFailed("the server failed repeatedly while it worked on this job", metadata={"job_id": job_id}),
)


def jobs_config(*, at_once: int, quota: int, lease_seconds: float = 10.0, sweep_seconds: float = 2.0) -> JobsConfig:
    """The configuration of this service's jobs: how many run at once on one replica, and how many unfinished ones a tenant may have."""
    return JobsConfig("ml_inference", {KIND: at_once}, quota, lease_seconds=lease_seconds, sweep_seconds=sweep_seconds)


class InferenceJobs:
    """The caller's jobs, as messages of the contract."""

    def __init__(self, jobs: Jobs, router: Router, most_bytes: int) -> None:
        self._jobs = jobs
        self._router = router
        self._most_bytes = most_bytes

    async def submit(self, caller: Caller, request: pb.SubmitJobRequest) -> job_pb2.Job:
        """Stores a job. Raises TensorMismatch, TensorTooLarge, JobQuotaExceeded, or what routing raises."""
        self._validate(caller, request)
        if request.ByteSize() > _LARGE:
            new = await asyncio.to_thread(_new, request)
        else:
            new = _new(request)
        return job_messages.job(await self._jobs.submit(caller, new))

    async def get(self, caller: Caller, job_id: str) -> job_pb2.Job:
        """One job."""
        return job_messages.job(await self._jobs.get(caller, job_id))

    async def page(self, caller: Caller, request: pb.ListJobsRequest) -> pb.ListJobsResponse:
        """A page of jobs, newest first."""
        size, state = pages.size(request.page_size, _PAGE), state_name(request.state)
        records, token = await self._jobs.listing(caller, size, request.page_token, topic=request.model_name, state=state)
        return pb.ListJobsResponse(jobs=[job_messages.job(record) for record in records], next_page_token=token)

    async def watch(self, caller: Caller, job_id: str, after_sequence: int) -> AsyncGenerator[job_pb2.JobEvent, None]:
        """A job's events after a sequence, until it ends."""
        async with aclosing(self._jobs.watch(caller, job_id, after_sequence)) as events:
            async for event in events:
                yield job_messages.event(event)

    async def results(self, caller: Caller, request: pb.GetJobResultRequest) -> pb.GetJobResultResponse:
        """A page of items, in the order in which they were submitted."""
        size = pages.size(request.page_size, _RESULTS_PAGE)
        _, results, token = await self._jobs.results(caller, request.job_id, size, request.page_token)
        return pb.GetJobResultResponse(items=[job_pb2.JobItem.FromString(r.payload) for r in results], next_page_token=token)

    async def cancel(self, caller: Caller, job_id: str) -> job_pb2.Job:
        """Cancels a job."""
        return job_messages.job(await self._jobs.cancel(caller, job_id))

    async def delete(self, caller: Caller, job_id: str) -> None:
        """Deletes a job with its results."""
        await self._jobs.delete(caller, job_id)

    def _validate(self, caller: Caller, request: pb.SubmitJobRequest) -> None:
        size = sum(item.ByteSize() for item in request.items)
        if size > self._most_bytes:
            metadata = {"limit": str(self._most_bytes), "actual": str(size)}
            raise TensorTooLarge(f"the items have {size} bytes together; a job may have {self._most_bytes}", metadata=metadata)
        found = self._router.destination(request.model_name, request.model_version, "", caller.tenant_id, caller.user_id)
        for index, item in enumerate(request.items):
            _validate_item(request, f"items[{index}]", item, found.version.signature)


def _validate_item(job: pb.SubmitJobRequest, at: str, item: grpc_service_pb2.ModelInferRequest, signature: Signature) -> None:
    if item.model_name not in ("", job.model_name):
        raise InvalidRequest.of(f"{at}.model_name", "must be empty or the job's")
    if item.model_version not in ("", job.model_version):
        raise InvalidRequest.of(f"{at}.model_version", "must be empty or the job's")
    if uses_shared_memory(item):
        raise SharedMemoryRefused(f"{at}: a job can't use shared memory")
    try:
        signature.check(item)
    except Fault as fault:
        fields = [FieldViolation(f"{at}.{f.field}", f.description, f.rule) for f in fault.fields]
        raise type(fault)(f"{at}: {fault.message}", metadata=fault.metadata, fields=fields) from fault


def _new(request: pb.SubmitJobRequest) -> NewJob:
    return NewJob(
        kind=KIND,
        inputs=[item.SerializeToString() for item in request.items],
        topic=request.model_name,
        priority=request.priority or LOWEST_PRIORITY,
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
