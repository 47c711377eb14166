"""Refuses a REST request that sets a field both in the path and in the query: `/conversations/a?conversation_id=b`.

Envoy lets the query win and has no option against it (the one it has is about bodies). So the path, as a log or a proxy's rule shows it,
would not tell which resource a request names.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator

from services.kit.rpc.contract import Method
from services.mesh.edge.envoy_api import Json, header, regex

_VARIABLE = re.compile(r"\{([^=}]+)")
_ORIGINAL = "x-envoy-original-path"
_SNAKE = re.compile(r"_([a-z0-9])")


def path_fields(method: Method) -> frozenset[str]:
    """The request's fields that every path of the RPC contains."""
    return frozenset.intersection(*(_fields(rule.path) for rule in method.http)) if method.http else frozenset()


def guards(methods: Iterable[Method]) -> Iterator[Json]:
    """Routes that precede those of these methods, one for each set of fields. A request without a query costs next to nothing."""
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
        if fields:  # optional in the path, as a model's version: where the path has none, the query may have it
            templates = "|".join(_written(template) for _, template in called)
            yield _guard(sorted(fields), sorted({path for path, _ in called}), f"({templates})")


def _guard(fields: list[str], paths: list[str], written: str) -> Json:
    names = " or ".join(fields)
    refusal = f"{names} stands in the path and can't stand in the query as well; names in the query are written without percent-encoding"
    return {
        "name": f"{names} twice",
        "match": {
            **regex("|".join(re.escape(path) for path in paths)),
            "headers": [
                header(_ORIGINAL, string_match={"contains": "?"}),
                header(_ORIGINAL, string_match=regex(written + _query(fields))),
            ],
        },
        "direct_response": {"status": 400, "body": {"inline_string": refusal}},
    }


def _fields(template: str) -> frozenset[str]:
    return frozenset(_VARIABLE.findall(template))


def _written(template: str) -> str:
    """A regex of the paths that a template describes."""
    pieces = re.split(r"\{([^}]*)\}", template)
    return "".join((r"[^?]+" if "=" in piece else r"[^/?]+") if index % 2 else re.escape(piece) for index, piece in enumerate(pieces))


def _query(fields: list[str]) -> str:
    """A regex of a query with one of the fields, in its proto or JSON form, or with a percent-encoded name, which could be one."""
    forms = {form for field in fields for form in (field, _SNAKE.sub(lambda match: match[1].upper(), field))}
    names = "|".join(re.escape(form) for form in sorted(forms))
    return rf"\?(.*&)?({names}|[^=&]*%[^=&]*)([=&].*)?"
