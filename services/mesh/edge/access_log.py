"""What the edge writes down: requests that failed on our side, one JSON object a line."""

from __future__ import annotations

from typing import Any

from envoy_data_plane.envoy.config.accesslog import v3 as accesslog
from envoy_data_plane.envoy.config.core import v3 as core
from envoy_data_plane.envoy.extensions.access_loggers.stream import v3 as stream
from envoy_data_plane.google import protobuf

from services.mesh.edge.envoy_api import packed

_FIELDS = {
    "time": "%START_TIME%",
    "request_id": "%REQ(X-REQUEST-ID)%",
    "method": "%REQ(X-ENVOY-ORIGINAL-METHOD?:METHOD)%",
    "path": "%REQ(X-ENVOY-ORIGINAL-PATH?:PATH)%",
    "route": "%ROUTE_NAME%",
    "status": "%RESPONSE_CODE%",
    "grpc_status": "%GRPC_STATUS%",
    "flags": "%RESPONSE_FLAGS%",
    "details": "%RESPONSE_CODE_DETAILS%",
    "upstream_failure": "%UPSTREAM_TRANSPORT_FAILURE_REASON%",
    "milliseconds": "%DURATION%",
}


_FLAGS = ["LH", "UH", "UT", "LR", "UR", "UF", "UC", "UO", "URX"]
"""What went wrong between the edge and a service. A gRPC call that fails so still has the HTTP status 200."""


def failures() -> Any:
    """Status 500 and above and broken upstreams, on standard output. Good requests cost nothing here: the services log them."""
    at_least_500 = accesslog.ComparisonFilter(op=accesslog.ComparisonFilterOp.GE, value=core.RuntimeUInt32(default_value=500))
    either = [
        accesslog.AccessLogFilter(status_code_filter=accesslog.StatusCodeFilter(comparison=at_least_500)),
        accesslog.AccessLogFilter(response_flag_filter=accesslog.ResponseFlagFilter(flags=_FLAGS)),
    ]
    log = stream.StdoutAccessLog(
        log_format=core.SubstitutionFormatString(json_format=protobuf.Struct.from_dict(_FIELDS), omit_empty_values=True)
    )
    return accesslog.AccessLog(
        name="envoy.access_loggers.stdout",
        filter=accesslog.AccessLogFilter(or_filter=accesslog.OrFilter(filters=either)),
        typed_config=packed(log),
    )
