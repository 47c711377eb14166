"""The route table: one route for each RPC that outside callers may call, and an answer for every other path."""

from __future__ import annotations

from services.kit.rpc.contract import Method
from services.mesh.edge import body_limits, cors_policy, errors, jwt_authn, path_fields, rate_limits
from services.mesh.edge.envoy_api import Json, regex, seconds, typed
from services.mesh.edge.exposed_rpcs import HOT, Rpc, exposed
from services.mesh.edge.settings import EdgeSettings

REFLECTION = ("grpc.reflection.v1.ServerReflection", "grpc.reflection.v1alpha.ServerReflection")
HEALTH = "grpc.health.v1.Health"
TRANSCODER = "envoy.filters.http.grpc_json_transcoder"
NO_RPC = "/[^./]*(/.*)?"
"""The path of an RPC starts with a package, which has a dot."""
FRONT = "api_gateway"
"""The service that answers for the mesh as a whole."""

READ_S, WRITE_S, GENERATE_S = 30, 120, 600
SILENT_STREAM_S = 3600
"""How long a stream may be silent. HTTP/2 pings detect a dead peer long before."""


def routes(settings: EdgeSettings) -> Json:
    """One host for every name. Paths match exactly."""
    rpcs = exposed()
    plain = [rpc for rpc in rpcs if not path_fields.path_fields(rpc.method)]
    hot = sum(rpc.method.path in HOT for rpc in plain)
    with_fields = [rpc for rpc in rpcs if path_fields.path_fields(rpc.method)]
    table = [
        *map(_rpc, plain[:hot]),
        # Nearly every REST path, so that it is not compared with hundreds of RPCs first.
        *_before_transcoding(regex(NO_RPC)),
        *map(_rpc, plain[hot:]),
        *path_fields.guards(rpc.method for rpc in with_fields),
        *map(_rpc, with_fields),
        *map(_reflection, REFLECTION),
        _health(),
        *_before_transcoding({"prefix": "/"}),
    ]
    host = {
        "name": "edge",
        "domains": ["*"],
        "routes": table,
        "typed_per_filter_config": {cors_policy.FILTER: cors_policy.policy(settings)},
    }
    return {"name": "edge", "virtual_hosts": [host], "validate_clusters": False}


def _rpc(rpc: Rpc) -> Json:
    method = rpc.method
    limit = 0 if method.server_streaming or method.client_streaming else _time_limit(method)
    route: Json = {
        "name": method.path[1:],
        "match": {"path": method.path},
        "route": {
            "cluster": rpc.target,
            # A second more than the service gets, so that its own answer, which has the reason, comes first.
            "timeout": seconds(limit + 1 if limit else 0),
            "idle_timeout": seconds(limit + 1 if limit else SILENT_STREAM_S),
        },
        "metadata": {"filter_metadata": {**rate_limits.counted(method), **errors.shaped(method)}},
    }
    if method.mesh_may_retry:
        route["route"]["retry_policy"] = {"retry_on": "connect-failure,refused-stream,unavailable", "num_retries": 1}
    if limit:
        # The deadline that a gRPC client would set. A REST client can't, and without one no service can budget its time.
        deadline = {"key": "grpc-timeout", "value": f"{limit}S"}
        route["request_headers_to_add"] = [{"header": deadline, "append_action": "ADD_IF_ABSENT"}]
    if method.public:
        route["typed_per_filter_config"] = _public()
    if not method.error_shape:
        # Only the error filter of routes with another shape uses this header, and removes it.
        route["response_headers_to_remove"] = ["uat-error-body"]
    return route


def _time_limit(method: Method) -> int:
    if method.rate_limit_class == "GENERATE":
        return GENERATE_S
    return READ_S if method.read_only else WRITE_S


def _reflection(service: str) -> Json:
    path = f"/{service}/ServerReflectionInfo"
    return {"name": service, "match": {"path": path}, "route": {"cluster": FRONT, "timeout": seconds(0)}}


def _health() -> Json:
    return {
        "name": HEALTH,
        "match": {"prefix": f"/{HEALTH}/"},
        "route": {"cluster": FRONT, "timeout": seconds(0), "idle_timeout": seconds(SILENT_STREAM_S)},
        "typed_per_filter_config": _public(),
    }


def _before_transcoding(path: Json) -> list[Json]:
    """The routes of a REST path until it is transcoded, and for good of a path that nothing serves."""
    disabled = {TRANSCODER: typed("config.route.v3.FilterConfig", disabled=True)}
    return [
        {
            "name": "too large",
            "match": {**path, "headers": [body_limits.too_large()]},
            "direct_response": {"status": 413},
            "typed_per_filter_config": {**_public(), **disabled},
        },
        _nothing_here({**path, "headers": [body_limits.unsized()]}, {body_limits.FILTER: body_limits.counted()}),
        _nothing_here(path, {}),
    ]


def _nothing_here(match: Json, filters: Json) -> Json:
    """404 by way of a cluster that does not exist. A direct response would be shorter, but makes Envoy skip the CORS filter."""
    return {
        "name": "nothing here",
        "match": match,
        "route": {"cluster": "nowhere", "cluster_not_found_response_code": "NOT_FOUND"},
        "typed_per_filter_config": {**_public(), **filters},
    }


def _public() -> Json:
    return {jwt_authn.FILTER: jwt_authn.public()}
