"""Which pages may call from a browser, and what they may send and see."""

from __future__ import annotations

from typing import Any

from envoy_data_plane.envoy.extensions.filters.http.cors import v3 as cors
from envoy_data_plane.envoy.type.matcher import v3 as matcher

from services.mesh.edge.envoy_api import packed
from services.mesh.edge.settings import EdgeSettings

FILTER = "envoy.filters.http.cors"
ON_THIS_MACHINE = r"https?://(localhost|[a-z0-9-]+\.localhost|127\.0\.0\.1|\[::1\])(:\d+)?"

_MAY_SEND = (
    "authorization, content-type, accept, x-request-id, traceparent, tracestate, baggage, idempotency-key, last-event-id, "
    "grpc-timeout, x-grpc-web, x-user-agent, connect-protocol-version, connect-timeout-ms, "
    "openai-organization, openai-project, openai-beta, inference-header-content-length, "
    # What OpenAI's JavaScript SDK says about itself. `*` would not cover authorization.
    "x-stainless-arch, x-stainless-async, x-stainless-lang, x-stainless-os, x-stainless-package-version, x-stainless-retry-count, "
    "x-stainless-runtime, x-stainless-runtime-version, x-stainless-timeout, x-stainless-helper-method, x-stainless-poll-helper"
)
_MAY_SEE = (
    "x-request-id, retry-after, inference-header-content-length, x-uat-image-text, "
    "x-ratelimit-limit, x-ratelimit-remaining, x-ratelimit-reset, "
    "grpc-status, grpc-message, grpc-status-details-bin"
)


def policy(settings: EdgeSettings) -> Any:
    """Pages of this machine, and those that the settings name. No cookies: a caller is known by its token alone."""
    return packed(
        cors.CorsPolicy(
            allow_origin_string_match=[_pattern(ON_THIS_MACHINE), *(_origin(text) for text in settings.cors_origins)],
            allow_methods="GET, POST, PUT, PATCH, DELETE, OPTIONS",
            allow_headers=_MAY_SEND,
            expose_headers=_MAY_SEE,
            max_age="7200",
            forward_not_matching_preflights=False,
        )
    )


def _origin(text: str) -> Any:
    return _pattern(".*") if text == "*" else matcher.StringMatcher(exact=text)


def _pattern(regex: str) -> Any:
    return matcher.StringMatcher(safe_regex=matcher.RegexMatcher(regex=regex))
