"""Traffic between versions: which one gets a request, what they did with theirs, and canaries that go on or end by themselves.

Routing and counting happen in memory and ask nobody, so they work on while PostgreSQL or NATS are away. A canary that this replica finds
clearly worse loses its requests in the same moment, before that is stored; storing it is tried until it holds for every replica.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from types import TracebackType
from typing import Protocol, Self

import structlog
from uat.ml_inference.v1 import model_pb2, traffic_pb2

from services.kit.errors import Fault
from services.kit.tasks import end
from services.ml_inference import metrics
from services.ml_inference.errors import ModelNotFound, VersionNotFound
from services.ml_inference.routing.canary import Trial
from services.ml_inference.routing.peer_counts import PeerCounts
from services.ml_inference.routing.rollout import Progress
from services.ml_inference.routing.route_table import LIVE, Route, RouteTable
from services.ml_inference.routing.rules import shared
from services.ml_inference.routing.signals import TrafficSignals
from services.ml_inference.routing.store import TrafficStore
from services.ml_inference.routing.windows import MINUTE, Tally, Window

_TICK, _REREAD, _REREAD_ALONE, _SAY, _EXPIRE = 0.25, 5.0, 1.0, 1.0, 3600.0
"""Seconds between two looks at canaries; between two readings of all rules, with other replicas in hearing and without; between two
messages with figures; and between two deletions of old events."""
PATIENCE = 5.0
"""Seconds for which a canary may be not ready while its stable version is."""

_LOADING = (model_pb2.MODEL_STATE_LOADING, model_pb2.MODEL_STATE_WARMING_UP)
_NO_RULES = traffic_pb2.Traffic()
_log = structlog.get_logger("uat.ml_inference")


class Versions(Protocol):
    """What is asked of the registry, which answers from memory."""

    def versions(self, model: str = "") -> Sequence[model_pb2.ModelVersion]:
        """All versions, or those of one model, highest first. Raises ModelNotFound."""

    def ready_versions(self, model: str) -> Sequence[str]:
        """A model's versions that can infer now, highest first."""


class Traffic:
    """The traffic of all models, as one replica knows it. `clock` is monotonic, in seconds."""

    def __init__(
        self,
        versions: Versions,
        store: TrafficStore,
        signals: TrafficSignals,
        clock: Callable[[], float] = time.monotonic,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        patience: float = PATIENCE,
    ) -> None:
        self._versions = versions
        self._store = store
        self._signals = signals
        self._clock = clock
        self._patience = patience
        self._rules: dict[str, traffic_pb2.Traffic] = {}
        self._applied: dict[str, float] = {}
        self._tables: dict[str, RouteTable] = {}
        self._trials: dict[str, Trial] = {}
        self._windows: dict[tuple[str, str], Window] = {}
        self._gathered = PeerCounts(clock)
        self._progress = Progress(self, store, clock, now)
        self._ears: dict[str, set[asyncio.Event]] = {}
        self._wake = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []

    async def __aenter__(self) -> Self:
        await self._signals.listen_to_traffic(self._heard_change, self._gathered.take)
        await self._read_all()
        self._tasks = [asyncio.create_task(self._look_again_and_again()), asyncio.create_task(self._store_again_and_again())]
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        for task in self._tasks:
            await end(task)

    # for every request

    def route(self, model: str, version: str, sequence_id: str, tenant_id: str, user_id: str) -> Route:
        """Where a request goes. The version may be not ready where it is the only one that the request, or the rules, leave; whoever
        loads it or refuses is next. Raises ModelNotFound or VersionNotFound.
        """
        table = self._tables.get(model) or self._compile(model)
        if version:
            found = table.requested(version) or self._compile(model).requested(version)
            if found is None:
                said = f"{model} has no version {version!r}"
                raise VersionNotFound(said, metadata={"model": model, "version": version})
            return found
        if not table.ready:
            table = self._compile(model)
        return table.route(sequence_id, tenant_id, user_id)

    def ended(self, model: str, version: str, seconds: float, failed: bool) -> None:
        """Takes in a request that ended; a canary whose bounds it clearly breaks gets no other."""
        self._window(model, version).ended(seconds, failed)
        trial = self._trials.get(model)
        if trial is not None and trial.ended(version, seconds, failed) is not None:
            self._withdraw(model, trial)

    def shadowed(self, model: str, version: str, equal: bool) -> None:
        """Takes in a copy that ended."""
        self._window(model, version).copied(equal)

    # for whoever loads and unloads

    def has_share(self, model: str, version: str) -> bool:
        """Whether the rules send requests or copies to the version. Without rules none has a share: another one takes over."""
        rules = self._rules.get(model)
        return rules is not None and version in shared(rules)

    def readiness_changed(self, model: str, version: str, ready: bool) -> None:
        """Takes in that a version can infer, or can't any more, or was registered or deleted. From the next request on it holds."""
        self._tables.pop(model, None)
        if self.has_share(model, version):
            self._progress.readiness_changed(model, version, ready)
            self._wake.set()

    async def forget(self, model: str) -> None:
        """Drops the rules of a model that was deleted."""
        await self._store.forget(model)
        self._drop(model)
        await self._signals.changed(model)

    # for operators

    def rules(self, model: str) -> traffic_pb2.Traffic | None:
        """A model's rules, as this replica knows them."""
        return self._rules.get(model)

    def models(self) -> list[str]:
        """The models that have rules."""
        return list(self._rules)

    def trial(self, model: str) -> Trial | None:
        """The canary of a model, while it has requests."""
        return self._trials.get(model)

    def ready(self, model: str) -> Sequence[str]:
        """A model's versions that can infer now; none of one that isn't registered, or not yet."""
        try:
            return self._versions.ready_versions(model)
        except ModelNotFound:
            return ()

    def figures(self, model: str) -> list[traffic_pb2.VersionFigures]:
        """What the versions with a share did in the last minute, all replicas together; without rules, the versions that did something."""
        rules = self._rules.get(model)
        with_share = shared(rules) if rules is not None else set()
        versions = with_share or {v for m, v in self._windows if m == model and self._windows[m, v].total.requests}
        found = []
        for version in sorted(versions, key=int, reverse=True):
            total = Tally()
            if (window := self._windows.get((model, version))) is not None:
                total.add(window.total)
            total.add(self._gathered.minute(model, version))
            found.append(total.figures(version))
        return found

    async def changed_here(self, rules: traffic_pb2.Traffic) -> None:
        """Takes in rules that were just stored, and tells the other replicas."""
        self.apply(rules)
        await self.told(rules.model_name)

    async def told(self, model: str) -> None:
        """Wakes those who watch a model, here and elsewhere: an event was stored."""
        self._wake_watchers(model)
        await self._signals.changed(model)

    @contextmanager
    def listening(self, model: str) -> Iterator[asyncio.Event]:
        """Inside the block the event is set whenever something new is stored."""
        ears = asyncio.Event()
        self._ears.setdefault(model, set()).add(ears)
        try:
            yield ears
        finally:
            self._ears[model].discard(ears)
            if not self._ears[model]:
                del self._ears[model]

    @property
    def hears(self) -> bool:
        """Whether other replicas can be heard now."""
        return self._signals.heard

    def apply(self, rules: traffic_pb2.Traffic) -> None:
        """Has stored rules hold from the next request on. Older ones than those that hold are let fall."""
        model = rules.model_name
        standing = self._rules.get(model)
        if standing is not None and standing.etag == rules.etag:
            return
        if standing is not None and standing.update_time.ToNanoseconds() > rules.update_time.ToNanoseconds():
            return
        self._rules[model] = rules
        self._applied[model] = self._clock()
        trial = self._trials.get(model)
        if not rules.HasField("canary") or rules.canary.status.state not in LIVE:
            self._trials.pop(model, None)
        elif trial is not None and trial.same_try(rules.canary):
            trial.turn(rules.canary)
        else:
            self._trials[model] = Trial(rules.canary, self._clock, self._patience)
        self._tables.pop(model, None)

    def _compile(self, model: str) -> RouteTable:
        """The model's table as of now."""
        try:
            known = [v.version for v in self._versions.versions(model)]
        except ModelNotFound:
            self._tables.pop(model, None)
            raise
        if not known:
            raise ModelNotFound(f"there is no model {model!r}", metadata={"model": model})
        trial = self._trials.get(model)
        rules, on = self._rules.get(model, _NO_RULES), trial is None or trial.over is None
        table = self._tables[model] = RouteTable(model, rules, known, self._versions.ready_versions(model), canary=on)
        return table

    def _window(self, model: str, version: str) -> Window:
        window = self._windows.get((model, version))
        if window is None:
            window = self._windows[model, version] = Window(MINUTE, self._clock)
        return window

    def _withdraw(self, model: str, trial: Trial) -> None:
        """The canary gets nothing more here; then it is stored."""
        assert trial.over is not None
        self._tables.pop(model, None)
        metrics.ROLLED_BACK.labels(model, trial.version, traffic_pb2.RollbackCause.Name(trial.over.cause)).inc()
        _log.warning("canary is rolled back", model=model, version=trial.version, reason=trial.over.reason)
        self._progress.withdrawn(model, trial.status())
        self._wake.set()

    # in the background

    async def _look_again_and_again(self) -> None:
        say_at = self._clock()
        while True:
            await asyncio.sleep(_TICK)
            try:
                for model, trial in list(self._trials.items()):
                    self._gathered.give(model, trial)
                    self._look(model, trial)
                if self._clock() >= say_at:
                    say_at = self._clock() + _SAY
                    await self._say_figures()
            except Exception:
                _log.exception("canaries were not looked at")

    def _look(self, model: str, trial: Trial) -> None:
        ready = self.ready(model)
        there, stable_there = trial.version in ready, trial.stable_version in ready
        loading = False
        if stable_there and not there:
            loading = any(v.version == trial.version and v.state in _LOADING for v in self._versions.versions(model))
        if trial.look(ready=there, stable_ready=stable_there, loading=loading) is not None:
            self._withdraw(model, trial)

    async def _say_figures(self) -> None:
        for model in self._rules:
            windows = {version: w.total for (name, version), w in self._windows.items() if name == model}
            if any(total.requests or total.copies for total in windows.values()):
                await self._signals.figures(model, self._gathered.packed(windows, self._trials.get(model)))

    async def _store_again_and_again(self) -> None:
        read_at, expire_at = self._clock() + _REREAD, self._clock() + _EXPIRE
        while True:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(_TICK):
                    await self._wake.wait()
            self._wake.clear()
            try:
                now = self._clock()
                if now >= read_at or (not self.hears and now >= read_at - _REREAD + _REREAD_ALONE):
                    read_at = now + _REREAD
                    await self._read_all()
                    self._tidy()
                await self._progress.step()
                if now >= expire_at:
                    expire_at = now + _EXPIRE
                    await self._store.expire()
            except Fault as fault:
                _log.warning("traffic is not stored", error=str(fault))
                await asyncio.sleep(_TICK)
            except Exception:
                _log.exception("traffic is not stored")
                await asyncio.sleep(_REREAD_ALONE)

    async def _read_all(self) -> None:
        begun = self._clock()
        found = await self._store.everything()
        for rules in found.values():
            self.apply(rules)
        for model in [model for model in self._rules if model not in found and self._applied[model] < begun]:
            self._drop(model)

    async def _heard_change(self, model: str) -> None:
        try:
            rules = await self._store.get(model)
        except Fault as fault:
            _log.warning("traffic rules are read later", model=model, error=str(fault))
        else:
            if rules is not None:
                self.apply(rules)
            elif model in self._rules:
                self._drop(model)
        self._wake_watchers(model)

    def _wake_watchers(self, model: str) -> None:
        for ears in self._ears.get(model, ()):
            ears.set()

    def _drop(self, model: str) -> None:
        for held in (self._rules, self._applied, self._trials, self._tables):
            held.pop(model, None)

    def _tidy(self) -> None:
        """Forgets the counts of versions that are gone."""
        known = {(v.model_name, v.version) for v in self._versions.versions()}
        for place in [place for place in self._windows if place not in known]:
            del self._windows[place]
