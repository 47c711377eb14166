"""The token check of the edge: required everywhere, disabled by route for public RPCs."""

from __future__ import annotations

from services.kit.identity.trust import AUDIENCE, ISSUER
from services.mesh.edge.envoy_api import EDGE_SELF, LOCALHOST, Json, extension, seconds, typed

FILTER = "envoy.filters.http.jwt_authn"
CLAIMS = "claims"
"""Key of the token's claims in the filter's dynamic metadata."""
JWKS_PATH = "/.well-known/jwks.json"
CACHED_TOKENS = 10_000

_KIND = "extensions.filters.http.jwt_authn.v3."


def token_check(edge_port: int) -> Json:
    """The filter. Every route needs a valid token unless it has `public()`."""
    return extension(
        FILTER,
        f"{_KIND}JwtAuthentication",
        providers={"uat": _provider(edge_port)},
        rules=[{"match": {"prefix": "/"}, "requires": {"provider_name": "uat"}}],
    )


def public() -> Json:
    """Route configuration: no check, not even of an invalid token."""
    return typed(f"{_KIND}PerRouteConfig", disabled=True)


def _provider(edge_port: int) -> Json:
    return {
        "issuer": ISSUER,
        "audiences": [AUDIENCE],
        "require_expiration": True,
        "clock_skew_seconds": 5,  # as in the services
        # One prefix only: if two match, Envoy tries the second as well and fails the request. Naming it also disables the query parameter.
        "from_headers": [{"name": "authorization", "value_prefix": "Bearer "}],
        "forward": True,  # each service verifies the token again
        "payload_in_metadata": CLAIMS,
        "jwt_cache_config": {"jwt_cache_size": CACHED_TOKENS},
        "remote_jwks": {
            # auth speaks gRPC, so Envoy fetches the keys as any client would: over REST, through itself.
            "http_uri": {"uri": f"http://{LOCALHOST}:{edge_port}{JWKS_PATH}", "cluster": EDGE_SELF, "timeout": seconds(2)},
            "cache_duration": seconds(60),
            # Waiting for the keys before listening would wait for itself.
            "async_fetch": {"fast_listener": True, "failed_refetch_duration": seconds(0.25)},
        },
    }
