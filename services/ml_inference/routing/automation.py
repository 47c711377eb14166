"""Automation of canaries: checks them several times a second, and stores their stages, promotions and rollbacks, and what versions did.

Every replica runs it. The store accepts one of several equal changes, as each change names the rules that it replaces, so nothing happens
twice and no replica has to lead.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from types import TracebackType
from typing import Self

from uat.ml_inference.v1 import traffic_pb2

from services.kit.tasks import end, keep, safely
from services.ml_inference.errors import ModelNotFound
from services.ml_inference.registry.models import LOADING, WARMING_UP, Model
from services.ml_inference.registry.registry import Registry
from services.ml_inference.routing import rules as traffic_rules
from services.ml_inference.routing.canary import Rollout
from services.ml_inference.routing.store import DAYS, TrafficStore
from services.ml_inference.routing.traffic import Traffic
from services.ml_inference.scheduling.queues import MINUTE

_CHECK, _REPORT, _EXPIRE = 0.25, 1.0, 3600.0
"""Seconds between two checks of the canaries, between two reports to other replicas, and between two deletions of old events."""
_SAME_WINDOW = 0.9
"""The part of a window within which a comparison by another replica is the same one."""


class Automation:
    """Runs while it is entered. What PostgreSQL doesn't take now is stored later; the checks go on meanwhile."""

    def __init__(
        self,
        registry: Registry,
        traffic: Traffic,
        store: TrafficStore,
        clock: Callable[[], float] = time.monotonic,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._registry = registry
        self._traffic = traffic
        self._store = store
        self._clock = clock
        self._now = now
        self._compared: dict[str, float] = {}
        self._tasks: list[asyncio.Task[None]] = []

    async def __aenter__(self) -> Self:
        self._tasks = [
            asyncio.create_task(keep(self._check, _CHECK, "canaries were not checked")),
            asyncio.create_task(keep(self._report, _REPORT, "traffic counts were not sent")),
            asyncio.create_task(self._keep_storing()),
            asyncio.create_task(keep(self._store.expire, _EXPIRE, "old traffic events were not deleted")),
        ]
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        for task in self._tasks:
            await end(task)

    async def _check(self) -> None:
        for name in self._traffic.models():
            if (rollout := self._traffic.rollout(name)) is not None and (model := self._model(name)) is not None:
                rollout.peers = self._traffic.reports.of(name, rollout)
                states = {version.number: version.state for version in model.sorted()}
                ready = model.routable()
                rollout.check(
                    ready=rollout.version in ready,
                    stable_ready=rollout.stable_version in ready,
                    loading=states.get(rollout.version) in (LOADING, WARMING_UP),
                )

    async def _report(self) -> None:
        for model in self._traffic.models():
            counts = self._traffic.counts(model)
            if any(count.requests or count.copies for count in counts.values()):
                await self._traffic.reports.send(model, counts, self._traffic.rollout(model))

    async def _keep_storing(self) -> None:
        with self._registry.subscribed() as subscription:
            while True:
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(_CHECK):
                        await subscription.changed.wait()
                subscription.changed.clear()
                for model in self._traffic.models():
                    await safely(lambda model=model: self._step(model), "traffic was not stored")  # type: ignore[misc]
                await safely(lambda: self._store_readiness(subscription.readiness), "readiness was not stored")

    async def _step(self, name: str) -> None:
        rules, rollout, model = self._traffic.rules(name), self._traffic.rollout(name), self._model(name)
        if rules is None or model is None:
            return
        state = rules.canary.status.state
        if rollout is not None and rollout.verdict is not None:
            await self._roll_back(rules, rollout)
        elif state == traffic_pb2.CANARY_STATE_WAITING:
            if rules.canary.version in model.routable():
                await self._enter_stage(rules, 0, rules.canary.status)
        elif rollout is not None and state == traffic_pb2.CANARY_STATE_RUNNING and not rollout.blocked_by(self._now()):
            await self._advance(rules, rollout)
        await self._compare(name, rules, rollout)

    async def _advance(self, rules: traffic_pb2.Traffic, rollout: Rollout) -> None:
        stage = rules.canary.status.stage + 1
        if stage < len(rules.canary.stages) or not rules.canary.auto_promote:
            await self._enter_stage(rules, stage, rollout.status())
            return
        changed = traffic_rules.with_figures(traffic_rules.promoted(rules), rollout.status())
        event = traffic_pb2.TrafficEvent(promoted=traffic_pb2.CanaryPromoted(status=changed.canary.status, automatic=True))
        await self._change(changed, rules.etag, event)

    async def _enter_stage(self, rules: traffic_pb2.Traffic, stage: int, status: traffic_pb2.CanaryStatus) -> None:
        changed = traffic_rules.with_figures(traffic_rules.stage_entered(rules, stage, self._now()), status)
        event = traffic_pb2.TrafficEvent(stage_entered=traffic_pb2.CanaryStageEntered(status=changed.canary.status))
        await self._change(changed, rules.etag, event)

    async def _roll_back(self, rules: traffic_pb2.Traffic, rollout: Rollout) -> None:
        assert rollout.verdict is not None
        assert rollout.final_status is not None
        changed = traffic_rules.with_figures(traffic_rules.rolled_back(rules, rollout.verdict.reason), rollout.final_status)
        cause = f"ROLLBACK_CAUSE_{rollout.verdict.cause}"
        rolled_back = traffic_pb2.CanaryRolledBack(status=changed.canary.status, automatic=True, cause=cause)
        await self._change(changed, rules.etag, traffic_pb2.TrafficEvent(rolled_back=rolled_back))

    async def _change(self, rules: traffic_pb2.Traffic, etag: str, event: traffic_pb2.TrafficEvent) -> None:
        """Stores changed rules, or takes over those that another replica or an operator stored in the meantime."""
        if await self._store.change(rules, etag, traffic_rules.SELF, [event]) is not None:
            await self._traffic.changed()
        else:
            await self._traffic.refresh()

    async def _compare(self, model: str, rules: traffic_pb2.Traffic, rollout: Rollout | None) -> None:
        """Stores once a window what the versions did, where there are several."""
        if len(traffic_rules.shared(rules)) < 2:
            self._compared.pop(model, None)
            return
        seconds = rollout.window_seconds if rollout is not None else MINUTE
        if self._clock() - self._compared.setdefault(model, self._clock()) < seconds:
            return
        self._compared[model] = self._clock()
        figures = {f.version: f for f in self._traffic.figures(model)}
        if rollout is not None:
            status = rollout.status()
            figures |= {rollout.version: status.canary, rollout.stable_version: status.stable}
        if any(f.requests or f.shadow_requests for f in figures.values()):
            event = traffic_pb2.TrafficEvent(compared=traffic_pb2.VersionsCompared(figures=figures.values()))
            await self._append(model, event, _SAME_WINDOW * seconds, lambda newest: any(e.HasField("compared") for e in newest))

    async def _store_readiness(self, readiness: dict[tuple[str, str], bool]) -> None:
        """Stores which versions with a share became ready, or stopped being ready, and removes the stored ones."""
        for (model, version), ready in list(readiness.items()):
            if self._traffic.has_share(model, version):
                event = traffic_pb2.TrafficEvent(readiness_changed=traffic_pb2.ReadinessChanged(version=version, ready=ready))
                await self._append(model, event, DAYS * 86400, lambda newest, event=event: _is_newest(event, newest))  # type: ignore[misc]
            if readiness.get((model, version)) == ready:
                del readiness[model, version]

    async def _append(
        self, model: str, event: traffic_pb2.TrafficEvent, seconds: float, known: Callable[[Sequence[traffic_pb2.TrafficEvent]], bool]
    ) -> None:
        if await self._store.append(model, event, seconds, known):
            await self._traffic.changed()

    def _model(self, name: str) -> Model | None:
        with contextlib.suppress(ModelNotFound):
            return self._registry.model(name)
        return None


def _is_newest(event: traffic_pb2.TrafficEvent, newest: Sequence[traffic_pb2.TrafficEvent]) -> bool:
    """Whether the newest readiness event of the version says the same."""
    change = event.readiness_changed
    changes = (e.readiness_changed for e in newest if e.HasField("readiness_changed"))
    return next((other.ready == change.ready for other in changes if other.version == change.version), False)
