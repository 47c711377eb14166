"""Rate limits, kept in Envoy: each token has a bucket of its own in each class, signing in has one for each address."""

from __future__ import annotations

from typing import Any

from envoy_data_plane.envoy.config.core import v3 as core
from envoy_data_plane.envoy.config.route import v3 as route
from envoy_data_plane.envoy.extensions.common.ratelimit import v3 as ratelimit
from envoy_data_plane.envoy.extensions.filters.http.local_ratelimit import v3 as local
from envoy_data_plane.envoy.type import v3 as kinds
from envoy_data_plane.envoy.type.metadata import v3 as metadata
from envoy_data_plane.google import protobuf

from services.kit.rpc.contract import Method
from services.mesh.edge import jwt_authn
from services.mesh.edge.envoy_api import seconds
from services.mesh.edge.settings import EdgeSettings

_NAMESPACE = "uat"
PER_TOKEN = ("READ", "WRITE", "GENERATE")
PER_ADDRESS = ("LOGIN",)
REMEMBERED = 100_000
"""Buckets that are kept for each class. Envoy's default of 20 would forget a bucket, and so fill it, as soon as 21 callers take turns."""


def rate_limits(settings: EdgeSettings) -> Any:
    """The buckets. A request that no bucket is for passes."""
    always = core.RuntimeFractionalPercent(default_value=kinds.FractionalPercent(numerator=100))
    return local.LocalRateLimit(
        stat_prefix="edge",
        descriptors=[_bucket(name, "token", settings.key_rpm) for name in PER_TOKEN]
        + [_bucket(name, "remote_address", settings.login_rpm) for name in PER_ADDRESS],
        max_dynamic_descriptors=REMEMBERED,
        rate_limits=_asked(),
        filter_enabled=always,
        filter_enforced=always,
        enable_x_ratelimit_headers=ratelimit.XRateLimitHeadersRfcVersion.DRAFT_VERSION_03,
        rate_limited_as_resource_exhausted=True,
        always_consume_default_token_bucket=False,
    )


def counted(method: Method) -> dict[str, Any]:
    """A route's own word: the class that its calls count in."""
    return {_NAMESPACE: protobuf.Struct.from_dict({"class": method.rate_limit_class})}


def _bucket(name: str, key: str, per_minute: int) -> Any:
    # Envoy fills it little by little, so a caller at the limit waits for the next call and not for the next minute.
    fill = kinds.TokenBucket(max_tokens=per_minute, tokens_per_fill=per_minute, fill_interval=seconds(60))
    entries = [ratelimit.RateLimitDescriptorEntry(key="class", value=name), ratelimit.RateLimitDescriptorEntry(key=key)]
    return ratelimit.LocalRateLimitDescriptor(entries=entries, token_bucket=fill)


def _asked() -> list[Any]:
    """What a request is looked up by: its route's class, with its token and with its address."""
    address = route.RateLimitAction(remote_address=route.RateLimitActionRemoteAddress())
    return [route.RateLimit(actions=[_class(), _token()]), route.RateLimit(actions=[_class(), address])]


def _class() -> Any:
    return _metadata("class", route.RateLimitActionMetaDataSource.ROUTE_ENTRY, _NAMESPACE, "class")


def _token() -> Any:
    return _metadata("token", route.RateLimitActionMetaDataSource.DYNAMIC, jwt_authn.FILTER, jwt_authn.CLAIMS, "jti")


def _metadata(name: str, source: Any, namespace: str, *path: str) -> Any:
    key = metadata.MetadataKey(key=namespace, path=[metadata.MetadataKeyPathSegment(key=part) for part in path])
    return route.RateLimitAction(metadata=route.RateLimitActionMetaData(descriptor_key=name, metadata_key=key, source=source))
