"""protovalidate's rules as keywords of JSON Schema, and as sentences where JSON Schema has no word for them.

Numbers of 64 bits are strings in JSON. They keep `minimum` and `maximum`: a validator passes over them, a reader does not.
"""

from __future__ import annotations

import base64
import math
import re
import struct
from collections.abc import Callable, Mapping
from typing import Any

from services.codegen.openapi.contracts import value_name

Schema = dict[str, Any]

# Numbers to names, of the enum that the rules are for.
Names = Mapping[int, str]

_FORMATS: dict[str, Schema] = {
    "email": {"format": "email"},
    "hostname": {"format": "hostname"},
    "ip": {"anyOf": [{"format": "ipv4"}, {"format": "ipv6"}]},
    "ipv4": {"format": "ipv4"},
    "ipv6": {"format": "ipv6"},
    "uri": {"format": "uri"},
    "uri_ref": {"format": "uri-reference"},
    "address": {"anyOf": [{"format": "hostname"}, {"format": "ipv4"}, {"format": "ipv6"}]},
    "uuid": {"format": "uuid"},
    "tuuid": {"pattern": "^[0-9a-fA-F]{32}$"},
    "ulid": {"pattern": "^[0-7][0-9A-HJKMNP-TV-Za-hjkmnp-tv-z]{25}$"},
    "protobuf_fqn": {"pattern": "^[A-Za-z_][A-Za-z_0-9]*(\\.[A-Za-z_][A-Za-z_0-9]*)*$"},
    "protobuf_dot_fqn": {"pattern": "^\\.[A-Za-z_][A-Za-z_0-9]*(\\.[A-Za-z_][A-Za-z_0-9]*)*$"},
}
_PREFIXES = ("ip_with_prefixlen", "ipv4_with_prefixlen", "ipv6_with_prefixlen", "ip_prefix", "ipv4_prefix", "ipv6_prefix")
_OWN_FORMATS = (*_PREFIXES, "host_and_port")
_TIGHTER: dict[str, Callable[[Any, Any], Any]] = {"minimum": max, "maximum": min, "minLength": max, "maxLength": min}
_TEXT_NUMBERS = ("int64", "uint64", "sint64", "fixed64", "sfixed64")


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
    if kind is None:
        return {}
    found = _KINDS.get(kind, _number)(getattr(rules, kind), kind, names)
    examples = [] if kind in ("duration", "timestamp", "field_mask") else list(getattr(getattr(rules, kind), "example", ()))
    return merge(found, {"examples": [_json(e, kind, names) for e in examples]}) if examples else found


def sentences(rules: Any) -> list[str]:
    """What the rules ask that has no keyword: limits on times, and rules written in CEL."""
    found = []
    kind = rules.WhichOneof("type") if "type" in rules.DESCRIPTOR.oneofs_by_name else None
    if kind in ("duration", "timestamp", "field_mask", "any"):
        found += [f"{word} {_text(value)}." for word, value in _limits(getattr(rules, kind))]
    found += [f"Rule: {(cel.message or cel.id or cel.expression).rstrip('.')}." for cel in rules.cel]
    return found + [f"Rule: `{expression}`." for expression in rules.cel_expression]


def refuses(zero: object, found: Schema) -> bool:
    """Whether a value that was left out, which reads as `zero`, breaks the bounds."""
    size = len(zero) if isinstance(zero, str | list | dict) else 0
    number = int(zero) if isinstance(zero, int | str) and str(zero) == "0" else None
    checks: dict[str, Callable[[Any], bool]] = {
        "minLength": lambda limit: size < limit,
        "minItems": lambda limit: size < limit,
        "minProperties": lambda limit: size < limit,
        "minimum": lambda limit: number is not None and number < limit,
        "exclusiveMinimum": lambda limit: number is not None and number <= limit,
        "maximum": lambda limit: number is not None and number > limit,
        "exclusiveMaximum": lambda limit: number is not None and number >= limit,
        "const": lambda only: zero != only,
        "enum": lambda allowed: zero not in allowed,
        "not": lambda refused: zero in refused.get("enum", ()),
        "pattern": lambda pattern: not _matches(pattern, str(zero)),
        "format": lambda name: zero == "" and name != "uri-reference",
        "allOf": lambda parts: any(refuses(zero, part) for part in parts),
        "anyOf": lambda parts: all(refuses(zero, part) for part in parts),
    }
    return any(key in checks and checks[key](value) for key, value in found.items())


def _number(rules: Any, kind: str, names: Names) -> Schema:
    low = {key: _json(getattr(rules, rule)) for rule, key in (("gt", "exclusiveMinimum"), ("gte", "minimum")) if rules.HasField(rule)}
    high = {key: _json(getattr(rules, rule)) for rule, key in (("lt", "exclusiveMaximum"), ("lte", "maximum")) if rules.HasField(rule)}
    # A range whose ends are crossed means everything outside of it.
    crossed = low and high and min(low.values()) > max(high.values())
    return merge({"anyOf": [low, high]} if crossed else {**low, **high}, _choice(rules, kind, names))


def _string(rules: Any, kind: str, names: Names) -> Schema:
    least = [getattr(rules, r) for r in ("len", "min_len") if rules.HasField(r)]
    # A character takes 1 to 4 bytes of UTF-8.
    least += [math.ceil(getattr(rules, r) / 4) for r in ("len_bytes", "min_bytes") if rules.HasField(r)]
    most = [getattr(rules, r) for r in ("len", "max_len", "len_bytes", "max_bytes") if rules.HasField(r)]
    found: Schema = {}
    if any(least):
        found["minLength"] = max(least)
    if most:
        found["maxLength"] = min(most)
    shapes = (("pattern", "{}"), ("prefix", "^{}"), ("suffix", "{}$"), ("contains", "{}"))
    for rule, shape in ((r, s) for r, s in shapes if rules.HasField(r)):
        text = getattr(rules, rule)
        found = merge(found, {"pattern": shape.format(text if rule == "pattern" else _escape(text))})
    if rules.HasField("not_contains"):
        found = merge(found, {"not": {"pattern": _escape(rules.not_contains)}})
    return merge(merge(found, _well_known(rules)), _choice(rules, kind, names))


def _well_known(rules: Any) -> Schema:
    rule = rules.WhichOneof("well_known")
    if rule == "well_known_regex":
        return {"format": value_name(rules, rule).removeprefix("KNOWN_REGEX_").lower().replace("_", "-")}
    if rule is None or not getattr(rules, rule):
        return {}
    return {"format": rule.replace("_", "-")} if rule in _OWN_FORMATS else _FORMATS.get(rule, {})


def _bytes(rules: Any, kind: str, names: Names) -> Schema:
    least = [getattr(rules, r) for r in ("len", "min_len") if rules.HasField(r)]
    most = [getattr(rules, r) for r in ("len", "max_len") if rules.HasField(r)]
    found: Schema = {}
    if any(least):
        found["minLength"] = math.ceil(max(least) * 4 / 3)  # base64 without its padding, which a reader must take
    if most:
        found["maxLength"] = math.ceil(min(most) / 3) * 4
    return merge(found, _choice(rules, kind, names))


def _list(rules: Any, kind: str, names: Names) -> Schema:
    found = {key: getattr(rules, rule) for rule, key in (("min_items", "minItems"), ("max_items", "maxItems")) if rules.HasField(rule)}
    return {**found, "uniqueItems": True} if rules.unique else found


def _map(rules: Any, kind: str, names: Names) -> Schema:
    pairs = (("min_pairs", "minProperties"), ("max_pairs", "maxProperties"))
    return {key: getattr(rules, rule) for rule, key in pairs if rules.HasField(rule)}


def _any(rules: Any, kind: str, names: Names) -> Schema:
    return {"properties": {"@type": {"type": "string", **_choice(rules, "string", names)}}} if getattr(rules, "in") or rules.not_in else {}


def _nothing(rules: Any, kind: str, names: Names) -> Schema:
    return {}


def _choice(rules: Any, kind: str, names: Names) -> Schema:
    """What every scalar can have: one value, some values, or all but some."""
    known = rules.DESCRIPTOR.fields_by_name
    found: Schema = {}
    if rules.HasField("const"):
        found["const"] = _json(rules.const, kind, names)
    if "in" in known and getattr(rules, "in"):
        found["enum"] = [_json(v, kind, names) for v in getattr(rules, "in")]
    if "not_in" in known and rules.not_in:
        found = merge(found, {"not": {"enum": [_json(v, kind, names) for v in rules.not_in]}})
    return found


_KINDS: dict[str, Callable[[Any, str, Names], Schema]] = {
    "string": _string,
    "bytes": _bytes,
    "bool": _choice,
    "enum": _choice,
    "repeated": _list,
    "map": _map,
    "any": _any,
    "duration": _nothing,
    "timestamp": _nothing,
    "field_mask": _nothing,
}


def _json(value: Any, kind: str = "", names: Names | None = None) -> Any:
    if kind in _TEXT_NUMBERS:
        return str(value)
    if kind == "enum":
        return (names or {}).get(value, value)
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    if isinstance(value, float):
        return int(value) if value.is_integer() else _shortest(value)
    return value


def _shortest(value: float) -> float:
    """The shortest number that a 32-bit float reads the same from, if the value is one: 0.1 for 0.10000000149."""
    for digits in range(1, 10):
        short = float(f"{value:.{digits}g}")
        if struct.pack("f", short) == struct.pack("f", value) and struct.unpack("f", struct.pack("f", value))[0] == value:
            return short
    return value


def _escape(text: str) -> str:
    return re.sub(r"[.*+?^${}()|\[\]\\/]", r"\\\g<0>", text)


def _matches(pattern: str, text: str) -> bool:
    try:
        return re.search(pattern, text) is not None
    except re.error:  # RE2 and Python disagree on few patterns; then nothing is claimed
        return True


def _limits(rules: Any) -> list[tuple[str, Any]]:
    known = rules.DESCRIPTOR.fields_by_name
    words = {"const": "Exactly", "gt": "More than", "gte": "At least", "lt": "Less than", "lte": "At most", "within": "Within this of now:"}
    found = [(word, getattr(rules, rule)) for rule, word in words.items() if rule in known and rules.HasField(rule)]
    found += [(word, "now") for rule, word in (("lt_now", "Before"), ("gt_now", "After")) if getattr(rules, rule, False)]
    for rule, word in (("in", "One of"), ("not_in", "None of")):
        values = getattr(rules, rule, ()) if rules.DESCRIPTOR.name in ("DurationRules", "FieldMaskRules") else ()
        found += [(word, ", ".join(_text(v) for v in values))] if values else []
    return found


def _text(value: Any) -> str:
    return str(value.ToJsonString()) if hasattr(value, "ToJsonString") else str(value)
