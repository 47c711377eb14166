"""Jobs of vision over gRPC, and streams that are jobs, on real PostgreSQL and NATS; the models are scripted."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import grpc
import pytest
from google.rpc import error_details_pb2
from grpc_status import rpc_status
from uat.common.v1 import job_pb2 as jobs_pb2
from uat.common.v1.event_position_pb2 import EventPosition
from uat.vision.v1 import generation_pb2, job_pb2, source_pb2
from uat.vision.v1 import vision_service_pb2 as pb
from uat.vision.v1 import vision_service_pb2_grpc as pb_grpc

from services.kit.app import App, Served
from services.kit.ids import new_id
from services.kit.jobs import Jobs, Worker
from services.kit.nats.connection import Nats as NatsConnection
from services.kit.postgres.database import Database
from services.kit.postgres.migrations.upgrade import upgrade
from services.kit.testing import Issuer, bearer, running
from services.mesh.parts.nats import Nats
from services.mesh.parts.postgres import Postgres
from services.vision.jobs.jobs import FAULTS, VisionJobs, jobs_config
from services.vision.jobs.work import all_work
from services.vision.service_jobs import JobsServicer
from tests.conftest import PASSWORD, postgres_url, settings_for
from tests.kit.job_houses import fresh_service
from tests.vision.job_parts import Parts
from tests.waiting import soon

MIGRATIONS = Path(__file__).parents[1] / "kit" / "jobs_migrations"


@dataclass
class Deployment:
    postgres: Postgres
    nats: Nats
    issuer: Issuer
    identity_folder: Path
    service: str

    @asynccontextmanager
    async def replica(self, parts: Parts) -> AsyncIterator[Any]:
        """The RPCs of one replica."""
        database = Database(postgres_url(self.postgres, self.service), max_size=4)
        nats = NatsConnection(self.nats.url)
        slots = {"recognition": 1, "generation": 2, "analysis": 1}
        jobs = Jobs(database, nats, jobs_config(slots=slots, quota=8, lease_seconds=1.5, sweep_seconds=0.3), FAULTS, new_id)
        generation = parts.generation()
        worker = Worker(jobs, all_work(parts, generation, parts))
        servicer = JobsServicer(VisionJobs(jobs, parts, generation), jobs)
        app = App(
            name="vision",
            port=0,
            served=[Served(pb.DESCRIPTOR.services_by_name["VisionService"], servicer)],
            trust=self.issuer.trust(),
            resources=[database, nats, worker],
            drains=[worker.drain],
        )
        async with running(app, settings_for("vision", self.identity_folder, self.issuer)) as channel:
            yield pb_grpc.VisionServiceStub(channel)


@pytest.fixture
def deployment(postgres: Postgres, nats: Nats, issuer: Issuer, identity_folder: Path) -> Deployment:
    service = fresh_service()
    upgrade(postgres.url, service, MIGRATIONS, PASSWORD)
    return Deployment(postgres, nats, issuer, identity_folder, service)


@pytest.fixture
def alice(issuer: Issuer) -> Any:
    return bearer(issuer.user("user_alice"))


def painting(**fields: Any) -> generation_pb2.GenerationSpec:
    return generation_pb2.GenerationSpec(prompt="a red circle", **fields)


def generate(stub: Any, who: Any, spec: generation_pb2.GenerationSpec, **fields: Any) -> Any:
    return stub.GenerateImage(pb.GenerateImageRequest(spec=spec, **fields), metadata=who)


def source(content: bytes) -> source_pb2.Source:
    return source_pb2.Source(content=content)


async def rest_of(call: Any) -> list[job_pb2.JobEvent]:
    async with asyncio.timeout(20):
        found = []
        while (response := await call.read()) is not grpc.aio.EOF:
            found.append(response.event)
        return found


async def watch(stub: Any, who: Any, job_id: str, after: int = 0) -> list[job_pb2.JobEvent]:
    return await rest_of(stub.WatchJob(pb.WatchJobRequest(job_id=job_id, after=EventPosition(sequence=after)), metadata=who))


async def job_of(stub: Any, who: Any, job_id: str) -> job_pb2.Job:
    return (await stub.GetJob(pb.GetJobRequest(job_id=job_id), metadata=who)).job  # type: ignore[no-any-return]


async def result_of(stub: Any, who: Any, job_id: str, size: int = 0, token: str = "") -> pb.GetJobResultResponse:
    request = pb.GetJobResultRequest(job_id=job_id, page_size=size, page_token=token)
    return await stub.GetJobResult(request, metadata=who)  # type: ignore[no-any-return]


def kinds(events: list[job_pb2.JobEvent]) -> list[str]:
    return [event.WhichOneof("event") or "" for event in events]


def told(events: list[job_pb2.JobEvent]) -> list[str]:
    """Without progress, which comes when it comes."""
    return [kind for kind in kinds(events) if kind != "progressed"]


def reason(error: pytest.ExceptionInfo[grpc.aio.AioRpcError]) -> tuple[str, str]:
    status = rpc_status.from_call(error.value)  # type: ignore[arg-type]
    assert status is not None
    info = error_details_pb2.ErrorInfo()
    assert any(detail.Unpack(info) for detail in status.details)
    return info.reason, error.value.code().name


async def test_a_generation_streams_previews_and_pictures_and_its_replay_leaves_the_previews_out(
    deployment: Deployment, alice: Any
) -> None:
    async with deployment.replica(Parts()) as stub:
        live = await rest_of(generate(stub, alice, painting(count=3, previews=2, seed=10)))
        assert [e.position.sequence for e in live] == list(range(1, len(live) + 1))
        assert kinds(live)[:2] == ["queued", "started"]
        assert kinds(live)[-1] == "ended"
        assert (live[1].started.model, live[1].started.image_count, live[1].started.attempt) == ("shapes", 3, 1)
        assert kinds(live).count("preview") == 9  # the scripted painter shows every step
        images = [e.image for e in live if e.HasField("image")]
        assert sorted((i.index, i.seed, i.model_version) for i in images) == [(0, 10, "1"), (1, 11, "1"), (2, 12, "1")]
        ended = live[-1].ended.job
        assert (ended.progress.state, ended.kind, ended.model, ended.progress.fraction) == (
            jobs_pb2.JOB_STATE_SUCCEEDED,
            job_pb2.JOB_KIND_GENERATION,
            "shapes",
            1,
        )
        again = await watch(stub, alice, ended.id)
        assert again == [e for e in live if not e.HasField("preview")]
        assert await watch(stub, alice, ended.id, again[-2].position.sequence) == again[-1:]
        first = await result_of(stub, alice, ended.id, 2)
        second = await result_of(stub, alice, ended.id, 2, first.next_page_token)
        assert [*first.images, *second.images] == sorted(images, key=lambda i: i.index)
        assert not second.next_page_token


async def test_ending_the_stream_stops_the_model(deployment: Deployment, alice: Any) -> None:
    parts = Parts().hold()
    async with deployment.replica(parts) as stub:
        call = generate(stub, alice, painting(seed=5))
        job_id = (await call.read()).event.job_id
        await soon(lambda: parts.painted == [5])
        call.cancel()
        await soon(lambda: parts.stopped == [5])
        assert (await job_of(stub, alice, job_id)).progress.state == jobs_pb2.JOB_STATE_CANCELLED


async def test_a_background_stream_goes_on_and_a_repeat_follows_it(deployment: Deployment, alice: Any) -> None:
    parts = Parts().hold()
    async with deployment.replica(parts) as stub, deployment.replica(Parts()) as other:
        call = generate(stub, alice, painting(), background=True, request_id="r")
        job_id = (await call.read()).event.job_id
        call.cancel()
        repeat = generate(other, alice, painting(), background=True, request_id="r")
        assert (await repeat.read()).event.job_id == job_id
        parts.held.set()
        assert kinds(await rest_of(repeat))[-1] == "ended"
        assert (await job_of(stub, alice, job_id)).progress.state == jobs_pb2.JOB_STATE_SUCCEEDED
        assert len(parts.painted) == 1
        with pytest.raises(grpc.aio.AioRpcError) as error:
            await rest_of(generate(stub, alice, painting(count=2), request_id="r"))
        assert reason(error) == ("REQUEST_ID_REUSED", "INVALID_ARGUMENT")


async def test_a_stream_that_another_reader_follows_goes_on(deployment: Deployment, alice: Any) -> None:
    parts = Parts().hold()
    async with deployment.replica(parts) as stub, deployment.replica(Parts()) as other:
        call = generate(stub, alice, painting())
        job_id = (await call.read()).event.job_id
        reader = other.WatchJob(pb.WatchJobRequest(job_id=job_id), metadata=alice)
        await reader.read()
        call.cancel()
        await asyncio.sleep(0.3)
        parts.held.set()
        assert told(await rest_of(reader))[-2:] == ["image", "ended"]
        assert not parts.stopped


async def test_pages_stream_as_they_finish_and_one_that_fails_does_not_fail_the_others(deployment: Deployment, alice: Any) -> None:
    async with deployment.replica(Parts()) as stub:
        call = stub.RecognizeDocument(pb.RecognizeDocumentRequest(source=source(b"4 pages")), metadata=alice)
        events = await rest_of(call)
        started = next(e.started for e in events if e.HasField("started"))
        assert (started.model, started.page_count) == ("ppocr", 4)
        assert [e.page.number for e in events if e.HasField("page")] == [4, 3, 2, 1]
        job_id = events[-1].ended.job.id
        assert events[-1].ended.job.progress.state == jobs_pb2.JOB_STATE_SUCCEEDED
        whole = (await result_of(stub, alice, job_id)).document
        assert [page.number for page in whole.pages] == [1, 2, 3, 4]
        assert whole.pages[1].error.message == "can't be read"
        assert (whole.page_count, whole.media_type, whole.sha256, whole.model) == (5, "application/pdf", "ab", "ppocr")
        part = await result_of(stub, alice, job_id, 3)
        assert part.document.text == "page 1 of tenant_1\f\fpage 3 of tenant_1"
        assert (await result_of(stub, alice, job_id, 3, part.next_page_token)).document.text == "page 4 of tenant_1"
        assert await watch(stub, alice, job_id) == events


async def test_a_job_works_on_after_its_upload_was_deleted(deployment: Deployment, alice: Any) -> None:
    parts = Parts(uploads={"upl_1": b"3 pages"}).hold()
    async with deployment.replica(parts) as stub:
        request = pb.SubmitJobRequest(
            recognition=pb.RecognitionJob(source=source_pb2.Source(upload_id="upl_1")), request_id="r", labels={"a": "b"}
        )
        job = (await stub.SubmitJob(request, metadata=alice)).job
        del parts.uploads["upl_1"]
        assert (await stub.SubmitJob(request, metadata=alice)).job.id == job.id
        with pytest.raises(grpc.aio.AioRpcError) as error:
            await result_of(stub, alice, job.id)
        assert reason(error) == ("JOB_NOT_FINISHED", "FAILED_PRECONDITION")
        parts.held.set()
        ended = (await watch(stub, alice, job.id))[-1].ended.job
        assert (ended.progress.state, dict(ended.labels)) == (jobs_pb2.JOB_STATE_SUCCEEDED, {"a": "b"})


async def test_content_that_is_no_picture_is_refused_and_stores_nothing(deployment: Deployment, alice: Any) -> None:
    async with deployment.replica(Parts()) as stub:
        with pytest.raises(grpc.aio.AioRpcError) as error:
            await rest_of(stub.RecognizeDocument(pb.RecognizeDocumentRequest(source=source(b"text")), metadata=alice))
        assert reason(error) == ("NOT_AN_IMAGE", "INVALID_ARGUMENT")
        assert not (await stub.ListJobs(pb.ListJobsRequest(), metadata=alice)).jobs


async def test_an_analysis_is_a_job_for_its_user(deployment: Deployment, alice: Any) -> None:
    async with deployment.replica(Parts()) as stub:
        request = pb.SubmitJobRequest(analysis=pb.AnalysisJob(source=source(b"pixels")))
        job = (await stub.SubmitJob(request, metadata=alice)).job
        events = await watch(stub, alice, job.id)
        assert kinds(events) == ["queued", "started", "analysis", "ended"]
        found = await result_of(stub, alice, job.id)
        assert found.analysis == events[2].analysis
        assert (found.analysis.media_type, found.analysis.size_bytes) == ("image/user_alice", 6)


async def test_a_job_goes_on_elsewhere_and_what_is_finished_is_not_made_again(deployment: Deployment, alice: Any) -> None:
    first, second = Parts().hold(), Parts()
    async with deployment.replica(second) as other:
        async with deployment.replica(first) as stub:
            reading = pb.SubmitJobRequest(recognition=pb.RecognitionJob(source=source(b"6 pages")))
            document = (await stub.SubmitJob(reading, metadata=alice)).job
            await soon(lambda: len(first.read_pages) == 5)
        events = await watch(other, alice, document.id)
        assert [e.started.attempt for e in events if e.HasField("started")] == [1, 2]
        assert [e.page.number for e in events if e.HasField("page")] == [6, 5, 4, 3, 2, 1]
        assert second.read_pages == [1]
        assert [page.number for page in (await result_of(other, alice, document.id)).document.pages] == [1, 2, 3, 4, 5, 6]


async def test_a_stream_on_a_draining_replica_is_told_to_come_back_and_loses_nothing(deployment: Deployment, alice: Any) -> None:
    first, second = Parts().hold(), Parts().hold()
    async with deployment.replica(second) as other:
        async with deployment.replica(first) as stub:
            call = generate(stub, alice, painting(seed=3))
            job_id = (await call.read()).event.job_id
            await soon(lambda: first.painted == [3])
        await soon(lambda: second.painted == [3])
        events = asyncio.create_task(watch(other, alice, job_id))
        await asyncio.sleep(0.1)
        second.held.set()
        seen = await events
        assert told(seen)[-2:] == ["image", "ended"]
        assert [e.started.attempt for e in seen if e.HasField("started")] == [1, 2]


async def test_a_model_that_is_away_is_waited_for_by_a_job_that_nobody_waits_for(deployment: Deployment, alice: Any) -> None:
    parts = Parts(away=True)
    async with deployment.replica(parts) as stub:
        job = (await stub.SubmitJob(pb.SubmitJobRequest(generation=painting(seed=1)), metadata=alice)).job
        await soon(lambda: len(parts.painted) > 1)
        parts.away = False
        events = await watch(stub, alice, job.id)
        assert events[-1].ended.job.progress.state == jobs_pb2.JOB_STATE_SUCCEEDED
        assert kinds(events).count("started") == 1


async def test_what_is_wrong_with_a_submitted_spec_names_its_field(deployment: Deployment, alice: Any) -> None:
    async with deployment.replica(Parts()) as stub:
        with pytest.raises(grpc.aio.AioRpcError) as error:
            await stub.SubmitJob(pb.SubmitJobRequest(generation=painting(width=1000)), metadata=alice)
        assert reason(error) == ("SIZE_UNSUPPORTED", "INVALID_ARGUMENT")
        bad = error_details_pb2.BadRequest()
        assert any(d.Unpack(bad) for d in rpc_status.from_call(error.value).details)  # type: ignore[arg-type, union-attr]
        assert bad.field_violations[0].field == "generation.width"


async def test_jobs_are_the_users_own_listed_cancelled_and_deleted(deployment: Deployment, alice: Any, issuer: Issuer) -> None:
    parts, bob = Parts().hold(), bearer(issuer.user("user_bob"))
    async with deployment.replica(parts) as stub:
        request = pb.SubmitJobRequest(generation=painting(seed=1))
        ids = [(await stub.SubmitJob(request, metadata=alice)).job.id for _ in range(4)]
        document = (await stub.SubmitJob(pb.SubmitJobRequest(recognition=pb.RecognitionJob(source=source(b"2 p"))), metadata=alice)).job.id
        listed = await stub.ListJobs(pb.ListJobsRequest(page_size=3), metadata=alice)
        assert [job.id for job in listed.jobs] == [document, ids[3], ids[2]]
        assert [job.progress.queue_position for job in listed.jobs] == [0, 2, 1]
        filtered = pb.ListJobsRequest(kind=job_pb2.JOB_KIND_GENERATION, state=jobs_pb2.JOB_STATE_QUEUED)
        assert [job.id for job in (await stub.ListJobs(filtered, metadata=alice)).jobs] == [ids[3], ids[2]]
        for call in (
            stub.GetJob(pb.GetJobRequest(job_id=ids[0]), metadata=bob),
            stub.CancelJob(pb.CancelJobRequest(job_id=ids[0]), metadata=bob),
            stub.WatchJob(pb.WatchJobRequest(job_id=ids[0]), metadata=bob).read(),
        ):
            with pytest.raises(grpc.aio.AioRpcError) as error:
                await call
            assert reason(error) == ("JOB_NOT_FOUND", "NOT_FOUND")
        for job_id in (ids[0], ids[3]):
            cancelled = (await stub.CancelJob(pb.CancelJobRequest(job_id=job_id), metadata=alice)).job
            assert cancelled.progress.state == jobs_pb2.JOB_STATE_CANCELLED
        await soon(lambda: len(parts.painted) == 3)  # the next one has the place
        await stub.DeleteJob(pb.DeleteJobRequest(job_id=ids[1]), metadata=bob)
        await stub.DeleteJob(pb.DeleteJobRequest(job_id=ids[0]), metadata=alice)
        await stub.DeleteJob(pb.DeleteJobRequest(job_id=ids[0]), metadata=alice)
        assert [job.id for job in (await stub.ListJobs(pb.ListJobsRequest(), metadata=alice)).jobs] == [document, *ids[3:0:-1]]
        parts.held.set()


async def test_the_ninth_unfinished_job_is_refused(deployment: Deployment, alice: Any) -> None:
    parts = Parts().hold()
    async with deployment.replica(parts) as stub:
        for _ in range(8):
            await stub.SubmitJob(pb.SubmitJobRequest(generation=painting()), metadata=alice)
        with pytest.raises(grpc.aio.AioRpcError) as error:
            await rest_of(generate(stub, alice, painting()))
        assert reason(error) == ("JOB_QUOTA_EXCEEDED", "RESOURCE_EXHAUSTED")
        parts.held.set()
