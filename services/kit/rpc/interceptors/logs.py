"""Logs one record per call, when the call ends."""

from __future__ import annotations

import asyncio
import time

import grpc
import structlog
from google.protobuf.message import Message

from services.kit.rpc.call import Call, Handler

_log = structlog.get_logger("uat.call")
_OURS = {grpc.StatusCode.INTERNAL, grpc.StatusCode.UNKNOWN, grpc.StatusCode.DATA_LOSS}


async def logs(call: Call, proceed: Handler) -> Message | None:
    """Logs method, status, duration and the ids that connect the call with its user, its request and its trace; never content."""
    try:
        return await proceed(call)
    finally:
        # After the response, which doesn't wait for the log. The loop keeps this context, so that request id, tenant and user are added.
        asyncio.get_running_loop().call_soon(_write, call, time.perf_counter())


def _write(call: Call, ended: float) -> None:
    context = call.context
    record: dict[str, object] = {"method": context.method, "code": call.code.name, "ms": round((ended - call.started) * 1000, 2)}
    if context.caller is not None:
        record["token"] = context.caller.token_id
    if context.service is not None:
        record["calling_service"] = context.service
    if context.traceparent is not None:
        record["trace"] = context.traceparent[3:35]
    if call.sent:
        record["messages"] = call.sent
    record.update(context.log)
    write = _log.error if call.code in _OURS else _log.info
    write("call", **record)
