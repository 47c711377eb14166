"""What a request passes through, in order."""

from __future__ import annotations

from typing import Any

from envoy_data_plane.envoy.extensions.filters.http.cors import v3 as cors
from envoy_data_plane.envoy.extensions.filters.http.grpc_json_transcoder import v3 as transcoder
from envoy_data_plane.envoy.extensions.filters.http.grpc_web import v3 as grpc_web
from envoy_data_plane.envoy.extensions.filters.http.router import v3 as router
from envoy_data_plane.envoy.extensions.filters.network.http_connection_manager import v3 as manager

from services import contracts
from services.mesh.edge import body_limits, cors_policy, errors, exposed_rpcs, jwt_authn, rate_limits
from services.mesh.edge.envoy_api import packed
from services.mesh.edge.routes import TRANSCODER
from services.mesh.edge.settings import EdgeSettings


def filters(settings: EdgeSettings, edge_port: int) -> list[Any]:
    """The chain. Responses pass it the other way round.

    The transcoder stands before the token check: it turns a REST path into the RPC's own, and from there on REST, gRPC and gRPC-Web are
    one case with one route, whose word on tokens and limits can't be got around by writing the path in another way. It passes the headers
    on at once, so a caller without a token is refused before its body is read. The error filter stands before both, to see responses as
    the client will.
    """
    return [
        _filter(cors_policy.FILTER, cors.Cors()),
        _filter("envoy.filters.http.grpc_web", grpc_web.GrpcWeb()),
        _filter(errors.FILTER, errors.error_bodies()),
        _filter(body_limits.FILTER, body_limits.counting(), disabled=True),
        _filter(TRANSCODER, _transcoder()),
        _filter(jwt_authn.FILTER, jwt_authn.token_check(edge_port)),
        _filter("envoy.filters.http.local_ratelimit", rate_limits.rate_limits(settings)),
        _filter("envoy.filters.http.router", router.Router(suppress_envoy_headers=True)),
    ]


def _filter(name: str, config: Any, *, disabled: bool = False) -> Any:
    return manager.HttpFilter(name=name, typed_config=packed(config), disabled=disabled)


def _transcoder() -> Any:
    return transcoder.GrpcJsonTranscoder(
        proto_descriptor_bin=contracts.image(),
        services=exposed_rpcs.transcoded_services(),
        convert_grpc_status=True,
        print_options=transcoder.GrpcJsonTranscoderPrintOptions(
            preserve_proto_field_names=True,
            always_print_primitive_fields=True,
            stream_sse_style_delimited=True,
        ),
        request_validation_options=transcoder.GrpcJsonTranscoderRequestValidationOptions(
            reject_unknown_method=True,
            reject_unknown_query_parameters=True,
            reject_binding_body_field_collisions=True,
        ),
        url_unescape_spec=transcoder.GrpcJsonTranscoderUrlUnescapeSpec.ALL_CHARACTERS,
        query_param_unescape_plus=True,
        max_request_body_size=body_limits.MAX_BODY,
        max_response_body_size=body_limits.MAX_BODY,
    )
