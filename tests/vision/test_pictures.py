"""Pictures over gRPC: `shapes` in a real Triton, painted step by step as jobs of a real queue."""

from __future__ import annotations

import asyncio
import io
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import grpc
import numpy as np
import psutil
import pytest
from google.rpc import error_details_pb2
from PIL import Image
from uat.common.v1 import job_pb2 as jobs_pb2
from uat.vision.v1 import generation_pb2, job_pb2
from uat.vision.v1 import vision_service_pb2 as pb
from uat.vision.v1 import vision_service_pb2_grpc as pb_grpc

from services.kit.testing import Issuer, bearer
from services.mesh.parts.nats import Nats
from services.mesh.parts.postgres import Postgres
from services.mesh.parts.runner import running_part
from services.mesh.parts.triton import Triton
from services.mesh.parts.triton_wheel import Wheel
from services.models.shapes import checker
from tests.ml_inference import whole
from tests.ports import free_port
from tests.vision.house import reason, status
from tests.vision.picture_app import QUOTA, Studio
from tests.waiting import soon

PROMPT = "a red circle above a blue square"


@pytest.fixture(scope="module")
async def stub(postgres: Postgres, nats: Nats, triton: Triton, issuer: Issuer, identity_folder: Path) -> AsyncIterator[Any]:
    studio = Studio(postgres, nats, triton.url, issuer, identity_folder)
    async with studio.replica() as channel:
        yield pb_grpc.VisionServiceStub(channel)


@pytest.fixture
def alice(issuer: Issuer) -> Any:
    return bearer(issuer.user("user_alice"))


def generate(stub: Any, who: Any, prompt: str = PROMPT, **spec: Any) -> Any:
    return stub.GenerateImage(pb.GenerateImageRequest(spec=generation_pb2.GenerationSpec(prompt=prompt, **spec)), metadata=who)


async def events_of(call: Any) -> list[job_pb2.JobEvent]:
    async with asyncio.timeout(40):
        return [response.event async for response in call]


async def images_of(call: Any) -> list[generation_pb2.GeneratedImage]:
    images = [event.image for event in await events_of(call) if event.HasField("image")]
    return sorted(images, key=lambda image: image.index)


def pixels(content: bytes) -> np.ndarray:
    return np.asarray(Image.open(io.BytesIO(content)).convert("RGB"))


async def test_the_picture_shows_what_the_prompt_says(stub: Any, alice: Any) -> None:
    for seed in range(4):
        (image,) = await images_of(generate(stub, alice, seed=seed))
        assert (image.media_type, image.width, image.height, image.model, image.seed) == ("image/png", 64, 64, "shapes", seed)
        first, second = sorted(checker.see(pixels(image.content)).items, key=lambda item: item.y)
        assert (first.kind, second.kind) == ("red circle", "blue square")


async def test_a_seed_gives_the_same_picture_bit_for_bit(stub: Any, alice: Any) -> None:
    three = await images_of(generate(stub, alice, seed=5, count=3))
    again, other = await images_of(generate(stub, alice, seed=5)), await images_of(generate(stub, alice, seed=7))
    assert [image.seed for image in three] == [5, 6, 7]
    assert three[0].content == again[0].content
    assert three[2].content == other[0].content
    assert len({image.content for image in three}) == 3
    by_chance = await images_of(generate(stub, alice))
    assert by_chance[0].content == (await images_of(generate(stub, alice, seed=by_chance[0].seed)))[0].content


async def test_steps_are_taken_and_told_and_previews_come_before_the_picture(stub: Any, alice: Any) -> None:
    events = await events_of(generate(stub, alice, steps=20, previews=3, seed=1))
    kinds = [event.WhichOneof("event") for event in events]
    assert kinds[:2] == ["queued", "started"]
    assert kinds[-1] == "ended"
    previews = [event.preview for event in events if event.HasField("preview")]
    assert [preview.step for preview in previews] == [5, 10, 15]
    assert all(preview.media_type == "image/jpeg" and pixels(preview.content).shape == (64, 64, 3) for preview in previews)
    assert max(index for index, kind in enumerate(kinds) if kind == "preview") < kinds.index("image")
    told = [event.progressed for event in events if event.HasField("progressed")]
    assert [t.fraction for t in told] == sorted(t.fraction for t in told)
    assert all(t.steps_total == 20 for t in told)
    (image,) = [event.image for event in events if event.HasField("image")]
    assert image.steps == 20
    coarse = [np.abs(pixels(p.content).astype(int) - pixels(image.content)).mean() for p in previews]
    assert coarse[0] > coarse[-1]


@pytest.mark.parametrize(("kind", "start"), [(2, b"\xff\xd8"), (3, b"RIFF")], ids=["jpeg", "webp"])
async def test_other_forms_show_the_same_picture(stub: Any, alice: Any, kind: Any, start: bytes) -> None:
    (plain,), (other,) = await images_of(generate(stub, alice, seed=3)), await images_of(generate(stub, alice, seed=3, format=kind))
    assert other.content.startswith(start)
    assert other.media_type in ("image/jpeg", "image/webp")
    assert np.abs(pixels(other.content).astype(int) - pixels(plain.content)).mean() < 12


@pytest.mark.parametrize(
    ("spec", "wanted"),
    [
        ({"width": 1000, "height": 900}, ("SIZE_UNSUPPORTED", "INVALID_ARGUMENT", "spec.width")),
        ({"model": "pp-ocrv6-small"}, ("MODEL_NOT_FOUND", "NOT_FOUND", "spec.model")),
        ({"steps": 101}, ("INVALID_REQUEST", "INVALID_ARGUMENT", "spec.steps")),
        ({"prompt": ""}, ("INVALID_REQUEST", "INVALID_ARGUMENT", "spec.prompt")),
    ],
    ids=["size", "model", "steps", "prompt"],
)
async def test_what_cannot_be_made_is_refused_before_there_is_a_job(stub: Any, alice: Any, spec: Any, wanted: Any) -> None:
    with pytest.raises(grpc.aio.AioRpcError) as error:
        await events_of(generate(stub, alice, **spec))
    bad = error_details_pb2.BadRequest()
    assert any(detail.Unpack(bad) for detail in status(error.value).details)
    why, metadata = reason(error.value)
    assert (why, error.value.code().name, bad.field_violations[0].field) == wanted
    if why == "SIZE_UNSUPPORTED":
        assert metadata["nearest"] == "64x64"


async def test_a_prompt_that_names_no_shape_fails_its_job_with_a_reason(stub: Any, alice: Any) -> None:
    events = await events_of(generate(stub, alice, prompt="a dog"))
    ended = events[-1].ended.job
    assert ended.progress.state == jobs_pb2.JOB_STATE_FAILED
    assert reason(ended.progress.error)[0] == "INVALID_REQUEST"
    assert "circle, square, triangle" in ended.progress.error.message


async def test_ending_the_stream_stops_the_model_at_its_next_step(stub: Any, alice: Any, triton: Triton) -> None:
    call = generate(stub, alice, steps=100, count=10)
    async for response in call:
        if response.event.HasField("progressed"):
            job_id = response.event.job_id
            break
    call.cancel()
    await soon(lambda: state_is(stub, alice, job_id, jobs_pb2.JOB_STATE_CANCELLED))
    # Eight pictures at a time fill the model; if these went on, the next one would come after a thousand steps.
    assert len(await images_of(generate(stub, alice, seed=1))) == 1


async def state_is(stub: Any, who: Any, job_id: str, wanted: int) -> bool:
    return bool((await stub.GetJob(pb.GetJobRequest(job_id=job_id), metadata=who)).job.progress.state == wanted)


async def test_cancelling_one_job_leaves_those_it_is_painted_with_alone(stub: Any, alice: Any, issuer: Issuer) -> None:
    bob = bearer(issuer.user("user_bob"))
    mine, theirs = generate(stub, alice, steps=100, count=2), generate(stub, bob, steps=60, count=2, seed=1)
    job_id = (await mine.read()).event.job_id
    await stub.CancelJob(pb.CancelJobRequest(job_id=job_id), metadata=alice)
    assert len(await images_of(theirs)) == 2
    assert await state_is(stub, alice, job_id, jobs_pb2.JOB_STATE_CANCELLED)
    mine.cancel()


async def test_pictures_in_openais_shape_that_are_cancelled_elsewhere_say_so(stub: Any, alice: Any) -> None:
    call = stub.CreateImage(pb.CreateImageRequest(prompt=PROMPT, steps=100, n=10), metadata=alice)
    reading = asyncio.create_task(call.read())

    async def running() -> str:
        jobs = (await stub.ListJobs(pb.ListJobsRequest(state=jobs_pb2.JOB_STATE_RUNNING), metadata=alice)).jobs
        return jobs[0].id if jobs else ""

    job_id = await soon(running)
    await stub.CancelJob(pb.CancelJobRequest(job_id=job_id), metadata=alice)
    with pytest.raises(grpc.aio.AioRpcError) as error:
        await reading
    assert error.value.code() is grpc.StatusCode.CANCELLED
    assert job_id in (error.value.details() or "")


async def test_a_tenant_with_too_many_jobs_is_turned_away_with_a_time(stub: Any, issuer: Issuer) -> None:
    who = bearer(issuer.user("user_carol", "tenant_2"))
    request = pb.SubmitJobRequest(generation=generation_pb2.GenerationSpec(prompt=PROMPT, steps=100, count=10))
    jobs = [(await stub.SubmitJob(request, metadata=who)).job.id for _ in range(QUOTA)]
    with pytest.raises(grpc.aio.AioRpcError) as error:
        await events_of(generate(stub, who))
    assert (error.value.code(), reason(error.value)[0]) == (grpc.StatusCode.RESOURCE_EXHAUSTED, "JOB_QUOTA_EXCEEDED")
    retry, quota = error_details_pb2.RetryInfo(), error_details_pb2.QuotaFailure()
    assert any(detail.Unpack(retry) for detail in status(error.value).details)
    assert any(detail.Unpack(quota) for detail in status(error.value).details)
    assert retry.retry_delay.ToMilliseconds() > 0
    for job_id in jobs:
        await stub.DeleteJob(pb.DeleteJobRequest(job_id=job_id), metadata=who)
    assert len(await images_of(generate(stub, who))) == 1


async def test_pictures_go_on_when_triton_that_was_killed_is_back(
    postgres: Postgres, nats: Nats, issuer: Issuer, identity_folder: Path, models_built: Path, triton_wheel_here: Wheel, tmp_path: Path
) -> None:
    part = Triton(tmp_path / "triton", free_port(), free_port(), free_port(), triton_wheel_here, models_built)
    alice = bearer(issuer.user("user_alice"))
    async with Studio(postgres, nats, part.url, issuer, identity_folder).replica() as channel:
        stub = pb_grpc.VisionServiceStub(channel)
        async with running_part(part, limit_s=60):
            undisturbed = await images_of(generate(stub, alice, seed=4, count=2, steps=90))
            submitted = (await stub.SubmitJob(pb.SubmitJobRequest(generation=spec(steps=100, count=8)), metadata=alice)).job
            stream = asyncio.create_task(events_of(generate(stub, alice, seed=4, count=2, steps=90)))
            await soon(lambda: running_now(stub, alice, submitted.id))
            kill(tmp_path)
            await asyncio.sleep(0.5)
            with pytest.raises(grpc.aio.AioRpcError) as error:
                await stub.SubmitJob(pb.SubmitJobRequest(generation=spec()), metadata=alice)
            assert error.value.code() is grpc.StatusCode.UNAVAILABLE
        async with running_part(part, limit_s=60):
            events = await stream
            # Where it took long to come back the stream's job was given up, and says so with a code after which one asks again.
            if events[-1].ended.job.progress.state == jobs_pb2.JOB_STATE_SUCCEEDED:
                assert {e.image.index: e.image.content for e in events if e.HasField("image")} == dict(enumerate(map(content, undisturbed)))
            else:
                assert events[-1].ended.job.progress.error.code == grpc.StatusCode.UNAVAILABLE.value[0]
            async with asyncio.timeout(60):
                watched = [r.event async for r in stub.WatchJob(pb.WatchJobRequest(job_id=submitted.id), metadata=alice)]
            assert watched[-1].ended.job.progress.state == jobs_pb2.JOB_STATE_SUCCEEDED
            assert sorted(event.image.index for event in watched if event.HasField("image")) == list(range(8))


async def test_a_job_finishes_when_the_process_of_its_model_is_killed(
    postgres: Postgres, nats: Nats, issuer: Issuer, identity_folder: Path, models_built: Path, triton_wheel_here: Wheel, tmp_path: Path
) -> None:
    alice = bearer(issuer.user("user_alice"))
    async with (
        whole.house(tmp_path, postgres, nats, issuer, identity_folder, triton_wheel_here, cache=models_built) as below,
        below.replica(),  # ml_inference, which has it started again
        Studio(postgres, nats, below.triton.url, issuer, identity_folder).replica() as channel,
    ):
        stub = pb_grpc.VisionServiceStub(channel)
        for count in (4, 2):
            job = (await stub.SubmitJob(pb.SubmitJobRequest(generation=spec(steps=100, count=count)), metadata=alice)).job
            await soon(lambda job=job: running_now(stub, alice, job.id))
            below.kill_process("shapes")
            await below.mend()
            async with asyncio.timeout(60):
                watched = [r.event async for r in stub.WatchJob(pb.WatchJobRequest(job_id=job.id), metadata=alice)]
            assert watched[-1].ended.job.progress.state == jobs_pb2.JOB_STATE_SUCCEEDED
            assert sorted(event.image.index for event in watched if event.HasField("image")) == list(range(count))
            assert len(await images_of(generate(stub, alice))) == 1


def content(image: generation_pb2.GeneratedImage) -> bytes:
    return image.content


def kill(folder: Path) -> None:
    """Kills the Triton that runs from this folder."""
    for process in psutil.process_iter(["cmdline"]):
        if "tritonserver" in (command := process.info["cmdline"] or [""])[0] and str(folder) in " ".join(command):
            process.kill()
            return
    raise AssertionError("there is no Triton")


def spec(**fields: Any) -> generation_pb2.GenerationSpec:
    return generation_pb2.GenerationSpec(prompt=PROMPT, **fields)


async def running_now(stub: Any, who: Any, job_id: str) -> bool:
    job = (await stub.GetJob(pb.GetJobRequest(job_id=job_id), metadata=who)).job
    return bool(job.progress.state == jobs_pb2.JOB_STATE_RUNNING and job.progress.fraction > 0)
