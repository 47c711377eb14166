"""Small words for what Envoy's API says at length, and the writing of it as JSON."""

from __future__ import annotations

import base64
import dataclasses
import json
from datetime import timedelta
from enum import Enum
from functools import cache
from typing import Any

from envoy_data_plane.envoy.config.core import v3 as core
from envoy_data_plane.google import protobuf
from envoy_data_plane.message_pool import default_message_pool

LOCALHOST = "127.0.0.1"
MIB = 1024 * 1024


class _Packed(protobuf.Any):  # type: ignore[misc]
    """A `google.protobuf.Any` that still knows its message."""

    message: Any


def packed(message: Any) -> Any:
    """The message inside a `google.protobuf.Any`."""
    box = _Packed(type_url=default_message_pool.type_to_url[type(message)])
    box.message = message
    return box


def seconds(count: float) -> timedelta:
    """A duration."""
    return timedelta(seconds=count)


def address(port: int) -> Any:
    """A port of this machine's loopback interface."""
    return core.Address(socket_address=core.SocketAddress(address=LOCALHOST, port_value=port))


def inline(text: str) -> Any:
    """A text that stands in the configuration itself."""
    return core.DataSource(inline_string=text)


def to_json(message: Any) -> str:
    """The message as protobuf's JSON, with proto names.

    betterproto2's own `to_json` gives the same, but reads a class's annotations and builds its validator anew for every message, which
    takes seconds for the thousands of them here; `uat up` would wait for it.
    """
    return json.dumps(_plain(message), indent=1)


def _plain(value: Any) -> Any:
    match value:
        case _Packed():
            return {"@type": value.type_url, **_plain(value.message)}
        case protobuf.Struct():
            return value.to_dict()
        case timedelta():
            return f"{value.total_seconds():g}s"
        case Enum():
            return value.name
        case bytes():
            return base64.b64encode(value).decode()
        case list():
            return [_plain(each) for each in value]
        case dict():
            return {name: _plain(each) for name, each in value.items()}
        case str() | bool() | int() | float():
            return value
    said = ((name, getattr(value, name), unsaid) for name, unsaid in _fields(value.__class__))
    return {name: _plain(each) for name, each, unsaid in said if each != unsaid}


@cache
def _fields(kind: Any) -> list[tuple[str, Any]]:
    """The fields of a message, each with the value that stands for nothing said; None where zero says something."""
    return [(f.name, f.default_factory()) for f in dataclasses.fields(kind) if f.default_factory is not dataclasses.MISSING]
