"""The servicer of models, versions and memory."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import aclosing
from typing import Any

from uat.ml_inference.v1 import ml_inference_service_pb2 as pb

from services.kit.context import caller
from services.kit.times import duration
from services.ml_inference.inference.operations import Operations
from services.ml_inference.lifecycle.lifecycle import DRAIN_SECONDS
from services.ml_inference.registry.admin import ModelAdmin
from services.ml_inference.registry.registration import Registration
from services.ml_inference.registry.registry import Registry


class ModelsServicer:
    """Answers the RPCs of `uat.ml_inference.v1.MlInferenceService` about models, versions and memory."""

    def __init__(self, registry: Registry, admin: ModelAdmin, registration: Registration, operations: Operations) -> None:
        self._registry = registry
        self._admin = admin
        self._registration = registration
        self._operations = operations

    async def RegisterModelVersion(self, request: pb.RegisterModelVersionRequest, _: Any) -> pb.RegisterModelVersionResponse:
        return pb.RegisterModelVersionResponse(version=await self._registration.register(caller(), request))

    async def DeleteModelVersion(self, request: pb.DeleteModelVersionRequest, _: Any) -> pb.DeleteModelVersionResponse:
        await self._registration.delete(request.model_name, request.version)
        return pb.DeleteModelVersionResponse()

    async def ListModels(self, request: pb.ListModelsRequest, _: Any) -> pb.ListModelsResponse:
        return self._admin.page(request)

    async def GetModel(self, request: pb.GetModelRequest, _: Any) -> pb.GetModelResponse:
        return pb.GetModelResponse(model=self._admin.get(request.model_name))

    async def UpdateModel(self, request: pb.UpdateModelRequest, _: Any) -> pb.UpdateModelResponse:
        return pb.UpdateModelResponse(model=await self._admin.update(request))

    async def ListModelVersions(self, request: pb.ListModelVersionsRequest, _: Any) -> pb.ListModelVersionsResponse:
        return self._admin.version_page(request)

    async def GetModelVersion(self, request: pb.GetModelVersionRequest, _: Any) -> pb.GetModelVersionResponse:
        return pb.GetModelVersionResponse(version=self._admin.version(request.model_name, request.version))

    async def LoadModel(self, request: pb.LoadModelRequest, _: Any) -> pb.LoadModelResponse:
        unloaded = await self._operations.load(request.model_name, request.version, request.device, wait=not request.no_wait)
        return pb.LoadModelResponse(version=self._admin.version(request.model_name, request.version), unloaded=unloaded)

    async def UnloadModel(self, request: pb.UnloadModelRequest, _: Any) -> pb.UnloadModelResponse:
        given = request.HasField("drain_timeout")
        seconds = request.drain_timeout.ToTimedelta().total_seconds() if given else DRAIN_SECONDS
        failed = await self._operations.unload(request.model_name, request.version, seconds, force=request.force)
        return pb.UnloadModelResponse(version=self._admin.version(request.model_name, request.version), failed_requests=failed)

    async def WarmUpModel(self, request: pb.WarmUpModelRequest, _: Any) -> pb.WarmUpModelResponse:
        sample = request.sample if request.HasField("sample") else None
        result = await self._operations.warm_up(request.model_name, request.version, sample, request.count)
        return pb.WarmUpModelResponse(
            first_latency=duration(result.first),
            last_latency=duration(result.last),
            executions=result.executions,
        )

    async def WatchModels(self, request: pb.WatchModelsRequest, _: Any) -> AsyncIterator[pb.WatchModelsResponse]:
        async with aclosing(self._registry.watch(request.model_name)) as changes:
            async for change in changes:
                yield change

    async def GetMemoryBudget(self, request: pb.GetMemoryBudgetRequest, _: Any) -> pb.GetMemoryBudgetResponse:
        return pb.GetMemoryBudgetResponse(budgets=self._operations.budgets())

    async def SetMemoryBudget(self, request: pb.SetMemoryBudgetRequest, _: Any) -> pb.SetMemoryBudgetResponse:
        budget, unloaded = await self._operations.set_budget(request.device, request.limit_bytes, validate_only=request.validate_only)
        return pb.SetMemoryBudgetResponse(budget=budget, unloaded=unloaded)
