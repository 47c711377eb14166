"""Turns exceptions of handlers into a `google.rpc.Status`, and logs their causes. No other code does either."""

from __future__ import annotations

import asyncio

import grpc
import orjson
import structlog
from google.protobuf.message import Message
from google.rpc import error_details_pb2

from services.kit.errors import Fault, Internal, causes
from services.kit.rpc import headers
from services.kit.rpc.call import Call, Handler
from services.kit.rpc.error_bodies import BODIES

_log = structlog.get_logger("uat.errors")
_SERVER_SIDE = {grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.RESOURCE_EXHAUSTED, grpc.StatusCode.ABORTED, grpc.StatusCode.DEADLINE_EXCEEDED}


async def errors(call: Call, proceed: Handler) -> Message | None:
    """Ends the call with the fault's status. An exception that isn't a Fault becomes INTERNAL with the request id as its only detail."""
    try:
        return await proceed(call)
    except asyncio.CancelledError:
        call.code = grpc.StatusCode.CANCELLED
        raise  # swallowing it leaks memory in grpc.aio (grpc/grpc#43360)
    except grpc.aio.AbortError:
        raise
    except Fault as fault:
        _log_causes(call, fault)
        await _abort(call, fault)
    except Exception:
        _log.exception("unforeseen", method=call.method.path)
        await _abort(call, Internal(f"something went wrong on our side; request id {call.context.request_id}"))
    return None


def _log_causes(call: Call, fault: Fault) -> None:
    """Logs what the status hides: the fault's causes and notes. Failures on our side are errors with a traceback or warnings; of a client's
    mistakes only those with a cause are logged, as information. The reason itself is in the record of the call.
    """
    found = causes(fault)
    if fault.code in (grpc.StatusCode.INTERNAL, grpc.StatusCode.UNKNOWN, grpc.StatusCode.DATA_LOSS):
        _log.error("fault", method=call.method.path, reason=fault.reason, error=fault.message, exc_info=fault, **found)
    elif found:
        write = _log.warning if fault.code in _SERVER_SIDE else _log.info
        write("fault", method=call.method.path, reason=fault.reason, error=fault.message, **found)


async def _abort(call: Call, fault: Fault) -> None:
    status = fault.status()
    call.code = fault.code
    call.context.log["reason"] = fault.reason
    request_info = error_details_pb2.RequestInfo(request_id=call.context.request_id)
    if not any(d.Is(error_details_pb2.RequestInfo.DESCRIPTOR) for d in status.details):
        status.details.add().Pack(request_info)
    trailers: list[tuple[str, str | bytes]] = [(headers.DETAILS, status.SerializeToString())]
    if body := BODIES.get(call.method.error_shape):
        trailers.append((headers.ERROR_BODY, orjson.dumps(body(status)).decode("ascii", "backslashreplace")))
    await call.wire.abort(call.code, status.message, tuple(trailers))
