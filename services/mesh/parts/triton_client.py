"""What the mesh asks a Triton over gRPC."""

from __future__ import annotations

from collections.abc import Sequence

import grpc
from inference.grpc_service_pb2 import RepositoryIndexRequest, RepositoryIndexResponse, ServerReadyRequest
from inference.grpc_service_pb2_grpc import GRPCInferenceServiceStub

from services.mesh.parts.part import NotReady, NotServing

UNLOADED = ("", "unloaded")
"""What Triton gives as the reason why a version isn't loaded when nothing is wrong with it."""
_OPTIONS = [("grpc.enable_http_proxy", 0), ("grpc.use_local_subchannel_pool", 1)]


async def ask(url: str) -> None:
    """Asks a Triton whether it is ready. Raises NotReady, or NotServing when it says no."""
    async with grpc.aio.insecure_channel(address(url), options=_OPTIONS) as channel:
        try:
            answer = await GRPCInferenceServiceStub(channel).ServerReady(ServerReadyRequest(), timeout=5)
        except grpc.aio.AioRpcError as error:
            raise NotReady(f"{error.code().name}: {error.details()}") from error
    if not answer.ready:
        raise NotServing("it says that it isn't ready")


async def index(url: str, limit_s: float = 1.0) -> Sequence[RepositoryIndexResponse.ModelIndex] | None:
    """The versions of all models that a Triton knows, with their states; None when it doesn't answer."""
    async with grpc.aio.insecure_channel(address(url), options=_OPTIONS) as channel:
        try:
            answer = await GRPCInferenceServiceStub(channel).RepositoryIndex(RepositoryIndexRequest(), timeout=limit_s)
        except grpc.aio.AioRpcError:
            return None
    return list(answer.models)


async def broken_models(url: str) -> Sequence[str]:
    """The model versions that were to be loaded and couldn't be, each with Triton's reason; empty when Triton doesn't answer."""
    return [
        f"{model.name}{f' version {model.version}' if model.version else ''} isn't loaded: {' '.join(model.reason.split())}"
        for model in await index(url) or ()
        if model.state == "UNAVAILABLE" and model.reason not in UNLOADED
    ]


def address(url: str) -> str:
    """`host:port` of a URL such as grpc://host:port, which may also be given as `host:port`."""
    return url.rpartition("://")[2].rstrip("/")
