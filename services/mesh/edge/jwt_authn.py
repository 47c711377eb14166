"""The token check: one rule for everything, lifted by name from the RPCs that their contracts call public."""

from __future__ import annotations

from typing import Any

from envoy_data_plane.envoy.config.core import v3 as core
from envoy_data_plane.envoy.config.route import v3 as route
from envoy_data_plane.envoy.extensions.filters.http.jwt_authn import v3 as jwt

from services.kit.identity.trust import AUDIENCE, ISSUER
from services.mesh.edge.clusters import EDGE_SELF
from services.mesh.edge.envoy_api import LOCALHOST, packed, seconds

FILTER = "envoy.filters.http.jwt_authn"
CLAIMS = "claims"
"""Where the filter leaves the token's claims, inside the dynamic metadata named like the filter."""
JWKS_PATH = "/.well-known/jwks.json"
CACHED_TOKENS = 10_000


def token_check(edge_port: int) -> Any:
    """Every route asks for a good token unless it carries `public()`."""
    return jwt.JwtAuthentication(
        providers={"uat": _provider(edge_port)},
        rules=[jwt.RequirementRule(match=route.RouteMatch(prefix="/"), requires=jwt.JwtRequirement(provider_name="uat"))],
    )


def public() -> Any:
    """A route's own word: no check at all, not even of a bad token."""
    return packed(jwt.PerRouteConfig(disabled=True))


def _provider(edge_port: int) -> Any:
    return jwt.JwtProvider(
        issuer=ISSUER,
        audiences=[AUDIENCE],
        require_expiration=True,
        clock_skew_seconds=5,  # as the services have it
        # One prefix only: of two that match, the second is tried as well and fails the request. Naming it also shuts the query parameter.
        from_headers=[jwt.JwtHeader(name="authorization", value_prefix="Bearer ")],
        forward=True,  # each service checks it again
        payload_in_metadata=CLAIMS,
        jwt_cache_config=jwt.JwtCacheConfig(jwt_cache_size=CACHED_TOKENS),
        remote_jwks=jwt.RemoteJwks(
            # auth speaks gRPC, so the keys are fetched as any client would: over REST through this same Envoy.
            http_uri=core.HttpUri(uri=f"http://{LOCALHOST}:{edge_port}{JWKS_PATH}", cluster=EDGE_SELF, timeout=seconds(2)),
            cache_duration=seconds(60),
            # Waiting for the keys before listening would wait for itself.
            async_fetch=jwt.JwksAsyncFetch(fast_listener=True, failed_refetch_duration=seconds(0.25)),
        ),
    )
