"""Routing: chooses the version for each request, from memory. A table for each model is compiled from its rules and its ready versions."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from uat.ml_inference.v1 import ml_inference_service_pb2 as pb
from uat.ml_inference.v1 import traffic_pb2

from services.ml_inference.errors import ModelNotFound, VersionNotFound
from services.ml_inference.registry.models import Model, Version
from services.ml_inference.routing.canary import Rollout
from services.ml_inference.routing.rules import LIVE, TOLERANCE
from services.ml_inference.routing.weighted_choice import WeightedChoice, seed_of, unit

_CACHED = 4096
"""Callers whose routes are cached."""


@dataclass(frozen=True, slots=True)
class Route:
    """Where a request goes."""

    version: str
    """The version that answers."""
    rule: pb.RouteRule
    weight: int
    """The version's share in per cent."""
    shadow_version: str | None = None
    """The version that gets a shadow copy of the request."""
    shadow_tolerance: float = TOLERANCE
    stable_version: str | None = None
    """Where a canary answers: the version that gets the request if the canary fails."""


class RouteTable:
    """Immutable but for its cache: new rules, or a version that becomes ready or isn't any more, make a new table."""

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
        """`known` and `ready` are versions, highest first. Without `canary`, a canary of the rules gets no requests."""
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
        self._routes: dict[str, tuple[Route, Route]] = {}
        self._requested = {version: Route(version, pb.ROUTE_RULE_REQUESTED, 100) for version in known}

    def requested(self, version: str) -> Route | None:
        """The route to a version that the request names; None for an unknown one."""
        return self._requested.get(version)

    def route(self, sequence_id: str, tenant_id: str, user_id: str) -> Route:
        """The route for a request that names no version. Its version is not ready only where no version with a share is."""
        key = self._key(sequence_id, tenant_id, user_id)
        routes = self._routes.get(key)
        if routes is None:
            routes = self._find(key, tenant_id)
            if key:
                if len(self._routes) >= _CACHED:
                    self._routes.clear()
                self._routes[key] = routes
        return routes[self._shadow is not None and self._draw() * 100 < self._shadow.weight]

    def _find(self, key: str, tenant_id: str) -> tuple[Route, Route]:
        """The caller's route without and with a shadow copy."""
        hashed = key.encode() or None
        override = self._overrides.get(tenant_id)
        if override is not None:
            return self._shared(override, pb.ROUTE_RULE_TENANT_OVERRIDE, hashed)
        rule = pb.ROUTE_RULE_SPLIT
        if self._canary is not None:
            position = self._draw() if hashed is None else unit(self._canary_seed, hashed)
            if position * 100 < self._canary_weight:
                if self._canary.version in self.ready:
                    return self._both(self._canary.version, pb.ROUTE_RULE_CANARY, self._canary_weight)
                rule = pb.ROUTE_RULE_STAND_IN
        if self._splits is None:
            return self._both(self._highest, pb.ROUTE_RULE_HIGHEST, 100)
        return self._shared(self._splits, rule, hashed)

    def _shared(self, choice: WeightedChoice, rule: pb.RouteRule, hashed: bytes | None) -> tuple[Route, Route]:
        wanted, given = choice.pick(hashed, self.ready)
        return self._both(given, rule if wanted == given else pb.ROUTE_RULE_STAND_IN, choice.weight(given))

    def _both(self, version: str, rule: pb.RouteRule, weight: int) -> tuple[Route, Route]:
        stable = self._canary.stable_version if self._canary is not None and rule == pb.ROUTE_RULE_CANARY else None
        plain = Route(version, rule, weight, stable_version=stable)
        shadow = self._shadow
        if shadow is None or shadow.version == version or shadow.version not in self.ready:
            return plain, plain
        return plain, replace(plain, shadow_version=shadow.version, shadow_tolerance=shadow.tolerance)

    def _key(self, sequence_id: str, tenant_id: str, user_id: str) -> str:
        """What the caller's version is derived from; empty without stickiness. Callers of different tenants never share a key."""
        kind = self._stickiness
        if kind == traffic_pb2.STICKINESS_TENANT:
            return tenant_id
        if kind == traffic_pb2.STICKINESS_NONE:
            return ""
        if kind == traffic_pb2.STICKINESS_SEQUENCE and sequence_id:
            return f"{tenant_id}/sequence/{sequence_id}"
        return f"{tenant_id}/user/{user_id}"


_NO_RULES = traffic_pb2.Traffic()


@dataclass(slots=True)
class Destination:
    """Where a request goes. `rollout` is the model's canary rollout, in which the request counts."""

    model: Model
    version: Version
    route: Route
    rollout: Rollout | None


@dataclass(slots=True)
class _Compiled:
    model: Model
    generation: int
    """That of the model when the table was compiled; the table is stale once the model has another one."""
    table: RouteTable
    versions: dict[str, Version]
    rollout: Rollout | None


class Router:
    """Routes by the traffic rules that it was configured with. `model` is that of the registry."""

    def __init__(self, model: Callable[[str], Model]) -> None:
        self._model = model
        self._rules: dict[str, tuple[traffic_pb2.Traffic, Rollout | None]] = {}
        self._compiled: dict[str, _Compiled] = {}

    def configure(self, model: str, rules: traffic_pb2.Traffic | None, rollout: Rollout | None) -> None:
        """Applies a model's rules from the next request on; None removes them. A canary with a verdict gets no requests."""
        self._compiled.pop(model, None)
        if rules is None:
            self._rules.pop(model, None)
        else:
            self._rules[model] = rules, rollout

    def destination(self, model: str, version: str, sequence_id: str, tenant_id: str, user_id: str) -> Destination:
        """The destination of a caller's request, which names a version or none. The version may be not ready where the request or the rules
        leave no other one. Raises ModelNotFound or VersionNotFound.
        """
        compiled = self._compiled.get(model)
        if compiled is None or compiled.generation != compiled.model.generation:
            compiled = self._compile(model)
        if not version:
            route = compiled.table.route(sequence_id, tenant_id, user_id)
        elif (requested := compiled.table.requested(version)) is not None:
            route = requested
        else:
            raise VersionNotFound(f"{model} has no version {version!r}", metadata={"model": model, "version": version})
        return Destination(compiled.model, compiled.versions[route.version], route, compiled.rollout)

    def _compile(self, name: str) -> _Compiled:
        self._compiled.pop(name, None)
        model = self._model(name)
        versions = {version.number: version for version in model.sorted()}
        if not versions:
            raise ModelNotFound(f"there is no model {name!r}", metadata={"model": name})
        rules, rollout = self._rules.get(name, (_NO_RULES, None))
        with_canary = rollout is None or rollout.verdict is None
        table = RouteTable(name, rules, list(versions), model.routable(), canary=with_canary)
        compiled = self._compiled[name] = _Compiled(model, model.generation, table, versions, rollout)
        return compiled
