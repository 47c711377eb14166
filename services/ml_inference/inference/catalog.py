"""What the data path, the protocol's repository and jobs ask about models, answered by the parts that know."""

from __future__ import annotations

import json
from collections.abc import AsyncGenerator, Coroutine, Mapping, Sequence
from typing import Any, Generic, Protocol, TypeVar

from google.protobuf import json_format
from inference import grpc_service_pb2 as oip
from inference import model_config_pb2
from uat.ml_inference.v1 import ml_inference_service_pb2 as pb
from uat.ml_inference.v1 import model_pb2

from services.kit.errors import InvalidRequest
from services.ml_inference.inference.inference import Route
from services.ml_inference.lifecycle.lifecycle import DRAIN_SECONDS, Lifecycle
from services.ml_inference.lifecycle.memory_budget import Budget
from services.ml_inference.lifecycle.version_hold import VersionHold
from services.ml_inference.lifecycle.warm_up import COUNT, Warmth, WarmUp
from services.ml_inference.registry.models import Model, Version
from services.ml_inference.registry.registry import Registry
from services.ml_inference.registry.store import Store
from services.ml_inference.triton.faults import not_ready

R_co = TypeVar("R_co", bound=Route, covariant=True)


class Routing(Protocol[R_co]):
    """What is asked of traffic."""

    def route(self, model: str, version: str, sequence_id: str, tenant_id: str, user_id: str) -> R_co:
        """The version for a caller. Raises ModelNotFound, VersionNotFound or ModelNotReady."""

    def ended(self, model: str, version: str, seconds: float, failed: bool) -> None:
        """Takes in a request that ended."""

    def shadowed(self, model: str, version: str, equal: bool) -> None:
        """Takes in a copy that ended."""


class Known:
    """What traffic asks of the registry, from memory."""

    def __init__(self, registry: Registry) -> None:
        self._registry = registry

    def versions(self, model: str = "") -> Sequence[model_pb2.ModelVersion]:
        """All versions, or those of one model, highest first. Raises ModelNotFound."""
        return versions_of(self._registry, model)

    def ready_versions(self, model: str) -> Sequence[str]:
        """Those that can infer now, highest first. Of a model that is loaded on demand and has none, the one that a request would load:
        the one that answered last, or the highest. Raises ModelNotFound.
        """
        found = self._registry.model(model)
        return found.ready() or (_on_demand(found) if found.settings.load_on_demand else [])


class Catalog(Generic[R_co]):
    """All that is known of models, and all that can be done with them."""

    def __init__(self, registry: Registry, store: Store, lives: Lifecycle, budget: Budget, warm_up: WarmUp, routing: Routing[R_co]) -> None:
        self._registry = registry
        self._store = store
        self._lives = lives
        self._budget = budget
        self._warm_up = warm_up
        self.route = routing.route
        self.ended = routing.ended
        self.shadowed = routing.shadowed

    # the data path

    def settings(self, model: str) -> model_pb2.ModelSettings:
        """How a model is run. Raises ModelNotFound."""
        return self._registry.model(model).settings

    def ready(self, model: str, version: str) -> Coroutine[Any, Any, None]:
        """Returns when the version is loaded, and loads it where its settings say so. Raises ModelNotReady otherwise."""
        return self._lives.ready(self._registry.version(model, version))

    def using(self, model: str, version: str) -> VersionHold:
        """Keeps the version loaded inside the block. Raises ModelNotReady while it drains."""
        return self._lives.using(self._registry.version(model, version))

    def config(self, model: str, version: str) -> model_config_pb2.ModelConfig:
        """A version's configuration. Raises ModelNotFound or VersionNotFound."""
        return self._registry.version(model, version).config

    # the protocol's repository

    def versions(self, model: str = "") -> Sequence[model_pb2.ModelVersion]:
        """All versions, or those of one model, highest first. Raises ModelNotFound."""
        return versions_of(self._registry, model)

    def ready_versions(self, model: str) -> list[str]:
        """The versions that can infer now, highest first. Raises ModelNotFound."""
        return self._registry.model(model).ready()

    def all_ready(self) -> bool:
        """Whether every version that should be loaded is ready."""
        return self._lives.all_ready()

    async def load_model(self, model: str, parameters: Mapping[str, Any]) -> None:
        """Loads those of a model's versions that should be loaded, or else the highest. A `config` may choose others by its version policy;
        the others are unloaded then. A configuration of its own comes with a version that is registered with it. Raises as `load` and
        `unload` do.
        """
        found = self._registry.model(model)
        if other := sorted(set(parameters) - {"config"}):
            raise InvalidRequest.of(f"parameters[{other[0]}]", "is not taken; RegisterModelVersion adds files")
        if "config" in parameters:
            wanted = _chosen(found, str(parameters["config"]))
        else:
            wanted = [version for version in found.sorted() if version.row.wanted] or found.sorted()[:1]
        for version in wanted:
            await self._lives.load(version)
        if "config" in parameters:
            for version in found.sorted():
                if version.ready and version not in wanted:
                    await self._lives.unload(version, DRAIN_SECONDS, force=False)

    async def unload_model(self, model: str) -> None:
        """Unloads every version of a model once its requests have ended. Raises ModelNotFound or VersionInUse."""
        for version in self._registry.model(model).sorted():
            await self._lives.unload(version, DRAIN_SECONDS, force=False)

    # operators

    async def load(self, model: str, version: str, device: str, *, wait: bool) -> list[str]:
        """Loads a version, and returns the names of those that were unloaded for it. Raises as Lifecycle.load does."""
        return await self._lives.load(self._registry.version(model, version), device, wait=wait)

    async def unload(self, model: str, version: str, seconds: float, *, force: bool) -> int:
        """Unloads a version, and returns how many requests were failed. Raises as Lifecycle.unload does."""
        return await self._lives.unload(self._registry.version(model, version), seconds, force=force)

    async def warm_up(self, model: str, version: str, sample: oip.ModelInferRequest | None, count: int) -> Warmth:
        """Executes requests that nobody waits for. Raises ModelNotReady, and as WarmUp does."""
        found = self._registry.version(model, version)
        if not found.ready:
            raise not_ready(model, version)
        with self._lives.using(found):
            return await self._warm_up(found, sample, count or COUNT)

    def watch(self, model: str) -> AsyncGenerator[pb.WatchModelsResponse, None]:
        """The state of every version, then each change."""
        return self._registry.watch(model)

    def budgets(self) -> list[model_pb2.MemoryBudget]:
        """The memory of every device."""
        return self._budget.budgets()

    async def set_budget(self, device: str, limit_bytes: int, *, validate_only: bool) -> tuple[model_pb2.MemoryBudget, list[str]]:
        """Changes a device's budget, and unloads what no longer fits. Raises VersionInUse or InvalidRequest."""
        budget, unloaded = await self._budget.shrink(device, limit_bytes, self._lives.take_out, validate_only=validate_only)
        if not validate_only:
            async with self._store.transaction() as rows:
                await rows.set_budget(device, limit_bytes)
            await self._registry.changed()
        return budget, unloaded


def versions_of(registry: Registry, model: str) -> list[model_pb2.ModelVersion]:
    """The versions of a model, or of all, highest first. Raises ModelNotFound."""
    models = [registry.model(model)] if model else registry.models()
    return [version.message() for found in models for version in found.sorted()]


def _on_demand(model: Model) -> list[str]:
    used = [version for version in model.sorted() if version.last_used_time or version.load_time]
    latest = max(used, key=lambda v: (v.last_used_time or v.load_time, v.row.version), default=None)
    return [latest.number] if latest else [version.number for version in model.sorted()[:1]]


def _chosen(model: Model, config: str) -> list[Version]:
    """The versions that the version policy of a configuration in JSON names."""
    try:
        policy = json_format.ParseDict(json.loads(config), model_config_pb2.ModelConfig(), ignore_unknown_fields=True).version_policy
    except (ValueError, json_format.ParseError) as error:
        raise InvalidRequest.of("parameters[config]", f"can't be read: {error}") from error
    versions = model.sorted()
    if policy.HasField("all"):
        return versions
    if policy.HasField("specific"):
        if missing := sorted(set(policy.specific.versions) - set(model.versions)):
            raise InvalidRequest.of("parameters[config]", f"{model.row.name} has no version {missing[0]}")
        return [version for version in versions if version.row.version in policy.specific.versions]
    return versions[: max(1, policy.latest.num_versions)]
