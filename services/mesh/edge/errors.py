"""What an error looks like over REST: OpenAI's or the Open Inference Protocol's shape where the contract says so, `google.rpc.Status`
elsewhere.

A service's own error comes ready-made and is put in place by a few lines of Lua; what Envoy itself refuses is written here, cause by cause.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import grpc
from envoy_data_plane.envoy.config.accesslog import v3 as accesslog
from envoy_data_plane.envoy.config.core import v3 as core
from envoy_data_plane.envoy.config.route import v3 as route
from envoy_data_plane.envoy.extensions.access_loggers.filters.cel import v3 as cel
from envoy_data_plane.envoy.extensions.filters.http.lua import v3 as lua
from envoy_data_plane.envoy.extensions.filters.network.http_connection_manager import v3 as manager
from envoy_data_plane.envoy.type.matcher import v3 as matcher
from envoy_data_plane.google import protobuf
from google.protobuf import json_format
from google.protobuf.duration_pb2 import Duration
from google.rpc import error_details_pb2, status_pb2

from services.kit.rpc.contract import Method
from services.kit.rpc.error_bodies import BODIES
from services.mesh.edge.envoy_api import inline, packed

FILTER = "envoy.filters.http.lua"
PATHS = {"OPENAI": "/v1/.*", "OPEN_INFERENCE": r"/v2([/?].*)?"}
"""Whatever is asked for there is answered in that shape, also when it doesn't exist."""

_WHAT_TO_SEND = "send `authorization: Bearer <API key or access token>`"
_ENVOY_SAYS = "%LOCAL_REPLY_BODY%"
_ASKED_FOR = "%REQ(X-ENVOY-ORIGINAL-METHOD?:METHOD)% %REQ(X-ENVOY-ORIGINAL-PATH?:PATH)%"


@dataclass(frozen=True, slots=True)
class Cause:
    """Why the edge itself answers, and what it says then. `when` is an expression over the answer that Envoy would give."""

    when: str
    code: grpc.StatusCode
    reason: str
    message: str
    domain: str = "uat"
    http: int = 0
    """The status to answer with; 0 leaves Envoy's."""
    retry_after: int = 0
    """Seconds after which it is worth to try again."""


_CAUSES = (
    Cause(
        "response.code_details == 'jwt_authn_access_denied{Jwt_is_missing}'",
        grpc.StatusCode.UNAUTHENTICATED,
        "UNAUTHENTICATED",
        f"no token came: {_WHAT_TO_SEND}",
    ),
    Cause(
        "response.code_details.startsWith('jwt_authn_access_denied{Jwks_remote_fetch')",
        grpc.StatusCode.UNAVAILABLE,
        "DEPENDENCY_UNAVAILABLE",
        "the keys to check tokens with have not come yet; try again",
        http=503,
        retry_after=1,
    ),
    # Envoy says 403 for a wrong audience or issuer.
    Cause(
        "response.code_details.startsWith('jwt_authn_access_denied')",
        grpc.StatusCode.UNAUTHENTICATED,
        "UNAUTHENTICATED",
        f"the token is not good ({_ENVOY_SAYS}): {_WHAT_TO_SEND}",
        http=401,
    ),
    Cause(
        "response.code == 429",
        grpc.StatusCode.RESOURCE_EXHAUSTED,
        "RATE_LIMITED",
        "too many calls: the x-ratelimit headers say how many are allowed",
        domain="api_gateway.uat",
    ),
    Cause(
        "response.code == 404",
        grpc.StatusCode.NOT_FOUND,
        "ROUTE_NOT_FOUND",
        f"{_ASKED_FOR} is not served here; GET /openapi.json lists what is",
        domain="api_gateway.uat",
    ),
    Cause(
        "response.code == 413",
        grpc.StatusCode.INVALID_ARGUMENT,
        "REQUEST_TOO_LARGE",
        "the request body is larger than 32 MiB, or than 1 MiB without a content-length",
        domain="api_gateway.uat",
    ),
    Cause(
        "response.code == 504 || response.code == 408",
        grpc.StatusCode.DEADLINE_EXCEEDED,
        "DEADLINE_EXCEEDED",
        "the time for this call is over, and no answer has come",
        http=504,
    ),
    Cause(
        "response.code == 502 || response.code == 503",
        grpc.StatusCode.UNAVAILABLE,
        "DEPENDENCY_UNAVAILABLE",
        "the service behind this path can't be reached right now; try again",
        http=503,
        retry_after=1,
    ),
    Cause("response.code >= 500", grpc.StatusCode.INTERNAL, "INTERNAL", "something went wrong on our side"),
    Cause("response.code >= 400", grpc.StatusCode.INVALID_ARGUMENT, "INVALID_REQUEST", _ENVOY_SAYS),
)
"""The first one that fits is taken."""


def error_bodies() -> Any:
    """The filter for errors that services send: puts their ready-made body in place, and says when to come back."""
    return lua.Lua(default_source_code=inline(Path(__file__).with_name("errors.lua").read_text(encoding="utf-8")))


def shaped(method: Method) -> dict[str, Any]:
    """A route's own word: errors that come without a ready body, as those of the gRPC library do, get the contract's shape too."""
    return {FILTER: protobuf.Struct.from_dict({"shape": method.error_shape})} if method.error_shape else {}


def local_replies() -> Any:
    """The shapes of what Envoy answers itself: text for gRPC, which has its status elsewhere, and JSON for REST."""
    return manager.LocalReplyConfig(mappers=[mapper for cause in _CAUSES for mapper in _mappers(cause)])


def _mappers(cause: Cause) -> Iterator[Any]:
    yield _mapper(cause, core.SubstitutionFormatString(text_format_source=inline(cause.message)), _IS_GRPC)
    status = _status(cause)
    for shape, paths in PATHS.items():
        yield _mapper(cause, _json(BODIES[shape](status)), _is_at(paths))
    yield _mapper(cause, _json(json_format.MessageToDict(status, preserving_proto_field_name=True)))


def _mapper(cause: Cause, body: Any, *also: Any) -> Any:
    when = accesslog.AccessLogFilter(
        extension_filter=accesslog.ExtensionFilter(
            name="envoy.access_loggers.extension_filters.cel", typed_config=packed(cel.ExpressionFilter(expression=cause.when))
        )
    )
    wait = core.HeaderValueOption(header=core.HeaderValue(key="retry-after", value=str(cause.retry_after)))
    return manager.ResponseMapper(
        filter=accesslog.AccessLogFilter(and_filter=accesslog.AndFilter(filters=[when, *also])) if also else when,
        status_code=cause.http or None,
        body_format_override=body,
        headers_to_add=[wait] if cause.retry_after else [],
    )


def _status(cause: Cause) -> status_pb2.Status:
    """The cause as a service would say it."""
    status = status_pb2.Status(code=cause.code.value[0], message=cause.message)
    status.details.add().Pack(error_details_pb2.ErrorInfo(reason=cause.reason, domain=cause.domain))
    if cause.retry_after:
        status.details.add().Pack(error_details_pb2.RetryInfo(retry_delay=Duration(seconds=cause.retry_after)))
    status.details.add().Pack(error_details_pb2.RequestInfo(request_id="%REQ(X-REQUEST-ID)%"))
    return status


def _json(body: dict[str, Any]) -> Any:
    """JSON, with everything that a stranger may have written in it escaped."""
    return core.SubstitutionFormatString(json_format=protobuf.Struct.from_dict(body))


def _header(name: str, *, text: Any = None) -> Any:
    match = route.HeaderMatcher(name=name, string_match=text) if text else route.HeaderMatcher(name=name, present_match=False)
    return accesslog.AccessLogFilter(header_filter=accesslog.HeaderFilter(header=match))


def _is_at(paths: str) -> Any:
    """A REST path, whether it has been transcoded by now or not."""
    text = matcher.StringMatcher(safe_regex=matcher.RegexMatcher(regex=paths))
    either = [_header("x-envoy-original-path", text=text), _header(":path", text=text)]
    return accesslog.AccessLogFilter(or_filter=accesslog.OrFilter(filters=either))


_IS_GRPC = accesslog.AccessLogFilter(
    # The transcoder makes gRPC of a REST request, and leaves its path in a header.
    and_filter=accesslog.AndFilter(
        filters=[_header("content-type", text=matcher.StringMatcher(prefix="application/grpc")), _header("x-envoy-original-path")]
    )
)
