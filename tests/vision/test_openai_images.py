"""Pictures over HTTP, at the real edge: the official OpenAI SDK, unmodified, and REST."""

from __future__ import annotations

import asyncio
import base64
import io
import json
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, cast

import aiohttp
import numpy as np
import openai
import pytest
from PIL import Image
from uat.vision.v1 import generation_pb2, job_pb2
from uat.vision.v1 import vision_service_pb2 as pb

from services.kit.admission.queue import AdmissionQueue, Limits
from services.kit.context import CallContext, Caller, serving
from services.kit.errors import DependencyUnavailable, RemoteFault
from services.kit.testing import Issuer
from services.mesh.parts.nats import Nats
from services.mesh.parts.postgres import Postgres
from services.mesh.parts.triton import Triton
from services.models.shapes import checker
from services.vision.jobs.jobs import VisionJobs
from services.vision.service_pictures import PicturesServicer
from tests.vision import drawn
from tests.vision.job_parts import Parts
from tests.vision.picture_app import Studio
from tests.waiting import soon

PROMPT = "a red circle above a blue square"


@pytest.fixture(scope="module")
async def edge(
    postgres: Postgres, nats: Nats, triton: Triton, issuer: Issuer, identity_folder: Path, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[str]:
    studio = Studio(postgres, nats, triton.url, issuer, identity_folder)
    async with studio.edge(tmp_path_factory.mktemp("edge")) as url, aiohttp.ClientSession(url) as http:
        give_up = time.monotonic() + 10
        while (status := await status_of(http, issuer)) == 503:  # the edge has no keys yet
            assert time.monotonic() < give_up
            await asyncio.sleep(0.02)
        assert status == 200
        yield url


async def status_of(http: aiohttp.ClientSession, issuer: Issuer) -> int:
    async with http.get("/vision/v1/jobs", headers={"authorization": f"Bearer {issuer.user()}"}) as answer:
        return answer.status


@pytest.fixture
async def client(edge: str, issuer: Issuer) -> AsyncIterator[openai.AsyncOpenAI]:
    async with openai.AsyncOpenAI(api_key=issuer.user(), base_url=f"{edge}/v1", max_retries=0, timeout=30) as client:
        yield client


@pytest.fixture
async def http(edge: str, issuer: Issuer) -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession(edge, headers={"authorization": f"Bearer {issuer.user()}"}) as http:
        yield http


def pixels(content: bytes) -> np.ndarray:
    return np.asarray(Image.open(io.BytesIO(content)).convert("RGB"))


async def test_a_picture_comes_as_base64_and_shows_the_prompt(client: openai.AsyncOpenAI) -> None:
    before = int(time.time())
    made = await client.images.generate(prompt=PROMPT, model="shapes", size="64x64")
    assert made.data is not None
    picture = pixels(base64.b64decode(made.data[0].b64_json or ""))
    assert [item.kind for item in sorted(checker.see(picture).items, key=lambda item: item.y)] == ["red circle", "blue square"]
    assert before <= made.created <= time.time()
    assert (made.size, made.output_format, made.quality, made.background) == ("64x64", "png", "medium", "opaque")
    assert made.usage is not None
    assert (made.usage.input_tokens, made.usage.output_tokens, made.usage.total_tokens) == (7, 16, 23)


async def test_names_that_clients_cannot_change_are_aliases(client: openai.AsyncOpenAI) -> None:
    made = await client.images.generate(prompt=PROMPT, model="dall-e-3", size="auto", quality="hd", style="vivid", n=3, user="someone")
    assert len({picture.b64_json for picture in made.data or []}) == 3
    assert made.quality == "high"


async def test_an_address_holds_the_picture_itself(client: openai.AsyncOpenAI) -> None:
    made = await client.images.generate(
        prompt=PROMPT, response_format="url", output_format="webp", output_compression=80, extra_body={"seed": 3}
    )
    address = (made.data or [])[0].url or ""
    assert address.startswith("data:image/webp;base64,")
    assert pixels(base64.b64decode(address.partition(",")[2])).shape == (64, 64, 3)


async def test_previews_stream_before_the_picture(client: openai.AsyncOpenAI) -> None:
    stream = await client.images.generate(prompt=PROMPT, stream=True, partial_images=2, extra_body={"seed": 11})
    events = [event async for event in stream]
    assert [event.type for event in events] == ["image_generation.partial_image"] * 2 + ["image_generation.completed"]
    partial, last = events[0], events[-1]
    assert [event.partial_image_index for event in events if event.type == "image_generation.partial_image"] == [0, 1]
    assert pixels(base64.b64decode(partial.b64_json)).shape == (64, 64, 3)
    assert last.type == "image_generation.completed"
    assert last.usage.total_tokens == 23
    again = await client.images.generate(prompt=PROMPT, extra_body={"seed": 11})
    assert (again.data or [])[0].b64_json == last.b64_json


async def test_what_is_wrong_is_typed_and_names_the_field(client: openai.AsyncOpenAI) -> None:
    with pytest.raises(openai.BadRequestError) as size:
        await client.images.generate(prompt=PROMPT, size="1024x1024")
    assert (size.value.code, size.value.param, size.value.type) == ("size_unsupported", "size", "invalid_request_error")
    assert "64x64" in size.value.message
    with pytest.raises(openai.NotFoundError) as model:
        await client.images.generate(prompt=PROMPT, model="gpt-image-1")
    assert (model.value.code, model.value.param) == ("model_not_found", "model")
    with pytest.raises(openai.BadRequestError) as background:
        await client.images.generate(prompt=PROMPT, background="transparent")
    assert background.value.param == "background"
    with pytest.raises(openai.BadRequestError) as count:
        await client.images.generate(prompt=PROMPT, n=11)
    assert count.value.param == "n"
    for stream in (False, True):
        with pytest.raises(openai.BadRequestError) as prompt:  # only the model knows, when the job runs; nothing has been sent by then
            await client.images.generate(prompt="a dog", stream=stream)  # type: ignore[call-overload]
        assert "circle, square, triangle" in prompt.value.message
    stranger = openai.AsyncOpenAI(api_key="sk-nonsense", base_url=client.base_url, max_retries=0)
    with pytest.raises(openai.AuthenticationError):
        await stranger.images.generate(prompt=PROMPT)


class Broken:
    """Jobs that break off after a preview."""

    async def paint(self, caller: Any, spec: generation_pb2.GenerationSpec) -> AsyncIterator[job_pb2.ImagePreview]:
        yield job_pb2.ImagePreview(index=0, step=1, content=b"pixels", media_type="image/png")
        raise RemoteFault(DependencyUnavailable("the models are unavailable at the moment", retry_after=1).status())


async def test_what_breaks_off_after_the_first_event_ends_in_an_error_event() -> None:
    parts = Parts()
    generation = parts.generation()
    jobs = cast(VisionJobs, Broken())
    servicer = PicturesServicer(parts, parts, AdmissionQueue("analysis", Limits(1, 1)), generation._models, generation, jobs)
    who = Caller("user_1", "tenant_1", "token", frozenset(), frozenset(), 0.0, 0.0)
    with serving(CallContext("id", "method", caller=who)):
        asked = pb.CreateImageRequest(prompt=PROMPT, stream=True, partial_images=1)
        bodies = [body async for body in servicer.CreateImage(asked, None)]
        with pytest.raises(RemoteFault):
            [body async for body in servicer.CreateImage(pb.CreateImageRequest(prompt=PROMPT), None)]
    assert [body.content_type for body in bodies] == ["text/event-stream"] * 2
    assert bodies[0].data.startswith(b"event: image_generation.partial_image\n")
    event, data = bodies[1].data.splitlines()[:2]
    assert event == b"event: error"
    assert json.loads(data.removeprefix(b"data: "))["error"]["code"] == "dependency_unavailable"


async def test_hanging_up_cancels_the_job(client: openai.AsyncOpenAI, http: aiohttp.ClientSession) -> None:
    async with asyncio.timeout(20):
        body = {"prompt": PROMPT, "stream": True, "partial_images": 3, "steps": 100, "n": 10}
        async with http.post("/v1/images/generations", json=body) as answer:
            assert answer.status == 200
            assert answer.content_type == "text/event-stream"
            assert (await answer.content.readline()) == b"event: image_generation.partial_image\n"

        async def cancelled() -> bool:
            async with http.get("/vision/v1/jobs?page_size=1") as listed:
                (job,) = json.loads(await listed.read())["jobs"]
                return bool(job["progress"]["state"] == "JOB_STATE_CANCELLED")

        await soon(cancelled)


async def test_an_analysis_over_rest(http: aiohttp.ClientSession) -> None:
    page = drawn.photo()
    page.paste(drawn.code("QRCode", "over REST").convert("RGB"), (10, 10))
    content = base64.b64encode(drawn.saved(page, "JPEG", exif=drawn.exif(place=True))).decode()
    body: dict[str, Any] = {"source": {"content": content}, "options": {"palette_size": 3}}
    async with http.post("/vision/v1/images:analyze", json=body) as answer:
        found = json.loads(await answer.read())["analysis"]
    assert (found["media_type"], found["width"], found["height"], found["has_location"]) == ("image/jpeg", 640, 480, True)
    assert found["barcodes"][0]["text"] == "over REST"
    assert len(found["palette"]) == 3
    assert "GPSLatitude" not in found["exif"]
    async with http.post("/vision/v1/images:analyze", json={"source": {"content": base64.b64encode(b"words").decode()}}) as answer:
        said = json.loads(await answer.read())
    assert answer.status == 400
    assert [detail["reason"] for detail in said["details"] if "reason" in detail] == ["NOT_AN_IMAGE"]


async def test_a_generation_streams_over_rest(http: aiohttp.ClientSession) -> None:
    body = {"spec": {"prompt": PROMPT, "seed": "3", "previews": 1}}
    async with http.post("/vision/v1/images:generate", json=body) as answer:
        assert answer.status == 200
        lines = [line.removeprefix(b"data: ") for line in (await answer.read()).splitlines() if line.startswith(b"data: ")]
    events = [json.loads(line)["event"] for line in lines]
    kinds = [next(kind for kind in ("queued", "started", "progressed", "preview", "image", "ended") if kind in event) for event in events]
    assert kinds[0] == "queued"
    assert kinds.index("preview") < kinds.index("image")
    assert events[-1]["ended"]["job"]["progress"]["state"] == "JOB_STATE_SUCCEEDED"
    image = next(event["image"] for event in events if "image" in event)
    assert pixels(base64.b64decode(image["content"])).shape == (64, 64, 3)
