"""OpenAI's shape of an error, made from a `google.rpc.Status`."""

from __future__ import annotations

from typing import Any

import grpc
from google.rpc import error_details_pb2, status_pb2

_TYPES = {
    grpc.StatusCode.INVALID_ARGUMENT: "invalid_request_error",
    grpc.StatusCode.FAILED_PRECONDITION: "invalid_request_error",
    grpc.StatusCode.OUT_OF_RANGE: "invalid_request_error",
    grpc.StatusCode.NOT_FOUND: "invalid_request_error",
    grpc.StatusCode.UNAUTHENTICATED: "authentication_error",
    grpc.StatusCode.PERMISSION_DENIED: "permission_error",
    grpc.StatusCode.RESOURCE_EXHAUSTED: "rate_limit_error",
}
_BY_NUMBER = {code.value[0]: kind for code, kind in _TYPES.items()}


def body(status: status_pb2.Status) -> dict[str, Any]:
    """`{"error": {"message", "type", "param", "code"}}`; `param` names the first field at fault, `code` is the reason in lower case."""
    info, bad = error_details_pb2.ErrorInfo(), error_details_pb2.BadRequest()
    reason, param = "", None
    for detail in status.details:
        if detail.Unpack(info):
            reason = info.reason
        elif detail.Unpack(bad) and bad.field_violations:
            param = bad.field_violations[0].field
    kind = _BY_NUMBER.get(status.code, "server_error")
    return {"error": {"message": ascii_line(status.message), "type": kind, "param": param, "code": reason.lower() or None}}


def ascii_line(text: str) -> str:
    """The body travels in a header on its way to the edge, so it stays in ASCII, on one line and under 2 KiB."""
    return text.encode("ascii", "replace").decode()[:2048]
