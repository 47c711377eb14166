"""Traffic rules as every replica holds them: replicated from the store, applied to the router, with canary rollouts and their counts.

Routing and counting need neither PostgreSQL nor NATS. A canary that this replica finds clearly worse loses its requests here in the same
moment; `automation` stores the rollback, which makes it hold on every replica.
"""

from __future__ import annotations

import time
from collections.abc import AsyncGenerator, Callable, Mapping
from types import TracebackType
from typing import Self

import structlog
from uat.ml_inference.v1 import traffic_pb2

from services.kit.nats.connection import Nats
from services.kit.nats.replicated import Replicated
from services.ml_inference import metrics
from services.ml_inference.routing.canary import Rollout
from services.ml_inference.routing.reports import Reports
from services.ml_inference.routing.router import Router
from services.ml_inference.routing.rules import LIVE, shared, version_figures
from services.ml_inference.routing.store import StoredTraffic, TrafficStore
from services.ml_inference.scheduling.queues import Queues, VersionCounts

PATIENCE = 5.0
"""Seconds for which a canary may be not ready while its stable version is."""
_IDLE = 5.0

_log = structlog.get_logger("uat.ml_inference")


class Traffic:
    """The traffic rules of all models, while it is entered. `clock` is monotonic, in seconds."""

    def __init__(
        self,
        router: Router,
        queues: Queues,
        store: TrafficStore,
        nats: Nats,
        replica: str,
        clock: Callable[[], float] = time.monotonic,
        patience: float = PATIENCE,
    ) -> None:
        self._router = router
        self._queues = queues
        self._clock = clock
        self._patience = patience
        self._stored = Replicated(nats, "ml_inference.traffic", replica, store.everything, self._apply)
        self._rules: dict[str, traffic_pb2.Traffic] = {}
        self._rollouts: dict[str, Rollout] = {}
        self.reports = Reports(nats, replica, clock)

    async def __aenter__(self) -> Self:
        await self._stored.__aenter__()
        await self.reports.subscribe()
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        await self._stored.__aexit__(kind, error, trace)

    def models(self) -> list[str]:
        """The models that have rules."""
        return list(self._rules)

    def rules(self, model: str) -> traffic_pb2.Traffic | None:
        """A model's rules."""
        return self._rules.get(model)

    def rollout(self, model: str) -> Rollout | None:
        """The rollout of a model's canary, while the stored rules send it requests."""
        return self._rollouts.get(model)

    def has_share(self, model: str, version: str) -> bool:
        """Whether the rules send requests or copies to a version. Without rules none has a share: another version takes over."""
        rules = self._rules.get(model)
        return rules is not None and version in shared(rules)

    def counts(self, model: str) -> dict[str, VersionCounts]:
        """This replica's counts of the last minute, by version."""
        return {version: queue.statistics.minute() for version, queue in self._queues.of_model(model)}

    def figures(self, model: str) -> list[traffic_pb2.VersionFigures]:
        """What all replicas counted in the last minute, of the versions with a share; without rules, of those that had requests."""
        rules, counts = self._rules.get(model), self.counts(model)
        versions = shared(rules) if rules is not None else {version for version, count in counts.items() if count.requests}
        for version in versions:
            self.reports.add_to(counts.setdefault(version, VersionCounts()), model, version)
        ordered = sorted(versions, key=int, reverse=True)
        return [version_figures(v, counts[v], counts[v].copies, counts[v].differences) for v in ordered]

    async def refresh(self) -> None:
        """Reads the rules. Raises DependencyUnavailable."""
        await self._stored.refresh()

    async def changed(self) -> None:
        """Call it after rules or events were stored: they hold here when it returns, and on the other replicas a moment later. Raises
        DependencyUnavailable.
        """
        await self._stored.changed()

    def watch(self) -> AsyncGenerator[Mapping[str, StoredTraffic], None]:
        """Yields at once, whenever rules or events were stored, and every few seconds."""
        return self._stored.watch(_IDLE)

    def _apply(self, stored: Mapping[str, StoredTraffic]) -> None:
        for model, (rules, _) in stored.items():
            standing = self._rules.get(model)
            if standing is None or standing.etag != rules.etag:
                self._apply_rules(model, rules)
        for model in [model for model in self._rules if model not in stored]:
            self._rollouts.pop(model, None)
            del self._rules[model]
            self._router.configure(model, None, None)

    def _apply_rules(self, model: str, rules: traffic_pb2.Traffic) -> None:
        rollout = self._rollouts.get(model)
        if not rules.HasField("canary") or rules.canary.status.state not in LIVE:
            self._rollouts.pop(model, None)
        elif rollout is not None and rollout.is_of(rules.canary):
            rollout.update(rules.canary)
        else:
            self._rollouts[model] = Rollout(rules.canary, self._clock, self._patience, lambda ended: self._roll_back(model, ended))
        self._rules[model] = rules
        self._router.configure(model, rules, self._rollouts.get(model))

    def _roll_back(self, model: str, rollout: Rollout) -> None:
        """Takes all requests from the canary on this replica."""
        assert rollout.verdict is not None
        self._router.configure(model, self._rules[model], rollout)
        metrics.ROLLED_BACK.labels(model, rollout.version, rollout.verdict.cause).inc()
        _log.warning("canary is rolled back", model=model, version=rollout.version, reason=rollout.verdict.reason)
