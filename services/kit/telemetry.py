"""Exports this process's traces over OTLP and its metrics over HTTP."""

from __future__ import annotations

import os
from wsgiref.simple_server import WSGIServer

from opentelemetry import trace
from prometheus_client import start_http_server


def configure_tracing(service: str) -> None:
    """Exports spans if `OTEL_EXPORTER_OTLP_ENDPOINT` is set, configured by OpenTelemetry's own variables; otherwise tracing costs
    nothing."""
    if not os.environ.get("OTEL_EXPORTER_OTLP_ENDPOINT"):
        return
    # Imported here because they slow the start, and most processes on a developer's machine export nothing.
    from opentelemetry.exporter.otlp.proto.grpc.trace_exporter import OTLPSpanExporter  # noqa: PLC0415
    from opentelemetry.sdk.resources import Resource  # noqa: PLC0415
    from opentelemetry.sdk.trace import TracerProvider  # noqa: PLC0415
    from opentelemetry.sdk.trace.export import BatchSpanProcessor  # noqa: PLC0415

    provider = TracerProvider(resource=Resource.create({"service.name": service, "service.namespace": "uat"}))
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter(insecure=True)))
    trace.set_tracer_provider(provider)


def serve_metrics(host: str, port: int) -> WSGIServer:
    """Serves this process's metrics at `http://host:port/metrics` in Prometheus's format."""
    server, _ = start_http_server(port, addr=host)
    return server


def tracing() -> bool:
    """Whether a tracer provider is installed; without one, spans would only cost time."""
    return not isinstance(trace.get_tracer_provider(), trace.ProxyTracerProvider)
