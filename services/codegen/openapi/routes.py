"""`google.api.http` rules as routes of an OpenAPI document."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

_VARIABLE = re.compile(r"\{([^=}]+)(?:=([^}]*))?\}")
_VERBS = ("get", "put", "post", "delete", "patch")


class UnsupportedRoute(Exception):
    """A REST binding that OpenAPI can't express."""


@dataclass(frozen=True)
class Variable:
    """A request field in the path. `pattern` is a regular expression where the value may have several segments."""

    field: str
    pattern: str | None


@dataclass(frozen=True)
class Route:
    """One REST binding. `path` has `{}` where the variables stand, in their order."""

    verb: str
    path: str
    variables: tuple[Variable, ...]
    body: str

    @property
    def template(self) -> str:
        """The path with the variables' own names."""
        return fill(self.path, [v.field for v in self.variables])


def route(rule: Any) -> Route:
    """The route of one HttpRule."""
    kind = rule.WhichOneof("pattern")
    if kind not in _VERBS:
        raise UnsupportedRoute(f"no verb of OpenAPI: {rule.custom.kind if kind == 'custom' else kind}")
    template = getattr(rule, kind)
    path = _VARIABLE.sub("{}", template)
    if "*" in path:
        raise UnsupportedRoute(f"a wildcard without a name: {template}")
    variables = tuple(Variable(name, _pattern(shape)) for name, shape in _VARIABLE.findall(template))
    return Route(kind, path, variables, rule.body)


def fill(path: str, names: Iterable[str]) -> str:
    """The path with these names for its variables."""
    for name in names:
        path = path.replace("{}", "{" + name + "}", 1)
    return path


def shared_names(routes: Iterable[Route]) -> dict[str, list[str]]:
    """Names for the variables of each path. To OpenAPI `/a/{id}` and `/a/{user.id}` are one path: its verbs share the plainest names."""
    best: dict[str, tuple[int, list[str]]] = {}
    for each in routes:
        names = [v.field for v in each.variables]
        candidate = (sum(name.count(".") for name in names), names)
        best[each.path] = min(best.get(each.path, candidate), candidate)
    return {path: names for path, (_, names) in best.items()}


def _pattern(shape: str) -> str | None:
    if shape in ("", "*"):
        return None
    parts = {"*": "[^/]+", "**": ".+"}
    return "^" + "/".join(parts.get(part, re.escape(part)) for part in shape.split("/")) + "$"
