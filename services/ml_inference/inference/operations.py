"""LoadModel, UnloadModel, WarmUpModel, GetMemoryBudget and SetMemoryBudget."""

from __future__ import annotations

from inference import grpc_service_pb2 as oip
from uat.ml_inference.v1 import model_pb2

from services.kit.errors import Fault
from services.ml_inference.inference.leases import Leases
from services.ml_inference.lifecycle.lifecycle import Lifecycle
from services.ml_inference.lifecycle.memory_budget import MemoryBudgets
from services.ml_inference.lifecycle.warm_up import COUNT, WarmUp, WarmUpResult
from services.ml_inference.registry.registry import Registry
from services.ml_inference.registry.store import Store
from services.ml_inference.triton.faults import fault_of, not_ready


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
            try:
                return await self._warm_up(found, sample, count or COUNT)
            except Fault as error:
                raise fault_of(error, model, version) from error

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
