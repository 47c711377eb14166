"""The servicer of traffic, load and the response cache."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import aclosing
from typing import Any

from uat.ml_inference.v1 import ml_inference_service_pb2 as pb

from services.kit.context import caller
from services.ml_inference.inference.cache_invalidation import CacheInvalidation
from services.ml_inference.inference.request import calling_user
from services.ml_inference.routing.control import TrafficControl
from services.ml_inference.scheduling.explain import Explain
from services.ml_inference.scheduling.load import Load


class TrafficServicer:
    """Answers the RPCs of `uat.ml_inference.v1.MlInferenceService` about traffic, load and the response cache."""

    def __init__(self, control: TrafficControl, explain: Explain, load: Load, invalidation: CacheInvalidation) -> None:
        self._control = control
        self._explain = explain
        self._load = load
        self._invalidation = invalidation

    async def SetTraffic(self, request: pb.SetTrafficRequest, _: Any) -> pb.SetTrafficResponse:
        traffic = await self._control.set(caller().user_id, request.traffic, validate_only=request.validate_only)
        return pb.SetTrafficResponse(traffic=traffic)

    async def GetTraffic(self, request: pb.GetTrafficRequest, _: Any) -> pb.GetTrafficResponse:
        return await self._control.get(request.model_name)

    async def WatchTraffic(self, request: pb.WatchTrafficRequest, _: Any) -> AsyncIterator[pb.WatchTrafficResponse]:
        after = request.after.sequence if request.HasField("after") else None
        async with aclosing(self._control.watch(request.model_name, after)) as events:
            async for event in events:
                yield pb.WatchTrafficResponse(event=event)

    async def PromoteCanary(self, request: pb.PromoteCanaryRequest, _: Any) -> pb.PromoteCanaryResponse:
        return pb.PromoteCanaryResponse(traffic=await self._control.promote(caller().user_id, request.model_name, request.version))

    async def RollBackCanary(self, request: pb.RollBackCanaryRequest, _: Any) -> pb.RollBackCanaryResponse:
        traffic = await self._control.roll_back(caller().user_id, request.model_name, request.version, request.comment)
        return pb.RollBackCanaryResponse(traffic=traffic)

    async def ExplainInference(self, request: pb.ExplainInferenceRequest, _: Any) -> pb.ExplainInferenceResponse:
        return self._explain(calling_user(), request)

    async def ClearResponseCache(self, request: pb.ClearResponseCacheRequest, _: Any) -> pb.ClearResponseCacheResponse:
        return pb.ClearResponseCacheResponse(freed_bytes=await self._invalidation.clear(request.model_name))

    async def GetLoad(self, request: pb.GetLoadRequest, _: Any) -> pb.GetLoadResponse:
        return pb.GetLoadResponse(load=await self._load.get(request.model_name))

    async def WatchLoad(self, request: pb.WatchLoadRequest, _: Any) -> AsyncIterator[pb.WatchLoadResponse]:
        interval = request.interval.ToTimedelta().total_seconds() if request.HasField("interval") else 1.0
        async with aclosing(self._load.watch(request.model_name, interval)) as loads:
            async for load in loads:
                yield pb.WatchLoadResponse(load=load)
