"""CORS: which pages may call from a browser, and which headers they may send and read."""

from __future__ import annotations

from services.mesh.edge.envoy_api import Json, regex, typed
from services.mesh.edge.settings import EdgeSettings

FILTER = "envoy.filters.http.cors"
ON_THIS_MACHINE = r"https?://(localhost|[a-z0-9-]+\.localhost|127\.0\.0\.1|\[::1\])(:\d+)?"

_MAY_SEND = (
    "authorization, content-type, accept, x-request-id, traceparent, tracestate, baggage, idempotency-key, last-event-id, "
    "grpc-timeout, x-grpc-web, x-user-agent, connect-protocol-version, connect-timeout-ms, "
    "openai-organization, openai-project, openai-beta, inference-header-content-length, "
    # Sent by OpenAI's JavaScript SDK. `*` would not cover authorization.
    "x-stainless-arch, x-stainless-async, x-stainless-lang, x-stainless-os, x-stainless-package-version, x-stainless-retry-count, "
    "x-stainless-runtime, x-stainless-runtime-version, x-stainless-timeout, x-stainless-helper-method, x-stainless-poll-helper"
)
_MAY_SEE = (
    "x-request-id, retry-after, inference-header-content-length, x-uat-image-text, "
    "x-ratelimit-limit, x-ratelimit-remaining, x-ratelimit-reset, "
    "grpc-status, grpc-message, grpc-status-details-bin"
)


def policy(settings: EdgeSettings) -> Json:
    """Pages of this machine, and those that the settings name. No cookies: only a token identifies a caller."""
    origins = [regex(".*") if text == "*" else {"exact": text} for text in settings.cors_origins]
    return typed(
        "extensions.filters.http.cors.v3.CorsPolicy",
        allow_origin_string_match=[regex(ON_THIS_MACHINE), *origins],
        allow_methods="GET, POST, PUT, PATCH, DELETE, OPTIONS",
        allow_headers=_MAY_SEND,
        expose_headers=_MAY_SEE,
        max_age="7200",
        forward_not_matching_preflights=False,
    )
