"""Error bodies over REST: OpenAI's or the Open Inference Protocol's shape where the contract asks for it, else `google.rpc.Status`.

A service sends its error body ready-made in a header, and a few lines of Lua put it in place. The errors that Envoy itself answers with are
defined here, cause by cause.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import grpc
from google.protobuf import json_format
from google.protobuf.duration_pb2 import Duration
from google.rpc import error_details_pb2, status_pb2

from services.kit.rpc.contract import Method
from services.kit.rpc.error_bodies import BODIES
from services.mesh.edge.envoy_api import Json, extension, header, regex

FILTER = "envoy.filters.http.lua"
PATHS = {"OPENAI": "/v1/.*", "OPEN_INFERENCE": r"/v2([/?].*)?"}
"""Every error under these paths has that shape, also for a path that does not exist."""

_HOW_TO_CALL = "send `authorization: Bearer <API key or access token>`"
_ENVOYS_REASON = "%LOCAL_REPLY_BODY%"
_METHOD_AND_PATH = "%REQ(X-ENVOY-ORIGINAL-METHOD?:METHOD)% %REQ(X-ENVOY-ORIGINAL-PATH?:PATH)%"


@dataclass(frozen=True, slots=True)
class Cause:
    """A reason for which the edge itself answers, and the answer. `when` is a CEL expression over Envoy's own response."""

    when: str
    code: grpc.StatusCode
    reason: str
    message: str
    domain: str = "uat"
    http: int = 0
    """The HTTP status; 0 keeps Envoy's."""
    retry_after: int = 0
    """Seconds after which a retry is useful."""


_CAUSES = (
    Cause(
        "response.code_details == 'jwt_authn_access_denied{Jwt_is_missing}'",
        grpc.StatusCode.UNAUTHENTICATED,
        "UNAUTHENTICATED",
        f"no token came: {_HOW_TO_CALL}",
    ),
    Cause(
        "response.code_details.startsWith('jwt_authn_access_denied{Jwks_remote_fetch')",
        grpc.StatusCode.UNAVAILABLE,
        "DEPENDENCY_UNAVAILABLE",
        "the keys to check tokens with have not come yet; try again",
        http=503,
        retry_after=1,
    ),
    # Envoy answers 403 for a wrong audience or issuer.
    Cause(
        "response.code_details.startsWith('jwt_authn_access_denied')",
        grpc.StatusCode.UNAUTHENTICATED,
        "UNAUTHENTICATED",
        f"the token is not good ({_ENVOYS_REASON}): {_HOW_TO_CALL}",
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
        f"{_METHOD_AND_PATH} is not served here; GET /openapi.json lists what is",
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
    Cause("response.code >= 400", grpc.StatusCode.INVALID_ARGUMENT, "INVALID_REQUEST", _ENVOYS_REASON),
)
"""The first cause that matches applies."""


def error_filter() -> Json:
    """The filter for errors of services: puts the ready-made body in place, and sets `retry-after`."""
    source = Path(__file__).with_name("errors.lua").read_text(encoding="utf-8")
    return extension(FILTER, "extensions.filters.http.lua.v3.Lua", default_source_code={"inline_string": source})


def shaped(method: Method) -> Json:
    """Route metadata: errors without a ready-made body, as the gRPC library sends them, get the contract's shape too."""
    return {FILTER: {"shape": method.error_shape}} if method.error_shape else {}


def local_replies() -> Json:
    """Envoy's own answers: text for gRPC, which has its status in a header, and JSON for REST."""
    return {"mappers": [mapper for cause in _CAUSES for mapper in _mappers(cause)]}


def _mappers(cause: Cause) -> Iterator[Json]:
    yield _mapper(cause, {"text_format_source": {"inline_string": cause.message}}, _IS_GRPC)
    status = _status(cause)
    for shape, paths in PATHS.items():
        yield _mapper(cause, {"json_format": BODIES[shape](status)}, _is_at(paths))
    yield _mapper(cause, {"json_format": json_format.MessageToDict(status, preserving_proto_field_name=True)})


def _mapper(cause: Cause, body: Json, *also: Json) -> Json:
    cel = "extensions.access_loggers.filters.cel.v3.ExpressionFilter"
    when = {"extension_filter": extension("envoy.access_loggers.extension_filters.cel", cel, expression=cause.when)}
    mapper: Json = {"filter": {"and_filter": {"filters": [when, *also]}} if also else when, "body_format_override": body}
    if cause.http:
        mapper["status_code"] = cause.http
    if cause.retry_after:
        mapper["headers_to_add"] = [{"header": {"key": "retry-after", "value": str(cause.retry_after)}}]
    return mapper


def _status(cause: Cause) -> status_pb2.Status:
    """The cause as a service would report it."""
    status = status_pb2.Status(code=cause.code.value[0], message=cause.message)
    status.details.add().Pack(error_details_pb2.ErrorInfo(reason=cause.reason, domain=cause.domain))
    if cause.retry_after:
        status.details.add().Pack(error_details_pb2.RetryInfo(retry_delay=Duration(seconds=cause.retry_after)))
    status.details.add().Pack(error_details_pb2.RequestInfo(request_id="%REQ(X-REQUEST-ID)%"))
    return status


def _header(name: str, **match: object) -> Json:
    return {"header_filter": {"header": header(name, **match)}}


def _is_at(paths: str) -> Json:
    """A REST path, before or after it was transcoded."""
    text = regex(paths)
    return {"or_filter": {"filters": [_header("x-envoy-original-path", string_match=text), _header(":path", string_match=text)]}}


_IS_GRPC = {
    # The transcoder turns a REST request into gRPC and keeps its path in a header.
    "and_filter": {
        "filters": [
            _header("content-type", string_match={"prefix": "application/grpc"}),
            _header("x-envoy-original-path", present_match=False),
        ]
    }
}
