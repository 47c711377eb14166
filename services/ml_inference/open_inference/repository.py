"""What there is to infer with, in the protocol's messages."""

from __future__ import annotations

import importlib.metadata
from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from inference import grpc_service_pb2 as oip
from inference import model_config_pb2
from uat.ml_inference.v1 import model_pb2

from services.kit.context import Caller
from services.kit.errors import Fault
from services.kit.triton.client import ModelAway, Triton, TritonFailed
from services.ml_inference.errors import ModelNotReady, VersionNotFound
from services.ml_inference.inference.inference import Models
from services.ml_inference.triton.faults import fault_of, not_ready
from services.ml_inference.triton.tensors import datatype_name

NAME = "universal-ai-tools"
EXTENSIONS = (
    "sequence",
    "model_repository",
    "schedule_policy",
    "model_configuration",
    "system_shared_memory",
    "cuda_shared_memory",
    "binary_tensor_data",
    "parameters",
    "statistics",
    "trace",
    "logging",
    "generate",
)

_STATES = {
    model_pb2.MODEL_STATE_LOADING: "LOADING",
    model_pb2.MODEL_STATE_WARMING_UP: "LOADING",
    model_pb2.MODEL_STATE_READY: "READY",
    model_pb2.MODEL_STATE_DRAINING: "UNLOADING",
}


class Registry(Protocol):
    """What is asked of the registry and of the life of models. All but the last two is answered from memory."""

    def versions(self, model: str = "") -> Sequence[model_pb2.ModelVersion]:
        """All versions, or those of one model, highest first. Raises ModelNotFound."""

    def all_ready(self) -> bool:
        """Whether every version that should be loaded is ready."""

    async def load_model(self, model: str, parameters: Mapping[str, Any]) -> None:
        """Loads a model, or loads it again, and waits until it is ready; `parameters` are the protocol's. Raises ModelNotFound, LoadFailed,
        or MemoryBudgetExceeded.
        """

    async def unload_model(self, model: str) -> None:
        """Unloads every version of a model once its requests have ended. Raises ModelNotFound."""


class Repository:
    """Answers what the protocol asks about server, models and versions."""

    def __init__(self, registry: Registry, models: Models, triton: Triton) -> None:
        self._registry = registry
        self._models = models
        self._triton = triton

    def server(self) -> oip.ServerMetadataResponse:
        """What the server is."""
        return oip.ServerMetadataResponse(name=NAME, version=importlib.metadata.version(NAME), extensions=EXTENSIONS)

    async def ready(self) -> bool:
        """Whether Triton is there and has every model that should be loaded."""
        if not self._registry.all_ready():
            return False
        try:
            answer = await self._triton.ask("ServerReady", oip.ServerReadyRequest(), timeout=2)
        except Fault:
            return False
        return bool(answer.ready)

    def model_ready(self, caller: Caller, model: str, version: str) -> bool:
        """Whether the version, or the one that traffic gives the caller, can infer now. Raises ModelNotFound or VersionNotFound."""
        try:
            wanted = self._routed(caller, model, version)
        except ModelNotReady:
            return False
        return wanted in self._ready_versions(model)

    def model(self, caller: Caller, model: str, version: str) -> oip.ModelMetadataResponse:
        """What a model takes and gives. Raises ModelNotFound, VersionNotFound or ModelNotReady."""
        config = self.config(caller, model, version)
        batch = [-1] if config.max_batch_size else []

        def tensor(t: Any) -> oip.ModelMetadataResponse.TensorMetadata:
            return oip.ModelMetadataResponse.TensorMetadata(name=t.name, datatype=datatype_name(t.data_type), shape=[*batch, *t.dims])

        return oip.ModelMetadataResponse(
            name=model,
            versions=self._ready_versions(model),
            platform=config.platform or config.backend,
            inputs=[tensor(t) for t in config.input],
            outputs=[tensor(t) for t in config.output],
        )

    def config(self, caller: Caller, model: str, version: str) -> model_config_pb2.ModelConfig:
        """A model's configuration. Raises as `model` does."""
        return self._models.config(model, self._routed(caller, model, version))

    async def statistics(self, model: str, version: str) -> oip.ModelStatisticsResponse:
        """What Triton counted. Raises ModelNotFound, VersionNotFound, or ModelNotReady for a version that isn't loaded."""
        if model:
            self._known(model, version)
        try:
            return await self._triton.ask("ModelStatistics", oip.ModelStatisticsRequest(name=model, version=version))  # type: ignore[no-any-return]
        except (TritonFailed, ModelAway) as failed:
            # What it says of a model that it does not have.
            if isinstance(failed, TritonFailed) and failed.triton_code.name == "INVALID_ARGUMENT":
                raise not_ready(model, version) from failed
            raise fault_of(failed, model, version) from failed

    def index(self, *, ready: bool) -> oip.RepositoryIndexResponse:
        """The versions of all models, or only those that are ready."""
        found = oip.RepositoryIndexResponse()
        for version in self._registry.versions():
            state = _STATES.get(version.state, "UNAVAILABLE")
            if not ready or state == "READY":
                found.models.add(name=version.model_name, version=version.version, state=state, reason=_reason(version))
        return found

    async def load(self, model: str, parameters: Mapping[str, oip.ModelRepositoryParameter]) -> None:
        """Loads a model. Raises as the registry does."""
        await self._registry.load_model(model, {name: _value(p) for name, p in parameters.items()})

    async def unload(self, model: str) -> None:
        """Unloads a model. Raises as the registry does."""
        await self._registry.unload_model(model)

    def _routed(self, caller: Caller, model: str, version: str) -> str:
        if version:
            self._known(model, version)
            return version
        return self._models.route(model, "", "", caller.tenant_id, caller.user_id).version

    def _known(self, model: str, version: str) -> None:
        known = [v.version for v in self._registry.versions(model)]
        if version and version not in known:
            raise VersionNotFound(f"{model} has no version {version!r}", metadata={"model": model, "version": version})

    def _ready_versions(self, model: str) -> list[str]:
        return [v.version for v in self._registry.versions(model) if v.state == model_pb2.MODEL_STATE_READY]


def _reason(version: model_pb2.ModelVersion) -> str:
    if version.state == model_pb2.MODEL_STATE_UNLOADED:
        return "unloaded"
    return str(version.error.message)


def _value(parameter: oip.ModelRepositoryParameter) -> Any:
    kind = parameter.WhichOneof("parameter_choice")
    return getattr(parameter, kind) if kind else None
