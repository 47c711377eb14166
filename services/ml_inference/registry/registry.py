"""The registry: a copy of the stored models and versions in the memory of each replica, with their state, and WatchModels."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Self

import structlog
from inference import model_config_pb2
from uat.ml_inference.v1 import ml_inference_service_pb2 as pb
from uat.ml_inference.v1 import model_pb2

from services.kit.nats.connection import Nats
from services.kit.nats.replicated import Replicated
from services.ml_inference.errors import ModelNotFound, VersionNotFound
from services.ml_inference.registry.models import READY, Model, Version
from services.ml_inference.registry.rows import ModelRow, VersionRow
from services.ml_inference.registry.store import Store

_log = structlog.get_logger("uat.ml_inference")


@dataclass(frozen=True, slots=True)
class Stored:
    """All rows, as one read of the store found them."""

    models: Mapping[str, ModelRow]
    versions: Mapping[tuple[str, int], VersionRow]
    limits: Mapping[str, int]
    """The memory budgets that operators set, in bytes by device."""


@dataclass(slots=True, eq=False)
class _Watcher:
    """A reader of WatchModels. It gets the newest state of a version that changes faster than it reads."""

    model: str
    unread: dict[tuple[str, int], pb.WatchModelsResponse] = field(default_factory=dict)
    wake: asyncio.Event = field(default_factory=asyncio.Event)


@dataclass(slots=True, eq=False)
class Subscription:
    """What changed since the subscriber last looked: it clears `changed`, and removes the entries of `readiness` that it has processed."""

    changed: asyncio.Event = field(default_factory=asyncio.Event)
    """Set after each read of the store and at each change of a version's state."""
    readiness: dict[tuple[str, str], bool] = field(default_factory=dict)
    """Versions, by model and number, that became ready (True) or stopped being ready."""


class Registry:
    """The models. It is read from the store when it is entered, on a signal of another replica, and every `interval` seconds.

    `removed` is called with the name of a model of which a version was deleted or replaced.
    """

    def __init__(self, store: Store, nats: Nats, replica: str, interval: float, removed: Callable[[str], object]) -> None:
        self._store = store
        self._removed = removed
        self._stored = Replicated(nats, "ml_inference.models", replica, self._read, self.apply, interval=interval)
        self._models: dict[str, Model] = {}
        self._watchers: set[_Watcher] = set()
        self._subscriptions: set[Subscription] = set()
        self._limits: Mapping[str, int] = {}

    async def __aenter__(self) -> Self:
        await self._stored.__aenter__()
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        await self._stored.__aexit__(kind, error, trace)

    # reads, from memory

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
            known = ", ".join(map(str, sorted(versions))) or "none"
            metadata = {"model": model, "version": number}
            raise VersionNotFound(f"{model} has no version {number!r}; its versions: {known}", metadata=metadata)
        return found

    def versions(self, model: str = "") -> list[Version]:
        """The versions of all models, or of one, highest first. Raises ModelNotFound."""
        return [version for found in ([self.model(model)] if model else self.models()) for version in found.sorted()]

    def pinned(self, version: Version) -> bool:
        """Whether operators pinned the version's model in memory."""
        return self.model(version.model).settings.pinned

    def limit(self, device: str) -> int:
        """The memory budget that operators set for a device, in bytes; 0 for none."""
        return self._limits.get(device, 0)

    @contextmanager
    def subscribed(self) -> Iterator[Subscription]:
        """A subscription that is current inside the block."""
        subscription = Subscription()
        self._subscriptions.add(subscription)
        try:
            yield subscription
        finally:
            self._subscriptions.discard(subscription)

    async def watch(self, model: str) -> AsyncGenerator[pb.WatchModelsResponse, None]:
        """The state of every version, then each change. Raises ModelNotFound."""
        watcher = _Watcher(model)
        versions = self.versions(model)
        self._watchers.add(watcher)
        try:
            for version in versions:
                yield pb.WatchModelsResponse(version=version.message())
            yield pb.WatchModelsResponse(live=True)
            while True:
                await watcher.wake.wait()
                watcher.wake.clear()
                unread, watcher.unread = watcher.unread, {}
                for response in unread.values():
                    response.live = True
                    yield response
        finally:
            self._watchers.discard(watcher)

    # changes

    async def refresh(self) -> None:
        """Reads the store. Raises DependencyUnavailable."""
        await self._stored.refresh()

    async def changed(self) -> None:
        """Call it after a change was committed: reads the store here, and has the other replicas read it. Raises DependencyUnavailable."""
        await self._stored.changed()

    async def want(self, version: Version, wanted: bool, device: str = "") -> None:
        """Stores whether a version should be loaded, and on which device, by default the one of its configuration; clears the error of
        its last load. Raises DependencyUnavailable.
        """
        if (version.row.wanted, version.row.device, version.row.error) == (wanted, device, None):
            return
        async with self._store.transaction() as rows:
            await rows.want(version.model, version.row.version, wanted, device)
        await self.changed()

    def move(self, version: Version, state: int, error: Any = None) -> None:
        """Changes a version's state on this replica."""
        if (version.state, version.error) == (state, error):
            return
        before, version.state, version.error = version.state, state, error
        _log.info("model", model=version.name, state=model_pb2.ModelState.Name(state).removeprefix("MODEL_STATE_"))
        if (before == READY) != (state == READY) and (model := self._models.get(version.model)) is not None:
            model.generation += 1
            for subscription in self._subscriptions:
                subscription.readiness[version.model, version.number] = state == READY
        version.notify()
        self._publish(version)
        self.notify()

    def notify(self) -> None:
        """Wakes the subscribers."""
        for subscription in self._subscriptions:
            subscription.changed.set()

    def apply(self, stored: Stored) -> None:
        """Takes over the rows of a read."""
        self._limits = stored.limits
        for name, row in stored.models.items():
            model = self._models.get(name)
            if model is None:
                self._models[name] = Model(row)
            elif model.row != row:
                if model.row.settings != row.settings:
                    model.settings = model_pb2.ModelSettings.FromString(row.settings)
                    model.generation += 1
                model.row = row
        for (name, number), found in stored.versions.items():
            if name in self._models:  # a model that was added between the two queries is found by the next read
                self._apply_version(self._models[name], number, found)
        for name, model in list(self._models.items()):
            for number in [number for number in model.versions if (name, number) not in stored.versions]:
                removed = model.versions.pop(number)
                model.generation += 1
                self._removed(name)
                self._publish(removed, deleted=True)
            if name not in stored.models:
                del self._models[name]
        self.notify()

    def _apply_version(self, model: Model, number: int, row: VersionRow) -> None:
        version = model.versions.get(number)
        if version is None or version.row.create_time != row.create_time:
            model.versions[number] = Version(row)
            model.generation += 1
            if version is not None:
                self._removed(model.row.name)
            self._publish(model.versions[number])
            return
        before, version.row = version.row, row
        if before.config != row.config:
            version.configure(model_config_pb2.ModelConfig.FromString(row.config))
        if (before.memory_bytes, before.scores, before.labels) != (row.memory_bytes, row.scores, row.labels):
            self._publish(version)

    def _publish(self, version: Version, *, deleted: bool = False) -> None:
        """Hands a version's state to the watchers."""
        for watcher in self._watchers:
            if watcher.model in ("", version.model):
                key = (version.model, version.row.version)
                watcher.unread.pop(key, None)
                watcher.unread[key] = pb.WatchModelsResponse(version=version.message(), deleted=deleted)
                watcher.wake.set()

    async def _read(self) -> Stored:
        async with self._store.transaction() as rows:
            models, versions, limits = await rows.models(), await rows.versions(), await rows.limits()
        return Stored({row.name: row for row in models}, {(row.model_name, row.version): row for row in versions}, limits)
