"""protovalidate's rules as keywords of JSON Schema, and as sentences where JSON Schema has no word for them.

Numbers of 64 bits are strings in JSON. They keep `minimum` and `maximum`: a validator passes over them, a reader does not.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from typing import Any

Schema = dict[str, Any]

# Numbers to names, of the enum that the rules are for.
Names = Mapping[int, str]

_TIGHTER: dict[str, Callable[[Any, Any], Any]] = {"minimum": max, "maximum": min, "minLength": max, "maxLength": min}
_TEXT_NUMBERS = ("int64", "uint64", "sint64", "fixed64", "sfixed64")
_TIMES = ("duration", "timestamp")
_LIMITS = {"gt": "More than", "gte": "At least", "lt": "Less than", "lte": "At most"}

_KEYWORDS: dict[str, Callable[[Any], Schema]] = {
    "gt": lambda limit: {"exclusiveMinimum": limit},
    "gte": lambda limit: {"minimum": limit},
    "lt": lambda limit: {"exclusiveMaximum": limit},
    "lte": lambda limit: {"maximum": limit},
    "in": lambda values: {"enum": values},
    "not_in": lambda values: {"not": {"enum": values}},
    "min_len": lambda size: {"minLength": size},
    "max_len": lambda size: {"maxLength": size},
    "min_bytes": lambda size: {"minLength": math.ceil(size / 4)},  # a character takes 1 to 4 bytes of UTF-8
    "max_bytes": lambda size: {"maxLength": size},
    "pattern": lambda pattern: {"pattern": pattern},
    "prefix": lambda text: {"pattern": f"^{_escape(text)}"},
    "not_contains": lambda text: {"not": {"pattern": _escape(text)}},
    "uri": lambda _: {"format": "uri"},
    "uuid": lambda _: {"format": "uuid"},
    "min_items": lambda size: {"minItems": size},
    "max_items": lambda size: {"maxItems": size},
    "unique": lambda _: {"uniqueItems": True},
    "min_pairs": lambda size: {"minProperties": size},
    "max_pairs": lambda size: {"maxProperties": size},
    **dict.fromkeys(("defined_only", "finite", "items", "keys", "values"), lambda _: {}),  # said by the type, or of the parts
}
_BASE64: dict[str, Callable[[Any], Schema]] = {
    "min_len": lambda size: {"minLength": math.ceil(size * 4 / 3)},  # without its padding, which a reader must take
    "max_len": lambda size: {"maxLength": math.ceil(size / 3) * 4},
}


class UnsupportedRule(Exception):
    """A rule that no keyword is written for yet: nothing that a contract demands is left out in silence."""


def merge(schema: Schema, more: Schema) -> Schema:
    """Both at once. A limit that both have is the tighter one; what else both have, with different values, goes into `allOf`."""
    more = {key: _TIGHTER[key](schema[key], value) if key in schema and key in _TIGHTER else value for key, value in more.items()}
    schema = {key: value for key, value in schema.items() if key not in _TIGHTER or key not in more}
    if any(key in schema and schema[key] != value for key, value in more.items()):
        return {**schema, "allOf": [*schema.get("allOf", []), more]}
    return {**schema, **more}


def bounds(rules: Any, names: Names) -> Schema:
    """The keywords for the value that a FieldRules is about; those of a list's items or a map's pairs are not among them."""
    kind = rules.WhichOneof("type")
    found: Schema = {}
    for field, value in getattr(rules, kind).ListFields() if kind and kind not in _TIMES else ():
        keyword = (_BASE64 if kind == "bytes" else {}).get(field.name) or _KEYWORDS.get(field.name)
        if keyword is None:
            raise UnsupportedRule(f"{kind}.{field.name}")
        known = field.name in ("in", "not_in")
        found = merge(
            found, keyword([_json(each, kind, names) for each in value] if known else _json(value, "" if kind in _TEXT_NUMBERS else kind))
        )
    return found


def sentences(rules: Any) -> list[str]:
    """What the rules ask that has no keyword: limits on times, and rules written in CEL."""
    found = []
    kind = rules.WhichOneof("type") if "type" in rules.DESCRIPTOR.oneofs_by_name else None
    if kind in _TIMES:
        for field, value in reversed(getattr(rules, kind).ListFields()):  # the lower limit first
            if field.name not in _LIMITS:
                raise UnsupportedRule(f"{kind}.{field.name}")
            found.append(f"{_LIMITS[field.name]} {value.ToJsonString()}.")
    return found + [f"Rule: {(cel.message or cel.id or cel.expression).rstrip('.')}." for cel in rules.cel]


def refuses(zero: object, found: Schema) -> bool:
    """Whether a value that was left out, which reads as `zero`, breaks the bounds."""
    size = len(zero) if isinstance(zero, str | list | dict) else 0
    number = int(zero) if isinstance(zero, int | str) and str(zero) == "0" else None
    checks: dict[str, Callable[[Any], bool]] = {
        **dict.fromkeys(("minLength", "minItems", "minProperties"), lambda limit: size < limit),
        "minimum": lambda limit: number is not None and number < limit,
        "exclusiveMinimum": lambda limit: number is not None and number <= limit,
        "maximum": lambda limit: number is not None and number > limit,
        "exclusiveMaximum": lambda limit: number is not None and number >= limit,
        "enum": lambda allowed: zero not in allowed,
        "not": lambda refused: zero in refused.get("enum", ()),
        "pattern": lambda pattern: re.search(pattern, str(zero)) is None,
        "format": lambda _: zero == "",
        "allOf": lambda parts: any(refuses(zero, part) for part in parts),
    }
    return any(key in checks and checks[key](value) for key, value in found.items())


def _json(value: Any, kind: str = "", names: Names | None = None) -> Any:
    if kind in _TEXT_NUMBERS:
        return str(value)
    if kind == "enum":
        return (names or {}).get(value, value)
    if isinstance(value, float):
        short = float(f"{value:.7g}") if kind == "float" else value  # 0.1 for the 32-bit 0.10000000149
        return int(short) if short.is_integer() else short
    return value


def _escape(text: str) -> str:
    return re.sub(r"[.*+?^${}()|\[\]\\/]", r"\\\g<0>", text)
