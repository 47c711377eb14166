"""The lifecycle of versions: a control loop compares what is loaded in Triton with what should be, and loads, unloads and recovers.

Which versions should be loaded is stored (`wanted`), so a restarted Triton gets its versions again, and every replica acts alike. On each
replica at most one task changes a version.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from contextlib import suppress
from functools import partial
from types import TracebackType
from typing import Any, Self

import structlog

from services.kit.background import detached
from services.kit.errors import DependencyUnavailable, Fault, InvalidRequest
from services.kit.tasks import end
from services.ml_inference.errors import ModelNotReady, VersionInUse
from services.ml_inference.lifecycle.loading import Loading
from services.ml_inference.lifecycle.memory_budget import MemoryBudgets
from services.ml_inference.lifecycle.recovery import Recovery
from services.ml_inference.lifecycle.triton_models import TritonModels
from services.ml_inference.lifecycle.unloading import Unloading
from services.ml_inference.registry.models import DRAINING, FAILED, IN_MEMORY, LOADING, UNLOADED, Version
from services.ml_inference.registry.registry import Registry
from services.ml_inference.triton.faults import not_ready
from services.ml_inference.triton.repository import device_of

DRAIN_SECONDS = 30.0
_EVICTION_SECONDS = 3.0
"""How long the other replicas may take to report that they don't use a version which is to be evicted."""
_SHORTEST_INTERVAL = 0.1

_log = structlog.get_logger("uat.ml_inference")


class Lifecycle:
    """The control loop, while it is entered, and the operations on versions."""

    def __init__(
        self,
        registry: Registry,
        models: TritonModels,
        budgets: MemoryBudgets,
        loading: Loading,
        unloading: Unloading,
        recovery: Recovery,
        interval: float,
        clock: Callable[[], float],
    ) -> None:
        self._registry = registry
        self._models = models
        self._budgets = budgets
        self._loading = loading
        self._unloading = unloading
        self._recovery = recovery
        self._interval = interval
        self._clock = clock
        self._tasks: set[asyncio.Task[Any]] = set()
        self._loop: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        self._loop = asyncio.create_task(self._keep_reconciling())
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        await end(self._loop)
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def ensure_ready(self, version: Version) -> None:
        """Returns once a version is ready, and loads it on demand where its model's settings say so. Raises ModelNotReady, or what `load`
        raises.
        """
        if version.ready:
            return
        if not self._registry.model(version.model).settings.load_on_demand:
            raise not_ready(version.model, version.number)
        if version.state == FAILED and self._clock() < version.retry_at:
            message = f"{version.name} could not be loaded: {version.error.message}"
            raise ModelNotReady(message, metadata=version.metadata, retry_after=version.retry_at - self._clock())
        await self.load(version)
        if not version.ready:
            raise not_ready(version.model, version.number)

    async def load(self, version: Version, device: str = "", *, wait: bool = True) -> list[str]:
        """Loads a version and warms it up. Returns the names of the versions that were evicted for it. The load goes on when the caller
        goes away. Raises LoadFailed, DigestMismatch, MemoryBudgetExceeded, InvalidRequest or DependencyUnavailable.
        """
        self._check_device(version, device)
        while version.state == DRAINING and version.task is not None:
            await asyncio.wait([version.task])
        if version.ready and device not in ("", version.device):
            await self.unload(version, DRAIN_SECONDS, force=False)
        if version.ready:
            return []
        task = version.task or self._start_load(version, device, requested=True)
        return (await asyncio.shield(task) or []) if wait else []

    async def unload(self, version: Version, seconds: float = DRAIN_SECONDS, *, force: bool) -> int:
        """Drains a version and unloads it. Returns how many requests were revoked, 0 without `force`.

        Raises VersionInUse when it has traffic, or when requests are left after `seconds`; it is ready again then.
        """
        while version.task is not None:
            await asyncio.wait([version.task])
        if not version.ready:
            await self._registry.want(version, False)
            self._registry.move(version, UNLOADED)
            return 0
        if not force and self._budgets.has_share(version):
            message = f"traffic is sent to {version.name}; change the model's traffic first, or use `force`"
            raise VersionInUse(message, metadata=version.metadata)
        self._registry.move(version, DRAINING)
        revoked: int = await asyncio.shield(self._start(version, self._unloading.drain(version, seconds, force=force)))
        return revoked

    def evict(self, version: Version) -> asyncio.Task[Any]:
        """Unloads a version that has no requests here; it takes none from now on. The task raises VersionInUse when another replica uses
        it.
        """
        self._registry.move(version, DRAINING)
        return self._start(version, self._unloading.drain(version, _EVICTION_SECONDS, force=False))

    def all_ready(self) -> bool:
        """Whether every wanted version is ready."""
        return all(version.ready for version in self._registry.versions() if version.row.wanted)

    def _check_device(self, version: Version, device: str) -> None:
        if not device:
            return
        self._budgets.limit(device)
        for other in self._registry.versions(version.model):
            if other is not version and other.row.folder == version.row.folder and other.state in IN_MEMORY and other.device != device:
                raise InvalidRequest.of("device", f"{other.name}, which shares this version's folder, is loaded on {other.device}")

    def _start_load(self, version: Version, device: str, *, requested: bool) -> asyncio.Task[list[str]]:
        version.device = device or device_of(version.config)
        self._registry.move(version, LOADING)
        return self._start(version, self._loading.load(version, device, self.evict, requested=requested))

    # the control loop

    async def _keep_reconciling(self) -> None:
        with self._registry.subscribed() as subscription:
            while True:
                began = self._clock()
                subscription.changed.clear()
                subscription.readiness.clear()
                try:
                    self._reconcile(await self._models.index(), began)
                    for version in await self._recovery.suspects():
                        self._start(version, self._recovery.recover(version))
                except DependencyUnavailable:
                    self._triton_away()
                except Exception:
                    _log.exception("models not reconciled")
                await asyncio.sleep(_SHORTEST_INTERVAL)
                with suppress(TimeoutError):
                    async with asyncio.timeout(self._interval):
                        await subscription.changed.wait()

    def _reconcile(self, index: dict[tuple[str, int], str], queried_at: float) -> None:
        """Compares what Triton had at a moment with what it should have."""
        for version in self._registry.versions():
            if version.task is not None or version.changed_at >= queried_at:
                continue  # it changes now, or has changed since
            state = index.get((version.row.folder, version.row.version))
            if version.row.wanted:
                self._reconcile_wanted(version, state)
            elif state == "READY":
                if version.drained_until <= queried_at:  # otherwise the replica that drains it unloads it
                    self._registry.move(version, DRAINING)
                    self._start(version, self._unloading.drain(version, DRAIN_SECONDS, force=True))
            elif version.state in IN_MEMORY:
                version.drained_until = 0.0
                self._registry.move(version, UNLOADED)

    def _reconcile_wanted(self, version: Version, state: str | None) -> None:
        if state == "READY":
            if not version.ready and version.drained_until <= self._clock():
                version.device = version.row.device or device_of(version.config)
                self._registry.move(version, LOADING)
                self._start(version, self._loading.adopt(version))
        elif state == "LOADING":
            self._registry.move(version, LOADING)
        elif version.state != FAILED or self._clock() >= version.retry_at:
            self._start_load(version, version.row.device, requested=False)

    def _triton_away(self) -> None:
        """Nothing is loaded until Triton is back."""
        for version in self._registry.versions():
            if version.task is None and version.ready:
                self._registry.move(version, LOADING)

    def _start(self, version: Version, work: Coroutine[Any, Any, Any]) -> asyncio.Task[Any]:
        version.task = task = detached(work, f"lifecycle of {version.name}")  # a caller's deadline doesn't end it
        self._tasks.add(task)
        task.add_done_callback(partial(self._ended, version))
        return task

    def _ended(self, version: Version, task: asyncio.Task[Any]) -> None:
        self._tasks.discard(task)
        version.task, version.changed_at = None, self._clock()
        version.notify()
        if not task.cancelled() and (error := task.exception()) is not None and not isinstance(error, Fault):
            _log.error("a model's change failed", model=version.name, exc_info=error)
        self._registry.notify()
