"""Brings a version to READY, or says why it can't be."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

import structlog
from inference import model_config_pb2

from services.kit.errors import DependencyUnavailable, Fault
from services.ml_inference.errors import LoadFailed, MemoryBudgetExceeded
from services.ml_inference.lifecycle import memory
from services.ml_inference.lifecycle.memory_budget import Budget, Unload
from services.ml_inference.lifecycle.triton_models import TritonModels, device_of
from services.ml_inference.lifecycle.warm_up import WarmUp
from services.ml_inference.registry.models import FAILED, LOADING, READY, UNLOADED, WARMING_UP, Version
from services.ml_inference.registry.registry import Registry
from services.ml_inference.registry.store import Store

_WARM_SECONDS = 20.0
_FIRST_RETRY, _LONGEST_RETRY = 2.0, 60.0

_log = structlog.get_logger("uat.ml_inference")


class Loading:
    """Loads, takes over, starts again. What fails says so in the version's state, and when it is tried again. `clock` is monotonic."""

    def __init__(
        self,
        registry: Registry,
        store: Store,
        places: TritonModels,
        budget: Budget,
        warm_up: WarmUp,
        repository: Path,
        clock: Callable[[], float],
    ) -> None:
        self._registry = registry
        self._store = store
        self._places = places
        self._budget = budget
        self._warm_up = warm_up
        self._repository = repository
        self._clock = clock

    async def load(self, version: Version, device: str, take_out: Unload, *, asked: bool) -> list[str]:
        """Loads a version and warms it up. Returns the names of those that were taken out to make room.

        `asked` says that somebody wants it from now on; otherwise it was wanted already. Raises LoadFailed, DigestMismatch,
        MemoryBudgetExceeded or DependencyUnavailable.
        """
        async with self._judging(version, asked=asked):
            if asked:
                await self._registry.want(version, True, device)
            unloaded = await self._budget.make_room(version, version.device, take_out)
            await self._make_ready(version, await self._places.load(version, device), warm=True)
        return unloaded

    async def adopt(self, version: Version) -> None:
        """Takes over a version that Triton loaded by itself. Raises DigestMismatch or DependencyUnavailable."""
        async with self._judging(version):
            await self._places.check(version)
            config = await self._places.config(version)
            if config is not None:
                await self._make_ready(version, config, warm=await self._places.executed(version) == 0)

    async def start_again(self, version: Version) -> None:
        """Starts a version whose process died. Raises as `load` does."""
        async with self._judging(version):
            await self._make_ready(version, await self._places.revive(version), warm=True)

    async def leave_out(self, version: Version, failures: int, why: str) -> None:
        """Takes a version out that does not live; it is tried again as one that could not be loaded so many times. Raises LoadFailed, or
        DependencyUnavailable.
        """
        async with self._judging(version):
            await self._places.unload(version, wait=False)
            version.failures = failures
            raise LoadFailed(why)

    @asynccontextmanager
    async def _judging(self, version: Version, *, asked: bool = False) -> AsyncIterator[None]:
        """Has the version's state say what fails inside the block."""
        try:
            yield
        except Exception as error:
            await self._failed(version, error, asked=asked)
            raise

    async def _make_ready(self, version: Version, config: model_config_pb2.ModelConfig, *, warm: bool) -> None:
        if config != version.config:
            version.config = config
        version.device = version.row.device or device_of(config)
        if warm:
            self._registry.move(version, WARMING_UP)
            await self._warm(version)
        measured = await memory.measure(self._repository, version)
        with suppress(DependencyUnavailable):  # it is loaded all the same
            async with self._store.transaction() as rows:
                serialized = version.config.SerializeToString(deterministic=True)
                await rows.loaded(version.model, version.row.version, serialized, measured)
            await self._registry.read()
        version.load_time, version.failures = datetime.now(UTC), 0
        self._registry.move(version, READY)

    async def _warm(self, version: Version) -> None:
        if version.leave_cold:
            return
        try:
            await self._warm_up.of_its_own_accord(version, _WARM_SECONDS)
        except DependencyUnavailable:
            version.leave_cold = True  # should Triton have died of it, it must not die of it again and again
            raise

    async def _failed(self, version: Version, error: Exception, *, asked: bool) -> None:
        if isinstance(error, DependencyUnavailable):
            self._registry.move(version, LOADING if version.row.wanted else UNLOADED)
            return
        fault = error if isinstance(error, Fault) else LoadFailed("something went wrong on our side")
        version.failures += 1
        version.retry_at = self._clock() + min(_LONGEST_RETRY, _FIRST_RETRY * 2**version.failures)
        _log.warning("model not loaded", model=version.name, error=str(error))
        if asked:  # whoever asked knows, and it isn't tried again
            full = isinstance(error, MemoryBudgetExceeded)
            with suppress(DependencyUnavailable):
                async with self._store.transaction() as rows:
                    await rows.failed(version.model, version.row.version, None if full else fault.status().SerializeToString())
                await self._registry.changed()
            if full:
                self._registry.move(version, UNLOADED)
                return
        self._registry.move(version, FAILED, fault.status())
