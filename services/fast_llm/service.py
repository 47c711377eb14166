"""The wire side of fast_llm."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import aclosing
from typing import Any

from uat.fast_llm.v1 import engine_service_pb2 as pb
from uat.fast_llm.v1 import server_pb2

from services.fast_llm import wire
from services.fast_llm.engines.engine import Delta, Engine, LoadOptions, ModelState, Started
from services.fast_llm.places import Place

DRAIN_SECONDS = 30.0
WATCH_SECONDS = 1.0


class EngineServicer:
    """Answers `uat.fast_llm.v1.EngineService`."""

    def __init__(self, engine: Engine, server: server_pb2.ServerInfo, place: Place) -> None:
        self._engine = engine
        self._server = server
        self._place = place

    async def Generate(self, request: pb.GenerateRequest, context: Any) -> AsyncIterator[pb.GenerateResponse]:
        model = self._engine.model(request.model).name
        sequence = 0
        async with aclosing(self._engine.generate(wire.generate_input(request))) as events:
            async for event in events:
                sequence += 1
                response = pb.GenerateResponse(request_id=request.request_id, sequence=sequence)
                if isinstance(event, Delta):
                    response.delta.CopyFrom(wire.delta(event))
                elif isinstance(event, Started):
                    response.started.CopyFrom(wire.started(model, event))
                else:
                    response.finished.CopyFrom(wire.finished(event))
                yield response

    async def Abort(self, request: pb.AbortRequest, context: Any) -> pb.AbortResponse:
        return pb.AbortResponse(aborted_request_ids=await self._engine.abort(request.request_ids))

    async def Tokenize(self, request: pb.TokenizeRequest, context: Any) -> pb.TokenizeResponse:
        source = wire.chat(request.chat) if request.WhichOneof("input") == "chat" else request.text
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
        return pb.GetModelInfoResponse(model=wire.model_info(self._engine.model(request.model)))

    async def ListModels(self, request: pb.ListModelsRequest, context: Any) -> pb.ListModelsResponse:
        found = [m for m in self._engine.models() if m.state is ModelState.READY or not request.ready_only]
        return pb.ListModelsResponse(models=[wire.model_info(m) for m in found])

    async def LoadModel(self, request: pb.LoadModelRequest, context: Any) -> AsyncIterator[pb.LoadModelResponse]:
        options = request.options
        wanted = LoadOptions(
            slots=options.slots if options.HasField("slots") else None,
            context_length=options.context_length if options.HasField("context_length") else None,
            gpu_layers=options.gpu_layers if options.HasField("gpu_layers") else None,
        )
        yield pb.LoadModelResponse(progress=0)
        info = await self._engine.load_model(request.model, self._place(request.model, request.path), wanted)
        yield pb.LoadModelResponse(progress=1, model=wire.model_info(info))

    async def UnloadModel(self, request: pb.UnloadModelRequest, context: Any) -> pb.UnloadModelResponse:
        timeout = request.drain_timeout.ToNanoseconds() / 1e9 if request.HasField("drain_timeout") else DRAIN_SECONDS
        await self._engine.unload_model(request.model, timeout)
        return pb.UnloadModelResponse()

    async def GetServerInfo(self, request: pb.GetServerInfoRequest, context: Any) -> pb.GetServerInfoResponse:
        return pb.GetServerInfoResponse(server=self._server)

    async def GetReadiness(self, request: pb.GetReadinessRequest, context: Any) -> pb.GetReadinessResponse:
        info = self._engine.model(request.model)
        draining = any(load.draining for load in self._engine.load(request.model))
        reason = "" if info.state is ModelState.READY else f"the model is {info.state}"
        return pb.GetReadinessResponse(ready=not reason and not draining, reason=reason or ("it drains" if draining else ""))

    async def GetLoad(self, request: pb.GetLoadRequest, context: Any) -> pb.GetLoadResponse:
        return pb.GetLoadResponse(loads=[wire.load(now) for now in self._engine.load(request.model)])

    async def WatchLoad(self, request: pb.WatchLoadRequest, context: Any) -> AsyncIterator[pb.WatchLoadResponse]:
        pause = request.interval.ToNanoseconds() / 1e9 if request.HasField("interval") else WATCH_SECONDS
        sequence = 0
        while True:
            sequence += 1
            loads = [wire.load(now) for now in self._engine.load(request.model)]
            yield pb.WatchLoadResponse(instance_id=self._server.instance_id, sequence=sequence, loads=loads)
            await asyncio.sleep(pause)

    async def Drain(self, request: pb.DrainRequest, context: Any) -> AsyncIterator[pb.DrainResponse]:
        timeout = request.timeout.ToNanoseconds() / 1e9 if request.HasField("timeout") else DRAIN_SECONDS
        draining = asyncio.create_task(self._engine.drain(timeout))
        while not draining.done():
            loads = self._engine.load()
            yield pb.DrainResponse(running=sum(now.running for now in loads), waiting=sum(now.waiting for now in loads))
            await asyncio.wait({draining}, timeout=WATCH_SECONDS)
        yield pb.DrainResponse(aborted=draining.result(), drained=True)

    async def Undrain(self, request: pb.UndrainRequest, context: Any) -> pb.UndrainResponse:
        self._engine.undrain()
        return pb.UndrainResponse()
