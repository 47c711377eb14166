"""The largest body of a REST request.

The transcoder's own limit counts only what it has not parsed yet: a message of 200 MiB passes it and takes 1.2 GiB of Envoy's memory. So
a body that is too large never reaches it: the edge reads the content-length or, without one, counts. gRPC needs no such limit: its messages
pass frame by frame, and the services bound them.
"""

from __future__ import annotations

from services.mesh.edge.envoy_api import MIB, Json, extension, header, typed

FILTER = "envoy.filters.http.buffer"
MAX_BODY = 32 * MIB
"""The size of a message that a service accepts."""
MAX_UNSIZED = MIB
"""The limit without a content-length: the edge holds such a body until its end, before the token check."""

_KIND = "extensions.filters.http.buffer.v3.Buffer"


def buffer_filter() -> Json:
    """The filter that counts bodies. Disabled, except for routes with `counted`."""
    return {**extension(FILTER, _KIND, max_request_bytes=MAX_UNSIZED), "disabled": True}


def counted() -> Json:
    """Route configuration: hold the body back, and refuse it past the limit."""
    return typed(f"{_KIND}PerRoute", buffer={"max_request_bytes": MAX_UNSIZED})


def too_large() -> Json:
    """Matches a content-length above the limit."""
    return header("content-length", range_match={"start": MAX_BODY + 1, "end": 2**62})


def unsized() -> Json:
    """Matches a request without a content-length."""
    return header("content-length", present_match=True, invert_match=True)
