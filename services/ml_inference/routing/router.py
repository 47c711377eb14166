"""The router: chooses the version for each request, from memory, and compiles a model's routing table anew when something changed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from uat.ml_inference.v1 import traffic_pb2

from services.ml_inference.errors import ModelNotFound, VersionNotFound
from services.ml_inference.registry.models import Model, Version
from services.ml_inference.routing.canary import Rollout
from services.ml_inference.routing.route_table import Route, RouteTable

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
