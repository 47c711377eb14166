"""Rate limits, counted in Envoy: one bucket per token and rate class, and for sign-in one per address."""

from __future__ import annotations

from services.kit.rpc.contract import Method
from services.mesh.edge import jwt_authn
from services.mesh.edge.envoy_api import Json, extension, seconds
from services.mesh.edge.settings import EdgeSettings

_NAMESPACE = "uat"
PER_TOKEN = ("READ", "WRITE", "GENERATE")
PER_ADDRESS = ("LOGIN",)
BUCKETS = 100_000
"""Buckets kept per class. With Envoy's default of 20, a bucket is dropped, and so refilled, once 21 callers alternate."""


def rate_limits(settings: EdgeSettings) -> Json:
    """The filter. A request without a bucket passes."""
    always = {"default_value": {"numerator": 100}}
    class_of_route = _metadata("class", _NAMESPACE, "class") | {"source": "ROUTE_ENTRY"}
    token = _metadata("token", jwt_authn.FILTER, jwt_authn.CLAIMS, "jti")
    return extension(
        "envoy.filters.http.local_ratelimit",
        "extensions.filters.http.local_ratelimit.v3.LocalRateLimit",
        stat_prefix="edge",
        descriptors=[_bucket(name, "token", settings.key_rpm) for name in PER_TOKEN]
        + [_bucket(name, "remote_address", settings.login_rpm) for name in PER_ADDRESS],
        max_dynamic_descriptors=BUCKETS,
        rate_limits=[
            {"actions": [{"metadata": class_of_route}, {"metadata": token}]},
            {"actions": [{"metadata": class_of_route}, {"remote_address": {}}]},
        ],
        filter_enabled=always,
        filter_enforced=always,
        enable_x_ratelimit_headers="DRAFT_VERSION_03",
        rate_limited_as_resource_exhausted=True,
        always_consume_default_token_bucket=False,
    )


def counted(method: Method) -> Json:
    """Route metadata: the rate class of the RPC."""
    return {_NAMESPACE: {"class": method.rate_limit_class}}


def _bucket(name: str, key: str, per_minute: int) -> Json:
    # Envoy refills it continuously, so a caller at the limit waits for the next call and not for the next minute.
    fill = {"max_tokens": per_minute, "tokens_per_fill": per_minute, "fill_interval": seconds(60)}
    return {"entries": [{"key": "class", "value": name}, {"key": key}], "token_bucket": fill}


def _metadata(name: str, namespace: str, *path: str) -> Json:
    return {"descriptor_key": name, "metadata_key": {"key": namespace, "path": [{"key": part} for part in path]}}
