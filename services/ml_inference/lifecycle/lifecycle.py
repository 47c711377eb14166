"""The life of versions: loading, warming up, ready, draining, unloaded. What is in Triton is held against what should be, again and again.

What should be loaded is stored (`wanted`). So a Triton that was killed and comes up with other versions, or with none, gets what it should
have by itself, and so does a second replica. On this replica every version has at most one task that changes it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from contextlib import suppress
from functools import partial
from types import TracebackType
from typing import Any, Self

import structlog

from services.kit.errors import DependencyUnavailable, Fault, InvalidRequest
from services.kit.tasks import end
from services.ml_inference.errors import ModelNotReady, VersionInUse
from services.ml_inference.lifecycle.drain_protocol import DrainProtocol
from services.ml_inference.lifecycle.loading import Loading
from services.ml_inference.lifecycle.memory_budget import Budget
from services.ml_inference.lifecycle.recovery import Recovery
from services.ml_inference.lifecycle.triton_models import TritonModels, device_of
from services.ml_inference.lifecycle.unloading import Unloading
from services.ml_inference.lifecycle.version_hold import VersionHold
from services.ml_inference.registry.models import DRAINING, FAILED, IN_MEMORY, LOADING, UNLOADED, Version
from services.ml_inference.registry.registry import Registry
from services.ml_inference.triton.faults import not_ready

DRAIN_SECONDS = 30.0
_PATIENCE = 3.0
"""How long other replicas may need to say that they don't use a version."""
_SHORTEST_LOOK = 0.1

_log = structlog.get_logger("uat.ml_inference")


class Lifecycle:
    """Has versions loaded and unloaded, while it is entered."""

    def __init__(
        self,
        registry: Registry,
        places: TritonModels,
        budget: Budget,
        neighbours: DrainProtocol,
        loading: Loading,
        unloading: Unloading,
        revival: Recovery,
        watch_seconds: float,
        clock: Callable[[], float],
    ) -> None:
        self._registry = registry
        self._places = places
        self._budget = budget
        neighbours.on_drain, neighbours.left = self._drain_here, self._left_here
        self._loading = loading
        self._unloading = unloading
        self._revival = revival
        self._watch_seconds = watch_seconds
        self._clock = clock
        self._nudged = asyncio.Event()
        self._tasks: set[asyncio.Task[Any]] = set()
        self._watching: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        self._watching = asyncio.create_task(self._watch())
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        await end(self._watching)
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def look(self) -> None:
        """Has Triton looked at soon: something was away, or something else should be loaded."""
        self._nudged.set()

    # for requests

    def using(self, version: Version) -> VersionHold:
        """Keeps the version loaded inside the block. Raises ModelNotReady when it is not ready."""
        return VersionHold(version)

    async def ready(self, version: Version) -> None:
        """Returns when the version is ready; loads it first where the model's settings say so. Raises ModelNotReady, and what a load
        raises.
        """
        if version.ready:
            return
        if not self._registry.model(version.model).settings.load_on_demand:
            raise not_ready(version.model, version.number)
        if version.state == FAILED and self._clock() < version.retry_at:
            raise ModelNotReady(
                f"{version.name} could not be loaded: {version.error.message}",
                metadata={"model": version.model, "version": version.number},
                retry_after=version.retry_at - self._clock(),
            )
        await self.load(version)
        if not version.ready:
            raise not_ready(version.model, version.number)

    # for operators

    async def load(self, version: Version, device: str = "", *, wait: bool = True) -> list[str]:
        """Loads a version and warms it up. Returns the names of those that were unloaded to make room. What is asked for goes on when the
        caller goes away. Raises LoadFailed, DigestMismatch, MemoryBudgetExceeded, InvalidRequest or DependencyUnavailable.
        """
        self._judge_device(version, device)
        while version.state == DRAINING and version.task is not None:
            await asyncio.wait([version.task])
        if version.ready and device not in ("", version.device):
            await self.unload(version, DRAIN_SECONDS, force=False)
        if version.ready:
            return []
        task = version.task or self._begin_to_load(version, device, asked=True)
        return (await asyncio.shield(task) or []) if wait else []

    async def unload(self, version: Version, seconds: float = DRAIN_SECONDS, *, force: bool) -> int:
        """Lets the version's requests end, and unloads it. Returns how many requests were failed, 0 without `force`.

        Raises VersionInUse when it has traffic, or when requests are left after `seconds`: it is ready again then.
        """
        while version.task is not None:
            await asyncio.wait([version.task])
        if not version.ready:
            await self._registry.want(version, False)
            self._registry.move(version, UNLOADED)
            return 0
        if not force and self._budget.has_share(version):
            raise VersionInUse(
                f"traffic is sent to {version.name}; change the model's traffic first, or say `force`",
                metadata={"model": version.model, "version": version.number},
            )
        self._registry.move(version, DRAINING)
        task = self._start(version, self._unloading.drain(version, seconds, force=force))
        failed: int = await asyncio.shield(task)
        return failed

    def take_out(self, version: Version) -> asyncio.Task[Any]:
        """Unloads a version that works on nothing here; from now on it takes no requests. What is waited for raises VersionInUse when it
        works on another replica.
        """
        self._registry.move(version, DRAINING)
        return self._start(version, self._unloading.drain(version, _PATIENCE, force=False))

    def all_ready(self) -> bool:
        """Whether every version that should be loaded is ready."""
        return all(version.ready for version in self._registry.versions() if version.row.wanted)

    def _judge_device(self, version: Version, device: str) -> None:
        if not device:
            return
        self._budget.limit(device)
        for other in self._registry.model(version.model).sorted():
            if other is not version and other.row.place == version.row.place and other.state in IN_MEMORY and other.device != device:
                raise InvalidRequest.of("device", f"{other.name}, which is built together with this version, is loaded on {other.device}")

    def _begin_to_load(self, version: Version, device: str, *, asked: bool) -> asyncio.Task[list[str]]:
        version.device = device or device_of(version.config)
        self._registry.move(version, LOADING)
        return self._start(version, self._loading.load(version, device, self.take_out, asked=asked))

    def _drain_here(self, name: str, seconds: float) -> None:
        """Another replica unloads a version: nothing more is sent to it from here, or again, when the other one has changed its mind."""
        version = self._named(name)
        if version is None:
            return
        version.drained_until = self._clock() + seconds if seconds else 0.0
        if seconds and version.ready:
            self._registry.move(version, DRAINING)
        elif not seconds:
            self.look()

    def _left_here(self, name: str) -> int | None:
        version = self._named(name)
        return None if version is None or self._clock() >= version.drained_until else len(version.users)

    def _named(self, name: str) -> Version | None:
        return next((version for version in self._registry.versions() if version.name == name), None)

    # looking after

    async def _watch(self) -> None:
        while True:
            begun = self._clock()
            self._nudged.clear()
            try:
                self._compare(await self._places.index(), begun)
                for version in await self._revival.suspects():
                    self._start(version, self._revival.revive(version))
            except DependencyUnavailable:
                self._gone()
            except Exception:
                _log.exception("models not looked after")
            await asyncio.sleep(_SHORTEST_LOOK)
            with suppress(TimeoutError):
                async with asyncio.timeout(self._watch_seconds):
                    await self._nudged.wait()

    def _compare(self, index: dict[tuple[str, int], str], asked_at: float) -> None:
        """Holds what Triton had against what it should have."""
        for version in self._registry.versions():
            if version.task is not None or version.moved_at >= asked_at:
                continue  # it changes now, or has since Triton was asked
            there = index.get((version.row.place, version.row.version))
            if version.row.wanted:
                self._should_be_there(version, there)
            elif there == "READY":
                if version.drained_until <= asked_at:  # otherwise the one who asked for it unloads it
                    self._registry.move(version, DRAINING)
                    self._start(version, self._unloading.drain(version, DRAIN_SECONDS, force=True))
            elif version.state in IN_MEMORY:
                version.drained_until = 0.0
                self._registry.move(version, UNLOADED)

    def _should_be_there(self, version: Version, there: str | None) -> None:
        if there == "READY":
            if not version.ready and version.drained_until <= self._clock():
                version.device = version.row.device or device_of(version.config)
                self._registry.move(version, LOADING)
                self._start(version, self._loading.adopt(version))
        elif there == "LOADING":
            self._registry.move(version, LOADING)
        elif version.state != FAILED or self._clock() >= version.retry_at:
            self._begin_to_load(version, version.row.device, asked=False)

    def _gone(self) -> None:
        """Triton is away: what was ready is being loaded until it is back."""
        for version in self._registry.versions():
            if version.task is None and version.ready:
                self._registry.move(version, LOADING)

    def _start(self, version: Version, work: Coroutine[Any, Any, Any]) -> asyncio.Task[Any]:
        version.task = task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(partial(self._ended, version))
        return task

    def _ended(self, version: Version, task: asyncio.Task[Any]) -> None:
        self._tasks.discard(task)
        version.task, version.moved_at = None, self._clock()
        version.moved()
        if not task.cancelled() and (error := task.exception()) is not None and not isinstance(error, Fault):
            _log.error("a model's change failed", model=version.name, exc_info=error)
        self.look()
