"""Jobs of ml_inference over gRPC, on real PostgreSQL and NATS; the models are scripted."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import grpc
import pytest
from google.protobuf.duration_pb2 import Duration
from google.protobuf.timestamp_pb2 import Timestamp
from google.rpc import error_details_pb2, status_pb2
from grpc_status import rpc_status
from inference import grpc_service_pb2
from uat.common.v1 import job_pb2 as common_job_pb2
from uat.common.v1.event_position_pb2 import EventPosition
from uat.ml_inference.v1 import job_pb2
from uat.ml_inference.v1 import ml_inference_service_pb2 as pb
from uat.ml_inference.v1 import ml_inference_service_pb2_grpc as pb_grpc

from services.kit.app import App, Served
from services.kit.context import Caller
from services.kit.errors import DependencyUnavailable, FieldViolation, Overloaded
from services.kit.ids import new_id
from services.kit.jobs import Jobs, Worker
from services.kit.nats.connection import Nats as NatsConnection
from services.kit.postgres.database import Database
from services.kit.postgres.migrations.upgrade import upgrade
from services.kit.testing import Issuer, bearer, running
from services.mesh.parts.nats import Nats
from services.mesh.parts.postgres import Postgres
from services.ml_inference.errors import ModelFailed, ModelNotFound, TensorMismatch
from services.ml_inference.jobs.jobs import FAULTS, KIND, InferenceJobs, jobs_config
from services.ml_inference.jobs.work import JobWork
from services.ml_inference.service_jobs import JobsServicer
from tests.conftest import PASSWORD, postgres_url, settings_for
from tests.kit.job_houses import fresh_service
from tests.waiting import soon

MIGRATIONS = Path(__file__).parents[1] / "kit" / "jobs_migrations"


@dataclass(frozen=True)
class Destination:
    """What jobs read of a destination: the route's versions, and a signature that checks."""

    route: Any
    version: Any


@dataclass
class Model:
    """A catalog with one model, and the model: it answers with the request's id, or does what the id says."""

    version: str = "1"
    away: bool = False
    full: int = 0
    asked: list[tuple[str, str, int]] = field(default_factory=list)
    """Caller, version and priority of each request."""
    at_once: int = 0
    most_at_once: int = 0
    held: asyncio.Event = field(default_factory=asyncio.Event)

    def destination(self, model: str, version: str, sequence_id: str, tenant_id: str, user_id: str) -> Destination:
        if model != "echo":
            raise ModelNotFound(f"there is no model {model}")
        route = SimpleNamespace(version=version or self.version, stable_version=None)
        return Destination(route, SimpleNamespace(signature=self))

    def check(self, request: grpc_service_pb2.ModelInferRequest) -> None:
        if request.id == "unfit":
            raise TensorMismatch("inputs[0]: is INT32", fields=[FieldViolation("inputs[0].datatype", "is INT32, the model has FP32")])

    async def infer(
        self, request: grpc_service_pb2.ModelInferRequest, caller: Caller, deadline: float | None, priority: int
    ) -> grpc_service_pb2.ModelInferResponse:
        self.asked.append((caller.user_id, request.model_version, priority))
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        try:
            await asyncio.sleep(0.005)
            if request.id == "hold":
                await self.held.wait()
            if self.away:
                raise DependencyUnavailable("Triton is not there")
            if self.full:
                self.full -= 1
                raise Overloaded("the queue is full", retry_after=0.01)
            if request.id == "broken":
                raise ModelFailed("the model raised an exception")
        finally:
            self.at_once -= 1
        raw = request.raw_input_contents
        return grpc_service_pb2.ModelInferResponse(id=request.id, model_version=request.model_version, raw_output_contents=raw)


@dataclass
class Deployment:
    postgres: Postgres
    nats: Nats
    issuer: Issuer
    identity_folder: Path
    service: str

    @asynccontextmanager
    async def replica(self, model: Model, items_at_once: int = 4) -> AsyncIterator[Any]:
        """The RPCs of one replica."""
        database = Database(postgres_url(self.postgres, self.service), max_size=4)
        nats = NatsConnection(self.nats.url)
        config = jobs_config(at_once=2, quota=20, lease_seconds=1.5, sweep_seconds=0.3)
        jobs = Jobs(database, nats, config, FAULTS, new_id)
        worker = Worker(jobs, {KIND: JobWork(model.infer, model, items_at_once)})  # type: ignore[arg-type]
        servicer = JobsServicer(InferenceJobs(jobs, model, 8 * 1024 * 1024))  # type: ignore[arg-type]
        app = App(
            name="ml_inference",
            port=0,
            served=[Served(pb.DESCRIPTOR.services_by_name["MlInferenceService"], servicer)],
            trust=self.issuer.trust(),
            resources=[database, nats, worker],
            drains=[worker.drain],
        )
        async with running(app, settings_for("ml_inference", self.identity_folder, self.issuer)) as channel:
            yield pb_grpc.MlInferenceServiceStub(channel)


@pytest.fixture
def deployment(postgres: Postgres, nats: Nats, issuer: Issuer, identity_folder: Path) -> Deployment:
    service = fresh_service()
    upgrade(postgres.url, service, MIGRATIONS, PASSWORD)
    return Deployment(postgres, nats, issuer, identity_folder, service)


@pytest.fixture
def alice(issuer: Issuer) -> Any:
    return bearer(issuer.user("user_alice"))


def items(*ids: str) -> list[grpc_service_pb2.ModelInferRequest]:
    return [grpc_service_pb2.ModelInferRequest(id=name, raw_input_contents=[name.encode()]) for name in ids]


async def submit(stub: Any, who: Any, *ids: str, model: str = "echo", **fields: Any) -> job_pb2.Job:
    return (await stub.SubmitJob(pb.SubmitJobRequest(model_name=model, items=items(*ids), **fields), metadata=who)).job  # type: ignore[no-any-return]


async def events(stub: Any, who: Any, job_id: str, after: int = 0) -> list[job_pb2.JobEvent]:
    async with asyncio.timeout(20):
        request = pb.WatchJobRequest(job_id=job_id, after=EventPosition(sequence=after))
        return [response.event async for response in stub.WatchJob(request, metadata=who)]


async def results(stub: Any, who: Any, job_id: str, size: int = 0) -> list[job_pb2.JobItem]:
    found, token = [], ""
    while True:
        request = pb.GetJobResultRequest(job_id=job_id, page_size=size, page_token=token)
        page = await stub.GetJobResult(request, metadata=who)
        found += page.items
        token = page.next_page_token
        if not token:
            return found


def reason(error: pytest.ExceptionInfo[grpc.aio.AioRpcError]) -> tuple[str, str, status_pb2.Status]:
    status = rpc_status.from_call(error.value)  # type: ignore[arg-type]
    assert status is not None
    info = error_details_pb2.ErrorInfo()
    assert any(detail.Unpack(info) for detail in status.details)
    return info.reason, error.value.code().name, status


async def test_each_item_has_its_response_or_its_error_in_the_order_of_the_list(deployment: Deployment, alice: Any) -> None:
    model = Model()
    async with deployment.replica(model) as stub:
        names = [f"i{n}" for n in range(30)]
        names[7] = "broken"
        job = await submit(stub, alice, *names, labels={"a": "b"})
        told = await events(stub, alice, job.id)
        assert [e.position.sequence for e in told] == list(range(1, len(told) + 1))
        assert [e.WhichOneof("event") for e in told[:2]] == ["queued", "started"]
        assert (told[1].started.model_version, told[1].started.attempt) == ("1", 1)
        ended = told[-1].ended.job
        assert ended == (await stub.GetJob(pb.GetJobRequest(job_id=job.id), metadata=alice)).job
        assert (ended.progress.state, ended.progress.items_total, ended.progress.items_succeeded, ended.progress.items_failed) == (
            common_job_pb2.JOB_STATE_SUCCEEDED,
            30,
            29,
            1,
        )
        assert (ended.model_name, ended.model_version, ended.priority, dict(ended.labels)) == ("echo", "1", 10, {"a": "b"})
        found = await results(stub, alice, job.id, 7)
        assert [item.index for item in found] == list(range(30))
        assert [item.response.raw_output_contents[0].decode() for item in found if item.HasField("response")] == [
            name for name in names if name != "broken"
        ]
        info = error_details_pb2.ErrorInfo()
        assert found[7].error.details[0].Unpack(info)
        assert info.reason == "MODEL_FAILED"
        assert set(model.asked) == {("user_alice", "1", 10)}
        assert model.most_at_once == 4


async def test_the_version_is_chosen_once_for_all_items_also_after_a_break(deployment: Deployment, alice: Any) -> None:
    model = Model()
    async with deployment.replica(model) as stub:
        job = await submit(stub, alice, *(["hold"] * 8))
        await soon(lambda: len(model.asked) == 4)
        model.version, model.away = "2", True
        model.held.set()
        await soon(lambda: len(model.asked) > 6)
        model.away = False
        told = await events(stub, alice, job.id)
        assert told[-1].ended.job.progress.state == common_job_pb2.JOB_STATE_SUCCEEDED
        assert {version for _, version, _ in model.asked} == {"1"}
        assert [e.WhichOneof("event") for e in told].count("started") == 1


async def test_a_job_finishes_after_the_model_server_was_away_and_does_nothing_twice(deployment: Deployment, alice: Any) -> None:
    model = Model()
    async with deployment.replica(model) as stub:
        job = await submit(stub, alice, *(f"i{n}" for n in range(60)))
        await soon(lambda: len(model.asked) > 20)
        model.away = True
        before = len(model.asked)
        await soon(lambda: len(model.asked) > before + 6)
        model.away = False
        ended = (await events(stub, alice, job.id))[-1].ended.job
        assert (ended.progress.state, ended.progress.items_succeeded) == (common_job_pb2.JOB_STATE_SUCCEEDED, 60)
        assert len(await results(stub, alice, job.id)) == 60


async def test_a_full_queue_is_waited_for(deployment: Deployment, alice: Any) -> None:
    model = Model(full=6)
    async with deployment.replica(model) as stub:
        job = await submit(stub, alice, *(f"i{n}" for n in range(6)))
        ended = (await events(stub, alice, job.id))[-1].ended.job
        assert (ended.progress.state, ended.progress.items_succeeded) == (common_job_pb2.JOB_STATE_SUCCEEDED, 6)


async def test_requests_that_cannot_work_are_refused_before_they_are_stored(deployment: Deployment, alice: Any) -> None:
    async with deployment.replica(Model()) as stub:
        with pytest.raises(grpc.aio.AioRpcError) as error:
            await submit(stub, alice, "a", "unfit")
        name, code, status = reason(error)
        assert (name, code) == ("TENSOR_MISMATCH", "INVALID_ARGUMENT")
        bad = error_details_pb2.BadRequest()
        assert any(d.Unpack(bad) for d in status.details)
        assert bad.field_violations[0].field == "items[1].inputs[0].datatype"

        shared = items("a")
        shared[0].inputs.add(name="x").parameters["shared_memory_region"].string_param = "region"
        other = items("a")
        other[0].model_name = "another"
        large = [grpc_service_pb2.ModelInferRequest(raw_input_contents=[bytes(5 * 1024 * 1024)])] * 2
        for given, expected in ((shared, "SHARED_MEMORY_REFUSED"), (other, "INVALID_REQUEST"), (large, "TENSOR_TOO_LARGE")):
            with pytest.raises(grpc.aio.AioRpcError) as error:
                await stub.SubmitJob(pb.SubmitJobRequest(model_name="echo", items=given), metadata=alice)
            assert reason(error)[:2] == (expected, "INVALID_ARGUMENT")
        with pytest.raises(grpc.aio.AioRpcError) as error:
            await submit(stub, alice, "a", model="none")
        assert reason(error)[:2] == ("MODEL_NOT_FOUND", "NOT_FOUND")
        listed = await stub.ListJobs(pb.ListJobsRequest(), metadata=alice)
        assert not listed.jobs


async def test_the_21st_unfinished_job_is_refused_with_the_quota(deployment: Deployment, alice: Any) -> None:
    model = Model()
    async with deployment.replica(model) as stub:
        for _ in range(20):
            await submit(stub, alice, "hold")
        with pytest.raises(grpc.aio.AioRpcError) as error:
            await submit(stub, alice, "hold")
        name, code, status = reason(error)
        assert (name, code) == ("JOB_QUOTA_EXCEEDED", "RESOURCE_EXHAUSTED")
        quota = error_details_pb2.QuotaFailure()
        assert any(d.Unpack(quota) for d in status.details)
        assert (quota.violations[0].subject, "20" in quota.violations[0].description) == ("tenant:tenant_1", True)
        model.held.set()


async def test_a_repeated_request_gives_the_same_job(deployment: Deployment, alice: Any) -> None:
    async with deployment.replica(Model()) as stub:
        first = await submit(stub, alice, "a", request_id="r")
        assert (await submit(stub, alice, "a", request_id="r")).id == first.id
        with pytest.raises(grpc.aio.AioRpcError) as error:
            await submit(stub, alice, "b", request_id="r")
        assert reason(error)[:2] == ("REQUEST_ID_REUSED", "INVALID_ARGUMENT")


async def test_only_its_owner_sees_cancels_and_deletes_a_job(deployment: Deployment, alice: Any, issuer: Issuer) -> None:
    model = Model()
    async with deployment.replica(model) as stub:
        job = await submit(stub, alice, "a", "hold", "hold")
        for stranger in (bearer(issuer.user("user_bob")), bearer(issuer.user("user_alice", "tenant_2"))):
            for call in (
                stub.GetJob(pb.GetJobRequest(job_id=job.id), metadata=stranger),
                stub.CancelJob(pb.CancelJobRequest(job_id=job.id), metadata=stranger),
                stub.GetJobResult(pb.GetJobResultRequest(job_id=job.id), metadata=stranger),
                stub.WatchJob(pb.WatchJobRequest(job_id=job.id), metadata=stranger).read(),
            ):
                with pytest.raises(grpc.aio.AioRpcError) as error:
                    await call
                assert reason(error)[:2] == ("JOB_NOT_FOUND", "NOT_FOUND")
            await stub.DeleteJob(pb.DeleteJobRequest(job_id=job.id), metadata=stranger)
        with pytest.raises(grpc.aio.AioRpcError) as error:
            await stub.GetJobResult(pb.GetJobResultRequest(job_id=job.id), metadata=alice)
        assert reason(error)[:2] == ("JOB_NOT_FINISHED", "FAILED_PRECONDITION")

        async def first_item_done() -> bool:
            return bool((await stub.GetJob(pb.GetJobRequest(job_id=job.id), metadata=alice)).job.progress.items_succeeded)

        await soon(first_item_done)
        cancelled = (await stub.CancelJob(pb.CancelJobRequest(job_id=job.id), metadata=alice)).job
        assert cancelled.progress.state == common_job_pb2.JOB_STATE_CANCELLED
        assert (await stub.CancelJob(pb.CancelJobRequest(job_id=job.id), metadata=alice)).job == cancelled
        await soon(lambda: model.at_once == 0)
        assert [item.index for item in await results(stub, alice, job.id)] == [0]
        await stub.DeleteJob(pb.DeleteJobRequest(job_id=job.id), metadata=alice)
        with pytest.raises(grpc.aio.AioRpcError) as error:
            await stub.GetJob(pb.GetJobRequest(job_id=job.id), metadata=alice)
        assert reason(error)[0] == "JOB_NOT_FOUND"


async def test_a_deadline_fails_what_has_not_ended_and_keeps_the_rest(deployment: Deployment, alice: Any) -> None:
    async with deployment.replica(Model()) as stub:
        deadline = Timestamp()
        deadline.GetCurrentTime()
        deadline.seconds += 1
        job = await submit(stub, alice, "a", "hold", deadline=deadline, retention=Duration(seconds=60))
        ended = (await events(stub, alice, job.id))[-1].ended.job
        assert (ended.progress.state, ended.progress.error.code) == (
            common_job_pb2.JOB_STATE_FAILED,
            grpc.StatusCode.DEADLINE_EXCEEDED.value[0],
        )
        assert [item.index for item in await results(stub, alice, job.id)] == [0]
        assert ended.progress.expire_time.seconds - ended.progress.end_time.seconds == 60


async def test_a_listing_is_cut_down_by_model_and_state_and_paged(deployment: Deployment, alice: Any) -> None:
    model = Model()
    async with deployment.replica(model) as stub:
        ids = [(await submit(stub, alice, "hold")).id for _ in range(5)]
        page = await stub.ListJobs(pb.ListJobsRequest(page_size=2), metadata=alice)
        rest = await stub.ListJobs(pb.ListJobsRequest(page_size=9, page_token=page.next_page_token), metadata=alice)
        assert [job.id for job in (*page.jobs, *rest.jobs)] == ids[::-1]
        assert not rest.next_page_token
        queued = await stub.ListJobs(pb.ListJobsRequest(state=common_job_pb2.JOB_STATE_QUEUED, model_name="echo"), metadata=alice)
        assert [(job.id, job.progress.queue_position) for job in queued.jobs] == [(ids[4], 3), (ids[3], 2), (ids[2], 1)]
        assert not (await stub.ListJobs(pb.ListJobsRequest(model_name="none"), metadata=alice)).jobs
        with pytest.raises(grpc.aio.AioRpcError) as error:
            await stub.ListJobs(pb.ListJobsRequest(page_token="nonsense"), metadata=alice)
        assert reason(error)[:2] == ("PAGE_TOKEN_INVALID", "INVALID_ARGUMENT")
        model.held.set()


async def test_a_job_goes_on_on_another_replica_and_is_watched_and_cancelled_there(deployment: Deployment, alice: Any) -> None:
    first, second = Model(), Model()
    async with deployment.replica(second) as other:
        async with deployment.replica(first) as stub:
            job = await submit(stub, alice, *(f"i{n}" for n in range(300)))
            watching = asyncio.create_task(events(other, alice, job.id))
            await soon(lambda: len(first.asked) > 20)
        told = await watching
        assert [e.position.sequence for e in told] == list(range(1, len(told) + 1))
        assert [e.started.attempt for e in told if e.HasField("started")] == [1, 2]
        assert len(await results(other, alice, job.id)) == 300
        assert len(first.asked) + len(second.asked) <= 300 + 2 * 4  # what was at the model when the first one went down
