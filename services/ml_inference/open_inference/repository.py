"""Metadata, configuration, statistics and the model repository, as messages of the protocol."""

from __future__ import annotations

import importlib.metadata
import json
from collections.abc import Mapping
from typing import Any

from google.protobuf import json_format
from inference import grpc_service_pb2 as oip
from inference import model_config_pb2
from uat.ml_inference.v1 import model_pb2

from services.kit.context import Caller
from services.kit.errors import Fault, InvalidRequest
from services.kit.triton.client import ModelAway, Triton, TritonFailed
from services.ml_inference.lifecycle.lifecycle import DRAIN_SECONDS, Lifecycle
from services.ml_inference.registry.models import Model, Version
from services.ml_inference.registry.registry import Registry
from services.ml_inference.routing.router import Router
from services.ml_inference.triton.faults import fault_of, not_ready
from services.ml_inference.triton.repository import model_of
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


class Repository:
    """Answers the protocol's RPCs about the server, its models and their versions."""

    def __init__(self, registry: Registry, router: Router, lifecycle: Lifecycle, triton: Triton) -> None:
        self._registry = registry
        self._router = router
        self._lifecycle = lifecycle
        self._triton = triton

    def server(self) -> oip.ServerMetadataResponse:
        """Name, version and extensions of the server."""
        return oip.ServerMetadataResponse(name=NAME, version=importlib.metadata.version(NAME), extensions=EXTENSIONS)

    async def ready(self) -> bool:
        """Whether Triton is up and every wanted version is ready."""
        if not self._lifecycle.all_ready():
            return False
        try:
            answer = await self._triton.ask("ServerReady", oip.ServerReadyRequest(), timeout=2)
        except Fault:
            return False
        return bool(answer.ready)

    def model_ready(self, caller: Caller, model: str, version: str) -> bool:
        """Whether the version, or the one that the caller would be routed to, is ready. Raises ModelNotFound or VersionNotFound."""
        return self._version(caller, model, version).ready

    def model(self, caller: Caller, model: str, version: str) -> oip.ModelMetadataResponse:
        """Inputs and outputs of a model. Raises ModelNotFound or VersionNotFound."""
        config = self.config(caller, model, version)
        batch = [-1] if config.max_batch_size else []

        def tensor(t: Any) -> oip.ModelMetadataResponse.TensorMetadata:
            return oip.ModelMetadataResponse.TensorMetadata(name=t.name, datatype=datatype_name(t.data_type), shape=[*batch, *t.dims])

        return oip.ModelMetadataResponse(
            name=model,
            versions=self._registry.model(model).ready(),
            platform=config.platform or config.backend,
            inputs=[tensor(t) for t in config.input],
            outputs=[tensor(t) for t in config.output],
        )

    def config(self, caller: Caller, model: str, version: str) -> model_config_pb2.ModelConfig:
        """A model's configuration. Raises ModelNotFound or VersionNotFound."""
        return self._version(caller, model, version).config

    async def statistics(self, model: str, version: str) -> oip.ModelStatisticsResponse:
        """Triton's counters. Raises ModelNotFound, VersionNotFound, or ModelNotReady for a version that isn't loaded."""
        folder = model
        if model and version:
            folder = self._registry.version(model, version).row.folder
        elif model:
            self._registry.model(model)
        try:
            answer: oip.ModelStatisticsResponse = await self._triton.ask(
                "ModelStatistics", oip.ModelStatisticsRequest(name=folder, version=version)
            )
        except (TritonFailed, ModelAway) as failed:
            # Triton's code for a model that isn't loaded.
            if isinstance(failed, TritonFailed) and failed.triton_code.name == "INVALID_ARGUMENT":
                raise not_ready(model, version) from failed
            raise fault_of(failed, model, version) from failed
        for stats in answer.model_stats:
            stats.name = model_of(stats.name)
        return answer

    def index(self, *, ready: bool) -> oip.RepositoryIndexResponse:
        """The versions of all models, or only the ready ones."""
        found = oip.RepositoryIndexResponse()
        for version in self._registry.versions():
            state = _STATES.get(version.state, "UNAVAILABLE")  # type: ignore[call-overload]
            if not ready or state == "READY":
                found.models.add(name=version.model, version=version.number, state=state, reason=_reason(version))
        return found

    async def load(self, model: str, parameters: Mapping[str, oip.ModelRepositoryParameter]) -> None:
        """Loads the wanted versions of a model, or else the highest one. The version policy of a `config` parameter chooses other ones, and
        the rest is unloaded then. Other parameters are refused: a version is registered with its files and configuration. Raises
        ModelNotFound, and as `Lifecycle.load` and `unload` do.
        """
        found = self._registry.model(model)
        if other := sorted(set(parameters) - {"config"}):
            raise InvalidRequest.of(f"parameters[{other[0]}]", "is not supported; RegisterModelVersion adds files")
        if "config" in parameters:
            chosen = _chosen(found, parameters["config"].string_param)
        else:
            chosen = [version for version in found.sorted() if version.row.wanted] or found.sorted()[:1]
        for version in chosen:
            await self._lifecycle.load(version)
        if "config" in parameters:
            for version in found.sorted():
                if version.ready and version not in chosen:
                    await self._lifecycle.unload(version, DRAIN_SECONDS, force=False)

    async def unload(self, model: str) -> None:
        """Unloads every version of a model once its requests have ended. Raises ModelNotFound or VersionInUse."""
        for version in self._registry.versions(model):
            await self._lifecycle.unload(version, DRAIN_SECONDS, force=False)

    def _version(self, caller: Caller, model: str, version: str) -> Version:
        return self._router.destination(model, version, "", caller.tenant_id, caller.user_id).version


def _reason(version: Version) -> str:
    if version.state == model_pb2.MODEL_STATE_UNLOADED:
        return "unloaded"
    return str(version.error.message) if version.error is not None else ""


def _chosen(model: Model, config: str) -> list[Version]:
    """The versions that the version policy of a configuration in JSON chooses."""
    try:
        policy = json_format.ParseDict(json.loads(config), model_config_pb2.ModelConfig(), ignore_unknown_fields=True).version_policy
    except (ValueError, json_format.ParseError) as error:
        raise InvalidRequest.of("parameters[config]", f"can't be parsed: {error}") from error
    versions = model.sorted()
    if policy.HasField("all"):
        return versions
    if policy.HasField("specific"):
        if missing := sorted(set(policy.specific.versions) - set(model.versions)):
            raise InvalidRequest.of("parameters[config]", f"{model.row.name} has no version {missing[0]}")
        return [version for version in versions if version.row.version in policy.specific.versions]
    return versions[: max(1, policy.latest.num_versions)]
