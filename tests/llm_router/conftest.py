"""llm_router on real PostgreSQL, over a scripted engine and a scripted OpenAI server, both reached over real sockets."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import grpc
import pytest
from aiohttp import web
from uat.fast_llm.v1 import engine_service_pb2 as engine_pb
from uat.fast_llm.v1 import generation_pb2
from uat.llm_router.v1 import llm_router_service_pb2_grpc, usage_service_pb2_grpc

from services.kit.app import App, Served, serving
from services.kit.config import Settings
from services.kit.errors import DependencyUnavailable
from services.kit.testing import Issuer, running, trusting
from services.llm_router.app import build
from services.llm_router.config import RouterConfig
from services.mesh.parts.postgres import Postgres
from tests.conftest import postgres_url, settings_for


class Engine:
    """fast_llm as the test wants it."""

    def __init__(self) -> None:
        self.requests: list[engine_pb.GenerateRequest] = []
        self.fail_first = 0
        self.failure: Exception = DependencyUnavailable("the engine is not there")
        self.break_after: int | None = None
        self.words = ["Par", "is", "."]
        self.endless = False
        self.freed = asyncio.Event()

    async def ListModels(self, request: Any, context: Any) -> engine_pb.ListModelsResponse:
        return engine_pb.ListModelsResponse(models=[{"name": "tiny"}])

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
                delta = generation_pb2.GenerationDelta(text=text, output_tokens=count)
                yield engine_pb.GenerateResponse(request_id=request.request_id, sequence=count, delta=delta)
                await asyncio.sleep(0.001 if self.endless else 0)
            usage = generation_pb2.GenerationUsage(input_tokens=7, output_tokens=count, cached_input_tokens=2)
            finished = generation_pb2.GenerationFinished(finish_reason=generation_pb2.FINISH_REASON_STOP, usage=usage)
            yield engine_pb.GenerateResponse(request_id=request.request_id, sequence=count + 1, finished=finished)
        finally:
            self.freed.set()


class Upstream:
    """A server that speaks OpenAI's HTTP shapes."""

    def __init__(self) -> None:
        self.bodies: list[dict[str, Any]] = []
        self.status = 200
        self.error: dict[str, Any] = {}
        self.headers: dict[str, str] = {}

    async def complete(self, request: web.Request) -> web.StreamResponse:
        body = await request.json()
        self.bodies.append(body)
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


@dataclass
class Router:
    """The running router and what stands around it."""

    channel: grpc.aio.Channel
    engine: Engine
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
    runner = web.AppRunner(application)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    port = site._server.sockets[0].getsockname()[1]  # type: ignore[union-attr]
    yield server, f"http://127.0.0.1:{port}/v1"
    await runner.cleanup()


@pytest.fixture
async def router(
    postgres: Postgres, identity_folder: Path, issuer: Issuer, upstream: tuple[Upstream, str], monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Router]:
    engine = Engine()
    identities = Settings(identity_jwks_file=identity_folder / "jwks.json", drain_seconds=0.5)
    engine_app = App("fast_llm", 0, [Served(engine_pb.DESCRIPTOR.services_by_name["EngineService"], engine)], issuer.trust())
    async with serving(engine_app, identities) as port:
        monkeypatch.setenv("UAT_FAST_LLM_TARGET", f"127.0.0.1:{port}")
        providers = [
            {"name": "fast_llm", "kind": "fast_llm"},
            {"name": "outside", "kind": "openai", "base_url": upstream[1], "api_key": "k", "models": ["big"]},
        ]
        settings = settings_for("llm_router", identity_folder, issuer, postgres_url=postgres_url(postgres, "llm_router"))
        app = trusting(build(settings, RouterConfig(providers=json.dumps(providers), default_model="tiny")), issuer)
        async with running(app, settings) as channel:
            yield Router(channel, engine, upstream[0], issuer)
