"""The JSON bodies of errors over REST, by the error shape that an RPC's contract names. All are made from a `google.rpc.Status`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import grpc
from google.rpc import error_details_pb2, status_pb2

_OPENAI_TYPES = {
    grpc.StatusCode.INVALID_ARGUMENT: "invalid_request_error",
    grpc.StatusCode.FAILED_PRECONDITION: "invalid_request_error",
    grpc.StatusCode.OUT_OF_RANGE: "invalid_request_error",
    grpc.StatusCode.NOT_FOUND: "invalid_request_error",
    grpc.StatusCode.UNAUTHENTICATED: "authentication_error",
    grpc.StatusCode.PERMISSION_DENIED: "permission_error",
    grpc.StatusCode.RESOURCE_EXHAUSTED: "rate_limit_error",
}
_OPENAI_TYPE_BY_NUMBER = {code.value[0]: kind for code, kind in _OPENAI_TYPES.items()}


def openai(status: status_pb2.Status) -> dict[str, Any]:
    """OpenAI's `{"error": {"message", "type", "param", "code"}}`: `param` is the first invalid field, `code` the reason in lower case."""
    info, bad = error_details_pb2.ErrorInfo(), error_details_pb2.BadRequest()
    reason, param = "", None
    for detail in status.details:
        if detail.Unpack(info):
            reason = info.reason
        elif detail.Unpack(bad) and bad.field_violations:
            param = bad.field_violations[0].field
    kind = _OPENAI_TYPE_BY_NUMBER.get(status.code, "server_error")
    return {"error": {"message": _ascii_line(status.message), "type": kind, "param": param, "code": reason.lower() or None}}


def open_inference(status: status_pb2.Status) -> dict[str, Any]:
    """The Open Inference Protocol's `{"error": "…"}`, with the message only."""
    return {"error": _ascii_line(status.message)}


BODIES: Mapping[str, Callable[[status_pb2.Status], dict[str, Any]]] = {"OPENAI": openai, "OPEN_INFERENCE": open_inference}
"""By `Method.error_shape`. Any other shape is `google.rpc.Status`, which the edge itself writes."""


def _ascii_line(text: str) -> str:
    """The text within 2 KiB of ASCII, since the body reaches the edge in a header."""
    return text.encode("ascii", "replace").decode()[:2048]
