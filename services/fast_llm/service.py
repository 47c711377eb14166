"""gRPC servicer of fast_llm: request in, one engine call, response out."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import aclosing
from typing import Any

from google.protobuf.duration_pb2 import Duration
from uat.fast_llm.v1 import engine_service_pb2 as pb
from uat.fast_llm.v1 import model_pb2, server_pb2

from services.fast_llm.engines.engine import Engine
from services.fast_llm.engines.model_set import state_name
from services.fast_llm.errors import CapabilityMissing
from services.fast_llm.model_paths import Resolve
from services.kit import pages
from services.kit.background import detached

DRAIN_SECONDS = 30.0
WATCH_SECONDS = 1.0


class EngineServicer:
    """Implements `uat.fast_llm.v1.EngineService`."""

    def __init__(self, engine: Engine, server: server_pb2.ServerInfo, resolve: Resolve) -> None:
        self._engine = engine
        self._server = server
        self._resolve = resolve
        self._drains: set[asyncio.Task[int]] = set()

    async def Generate(self, request: pb.GenerateRequest, context: Any) -> AsyncIterator[pb.GenerateResponse]:
        sequence = 0
        async with aclosing(self._engine.generate(request)) as responses:
            async for response in responses:
                sequence += 1
                response.request_id, response.sequence = request.request_id, sequence
                yield response

    async def Abort(self, request: pb.AbortRequest, context: Any) -> pb.AbortResponse:
        return pb.AbortResponse(aborted_request_ids=await self._engine.abort(request.request_ids))

    async def Tokenize(self, request: pb.TokenizeRequest, context: Any) -> pb.TokenizeResponse:
        source = request.chat if request.HasField("chat") else request.text
        add_special = request.add_special if request.HasField("add_special") else True
        tokens = await self._engine.tokenize(source, model=request.model, add_special=add_special)
        return pb.TokenizeResponse(
            token_ids=[token_id for token_id, _ in tokens],
            pieces=[piece for _, piece in tokens] if request.with_pieces else (),
            context_length=self._engine.model(request.model).context_length,
        )

    async def Detokenize(self, request: pb.DetokenizeRequest, context: Any) -> pb.DetokenizeResponse:
        return pb.DetokenizeResponse(text=await self._engine.detokenize(request.token_ids, model=request.model))

    async def GetModelInfo(self, request: pb.GetModelInfoRequest, context: Any) -> pb.GetModelInfoResponse:
        return pb.GetModelInfoResponse(model=self._engine.model(request.model))

    async def ListModels(self, request: pb.ListModelsRequest, context: Any) -> pb.ListModelsResponse:
        listing, size = f"fast_llm.models {request.ready_only}", pages.size(request.page_size, 100)
        (after,) = pages.decode(request.page_token, listing, str) or ("",)
        found = [
            model
            for model in self._engine.models()
            if (model.state == model_pb2.MODEL_STATE_READY or not request.ready_only) and model.name > after
        ]
        models, token = pages.page_of(found, size, listing, lambda model: model.name)
        return pb.ListModelsResponse(models=models, next_page_token=token)

    async def LoadModel(self, request: pb.LoadModelRequest, context: Any) -> AsyncIterator[pb.LoadModelResponse]:
        if request.evict:
            raise CapabilityMissing.of("evict", "is not supported by this engine; unload other models yourself")
        path = self._resolve(request.model, request.path)
        loading = detached(self._engine.load_model(request.model, path, request.options, request.sha256), "load_model")
        yield pb.LoadModelResponse(progress=0)
        yield pb.LoadModelResponse(progress=1, model=await asyncio.shield(loading))

    async def UnloadModel(self, request: pb.UnloadModelRequest, context: Any) -> pb.UnloadModelResponse:
        await self._engine.unload_model(request.model, _seconds(request.drain_timeout if request.HasField("drain_timeout") else None))
        return pb.UnloadModelResponse()

    async def GetServerInfo(self, request: pb.GetServerInfoRequest, context: Any) -> pb.GetServerInfoResponse:
        return pb.GetServerInfoResponse(server=self._server)

    async def GetReadiness(self, request: pb.GetReadinessRequest, context: Any) -> pb.GetReadinessResponse:
        model = self._engine.model(request.model)
        draining = any(load.draining for load in self._engine.load(request.model))
        reason = "" if model.state == model_pb2.MODEL_STATE_READY else f"the model is {state_name(model)}"
        return pb.GetReadinessResponse(ready=not reason and not draining, reason=reason or ("draining" if draining else ""))

    async def GetLoad(self, request: pb.GetLoadRequest, context: Any) -> pb.GetLoadResponse:
        return pb.GetLoadResponse(loads=self._engine.load(request.model))

    async def WatchLoad(self, request: pb.WatchLoadRequest, context: Any) -> AsyncIterator[pb.WatchLoadResponse]:
        pause = _seconds(request.interval if request.HasField("interval") else None, WATCH_SECONDS)
        sequence = 0
        while True:
            sequence += 1
            loads = self._engine.load(request.model)
            yield pb.WatchLoadResponse(instance_id=self._server.instance_id, sequence=sequence, loads=loads)
            await asyncio.sleep(pause)

    async def Drain(self, request: pb.DrainRequest, context: Any) -> AsyncIterator[pb.DrainResponse]:
        draining = detached(self._engine.drain(_seconds(request.timeout if request.HasField("timeout") else None)), "drain")
        self._drains.add(draining)
        draining.add_done_callback(self._drains.discard)
        while not draining.done():
            loads = self._engine.load()
            yield pb.DrainResponse(running=sum(load.running for load in loads), waiting=sum(load.waiting for load in loads))
            await asyncio.wait({draining}, timeout=WATCH_SECONDS)
        yield pb.DrainResponse(aborted=0 if draining.cancelled() else draining.result(), drained=not draining.cancelled())

    async def Undrain(self, request: pb.UndrainRequest, context: Any) -> pb.UndrainResponse:
        for draining in self._drains:
            draining.cancel()
        self._engine.undrain()
        return pb.UndrainResponse()


def _seconds(duration: Duration | None, default: float = DRAIN_SECONDS) -> float:
    return default if duration is None else duration.ToNanoseconds() / 1e9
