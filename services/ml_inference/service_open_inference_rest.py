"""The servicer of the Open Inference Protocol over REST: HTTP bodies in and out."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import aclosing
from typing import Any

import orjson
from google.api import httpbody_pb2
from inference import grpc_service_pb2 as oip
from uat.ml_inference.v1 import open_inference_service_pb2 as pb

from services.kit.errors import DependencyUnavailable, Fault
from services.kit.triton.client import RETRY_SECONDS
from services.ml_inference.errors import TensorTooLarge
from services.ml_inference.inference.inference import Inference
from services.ml_inference.inference.request import calling_user, deadline
from services.ml_inference.open_inference import bodies, generate, repository_bodies
from services.ml_inference.open_inference.encodings import decoded
from services.ml_inference.open_inference.plain import plain
from services.ml_inference.open_inference.repository import Repository
from services.ml_inference.triton.faults import not_ready

_JSON, _RAW, _EVENTS = "application/json", "application/octet-stream", "text/event-stream"
_ENVELOPE = 1024
"""At least the bytes around a body in its message."""


class OpenInferenceRestServicer:
    """Answers `uat.ml_inference.v1.OpenInferenceService`. `max_body` bounds a body in bytes, both ways, and unpacked."""

    def __init__(self, inference: Inference, repository: Repository, max_body: int) -> None:
        self._inference = inference
        self._repository = repository
        self._max_body = max_body

    async def GetServerMetadata(self, request: pb.GetServerMetadataRequest, context: Any) -> httpbody_pb2.HttpBody:
        return _json(plain(self._repository.server()))

    async def CheckServerLive(self, request: pb.CheckServerLiveRequest, context: Any) -> httpbody_pb2.HttpBody:
        return _json({"live": True})

    async def CheckServerReady(self, request: pb.CheckServerReadyRequest, context: Any) -> httpbody_pb2.HttpBody:
        if not await self._repository.ready():
            raise DependencyUnavailable("Triton is away, or a wanted model is not ready", retry_after=RETRY_SECONDS)
        return _json({"ready": True})

    async def GetModelMetadata(self, request: pb.GetModelMetadataRequest, context: Any) -> httpbody_pb2.HttpBody:
        return _json(plain(self._repository.model(calling_user(), request.model_name, request.model_version)))

    async def CheckModelReady(self, request: pb.CheckModelReadyRequest, context: Any) -> httpbody_pb2.HttpBody:
        if not self._repository.model_ready(calling_user(), request.model_name, request.model_version):
            raise not_ready(request.model_name, request.model_version)
        return _json({"name": request.model_name, "ready": True})

    async def GetModelConfig(self, request: pb.GetModelConfigRequest, context: Any) -> httpbody_pb2.HttpBody:
        return _json(plain(self._repository.config(calling_user(), request.model_name, request.model_version)))

    async def GetModelStatistics(self, request: pb.GetModelStatisticsRequest, context: Any) -> httpbody_pb2.HttpBody:
        return _json(plain(await self._repository.statistics(request.model_name, request.model_version)))

    async def Infer(self, request: pb.InferRequest, context: Any) -> httpbody_pb2.HttpBody:
        body, headers = await self._body(request, context)
        length = bodies.json_length(headers.get(bodies.LENGTH), body)
        model, version = request.model_name, request.model_version
        if length == 0:
            message, wanted = bodies.read_bare(body, await self._inference.config(model, version, calling_user()), model, version)
        else:
            message, wanted = bodies.read(body, length, model, version)
        data, length = bodies.write(await self._inference.one(message, calling_user(), deadline()), wanted)
        self._check_size(data)
        if length is None:
            return httpbody_pb2.HttpBody(content_type=_JSON, data=data)
        await context.send_initial_metadata([(bodies.LENGTH, str(length))])
        return httpbody_pb2.HttpBody(content_type=_RAW, data=data)

    async def Generate(self, request: pb.GenerateRequest, context: Any) -> httpbody_pb2.HttpBody:
        response = await self._inference.one(await self._flat(request, context), calling_user(), deadline())
        data = generate.write(response)
        self._check_size(data)
        return httpbody_pb2.HttpBody(content_type=_JSON, data=data)

    async def GenerateStream(self, request: pb.GenerateStreamRequest, context: Any) -> AsyncIterator[httpbody_pb2.HttpBody]:
        began = False
        message = await self._flat(request, context)
        try:
            async with aclosing(self._inference.stream(message, calling_user(), deadline())) as responses:
                async for response in responses:
                    if response.outputs:  # an empty one only marks the end
                        event = httpbody_pb2.HttpBody(content_type=_EVENTS, data=generate.event(generate.write(response)))
                        began = True
                        yield event
        except Fault as fault:
            if not began:
                raise
            yield httpbody_pb2.HttpBody(content_type=_EVENTS, data=generate.error_event(fault.message))

    async def IndexRepository(self, request: pb.IndexRepositoryRequest, context: Any) -> httpbody_pb2.HttpBody:
        index = self._repository.index(ready=repository_bodies.only_ready(request.body.data))
        return _json([plain(model) for model in index.models])

    async def LoadRepositoryModel(self, request: pb.LoadRepositoryModelRequest, context: Any) -> httpbody_pb2.HttpBody:
        await self._repository.load(request.model_name, repository_bodies.load_parameters(request.body.data))
        return _json({})

    async def UnloadRepositoryModel(self, request: pb.UnloadRepositoryModelRequest, context: Any) -> httpbody_pb2.HttpBody:
        await self._repository.unload(request.model_name)
        return _json({})

    async def _flat(self, request: pb.GenerateRequest | pb.GenerateStreamRequest, context: Any) -> oip.ModelInferRequest:
        body, _ = await self._body(request, context)
        config = await self._inference.config(request.model_name, request.model_version, calling_user())
        return generate.read(body, config, request.model_name, request.model_version)

    async def _body(self, request: Any, context: Any) -> tuple[bytes, dict[str, str]]:
        """The decompressed body and the HTTP headers."""
        headers = dict(context.invocation_metadata())
        return await decoded(request.body.data, headers.get("content-encoding", "").lower(), self._max_body), headers

    def _check_size(self, body: bytes) -> None:
        if len(body) + _ENVELOPE > self._max_body:
            message = f"the response has {len(body)} bytes, more than {self._max_body}: request less at once, or raw tensors"
            raise TensorTooLarge(message, metadata={"max_bytes": str(self._max_body)})


def _json(value: Any) -> httpbody_pb2.HttpBody:
    return httpbody_pb2.HttpBody(content_type=_JSON, data=orjson.dumps(value))
