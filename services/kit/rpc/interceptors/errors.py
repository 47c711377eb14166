"""Turns what a handler raises into a `google.rpc.Status`; the only place that does."""

from __future__ import annotations

import asyncio

import grpc
import orjson
import structlog
from google.protobuf.message import Message
from google.rpc import error_details_pb2

from services.kit.errors import Fault, Internal
from services.kit.rpc.call import Call, Handler
from services.kit.rpc.error_bodies import BODIES

DETAILS = "grpc-status-details-bin"
BODY = "uat-error-body"
"""Trailing metadata that the edge makes the HTTP body of, where an RPC's errors have a shape of their own."""

_log = structlog.get_logger("uat.errors")


async def errors(call: Call, proceed: Handler) -> Message | None:
    """Ends the call with the fault's status. An unforeseen exception becomes INTERNAL with the request id, and a log record with its
    trace back.
    """
    try:
        return await proceed(call)
    except asyncio.CancelledError:
        call.code = grpc.StatusCode.CANCELLED
        raise  # swallowing it leaks memory in grpc.aio (grpc/grpc#43360)
    except grpc.aio.AbortError:
        raise
    except Fault as fault:
        await _abort(call, fault)
    except Exception:
        _log.exception("unforeseen", request_id=call.context.request_id, method=call.method.path)
        await _abort(call, Internal(f"something went wrong on our side; request id {call.context.request_id}"))
    return None


async def _abort(call: Call, fault: Fault) -> None:
    status = fault.status()
    call.code = fault.code
    call.context.log["reason"] = fault.reason
    request_info = error_details_pb2.RequestInfo(request_id=call.context.request_id)
    if not any(d.Is(error_details_pb2.RequestInfo.DESCRIPTOR) for d in status.details):
        status.details.add().Pack(request_info)
    trailers: list[tuple[str, str | bytes]] = [(DETAILS, status.SerializeToString())]
    if body := BODIES.get(call.method.error_shape):
        trailers.append((BODY, orjson.dumps(body(status)).decode("ascii", "backslashreplace")))
    await call.wire.abort(call.code, status.message, tuple(trailers))
