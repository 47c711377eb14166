"""Records each call: a span, three metrics under OpenTelemetry's names, and one log record when the call ends.

The server interceptor of OpenTelemetry's instrumentation package misses streams that fail, and its metrics were removed
(open-telemetry/opentelemetry-python-contrib#1042, #2948), so this one serves all four kinds of RPC.
"""

from __future__ import annotations

import asyncio
import time
from functools import cache

import grpc
import structlog
from google.protobuf.message import Message
from opentelemetry import trace
from opentelemetry.propagate import extract
from prometheus_client import Gauge, Histogram

from services.kit.rpc.call import Call, Handler
from services.kit.telemetry import tracing

_BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120)
DURATION = Histogram(
    "rpc_server_call_duration_seconds", "Time from the call's arrival to its end.", ("rpc_method", "code"), buckets=_BUCKETS
)
FIRST = Histogram(
    "uat_rpc_time_to_first_message_seconds", "Time from the call's arrival to the first message.", ("rpc_method",), buckets=_BUCKETS
)
ACTIVE = Gauge("rpc_server_active_calls", "Calls in flight.", ("rpc_method",))

_tracer = trace.get_tracer("uat.kit")
_log = structlog.get_logger("uat.call")
# Looking a metric up by its labels costs more than changing it; there are as many as there are RPCs.
_active, _duration, _first = cache(ACTIVE.labels), cache(DURATION.labels), cache(FIRST.labels)
_INTERNAL = {grpc.StatusCode.INTERNAL, grpc.StatusCode.UNKNOWN, grpc.StatusCode.DATA_LOSS}


async def telemetry(call: Call, proceed: Handler) -> Message | None:
    """Measures and logs the call, and records a span of it if tracing is on."""
    active = _active(call.method.path)
    active.inc()
    try:
        if not tracing():
            return await proceed(call)
        with _tracer.start_as_current_span(
            call.method.path[1:],
            context=extract(call.metadata),
            kind=trace.SpanKind.SERVER,
            record_exception=False,
            set_status_on_exception=False,
        ) as span:
            span.set_attributes({"rpc.system": "grpc", "rpc.service": call.method.service, "rpc.method": call.method.name})
            span.set_attribute("uat.request_id", call.context.request_id)
            try:
                return await proceed(call)
            finally:
                span.set_attribute("rpc.grpc.status_code", call.code.value[0])
                if call.code in _INTERNAL or call.code is grpc.StatusCode.UNAVAILABLE:
                    span.set_status(trace.StatusCode.ERROR, call.code.name)
    finally:
        active.dec()
        # After the response has been sent. The callback keeps this context, so its log record has the request id, the tenant and the user.
        asyncio.get_running_loop().call_soon(_record, call, time.perf_counter())


def _record(call: Call, ended: float) -> None:
    """Observes the metrics and writes the log record: method, status, duration and ids; never content."""
    context, seconds = call.context, ended - call.started
    _duration(call.method.path, call.code.name).observe(seconds)
    if call.first_sent is not None:
        _first(call.method.path).observe(call.first_sent - call.started)
    record: dict[str, object] = {"method": context.method, "code": call.code.name, "ms": round(seconds * 1000, 2)}
    if context.caller is not None:
        record["token"] = context.caller.token_id
    if context.service is not None:
        record["calling_service"] = context.service
    if context.traceparent is not None:
        record["trace"] = context.traceparent[3:35]
    if call.sent:
        record["messages"] = call.sent
    record.update(context.log)
    write = _log.error if call.code in _INTERNAL else _log.info
    write("call", **record)
