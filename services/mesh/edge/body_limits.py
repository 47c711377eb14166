"""How much a REST request may bring.

The transcoder's own limit counts only what it has not parsed yet: a message of 200 MiB goes through it and takes 1.2 GiB of Envoy's memory.
So what is too large is kept from it, by the length that the client tells, or by counting where it tells none. gRPC needs no such care: its
messages pass frame by frame, and the services bound them.
"""

from __future__ import annotations

from typing import Any

from envoy_data_plane.envoy.config.route import v3 as route
from envoy_data_plane.envoy.extensions.filters.http.buffer import v3 as buffers
from envoy_data_plane.envoy.type import v3 as kinds

from services.mesh.edge.envoy_api import MIB, packed

FILTER = "envoy.filters.http.buffer"
MAX_BODY = 32 * MIB
"""As much as a service takes in one message."""
MAX_UNTOLD = MIB
"""As much of a body without a content-length as is taken, since it must be held until its end, and before the token is looked at."""

_EVERYTHING = 2**62


def counting() -> Any:
    """The filter that counts, asleep except where a route wakes it with `counted`."""
    return buffers.Buffer(max_request_bytes=MAX_UNTOLD)


def counted() -> Any:
    """A route's own word: hold the body back, and refuse it past the limit."""
    return packed(buffers.BufferPerRoute(buffer=buffers.Buffer(max_request_bytes=MAX_UNTOLD)))


def too_large() -> Any:
    """Matches a body that says itself that it is too large."""
    return route.HeaderMatcher(name="content-length", range_match=kinds.Int64Range(start=MAX_BODY + 1, end=_EVERYTHING))


def untold() -> Any:
    """Matches a body that does not say how large it is, and requests without one."""
    return route.HeaderMatcher(name="content-length", present_match=True, invert_match=True)
