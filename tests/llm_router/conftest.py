"""llm_router on real PostgreSQL, over a scripted engine, ml_inference, vision and OpenAI server, all reached over real sockets."""

from __future__ import annotations

import asyncio
import base64
import json
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import grpc
import numpy as np
import pytest
from aiohttp import web
from inference import grpc_service_pb2 as oip
from inference import model_config_pb2
from uat.fast_llm.v1 import engine_service_pb2 as engine_pb
from uat.generation.v1 import event_pb2
from uat.llm_router.v1 import llm_router_service_pb2_grpc, usage_service_pb2_grpc
from uat.ml_inference.v1 import ml_inference_service_pb2 as ml_pb
from uat.ml_inference.v1 import model_pb2
from uat.vision.v1 import analysis_pb2
from uat.vision.v1 import vision_service_pb2 as vision_pb

from services.kit.app import App, Served, serving
from services.kit.config import Settings
from services.kit.context import current
from services.kit.errors import DependencyUnavailable, Fault
from services.kit.testing import Issuer, running, trusting
from services.kit.triton.client import bytes_elements
from services.llm_router.app import build
from services.llm_router.config import RouterConfig
from services.mesh.parts.postgres import Postgres
from tests.conftest import postgres_url, settings_for


class CapabilityMissing(Fault):
    code, reason, domain = grpc.StatusCode.INVALID_ARGUMENT, "CAPABILITY_MISSING", "fast_llm.uat"


class Engine:
    """fast_llm as the test wants it."""

    def __init__(self) -> None:
        self.requests: list[engine_pb.GenerateRequest] = []
        self.fail_first = 0
        self.failure: Exception = DependencyUnavailable("the engine is not there")
        self.break_after: int | None = None
        self.words = ["Par", "is", "."]
        self.tool_calls: list[dict[str, Any]] = []
        self.endless = False
        self.tokenizes = True
        self.freed = asyncio.Event()

    async def ListModels(self, request: Any, context: Any) -> engine_pb.ListModelsResponse:
        return engine_pb.ListModelsResponse(models=[{"name": "tiny"}, {"name": "seeing", "capabilities": {"image_input": True}}])

    async def Tokenize(self, request: engine_pb.TokenizeRequest, context: Any) -> engine_pb.TokenizeResponse:
        if not self.tokenizes:
            raise CapabilityMissing("it has no way to the tokenizer")
        texts = [text for message in request.chat.messages for text in (message.text, *(part.text for part in message.parts))]
        words = [word for text in texts for word in text.split()]
        return engine_pb.TokenizeResponse(token_ids=range(len(words)), context_length=99)

    async def Generate(self, request: engine_pb.GenerateRequest, context: Any) -> AsyncIterator[engine_pb.GenerateResponse]:
        self.requests.append(request)
        if self.fail_first:
            self.fail_first -= 1
            raise self.failure
        self.freed.clear()
        try:
            count = 0
            while self.endless or count < len(self.words):
                if self.break_after == count:
                    raise DependencyUnavailable("the engine died")
                text = self.words[count % len(self.words)]
                count += 1
                delta = event_pb2.Delta(text=text, output_tokens=count)
                yield engine_pb.GenerateResponse(request_id=request.request_id, sequence=count, delta=delta)
                await asyncio.sleep(0.001 if self.endless else 0)
            for call in self.tool_calls:
                yield engine_pb.GenerateResponse(delta={"tool_calls": [call]})
            usage = event_pb2.Usage(input_tokens=7, output_tokens=count, cached_input_tokens=2)
            finished = event_pb2.Finished(finish_reason=event_pb2.FINISH_REASON_STOP, usage=usage)
            yield engine_pb.GenerateResponse(request_id=request.request_id, sequence=count + 1, finished=finished)
        finally:
            self.freed.set()


class Inference:
    """ml_inference as the test wants it: a text's vector is the number of its letters and its place among the texts that came."""

    def __init__(self) -> None:
        self.requests: list[oip.ModelInferRequest] = []
        self.users: list[str] = []
        self.services: list[str | None] = []
        self.failure: Exception | None = None
        self.tokens = 3
        self.running = 0
        self.most_running = 0

    async def ListModels(self, request: Any, context: Any) -> ml_pb.ListModelsResponse:
        if request.task != model_pb2.MODEL_TASK_TEXT_EMBEDDING:
            return ml_pb.ListModelsResponse()
        if not request.page_token:  # the contract pages
            return ml_pb.ListModelsResponse(models=[{"name": "mini", "ready_versions": ["1"]}], next_page_token="more")
        return ml_pb.ListModelsResponse(models=[{"name": "asleep"}, {"name": "lazy", "settings": {"load_on_demand": True}}])

    async def ModelConfig(self, request: Any, context: Any) -> oip.ModelConfigResponse:
        config = model_config_pb2.ModelConfig(max_batch_size=4, input=[{"name": "text"}], output=[{"name": "embedding", "dims": [2]}])
        return oip.ModelConfigResponse(config=config)

    async def ModelInfer(self, request: oip.ModelInferRequest, context: Any) -> oip.ModelInferResponse:
        self.requests.append(request)
        call = current()
        assert call is not None
        self.users.append(call.caller.user_id if call.caller else "")
        self.services.append(call.service)
        self.running += 1
        self.most_running = max(self.most_running, self.running)
        try:
            await asyncio.sleep(0.005)
        finally:
            self.running -= 1
        if self.failure is not None:
            raise self.failure
        texts = bytes_elements(request.raw_input_contents[0])
        assert list(request.inputs[0].shape) == [len(texts), 1]
        vectors = np.array([(len(text), place) for place, text in enumerate(texts)], "<f4")
        long = np.array([b"long" in text for text in texts])
        columns = {"truncated": long, "embedding": vectors, "token_count": np.full(len(texts), self.tokens, "<i4")}
        return oip.ModelInferResponse(
            outputs=[{"name": name} for name in columns], raw_output_contents=[c.tobytes() for c in columns.values()]
        )


class Vision:
    """vision as the test wants it."""

    def __init__(self) -> None:
        self.requests: list[vision_pb.AnalyzeImageRequest] = []
        self.analysis = analysis_pb2.Analysis(
            width=640, height=480, caption={"text": "A landscape picture."}, document={"text": "TOTAL 42"}
        )
        self.failures: dict[bytes, Exception] = {}
        self.running = 0
        self.most_running = 0

    async def AnalyzeImage(self, request: vision_pb.AnalyzeImageRequest, context: Any) -> vision_pb.AnalyzeImageResponse:
        self.requests.append(request)
        self.running += 1
        self.most_running = max(self.most_running, self.running)
        await asyncio.sleep(0.01)
        self.running -= 1
        if request.source.content in self.failures:
            raise self.failures[request.source.content]
        return vision_pb.AnalyzeImageResponse(analysis=self.analysis)


class Upstream:
    """A server that speaks OpenAI's HTTP shapes."""

    def __init__(self) -> None:
        self.bodies: list[dict[str, Any]] = []
        self.status = 200
        self.error: dict[str, Any] = {}
        self.headers: dict[str, str] = {}
        self.knows_base64 = True
        self.odd: tuple[str, bytes] | None = None
        """The media type and the body of an answer with status 200 at `/odd/v1`; None: the connection breaks after the headers."""
        self.request_headers: list[dict[str, str]] = []

    async def answer_oddly(self, request: web.Request) -> web.StreamResponse:
        self.request_headers.append({name.lower(): value for name, value in request.headers.items()})
        if self.odd is not None:
            return web.Response(content_type=self.odd[0], body=self.odd[1])
        response = web.StreamResponse(headers={"content-type": "application/json", "content-length": "1000"})
        await response.prepare(request)
        await response.write(b'{"choices": [')
        assert request.transport is not None
        request.transport.close()
        return response

    async def complete(self, request: web.Request) -> web.StreamResponse:
        body = await request.json()
        self.bodies.append(body)
        self.request_headers.append({name.lower(): value for name, value in request.headers.items()})
        if self.status != 200:
            return web.json_response({"error": self.error}, status=self.status, headers=self.headers)
        usage = {"prompt_tokens": 11, "completion_tokens": 2, "total_tokens": 13}
        if not body.get("stream"):
            choice = {"index": 0, "message": {"role": "assistant", "content": "hello"}, "finish_reason": "stop"}
            return web.json_response(
                {"id": "chatcmpl-up", "object": "chat.completion", "model": "big", "choices": [choice], "usage": usage}
            )
        response = web.StreamResponse(headers={"content-type": "text/event-stream"})
        await response.prepare(request)
        for delta, finish in (({"content": "hel"}, None), ({"content": "lo"}, None), ({}, "stop")):
            event = {"choices": [{"index": 0, "delta": delta, "finish_reason": finish}], "usage": None}
            await response.write(f"data: {json.dumps(event)}\n\n".encode())
        await response.write(f"data: {json.dumps({'choices': [], 'usage': usage})}\n\ndata: [DONE]\n\n".encode())
        return response

    async def embed(self, request: web.Request) -> web.StreamResponse:
        body = await request.json()
        self.bodies.append(body)
        if self.status != 200:
            return web.json_response({"error": self.error}, status=self.status, headers=self.headers)
        vectors: list[Any] = [[0.5, i] for i in range(len(body["input"]))]
        if self.knows_base64:
            vectors = [base64.b64encode(np.array(vector, "<f4").tobytes()).decode() for vector in vectors]
        data = [{"object": "embedding", "index": i, "embedding": vector} for i, vector in enumerate(vectors)]
        return web.json_response({"object": "list", "data": data[::-1], "model": "big", "usage": {"prompt_tokens": 9, "total_tokens": 9}})


@dataclass
class Router:
    """The running router and what stands around it."""

    channel: grpc.aio.Channel
    engine: Engine
    inference: Inference
    vision: Vision
    upstream: Upstream
    issuer: Issuer
    stub: llm_router_service_pb2_grpc.LlmRouterServiceAsyncStub = field(init=False)
    usage: usage_service_pb2_grpc.UsageServiceAsyncStub = field(init=False)

    def __post_init__(self) -> None:
        self.stub = llm_router_service_pb2_grpc.LlmRouterServiceStub(self.channel)
        self.usage = usage_service_pb2_grpc.UsageServiceStub(self.channel)


@pytest.fixture
async def upstream() -> AsyncIterator[tuple[Upstream, str]]:
    server = Upstream()
    application = web.Application()
    application.router.add_post("/v1/chat/completions", server.complete)
    application.router.add_post("/v1/embeddings", server.embed)
    application.router.add_route("*", "/odd/v1/{path:.*}", server.answer_oddly)
    runner = web.AppRunner(application)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    port = site._server.sockets[0].getsockname()[1]  # type: ignore[union-attr]
    yield server, f"http://127.0.0.1:{port}/v1"
    await runner.cleanup()


@asynccontextmanager
async def running_router(
    below: Mapping[str, Sequence[Served]],
    providers: Sequence[Mapping[str, Any]],
    postgres: Postgres,
    identity_folder: Path,
    issuer: Issuer,
    **given: Any,
) -> AsyncIterator[grpc.aio.Channel]:
    """The router over these services, each on a port of its own, and these providers."""
    identities = Settings(identity_jwks_file=identity_folder / "jwks.json", drain_seconds=0.5)
    async with AsyncExitStack() as stack:
        patch = stack.enter_context(pytest.MonkeyPatch.context())
        for name, served in below.items():
            port = await stack.enter_async_context(serving(App(name=name, port=0, served=served, trust=issuer.trust()), identities))
            patch.setenv(f"UAT_{name.upper()}_TARGET", f"127.0.0.1:{port}")
        settings = settings_for("llm_router", identity_folder, issuer, postgres_url=postgres_url(postgres, "llm_router"))
        config = RouterConfig(providers=json.dumps(providers), **given)
        yield await stack.enter_async_context(running(trusting(build(settings, config), issuer), settings))


@pytest.fixture
async def router(postgres: Postgres, identity_folder: Path, issuer: Issuer, upstream: tuple[Upstream, str]) -> AsyncIterator[Router]:
    engine, inference, vision = Engine(), Inference(), Vision()
    below = {
        "fast_llm": [Served(engine_pb.DESCRIPTOR.services_by_name["EngineService"], engine)],
        "ml_inference": [
            Served(ml_pb.DESCRIPTOR.services_by_name["MlInferenceService"], inference),
            Served(oip.DESCRIPTOR.services_by_name["GRPCInferenceService"], inference),
        ],
        "vision": [Served(vision_pb.DESCRIPTOR.services_by_name["VisionService"], vision)],
    }
    providers = [
        {"name": "fast_llm", "kind": "fast_llm"},
        {"name": "ml_inference", "kind": "ml_inference"},
        {"name": "odd", "kind": "openai", "base_url": upstream[1].replace("/v1", "/odd/v1"), "models": ["doubled"]},
        {"name": "outside", "kind": "openai", "base_url": upstream[1], "api_key": "k", "models": ["big", "doubled"]},
        {"name": "blind", "kind": "openai", "base_url": upstream[1], "models": ["blind"], "images": False},
    ]
    names = {"default_model": "tiny", "default_embedding_model": "mini"}
    async with running_router(below, providers, postgres, identity_folder, issuer, **names) as channel:
        yield Router(channel, engine, inference, vision, upstream[0], issuer)
