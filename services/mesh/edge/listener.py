"""The edge's listener: its protocols, the filters that each request passes, and its access log."""

from __future__ import annotations

import base64

from services import contracts
from services.mesh.edge import body_limits, cors_policy, errors, exposed_rpcs, jwt_authn, rate_limits
from services.mesh.edge.envoy_api import Json, address, extension, seconds, typed
from services.mesh.edge.routes import TRANSCODER, routes
from services.mesh.edge.settings import EdgeSettings
from services.mesh.ports import Ports

NEVER_FROM_OUTSIDE = ("x-uat-caller", "uat-error-body")
"""Headers that only services of the mesh may send."""

_FLAGS = ["LH", "UH", "UT", "LR", "UR", "UF", "UC", "UO", "URX"]
"""Failures between the edge and a service. A gRPC call that fails like this still has the HTTP status 200."""
_LOGGED = {
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


def listener(settings: EdgeSettings, ports: Ports) -> Json:
    """The edge's port, on this machine only."""
    return {
        "name": "edge",
        "address": address(ports.edge),
        "filter_chains": [{"filters": [_http(settings, ports)]}],
        "enable_reuse_port": False,  # else a second Envoy on this port would take half of the connections instead of failing
        "connection_balance_config": {"exact_balance": {}},  # without reuse_port nothing else gives each worker its share
    }


def _http(settings: EdgeSettings, ports: Ports) -> Json:
    return extension(
        "envoy.filters.network.http_connection_manager",
        "extensions.filters.network.http_connection_manager.v3.HttpConnectionManager",
        stat_prefix="edge",
        route_config=routes(settings),
        http_filters=_filters(settings, ports.edge),
        local_reply_config=errors.local_replies(),
        access_log=[_access_log()],
        upgrade_configs=[{"upgrade_type": "websocket"}],
        use_remote_address=True,
        # Envoy obeys `x-envoy-*` headers of internal callers, and takes every private address for one, also when this list is empty.
        internal_address_config={"cidr_ranges": [{"address_prefix": "255.255.255.255", "prefix_len": 32}]},
        early_header_mutation_extensions=[
            extension(
                "envoy.http.early_header_mutation.header_mutation",
                "extensions.http.early_header_mutation.header_mutation.v3.HeaderMutation",
                mutations=[{"remove": name} for name in NEVER_FROM_OUTSIDE],
            )
        ],
        generate_request_id=True,
        preserve_external_request_id=True,
        always_set_request_id_in_response=True,
        # A client's request id comes back as it was sent; by default Envoy hides a tracing flag in it.
        request_id_extension={"typed_config": typed("extensions.request_id.uuid.v3.UuidRequestIdConfig", pack_trace_reason=False)},
        server_header_transformation="PASS_THROUGH",
        normalize_path=True,
        merge_slashes=True,
        path_with_escaped_slashes_action="KEEP_UNCHANGED",  # a model's name may hold a slash, and SDKs escape it
        stream_idle_timeout=seconds(300),
        request_headers_timeout=seconds(10),
        common_http_protocol_options={"idle_timeout": seconds(3600)},
        http2_protocol_options={
            "max_concurrent_streams": 1024,
            "connection_keepalive": {"interval": seconds(30), "timeout": seconds(10)},
        },
    )


def _filters(settings: EdgeSettings, edge_port: int) -> list[Json]:
    """The filter chain; responses pass it in reverse.

    The transcoder precedes the token check: it turns a REST path into the path of the RPC. From there on REST, gRPC and gRPC-Web share one
    route, so no spelling of a path evades its token check and limits. It passes headers on at once, so a caller without a token is refused
    before the edge reads the body. The error filter precedes both, so it sees responses as the client will.
    """
    return [
        extension(cors_policy.FILTER, "extensions.filters.http.cors.v3.Cors"),
        extension("envoy.filters.http.grpc_web", "extensions.filters.http.grpc_web.v3.GrpcWeb"),
        errors.error_filter(),
        body_limits.buffer_filter(),
        _transcoder(),
        jwt_authn.token_check(edge_port),
        rate_limits.rate_limits(settings),
        extension("envoy.filters.http.router", "extensions.filters.http.router.v3.Router", suppress_envoy_headers=True),
    ]


def _transcoder() -> Json:
    return extension(
        TRANSCODER,
        "extensions.filters.http.grpc_json_transcoder.v3.GrpcJsonTranscoder",
        proto_descriptor_bin=base64.b64encode(contracts.image()).decode(),
        services=exposed_rpcs.transcoded_services(),
        convert_grpc_status=True,
        print_options={"preserve_proto_field_names": True, "always_print_primitive_fields": True, "stream_sse_style_delimited": True},
        request_validation_options={
            "reject_unknown_method": True,
            "reject_unknown_query_parameters": True,
            "reject_binding_body_field_collisions": True,
        },
        url_unescape_spec="ALL_CHARACTERS",
        query_param_unescape_plus=True,
        max_request_body_size=body_limits.MAX_BODY,
        max_response_body_size=body_limits.MAX_BODY,
    )


def _access_log() -> Json:
    """Logs responses of status 500 and above and failures of services, a JSON object a line. Successes cost nothing: services log them."""
    failed = [
        {"status_code_filter": {"comparison": {"op": "GE", "value": {"default_value": 500}}}},
        {"response_flag_filter": {"flags": _FLAGS}},
    ]
    log = extension(
        "envoy.access_loggers.stdout",
        "extensions.access_loggers.stream.v3.StdoutAccessLog",
        log_format={"json_format": _LOGGED, "omit_empty_values": True},
    )
    return {**log, "filter": {"or_filter": {"filters": failed}}}
