"""Small words for what Envoy's API says at length."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from envoy_data_plane.envoy.config.core import v3 as core
from envoy_data_plane.google import protobuf

LOCALHOST = "127.0.0.1"
MIB = 1024 * 1024


def packed(message: Any) -> Any:
    """The message inside a `google.protobuf.Any`."""
    return protobuf.Any.pack(message)


def seconds(count: float) -> timedelta:
    """A duration."""
    return timedelta(seconds=count)


def address(port: int) -> Any:
    """A port of this machine's loopback interface."""
    return core.Address(socket_address=core.SocketAddress(address=LOCALHOST, port_value=port))


def inline(text: str) -> Any:
    """A text that stands in the configuration itself."""
    return core.DataSource(inline_string=text)
