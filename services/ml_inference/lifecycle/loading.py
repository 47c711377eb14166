"""Loads a version, warms it up and makes it READY, or stores why that failed."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

import structlog
from inference import model_config_pb2

from services.kit.errors import DependencyUnavailable, Fault
from services.kit.postgres.errors import STORE_FAULTS
from services.ml_inference.errors import LoadFailed, MemoryBudgetExceeded
from services.ml_inference.lifecycle.memory_budget import MemoryBudgets, Unload
from services.ml_inference.lifecycle.triton_models import TritonModels
from services.ml_inference.lifecycle.warm_up import WarmUp
from services.ml_inference.registry.models import FAILED, LOADING, READY, UNLOADED, WARMING_UP, Version
from services.ml_inference.registry.registry import Registry
from services.ml_inference.registry.store import Store
from services.ml_inference.triton import memory
from services.ml_inference.triton.repository import device_of

_WARM_UP_SECONDS = 20.0
_FIRST_RETRY, _LONGEST_RETRY = 2.0, 60.0

_log = structlog.get_logger("uat.ml_inference")


class Loading:
    """Loads, adopts and restarts. A failure is in the version's state, with the time of the next attempt. `clock` is monotonic."""

    def __init__(
        self,
        registry: Registry,
        store: Store,
        models: TritonModels,
        budgets: MemoryBudgets,
        warm_up: WarmUp,
        repository: Path,
        clock: Callable[[], float],
    ) -> None:
        self._registry = registry
        self._store = store
        self._models = models
        self._budgets = budgets
        self._warm_up = warm_up
        self._repository = repository
        self._clock = clock

    async def load(self, version: Version, device: str, evict: Unload, *, requested: bool) -> list[str]:
        """Loads a version and warms it up. Returns the names of the versions that were evicted for it.

        `requested` means that it becomes wanted by this load; otherwise it was wanted before. Raises LoadFailed, DigestMismatch,
        MemoryBudgetExceeded or DependencyUnavailable.
        """
        async with self._recording_failure(version, requested=requested):
            if requested:
                await self._registry.want(version, True, device)
            evicted = await self._budgets.make_room(version, version.device, evict)
            await self._make_ready(version, await self._models.load(version, device), warm_up=True)
        return evicted

    async def adopt(self, version: Version) -> None:
        """Takes over a version that Triton loaded on its own. Raises DigestMismatch or DependencyUnavailable."""
        async with self._recording_failure(version):
            await self._models.verify(version)
            config = await self._models.config(version)
            if config is not None:
                await self._make_ready(version, config, warm_up=await self._models.executions(version) == 0)

    async def restart(self, version: Version) -> None:
        """Restarts a version whose process died. Raises as `load` does."""
        async with self._recording_failure(version):
            await self._make_ready(version, await self._models.restart(version), warm_up=True)

    async def suspend(self, version: Version, failures: int, reason: str) -> None:
        """Unloads a version whose process keeps dying. It is retried like one whose load failed so many times. Raises LoadFailed or
        DependencyUnavailable.
        """
        async with self._recording_failure(version):
            await self._models.unload(version, wait=False)
            version.failures = failures
            raise LoadFailed(reason)

    @asynccontextmanager
    async def _recording_failure(self, version: Version, *, requested: bool = False) -> AsyncIterator[None]:
        """Changes the version's state when the block fails."""
        try:
            yield
        except Exception as error:
            await self._failed(version, error, requested=requested)
            raise

    async def _make_ready(self, version: Version, config: model_config_pb2.ModelConfig, *, warm_up: bool) -> None:
        if config != version.config:
            version.configure(config)
        version.device = version.row.device or device_of(config)
        if warm_up:
            self._registry.move(version, WARMING_UP)
            if not version.skip_warm_up:
                await self._try_warm_up(version)
        measured = await memory.measure(self._repository / version.row.folder / version.number, version.device)
        with suppress(*STORE_FAULTS):  # it is loaded all the same
            async with self._store.transaction() as rows:
                serialized = version.config.SerializeToString(deterministic=True)
                await rows.loaded(version.model, version.row.version, serialized, measured)
            await self._registry.refresh()
        version.load_time, version.failures = datetime.now(UTC), 0
        self._registry.move(version, READY)

    async def _try_warm_up(self, version: Version) -> None:
        try:
            await self._warm_up.automatic(version, _WARM_UP_SECONDS)
        except DependencyUnavailable:
            version.skip_warm_up = True  # should the warm-up have crashed Triton, it must not do so again
            raise

    async def _failed(self, version: Version, error: Exception, *, requested: bool) -> None:
        if isinstance(error, STORE_FAULTS):  # the database or Triton is unavailable or overloaded, which says nothing about the model
            self._registry.move(version, LOADING if version.row.wanted else UNLOADED)
            return
        fault = error if isinstance(error, Fault) else LoadFailed("an internal error")
        version.failures += 1
        version.retry_at = self._clock() + min(_LONGEST_RETRY, _FIRST_RETRY * 2**version.failures)
        _log.warning("model not loaded", model=version.name, error=str(error))
        if requested:  # the caller gets the error, and the load isn't retried
            no_room = isinstance(error, MemoryBudgetExceeded)
            with suppress(*STORE_FAULTS):
                async with self._store.transaction() as rows:
                    await rows.failed(version.model, version.row.version, None if no_room else fault.status().SerializeToString())
                await self._registry.changed()
            if no_room:
                self._registry.move(version, UNLOADED)
                return
        self._registry.move(version, FAILED, fault.status())
