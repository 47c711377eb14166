"""What happens to traffic by itself, and its way into the store: stages, promotion, rollback, comparisons, readiness.

Every replica tries; the store takes the first, as each change names the rules that it changes. So nothing happens twice, and no replica
has to be the first among them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Protocol

import structlog
from uat.ml_inference.v1 import traffic_pb2

from services.kit.errors import DependencyUnavailable
from services.ml_inference.routing import rules as traffic_rules
from services.ml_inference.routing.canary import Trial
from services.ml_inference.routing.route_table import LIVE
from services.ml_inference.routing.store import DAYS, TrafficStore
from services.ml_inference.routing.windows import MINUTE

_ALMOST = 0.9
"""The part of a window after which another replica's comparison is an old one."""

_log = structlog.get_logger("uat.ml_inference")


class Known(Protocol):
    """What this replica knows of traffic."""

    def models(self) -> list[str]: ...

    def rules(self, model: str) -> traffic_pb2.Traffic | None: ...

    def trial(self, model: str) -> Trial | None: ...

    def ready(self, model: str) -> Sequence[str]: ...

    def figures(self, model: str) -> list[traffic_pb2.VersionFigures]: ...

    def apply(self, rules: traffic_pb2.Traffic) -> None: ...

    async def changed_here(self, rules: traffic_pb2.Traffic) -> None: ...

    async def told(self, model: str) -> None: ...


class Progress:
    """Takes one step after another. A step raises DependencyUnavailable while the store is away; the next one makes up for it."""

    def __init__(self, known: Known, store: TrafficStore, clock: Callable[[], float], now: Callable[[], datetime]) -> None:
        self._known = known
        self._store = store
        self._clock = clock
        self._now = now
        self._withdrawn: dict[str, traffic_pb2.CanaryStatus] = {}
        self._moved: dict[tuple[str, str], bool] = {}
        self._compared: dict[str, float] = {}

    def withdrawn(self, model: str, status: traffic_pb2.CanaryStatus) -> None:
        """Takes in that this replica ended a try, with the figures that decided."""
        self._withdrawn[model] = status

    def readiness_changed(self, model: str, version: str, ready: bool) -> None:
        """Takes in that a version with a share changed."""
        self._moved[model, version] = ready

    async def step(self) -> None:
        """Stores what is to be stored now."""
        for model in self._known.models():
            rules = self._known.rules(model)
            if rules is None:
                continue
            try:
                await self._step(model, rules, self._known.trial(model))
            except DependencyUnavailable:
                raise
            except Exception:
                _log.exception("a model's traffic stays as it is", model=model)
        for (model, version), ready in list(self._moved.items()):
            await self._tell_readiness(model, version, ready)

    async def _step(self, model: str, rules: traffic_pb2.Traffic, trial: Trial | None) -> None:
        if trial is not None and trial.over is not None:
            await self._roll_back(model, trial)
        elif rules.canary.status.state == traffic_pb2.CANARY_STATE_WAITING:
            if rules.canary.version in self._known.ready(model):
                await self._enter(rules, 0, rules.canary.status)
        elif trial is not None and rules.canary.status.state == traffic_pb2.CANARY_STATE_RUNNING and not trial.waits_for(self._now()):
            await self._go_on(rules, trial)
        await self._compare(model, rules, trial)

    async def _go_on(self, rules: traffic_pb2.Traffic, trial: Trial) -> None:
        stage = rules.canary.status.stage + 1
        if stage == len(rules.canary.stages) and rules.canary.auto_promote:
            changed = with_figures(traffic_rules.promoted(rules), trial.status())
            event = traffic_pb2.TrafficEvent(promoted=traffic_pb2.CanaryPromoted(status=changed.canary.status, automatic=True))
            await self._change(changed, rules.etag, event)
        else:
            await self._enter(rules, stage, trial.status())

    async def _enter(self, rules: traffic_pb2.Traffic, stage: int, status: traffic_pb2.CanaryStatus) -> None:
        changed = with_figures(traffic_rules.stage_entered(rules, stage, self._now()), status)
        event = traffic_pb2.TrafficEvent(stage_entered=traffic_pb2.CanaryStageEntered(status=changed.canary.status))
        await self._change(changed, rules.etag, event)

    async def _roll_back(self, model: str, trial: Trial) -> None:
        assert trial.over is not None
        stored = await self._store.get(model)
        if stored is None:
            return
        if not stored.HasField("canary") or stored.canary.status.state not in LIVE or not trial.same_try(stored.canary):
            self._known.apply(stored)
            return
        changed = with_figures(traffic_rules.rolled_back(stored, trial.over.reason), self._withdrawn.get(model) or trial.status())
        event = traffic_pb2.TrafficEvent(
            rolled_back=traffic_pb2.CanaryRolledBack(status=changed.canary.status, automatic=True, cause=trial.over.cause)
        )
        await self._change(changed, stored.etag, event)

    async def _change(self, rules: traffic_pb2.Traffic, etag: str, event: traffic_pb2.TrafficEvent) -> None:
        """Stores a change, or takes in what others stored in its place."""
        stored = await self._store.change(rules, etag, traffic_rules.SELF, [event])
        if stored is not None:
            await self._known.changed_here(stored)
        elif (others := await self._store.get(rules.model_name)) is not None:
            self._known.apply(others)

    async def _compare(self, model: str, rules: traffic_pb2.Traffic, trial: Trial | None) -> None:
        """Tells once a window what versions did, where there is something to compare."""
        if len(traffic_rules.shared(rules)) < 2:
            self._compared.pop(model, None)
            return
        seconds = trial.canary.seconds if trial is not None else MINUTE
        if self._clock() - self._compared.setdefault(model, self._clock()) < seconds:
            return
        self._compared[model] = self._clock()
        figures: Mapping[str, traffic_pb2.VersionFigures] = {f.version: f for f in self._known.figures(model)}
        if trial is not None:
            status = trial.status()
            figures = {**figures, trial.version: status.canary, trial.stable_version: status.stable}
        if not any(f.requests or f.shadow_requests for f in figures.values()):
            return
        event = traffic_pb2.TrafficEvent(compared=traffic_pb2.VersionsCompared(figures=figures.values()))
        if await self._store.append(model, event, _ALMOST * seconds, lambda newest: any(e.HasField("compared") for e in newest)):
            await self._known.told(model)

    async def _tell_readiness(self, model: str, version: str, ready: bool) -> None:
        def known(newest: Sequence[traffic_pb2.TrafficEvent]) -> bool:
            said = (e.readiness_changed for e in newest if e.HasField("readiness_changed"))
            return next((change.ready == ready for change in said if change.version == version), False)

        event = traffic_pb2.TrafficEvent(readiness_changed=traffic_pb2.ReadinessChanged(version=version, ready=ready))
        if await self._store.append(model, event, DAYS * 86400, known):
            await self._known.told(model)
        if self._moved.get((model, version)) == ready:
            del self._moved[model, version]


def with_figures(rules: traffic_pb2.Traffic, status: traffic_pb2.CanaryStatus) -> traffic_pb2.Traffic:
    """The rules, with the figures of a status."""
    for name in ("canary", "stable"):
        if status.HasField(name):
            getattr(rules.canary.status, name).CopyFrom(getattr(status, name))
    return rules
