"""The servicer of the Open Inference Protocol over gRPC, `inference.GRPCInferenceService`."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing
from typing import Any

from inference import grpc_service_pb2 as oip

from services.kit.triton.client import ERRORS_AS_STATUS, Triton
from services.ml_inference.errors import SharedMemoryRefused
from services.ml_inference.inference.inference import Inference
from services.ml_inference.inference.request import calling_user, deadline
from services.ml_inference.open_inference.repository import Repository
from services.ml_inference.open_inference.streams import InferStream
from services.ml_inference.triton.faults import forward

_VIA = ("x-forwarded-for", "x-forwarded-proto", "x-envoy-attempt-count", "x-envoy-expected-rq-timeout-ms")
"""Headers that a proxy adds; a call with one of them came through a proxy."""


class OpenInferenceGrpcServicer:
    """Answers `inference.GRPCInferenceService`."""

    def __init__(self, inference: Inference, repository: Repository, triton: Triton) -> None:
        self._inference = inference
        self._repository = repository
        self._triton = triton

    async def ServerLive(self, request: oip.ServerLiveRequest, context: Any) -> oip.ServerLiveResponse:
        return oip.ServerLiveResponse(live=True)

    async def ServerReady(self, request: oip.ServerReadyRequest, context: Any) -> oip.ServerReadyResponse:
        return oip.ServerReadyResponse(ready=await self._repository.ready())

    async def ServerMetadata(self, request: oip.ServerMetadataRequest, context: Any) -> oip.ServerMetadataResponse:
        return self._repository.server()

    async def ModelReady(self, request: oip.ModelReadyRequest, context: Any) -> oip.ModelReadyResponse:
        return oip.ModelReadyResponse(ready=self._repository.model_ready(calling_user(), request.name, request.version))

    async def ModelMetadata(self, request: oip.ModelMetadataRequest, context: Any) -> oip.ModelMetadataResponse:
        return self._repository.model(calling_user(), request.name, request.version)

    async def ModelConfig(self, request: oip.ModelConfigRequest, context: Any) -> oip.ModelConfigResponse:
        return oip.ModelConfigResponse(config=self._repository.config(calling_user(), request.name, request.version))

    async def ModelStatistics(self, request: oip.ModelStatisticsRequest, context: Any) -> oip.ModelStatisticsResponse:
        return await self._repository.statistics(request.name, request.version)

    async def ModelInfer(self, request: oip.ModelInferRequest, context: Any) -> oip.ModelInferResponse:
        return await self._inference.infer(request, calling_user(), deadline(), is_local=lambda: is_local(context))

    async def ModelStreamInfer(
        self, requests: AsyncIterator[oip.ModelInferRequest], context: Any
    ) -> AsyncIterator[oip.ModelStreamInferResponse]:
        caller, until = calling_user(), deadline()

        def answer(request: oip.ModelInferRequest) -> AsyncGenerator[oip.ModelInferResponse, None]:
            return self._inference.stream(request, caller, until, is_local=lambda: is_local(context))

        stream = InferStream(answer, strict=ERRORS_AS_STATUS[0] in context.invocation_metadata())
        async with aclosing(stream.responses(requests)) as responses:
            async for response in responses:
                yield response

    async def RepositoryIndex(self, request: oip.RepositoryIndexRequest, context: Any) -> oip.RepositoryIndexResponse:
        return self._repository.index(ready=request.ready)

    async def RepositoryModelLoad(self, request: oip.RepositoryModelLoadRequest, context: Any) -> oip.RepositoryModelLoadResponse:
        await self._repository.load(request.model_name, request.parameters)
        return oip.RepositoryModelLoadResponse()

    async def RepositoryModelUnload(self, request: oip.RepositoryModelUnloadRequest, context: Any) -> oip.RepositoryModelUnloadResponse:
        await self._repository.unload(request.model_name)
        return oip.RepositoryModelUnloadResponse()

    async def SystemSharedMemoryStatus(self, request: Any, context: Any) -> oip.SystemSharedMemoryStatusResponse:
        return await forward(self._triton, "SystemSharedMemoryStatus", request)  # type: ignore[no-any-return]

    async def SystemSharedMemoryRegister(self, request: Any, context: Any) -> oip.SystemSharedMemoryRegisterResponse:
        refuse_remote(context)
        return await forward(self._triton, "SystemSharedMemoryRegister", request)  # type: ignore[no-any-return]

    async def SystemSharedMemoryUnregister(self, request: Any, context: Any) -> oip.SystemSharedMemoryUnregisterResponse:
        return await forward(self._triton, "SystemSharedMemoryUnregister", request)  # type: ignore[no-any-return]

    async def CudaSharedMemoryStatus(self, request: Any, context: Any) -> oip.CudaSharedMemoryStatusResponse:
        return await forward(self._triton, "CudaSharedMemoryStatus", request)  # type: ignore[no-any-return]

    async def CudaSharedMemoryRegister(self, request: Any, context: Any) -> oip.CudaSharedMemoryRegisterResponse:
        refuse_remote(context)
        return await forward(self._triton, "CudaSharedMemoryRegister", request)  # type: ignore[no-any-return]

    async def CudaSharedMemoryUnregister(self, request: Any, context: Any) -> oip.CudaSharedMemoryUnregisterResponse:
        return await forward(self._triton, "CudaSharedMemoryUnregister", request)  # type: ignore[no-any-return]

    async def TraceSetting(self, request: oip.TraceSettingRequest, context: Any) -> oip.TraceSettingResponse:
        return await forward(self._triton, "TraceSetting", request)  # type: ignore[no-any-return]

    async def LogSettings(self, request: oip.LogSettingsRequest, context: Any) -> oip.LogSettingsResponse:
        return await forward(self._triton, "LogSettings", request)  # type: ignore[no-any-return]


def is_local(context: Any) -> bool:
    """Whether the caller runs on this host and didn't come through a proxy."""
    peer = str(context.peer())
    local = peer.startswith(("unix:", "ipv4:127.", "ipv6:%5B::1%5D", "ipv6:[::1]"))
    return local and not any(key in _VIA for key, _ in context.invocation_metadata())


def refuse_remote(context: Any) -> None:
    """Raises SharedMemoryRefused for a caller that can't share memory with this host."""
    if not is_local(context):
        raise SharedMemoryRefused("shared memory is for callers on this server's host, not through the edge")
