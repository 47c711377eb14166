"""Envoy's configuration as JSON values, and the short forms of what it repeats.

Envoy itself validates the result (tests start it with every configuration), so a typed copy of its API would add nothing but imports.
"""

from __future__ import annotations

from typing import Any

LOCALHOST = "127.0.0.1"
MIB = 1024 * 1024
EDGE_SELF = "edge_self"
"""The cluster that leads back to the edge itself."""
PLENTY = 1_000_000
"""Envoy's own limits are 1024 of each, which a few thousand open token streams reach. The services bound their queues themselves."""

Json = dict[str, Any]


def typed(kind: str, **fields: Any) -> Json:
    """A message inside a `google.protobuf.Any`. `kind` is its full name below `envoy.`."""
    return {"@type": f"type.googleapis.com/envoy.{kind}", **fields}


def extension(name: str, kind: str, **fields: Any) -> Json:
    """An extension with its configuration."""
    return {"name": name, "typed_config": typed(kind, **fields)}


def address(port: int) -> Json:
    """A port of the loopback interface."""
    return {"socket_address": {"address": LOCALHOST, "port_value": port}}


def seconds(count: float) -> str:
    """A duration."""
    return f"{count:g}s"


def regex(pattern: str) -> Json:
    """A matcher for texts that the whole pattern matches."""
    return {"safe_regex": {"regex": pattern}}


def header(name: str, **match: Any) -> Json:
    """A matcher of one header."""
    return {"name": name, **match}
