"""The life of versions: loading, warming up, ready, draining, unloaded. What is in Triton is held against what should be, again and again.

What should be loaded is stored (`wanted`). So a Triton that was killed and comes up with other versions, or with none, gets what it should
have by itself, and so does a second replica. On this replica every version has at most one task that changes it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from contextlib import suppress
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import structlog
from inference import model_config_pb2

from services.kit.errors import DependencyUnavailable, Fault, InvalidRequest
from services.kit.tasks import end
from services.ml_inference import memory
from services.ml_inference.budget import Budget
from services.ml_inference.entries import DRAINING, FAILED, IN_MEMORY, LOADING, READY, UNLOADED, WARMING_UP, Version
from services.ml_inference.errors import LoadFailed, MemoryBudgetExceeded, ModelNotReady, VersionInUse
from services.ml_inference.failures import not_ready
from services.ml_inference.neighbours import Neighbours
from services.ml_inference.places import Places, device_of
from services.ml_inference.pulse import Pulse
from services.ml_inference.registry import Registry
from services.ml_inference.store import Store
from services.ml_inference.use import Use
from services.ml_inference.warm_up import WarmUp

DRAIN_SECONDS = 30.0
_WARM_SECONDS = 20.0
_AFTER_FORCE = 5.0
_PATIENCE = 3.0
"""How long other replicas may need to say that they don't use a version."""
_SHORTEST_LOOK = 0.1
_FIRST_RETRY, _LONGEST_RETRY = 2.0, 60.0
_REVIVAL = 60.0
"""How long starting a version again, whose process died, may keep other replicas from sending it anything."""
_MOST_DEATHS, _SOON = 2, 120.0
"""How often it is started again at once, where the next death comes so soon after the last."""

_log = structlog.get_logger("uat.ml_inference")


class Lives:
    """Loads and unloads, while it is entered. `forget` is told of each version that was unloaded."""

    def __init__(
        self,
        registry: Registry,
        store: Store,
        places: Places,
        budget: Budget,
        warm_up: WarmUp,
        pulse: Pulse,
        neighbours: Neighbours,
        repository: Path,
        watch_seconds: float,
        forget: Callable[[str, str], None],
        clock: Callable[[], float],
    ) -> None:
        self._registry = registry
        self._store = store
        self._places = places
        self._budget = budget
        self._warm_up = warm_up
        self._pulse = pulse
        self._neighbours = neighbours
        neighbours.on_drain, neighbours.left = self._drain_here, self._left_here
        self._repository = repository
        self._watch_seconds = watch_seconds
        self._forget = forget
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

    def using(self, version: Version) -> Use:
        """Keeps the version loaded inside the block. Raises ModelNotReady when it is not ready."""
        return Use(version)

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
            await self._want(version, False)
            self._registry.move(version, UNLOADED)
            return 0
        if not force and self._budget.has_share(version):
            raise VersionInUse(
                f"traffic is sent to {version.name}; change the model's traffic first, or say `force`",
                metadata={"model": version.model, "version": version.number},
            )
        self._registry.move(version, DRAINING)
        task = self._start(version, self._drain(version, seconds, force=force))
        failed: int = await asyncio.shield(task)
        return failed

    def take_out(self, version: Version) -> asyncio.Task[Any]:
        """Unloads a version that works on nothing here; from now on it takes no requests. What is waited for raises VersionInUse when it
        works on another replica.
        """
        self._registry.move(version, DRAINING)
        return self._start(version, self._drain(version, _PATIENCE, force=False))

    def all_ready(self) -> bool:
        """Whether every version that should be loaded is ready."""
        return all(version.ready for version in self._registry.versions() if version.row.wanted)

    # loading

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
        return self._start(version, self._load(version, device, asked=asked))

    async def _load(self, version: Version, device: str, *, asked: bool) -> list[str]:
        try:
            if asked:
                await self._want(version, True, device)
            unloaded = await self._budget.make_room(version, version.device, self.take_out)
            config = await self._places.load(version, device)
            await self._make_ready(version, config, warm=True)
        except asyncio.CancelledError:
            raise
        except Exception as error:
            await self._failed(version, error, asked=asked)
            raise
        return unloaded

    async def _adopt(self, version: Version) -> None:
        """Takes over a version that Triton loaded by itself."""
        try:
            await self._places.check(version)
            config = await self._places.config(version)
            if config is not None:
                await self._make_ready(version, config, warm=await self._places.executed(version) == 0)
        except Exception as error:
            await self._failed(version, error, asked=False)
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

    # unloading

    async def _drain(self, version: Version, seconds: float, *, force: bool) -> int:
        failed = 0
        await self._neighbours.drain(version.name, seconds + _AFTER_FORCE)
        if not await self._idle(version, seconds):
            left = list(version.users)
            if not force:
                await self._neighbours.go_on(version.name)
                self._registry.move(version, READY)
                raise VersionInUse(
                    f"{version.name} still works, here on {len(left)} requests, after {seconds:g} s; wait longer, or say `force`",
                    metadata={"model": version.model, "version": version.number, "in_flight": str(len(left))},
                )
            failed = len(left)
            for use in left:
                use.give_up()
            await self._idle(version, _AFTER_FORCE)
        await self._out(version)
        return failed

    async def _idle(self, version: Version, seconds: float) -> bool:
        """Waits until the version has no requests, on no replica, for so long."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                while version.users:
                    await version.settled.wait()
                await self._neighbours.silence(version.name)
        return not version.users and self._neighbours.quiet(version.name)

    async def _out(self, version: Version) -> None:
        try:
            await self._want(version, False)
        except DependencyUnavailable:  # what can't be remembered isn't done
            await self._neighbours.go_on(version.name)
            self._registry.move(version, READY)
            raise
        try:
            await self._places.unload(version)
        except DependencyUnavailable:
            pass  # a Triton that is away has nothing loaded, and when it comes back, what it shouldn't have is unloaded
        except Fault as fault:
            _log.warning("model not unloaded", model=version.name, error=str(fault))
        self._neighbours.forget(version.name)
        self._forget(version.model, version.number)
        self._registry.move(version, UNLOADED)

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

    async def _want(self, version: Version, wanted: bool, device: str = "") -> None:
        if (version.row.wanted, version.row.device, version.row.error) == (wanted, device, None):
            return
        async with self._store.transaction() as rows:
            await rows.want(version.model, version.row.version, wanted, device)
        await self._registry.changed()

    # looking after

    async def _watch(self) -> None:
        while True:
            begun = self._clock()
            self._nudged.clear()
            try:
                self._compare(await self._places.index(), begun)
                await self._feel()
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
                    self._start(version, self._drain(version, DRAIN_SECONDS, force=True))
            elif version.state in IN_MEMORY:
                version.drained_until = 0.0
                self._registry.move(version, UNLOADED)

    def _should_be_there(self, version: Version, there: str | None) -> None:
        if there == "READY":
            if not version.ready and version.drained_until <= self._clock():
                version.device = version.row.device or device_of(version.config)
                self._registry.move(version, LOADING)
                self._start(version, self._adopt(version))
        elif there == "LOADING":
            self._registry.move(version, LOADING)
        elif version.state != FAILED or self._clock() >= version.retry_at:
            self._begin_to_load(version, version.row.device, asked=False)

    async def _feel(self) -> None:
        """Has those asked for a sign of life that failed requests."""
        for version in await self._pulse.suspects(v for v in self._registry.versions() if v.ready and v.task is None):
            if version.ready and version.task is None:
                self._start(version, self._revive(version))

    async def _revive(self, version: Version) -> None:
        """Starts a version again if its process died, and ends what it worked on. One that dies again and again is left out for a while."""
        if await self._pulse.beats(version) or not version.ready:  # or another replica does it
            return
        _log.warning("a model's process died", model=version.name)
        self._registry.move(version, LOADING)
        now = self._clock()
        version.deaths, version.died_at = (version.deaths + 1 if now - version.died_at < _SOON else 1), now
        try:
            await self._neighbours.drain(version.name, _REVIVAL)
            for use in list(version.users):
                use.give_up()
            if version.deaths > _MOST_DEATHS:
                await self._places.unload(version, wait=False)
                version.failures = version.deaths - _MOST_DEATHS
                raise LoadFailed(f"the process of {version.name} died again and again")
            await self._make_ready(version, await self._places.revive(version), warm=True)
        except Exception as error:
            await self._failed(version, error, asked=False)
            raise
        finally:
            await self._neighbours.go_on(version.name)

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
