"""Refuses a REST request that names a thing twice: `/conversations/a?conversation_id=b`.

Envoy takes the query's word over the path's and has no option against it (the one it has is about bodies). So a look at the path, as in a
log or a proxy's rule, would mislead about what was asked for.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any

from envoy_data_plane.envoy.config.core import v3 as core
from envoy_data_plane.envoy.config.route import v3 as route
from envoy_data_plane.envoy.type.matcher import v3 as matcher

from services.kit.rpc.contract import Method

_VARIABLE = re.compile(r"\{([^=}]+)")
_ORIGINAL = "x-envoy-original-path"
_SNAKE = re.compile(r"_([a-z0-9])")


def path_fields(method: Method) -> frozenset[str]:
    """The request's fields that stand in the path, whichever of its paths is called."""
    return frozenset.intersection(*(_fields(rule.path) for rule in method.http)) if method.http else frozenset()


def guards(methods: Iterable[Method]) -> Iterator[Any]:
    """Routes for each set of fields, to stand before the routes of these methods. Costs a request without a query next to nothing."""
    everywhere: dict[frozenset[str], list[str]] = defaultdict(list)
    somewhere: dict[frozenset[str], list[tuple[str, str]]] = defaultdict(list)
    for method in methods:
        everywhere[path_fields(method)].append(method.path)
        for rule in method.http:
            somewhere[_fields(rule.path) - path_fields(method)].append((method.path, rule.path))
    for fields, paths in everywhere.items():
        if fields:
            yield _guard(sorted(fields), paths, "[^?]*")
    for fields, called in somewhere.items():
        if fields:  # as a version, which may stand in the path and need not: where it doesn't, it may stand in the query
            templates = "|".join(_written(template) for _, template in called)
            yield _guard(sorted(fields), sorted({path for path, _ in called}), f"({templates})")


def _guard(fields: list[str], paths: list[str], written: str) -> Any:
    has_query = route.HeaderMatcher(name=_ORIGINAL, string_match=matcher.StringMatcher(contains="?"))
    says_it_twice = route.HeaderMatcher(name=_ORIGINAL, string_match=matcher.StringMatcher(safe_regex=_regex(written + _query(fields))))
    names = " or ".join(fields)
    refusal = f"{names} stands in the path and can't stand in the query as well; names in the query are written without percent-encoding"
    return route.Route(
        name=f"{names} twice",
        match=route.RouteMatch(safe_regex=_regex("|".join(re.escape(path) for path in paths)), headers=[has_query, says_it_twice]),
        direct_response=route.DirectResponseAction(status=400, body=core.DataSource(inline_string=refusal)),
    )


def _fields(template: str) -> frozenset[str]:
    return frozenset(_VARIABLE.findall(template))


def _written(template: str) -> str:
    """A template's paths, as they are written."""
    pieces = re.split(r"\{([^}]*)\}", template)
    return "".join((r"[^?]+" if "=" in piece else r"[^/?]+") if place % 2 else re.escape(piece) for place, piece in enumerate(pieces))


def _query(fields: list[str]) -> str:
    """One of the fields as a parameter's name, in its proto or its JSON form; or a name with an escape, behind which it could hide."""
    forms = {form for field in fields for form in (field, _SNAKE.sub(lambda match: match[1].upper(), field))}
    names = "|".join(re.escape(form) for form in sorted(forms))
    return rf"\?(.*&)?({names}|[^=&]*%[^=&]*)([=&].*)?"


def _regex(text: str) -> Any:
    return matcher.RegexMatcher(regex=text)
