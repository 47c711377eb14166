"""Where requests for one model go, compiled from its traffic rules and from what is ready, so that routing asks nobody."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from uat.ml_inference.v1 import ml_inference_service_pb2 as pb
from uat.ml_inference.v1 import traffic_pb2

from services.ml_inference.routing.shadow import TOLERANCE
from services.ml_inference.routing.weighted_choice import WeightedChoice, seed_of, unit

_REMEMBERED = 4096
"""So many callers' ways are remembered; working one out takes some microseconds."""

LIVE = (traffic_pb2.CANARY_STATE_RUNNING, traffic_pb2.CANARY_STATE_PASSED)
"""The states in which a canary has requests."""


@dataclass(frozen=True, slots=True)
class Route:
    """Where a request goes."""

    version: str
    """The version that answers."""
    rule: pb.RouteRule
    weight: int
    """The share that it was chosen from, in per cent."""
    shadow_version: str | None = None
    """A version that gets a copy of the request."""
    shadow_tolerance: float = TOLERANCE
    stable_version: str | None = None
    """Set where a canary answers: the version to ask when it fails."""


class RouteTable:
    """One model's rules. It never changes: new rules or another readiness make a new one."""

    def __init__(
        self,
        model: str,
        rules: traffic_pb2.Traffic,
        known: Sequence[str],
        ready: Sequence[str],
        *,
        canary: bool = True,
        draw: Callable[[], float] = random.random,
    ) -> None:
        """`known` and `ready` are versions, highest first. Without `canary` a canary gets nothing, whatever the rules say."""
        self.known = frozenset(known)
        self.ready = frozenset(ready)
        self._highest = next(iter(ready or known), "")
        self._draw = draw
        self._stickiness = rules.stickiness or traffic_pb2.STICKINESS_TENANT
        self._splits = WeightedChoice(model, [(s.version, s.weight) for s in rules.splits], draw) if rules.splits else None
        self._overrides = {
            o.tenant_id: WeightedChoice(model, [(s.version, s.weight) for s in o.splits], draw) for o in rules.tenant_overrides
        }
        self._canary: traffic_pb2.Canary | None = None
        if canary and rules.HasField("canary") and rules.canary.status.state in LIVE:
            self._canary = rules.canary
            self._canary_seed = seed_of(model, rules.canary.version, "canary")
            self._canary_weight = rules.canary.status.weight
        self._shadow = rules.shadow if rules.HasField("shadow") else None
        self._ways: dict[str, tuple[Route, Route]] = {}
        self._requested = {version: Route(version, pb.ROUTE_RULE_REQUESTED, 100) for version in known}

    def requested(self, version: str) -> Route | None:
        """The way to a version that the request names; None when there is none such."""
        return self._requested.get(version)

    def route(self, sequence_id: str, tenant_id: str, user_id: str) -> Route:
        """The way for a caller who names no version. It leads to a version that is not ready only where none with a share is."""
        key = self._key(sequence_id, tenant_id, user_id)
        ways = self._ways.get(key)
        if ways is None:
            ways = self._find(key, tenant_id)
            if key:
                if len(self._ways) >= _REMEMBERED:
                    self._ways.clear()
                self._ways[key] = ways
        return ways[self._shadow is not None and self._draw() * 100 < self._shadow.weight]

    def _find(self, key: str, tenant_id: str) -> tuple[Route, Route]:
        """The caller's way, without and with a copy for the shadow."""
        line = key.encode() or None
        override = self._overrides.get(tenant_id)
        if override is not None:
            return self._shared(override, pb.ROUTE_RULE_TENANT_OVERRIDE, line)
        rule = pb.ROUTE_RULE_SPLIT
        if self._canary is not None:
            place = self._draw() if line is None else unit(self._canary_seed, line)
            if place * 100 < self._canary_weight:
                if self._canary.version in self.ready:
                    return self._both(self._canary.version, pb.ROUTE_RULE_CANARY, self._canary_weight)
                rule = pb.ROUTE_RULE_STAND_IN
        if self._splits is None:
            return self._both(self._highest, pb.ROUTE_RULE_HIGHEST, 100)
        return self._shared(self._splits, rule, line)

    def _shared(self, shares: WeightedChoice, rule: pb.RouteRule, line: bytes | None) -> tuple[Route, Route]:
        wanted, given = shares.pick(line, self.ready)
        return self._both(given, rule if wanted == given else pb.ROUTE_RULE_STAND_IN, shares.weight(given))

    def _both(self, version: str, rule: pb.RouteRule, weight: int) -> tuple[Route, Route]:
        stable = self._canary.stable_version if self._canary is not None and rule == pb.ROUTE_RULE_CANARY else None
        plain = Route(version, rule, weight, stable_version=stable)
        shadow = self._shadow
        if shadow is None or shadow.version == version or shadow.version not in self.ready:
            return plain, plain
        return plain, replace(plain, shadow_version=shadow.version, shadow_tolerance=shadow.tolerance)

    def _key(self, sequence_id: str, tenant_id: str, user_id: str) -> str:
        """What keeps the caller on one version; empty for nothing. Callers of different tenants never have the same."""
        kind = self._stickiness
        if kind == traffic_pb2.STICKINESS_TENANT:
            return tenant_id
        if kind == traffic_pb2.STICKINESS_NONE:
            return ""
        if kind == traffic_pb2.STICKINESS_SEQUENCE and sequence_id:
            return f"{tenant_id}/sequence/{sequence_id}"
        return f"{tenant_id}/user/{user_id}"
