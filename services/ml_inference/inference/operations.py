"""LoadModel, UnloadModel, WarmUpModel and SetMemoryBudget, and the loads and unloads of the Open Inference Protocol."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from google.protobuf import json_format
from inference import grpc_service_pb2 as oip
from inference import model_config_pb2
from uat.ml_inference.v1 import model_pb2

from services.kit.errors import InvalidRequest
from services.ml_inference.inference.leases import Leases
from services.ml_inference.lifecycle.lifecycle import DRAIN_SECONDS, Lifecycle
from services.ml_inference.lifecycle.memory_budget import MemoryBudgets
from services.ml_inference.lifecycle.warm_up import COUNT, WarmUp, WarmUpResult
from services.ml_inference.registry.models import Model, Version
from services.ml_inference.registry.registry import Registry
from services.ml_inference.registry.store import Store
from services.ml_inference.triton.faults import not_ready


class Operations:
    """What operators do with loaded models. Every method raises ModelNotFound or VersionNotFound for an unknown model or version."""

    def __init__(
        self, registry: Registry, store: Store, lifecycle: Lifecycle, budgets: MemoryBudgets, warm_up: WarmUp, leases: Leases
    ) -> None:
        self._registry = registry
        self._store = store
        self._lifecycle = lifecycle
        self._budgets = budgets
        self._warm_up = warm_up
        self._leases = leases

    async def load(self, model: str, version: str, device: str, *, wait: bool) -> list[str]:
        """Loads a version. Returns the names of the versions that were evicted for it. Raises as `Lifecycle.load` does."""
        return await self._lifecycle.load(self._registry.version(model, version), device, wait=wait)

    async def unload(self, model: str, version: str, seconds: float, *, force: bool) -> int:
        """Unloads a version. Returns how many requests were revoked. Raises as `Lifecycle.unload` does."""
        return await self._lifecycle.unload(self._registry.version(model, version), seconds, force=force)

    async def warm_up(self, model: str, version: str, sample: oip.ModelInferRequest | None, count: int) -> WarmUpResult:
        """Executes warm-up requests on a ready version. Raises ModelNotReady, or as `WarmUp` does."""
        found = self._registry.version(model, version)
        if not found.ready:
            raise not_ready(model, version)
        with await self._leases.acquire(model, found.number, "", "", ""):
            return await self._warm_up(found, sample, count or COUNT)

    def budgets(self) -> list[model_pb2.MemoryBudget]:
        """The memory budget of every device."""
        return self._budgets.budgets()

    async def set_budget(self, device: str, limit_bytes: int, *, validate_only: bool) -> tuple[model_pb2.MemoryBudget, list[str]]:
        """Changes a device's budget, and evicts what no longer fits. Raises VersionInUse or InvalidRequest."""
        budget, evicted = await self._budgets.shrink(device, limit_bytes, self._lifecycle.evict, validate_only=validate_only)
        if not validate_only:
            async with self._store.transaction() as rows:
                await rows.set_limit(device, limit_bytes)
            await self._registry.changed()
        return budget, evicted

    async def load_model(self, model: str, parameters: Mapping[str, Any]) -> None:
        """Loads the wanted versions of a model, or else the highest one. The version policy of a `config` parameter chooses other ones, and
        the rest is unloaded then. Other parameters are refused: a version is registered with its files and configuration. Raises as `load`
        and `unload` do.
        """
        found = self._registry.model(model)
        if other := sorted(set(parameters) - {"config"}):
            raise InvalidRequest.of(f"parameters[{other[0]}]", "is not supported; RegisterModelVersion adds files")
        if "config" in parameters:
            chosen = _chosen(found, str(parameters["config"]))
        else:
            chosen = [version for version in found.sorted() if version.row.wanted] or found.sorted()[:1]
        for version in chosen:
            await self._lifecycle.load(version)
        if "config" in parameters:
            for version in found.sorted():
                if version.ready and version not in chosen:
                    await self._lifecycle.unload(version, DRAIN_SECONDS, force=False)

    async def unload_model(self, model: str) -> None:
        """Unloads every version of a model once its requests have ended. Raises VersionInUse."""
        for version in self._registry.versions(model):
            await self._lifecycle.unload(version, DRAIN_SECONDS, force=False)

    def all_ready(self) -> bool:
        """Whether every wanted version is ready."""
        return self._lifecycle.all_ready()


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
