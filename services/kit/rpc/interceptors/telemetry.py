"""A span and three measures for every call of any shape, under OpenTelemetry's names.

The instrumentation package's server interceptor misses streams that fail and its metrics were taken out
(open-telemetry/opentelemetry-python-contrib#1042, #2948),
so the server side is done here, once for all four shapes.
"""

from __future__ import annotations

import asyncio
import time
from functools import cache

import grpc
from google.protobuf.message import Message
from opentelemetry import trace
from opentelemetry.propagate import extract
from prometheus_client import Gauge, Histogram

from services.kit.rpc.call import Call, Handler

_BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120)
DURATION = Histogram(
    "rpc_server_call_duration_seconds", "Time from the call's arrival to its end.", ("rpc_method", "code"), buckets=_BUCKETS
)
FIRST = Histogram(
    "uat_rpc_time_to_first_message_seconds", "Time from the call's arrival to the first message.", ("rpc_method",), buckets=_BUCKETS
)
ACTIVE = Gauge("rpc_server_active_calls", "Calls in flight.", ("rpc_method",))

_tracer = trace.get_tracer("uat.kit")
# Finding a metric by its labels costs more than changing it; there are as many as there are RPCs.
_active, _duration, _first = cache(ACTIVE.labels), cache(DURATION.labels), cache(FIRST.labels)


async def telemetry(call: Call, proceed: Handler) -> Message | None:
    """Measures the call, and records a span of it where tracing is on."""
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
                if call.code in (grpc.StatusCode.INTERNAL, grpc.StatusCode.UNKNOWN, grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.DATA_LOSS):
                    span.set_status(trace.StatusCode.ERROR, call.code.name)
    finally:
        active.dec()
        # Nobody's answer waits for being counted.
        asyncio.get_running_loop().call_soon(_count, call, time.perf_counter())


def _count(call: Call, ended: float) -> None:
    _duration(call.method.path, call.code.name).observe(ended - call.started)
    if call.first_sent is not None:
        _first(call.method.path).observe(call.first_sent - call.started)


def tracing() -> bool:
    """Whether a real tracer provider was installed; without one a span would cost and go nowhere."""
    return not isinstance(trace.get_tracer_provider(), trace.ProxyTracerProvider)
