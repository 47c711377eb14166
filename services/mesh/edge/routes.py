"""One route for each RPC that the outside may call, and an answer for everything else."""

from __future__ import annotations

from typing import Any

from envoy_data_plane.envoy.config.core import v3 as core
from envoy_data_plane.envoy.config.route import v3 as route
from envoy_data_plane.envoy.type.matcher import v3 as matcher

from services.kit.rpc.contract import Method
from services.mesh.edge import body_limits, cors_policy, errors, jwt_authn, path_fields, rate_limits
from services.mesh.edge.envoy_api import packed, seconds
from services.mesh.edge.exposed_rpcs import HOT, Rpc, exposed
from services.mesh.edge.settings import EdgeSettings

REFLECTION = ("grpc.reflection.v1.ServerReflection", "grpc.reflection.v1alpha.ServerReflection")
HEALTH = "grpc.health.v1.Health"
TRANSCODER = "envoy.filters.http.grpc_json_transcoder"
NO_RPC = "/[^./]*(/.*)?"
"""An RPC's path starts with a package, which has a dot."""
FRONT = "api_gateway"
"""Answers what is asked of the mesh as a whole."""

READ_S, WRITE_S, GENERATE_S = 30, 120, 600
SILENT_STREAM_S = 3600
"""How long a stream may say nothing. A dead peer is noticed long before, by HTTP/2's pings."""


def routes(settings: EdgeSettings) -> Any:
    """The route table: one host for every name, exact paths only."""
    rpcs = exposed()
    plain = [rpc for rpc in rpcs if not path_fields.path_fields(rpc.method)]
    hot = sum(rpc.method.path in HOT for rpc in plain)
    with_fields = [rpc for rpc in rpcs if path_fields.path_fields(rpc.method)]
    host = route.VirtualHost(
        name="edge",
        domains=["*"],
        routes=[
            *map(_rpc, plain[:hot]),
            # Nearly every REST path, so that one is not compared with hundreds of RPCs first.
            *_before_transcoding({"safe_regex": matcher.RegexMatcher(regex=NO_RPC)}),
            *map(_rpc, plain[hot:]),
            *path_fields.guards(rpc.method for rpc in with_fields),
            *map(_rpc, with_fields),
            *map(_reflection, REFLECTION),
            _health(),
            *_before_transcoding({"prefix": "/"}),
        ],
        typed_per_filter_config={cors_policy.FILTER: cors_policy.policy(settings)},
    )
    return route.RouteConfiguration(name="edge", virtual_hosts=[host], validate_clusters=False)


def _rpc(rpc: Rpc) -> Any:
    method = rpc.method
    streams = method.server_streaming or method.client_streaming
    limit = None if streams else _time_limit(method)
    return route.Route(
        name=method.path[1:],
        match=route.RouteMatch(path=method.path),
        route=route.RouteAction(
            cluster=rpc.target,
            # A second more than the service is told, so that its own answer, which says why, comes first.
            timeout=seconds(limit + 1 if limit else 0),
            idle_timeout=seconds(limit + 1 if limit else SILENT_STREAM_S),
            retry_policy=_retry() if method.mesh_may_retry else None,
        ),
        metadata=core.Metadata(filter_metadata={**rate_limits.counted(method), **errors.shaped(method)}),
        request_headers_to_add=[_deadline(limit)] if limit else [],
        typed_per_filter_config={jwt_authn.FILTER: jwt_authn.public()} if method.public else {},
        # Only where another shape than the default is asked for does the header have a use, and there the error filter takes it off.
        response_headers_to_remove=[] if method.error_shape else ["uat-error-body"],
    )


def _time_limit(method: Method) -> int:
    if method.rate_limit_class == "GENERATE":
        return GENERATE_S
    return READ_S if method.read_only else WRITE_S


def _deadline(limit: int) -> Any:
    """What a gRPC client would say itself. A REST client has no words for it, and without it no service could spend its time well."""
    return core.HeaderValueOption(
        header=core.HeaderValue(key="grpc-timeout", value=f"{limit}S"),
        append_action=core.HeaderValueOptionHeaderAppendAction.ADD_IF_ABSENT,
    )


def _retry() -> Any:
    return route.RetryPolicy(retry_on="connect-failure,refused-stream,unavailable", num_retries=1)


def _reflection(service: str) -> Any:
    return route.Route(
        name=service,
        match=route.RouteMatch(path=f"/{service}/ServerReflectionInfo"),
        route=route.RouteAction(cluster=FRONT, timeout=seconds(0)),
    )


def _health() -> Any:
    return route.Route(
        name=HEALTH,
        match=route.RouteMatch(prefix=f"/{HEALTH}/"),
        route=route.RouteAction(cluster=FRONT, timeout=seconds(0), idle_timeout=seconds(SILENT_STREAM_S)),
        typed_per_filter_config={jwt_authn.FILTER: jwt_authn.public()},
    )


def _before_transcoding(path: dict[str, Any]) -> list[Any]:
    """The routes that a REST path has until it is transcoded; and one that nothing is served at, for good."""
    return [
        route.Route(
            name="too large",
            match=route.RouteMatch(**path, headers=[body_limits.too_large()]),
            direct_response=route.DirectResponseAction(status=413),
            typed_per_filter_config={jwt_authn.FILTER: jwt_authn.public(), TRANSCODER: packed(route.FilterConfig(disabled=True))},
        ),
        _nothing_here(route.RouteMatch(**path, headers=[body_limits.untold()]), {body_limits.FILTER: body_limits.counted()}),
        _nothing_here(route.RouteMatch(**path), {}),
    ]


def _nothing_here(match: Any, filters: dict[str, Any]) -> Any:
    """404 by way of a cluster that isn't there. A plain answer would be shorter, but makes Envoy skip the browsers' filter."""
    not_found = route.RouteActionClusterNotFoundResponseCode.NOT_FOUND
    return route.Route(
        name="nothing here",
        match=match,
        route=route.RouteAction(cluster="nowhere", cluster_not_found_response_code=not_found),
        typed_per_filter_config={jwt_authn.FILTER: jwt_authn.public(), **filters},
    )
