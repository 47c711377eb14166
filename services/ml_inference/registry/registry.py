"""What models there are: PostgreSQL's truth, kept in memory on every replica, and told to whoever watches."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable, Iterator
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Self

import structlog
from inference import model_config_pb2
from uat.ml_inference.v1 import ml_inference_service_pb2 as pb
from uat.ml_inference.v1 import model_pb2

from services.kit.errors import DependencyUnavailable
from services.kit.nats.connection import Nats
from services.kit.tasks import end, keep, safely
from services.ml_inference.errors import ModelNotFound, VersionNotFound
from services.ml_inference.registry.models import READY, Model, Version, model_of, version_of
from services.ml_inference.registry.store import ModelRow, Store, VersionRow

NUDGE = "uat.ml_inference.models_changed"

_NOT_READ = "models not read again"

_log = structlog.get_logger("uat.ml_inference")

Told = Callable[[str, str, bool], None]
"""Takes model, version, and whether it is ready now."""


@dataclass(slots=True, eq=False)
class _Watcher:
    """One who watches. Of a version that changes faster than it reads it sees the newest state."""

    model: str
    news: dict[tuple[str, int], pb.WatchModelsResponse] = field(default_factory=dict)
    moved: asyncio.Event = field(default_factory=asyncio.Event)


class Registry:
    """The models, while it is entered. It is read again on a nudge from another replica, and every few seconds in case one was lost."""

    def __init__(self, store: Store, nats: Nats, read_seconds: float, place: Callable[[str, str, str | None], None]) -> None:
        """`place` is told where in Triton each version is: model, version and folder, or None for one that is gone."""
        self._store = store
        self._nats = nats
        self._read_seconds = read_seconds
        self._place = place
        self._models: dict[str, Model] = {}
        self._watchers: set[_Watcher] = set()
        self._reading = asyncio.Lock()
        self._task: asyncio.Task[None] | None = None
        self.limits: dict[str, int] = {}
        """The memory budgets that somebody set, by device."""
        self.on_read: Callable[[], None] = lambda: None
        """Called after each reading."""
        self.on_readiness: Told = lambda model, version, ready: None
        """Called when a version becomes ready, or isn't any more, and when one was registered or deleted."""
        self.on_gone: Callable[[str], object] = lambda model: None
        """Called with a model of which a version was deleted, or has other files now: what was remembered of it is worth nothing."""

    async def __aenter__(self) -> Self:
        await self.read()
        await self._nats.subscribe(NUDGE, self._heard)
        self._task = asyncio.create_task(keep(self.read, self._read_seconds, _NOT_READ))
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        await end(self._task)

    # what there is, from memory

    def models(self) -> list[Model]:
        """All models, by name."""
        return [self._models[name] for name in sorted(self._models)]

    def model(self, name: str) -> Model:
        """One model. Raises ModelNotFound."""
        found = self._models.get(name)
        if found is None:
            raise ModelNotFound(f"there is no model {name!r}", metadata={"model": name})
        return found

    def version(self, model: str, number: str) -> Version:
        """One version. Raises ModelNotFound or VersionNotFound."""
        versions = self.model(model).versions
        found = versions.get(int(number)) if number.isascii() and number.isdecimal() else None
        if found is None:
            there = ", ".join(map(str, sorted(versions))) or "none"
            metadata = {"model": model, "version": number}
            raise VersionNotFound(f"{model} has no version {number!r}; there are: {there}", metadata=metadata)
        return found

    def versions(self) -> Iterator[Version]:
        """All versions of all models."""
        for model in self.models():
            yield from model.sorted()

    # changes

    async def changed(self) -> None:
        """Reads what was written and nudges the other replicas; called after a change was committed."""
        await self.read()
        try:
            await self._nats.publish(NUDGE, b"")
        except DependencyUnavailable:
            _log.warning("other replicas were not nudged; they read the change within seconds")

    async def want(self, version: Version, wanted: bool, device: str = "") -> None:
        """Stores whether a version should be loaded, and where; an empty `device` leaves that to its configuration. What it failed with
        before is forgotten. Raises DependencyUnavailable.
        """
        if (version.row.wanted, version.row.device, version.row.error) == (wanted, device, None):
            return
        async with self._store.transaction() as rows:
            await rows.want(version.model, version.row.version, wanted, device)
        await self.changed()

    def move(self, version: Version, state: int, error: Any = None) -> None:
        """Changes a version's state on this replica, and tells it."""
        if (version.state, version.error) == (state, error):
            return
        before, version.state, version.error = version.state, state, error
        _log.info("model", model=version.name, state=model_pb2.ModelState.Name(state).removeprefix("MODEL_STATE_"), place=version.row.place)
        if (before == READY) != (state == READY):
            self.on_readiness(version.model, version.number, state == READY)
        version.moved()
        self._tell(version)

    async def read(self) -> None:
        """Takes in what is stored. Raises DependencyUnavailable."""
        async with self._reading:
            async with self._store.transaction() as rows:
                models, versions, self.limits = await rows.models(), await rows.versions(), await rows.budgets()
            self._take_in({row.name: row for row in models}, {(row.model_name, row.version): row for row in versions})
        self.on_read()

    async def watch(self, model: str) -> AsyncGenerator[pb.WatchModelsResponse, None]:
        """The state of every version, then each change. Raises ModelNotFound."""
        if model:
            self.model(model)
        watcher = _Watcher(model)
        self._watchers.add(watcher)
        try:
            for version in [v for v in self.versions() if model in ("", v.model)]:
                yield pb.WatchModelsResponse(version=version.message())
            yield pb.WatchModelsResponse(live=True)
            while True:
                await watcher.moved.wait()
                watcher.moved.clear()
                news, watcher.news = watcher.news, {}
                for told in news.values():
                    told.live = True
                    yield told
        finally:
            self._watchers.discard(watcher)

    def _take_in(self, models: dict[str, ModelRow], versions: dict[tuple[str, int], VersionRow]) -> None:
        for name, row in models.items():
            model = self._models.get(name)
            if model is None:
                self._models[name] = model_of(row)
            elif model.row != row:
                if model.row.settings != row.settings:
                    model.settings = model_pb2.ModelSettings.FromString(row.settings)
                model.row = row
        for (name, number), found in versions.items():
            if name in self._models:  # one that was added between the two readings is seen by the next
                self._take_in_version(self._models[name].versions, number, found)
        for name, model in list(self._models.items()):
            for number in [number for number in model.versions if (name, number) not in versions]:
                gone = model.versions.pop(number)
                self._place(name, gone.number, None)
                self.on_gone(name)
                self.on_readiness(name, gone.number, False)
                self._tell(gone, deleted=True)
            if name not in models:
                del self._models[name]

    def _take_in_version(self, there: dict[int, Version], number: int, row: VersionRow) -> None:
        version = there.get(number)
        if version is None or version.row.create_time != row.create_time:
            there[number] = version_of(row)
            if version is not None:
                self.on_gone(row.model_name)
            self._place(row.model_name, str(number), row.place)
            self.on_readiness(row.model_name, str(number), False)
            self._tell(there[number])
            return
        before, version.row = version.row, row
        if before.config != row.config:
            version.config = model_config_pb2.ModelConfig.FromString(row.config)
        if (before.memory_bytes, before.scores, before.labels) != (row.memory_bytes, row.scores, row.labels):
            self._tell(version)

    def _tell(self, version: Version, *, deleted: bool = False) -> None:
        for watcher in self._watchers:
            if watcher.model in ("", version.model):
                key = (version.model, version.row.version)
                watcher.news.pop(key, None)
                watcher.news[key] = pb.WatchModelsResponse(version=version.message(), deleted=deleted)
                watcher.moved.set()

    async def _heard(self, _: bytes) -> None:
        await safely(self.read, _NOT_READ)
