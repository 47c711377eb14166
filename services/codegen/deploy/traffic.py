"""Istio's DestinationRules, VirtualServices and Gateway: load balancing, outlier detection, retries, canaries and ingress."""

from __future__ import annotations

from services import contracts
from services.codegen.deploy import triton
from services.codegen.deploy.names import EDGE, EDGE_PORT, host, kube, resource
from services.mesh.edge.envoy_api import PLENTY

API = "networking.istio.io/v1"
TRACKS = ("stable", "canary")
RETRY_ON = "connect-failure,refused-stream,unavailable"
"""The retry conditions that the local edge uses too."""

Resource = dict[str, object]


def destination(name: str) -> Resource:
    """Least-request balancing per call, not per connection, and outlier detection for replicas that are unreachable or UNAVAILABLE."""
    policy: Resource = {
        "loadBalancer": {"simple": "LEAST_REQUEST"},
        "connectionPool": _pool(),
        "outlierDetection": {
            "consecutiveGatewayErrors": 5,
            "consecutive5xxErrors": 0,  # INTERNAL is a bug, and the same one on every replica
            "interval": "5s",
            "baseEjectionTime": "15s",
            "maxEjectionPercent": 50,
        },
    }
    subsets = [{"name": track, "labels": {"version": track}} for track in TRACKS]
    return resource(API, "DestinationRule", kube(name), {"host": host(name), "trafficPolicy": policy, "subsets": subsets})


def to_triton() -> list[Resource]:
    """The routes to Triton: one replica, so no balancing and no ejection, and the mesh never retries an inference."""
    to = [{"destination": {"host": host(triton.NAME)}}]
    policy: Resource = {"loadBalancer": {"simple": "LEAST_REQUEST"}, "connectionPool": _pool()}
    return [
        resource(API, "DestinationRule", triton.NAME, {"host": host(triton.NAME), "trafficPolicy": policy}),
        resource(
            API,
            "VirtualService",
            triton.NAME,
            {"hosts": [host(triton.NAME)], "http": [{"name": "once", "route": to, "retries": {"attempts": 0}}]},
        ),
    ]


def routes(name: str, canary: int = 0) -> Resource:
    """Routes that retry RPCs once if they are safe to repeat and never otherwise; Istio's default, two retries of everything, is off.

    `canary` is the percentage of calls that go to the canary's replicas.
    """
    weights = dict(zip(TRACKS, (100 - canary, canary), strict=True))
    to = [{"destination": {"host": host(name), "subset": track}, "weight": weight} for track, weight in weights.items()]
    once: Resource = {"name": "once", "route": to, "retries": {"attempts": 0}}
    safe = [{"uri": {"exact": path}} for path in repeatable(name)]
    again: Resource = {"name": "repeatable", "match": safe, "route": to, "retries": {"attempts": 1, "retryOn": RETRY_ON}}
    return resource(API, "VirtualService", kube(name), {"hosts": [host(name)], "http": [again, once] if safe else [once]})


def repeatable(name: str) -> list[str]:
    """The RPCs that the mesh may retry: safe to repeat by contract, and no streams."""
    methods = [method for target, method in contracts.methods() if target == name]
    return sorted(m.path for m in methods if m.mesh_may_retry)


def way_in() -> list[Resource]:
    """The ingress gateway: terminates TLS with the certificate in its Secret `uat-edge-tls` and forwards everything to the edge."""
    server = {
        "port": {"number": 443, "name": "https", "protocol": "HTTPS"},
        "hosts": ["*"],
        "tls": {"mode": "SIMPLE", "credentialName": "uat-edge-tls"},
    }
    to = [{"destination": {"host": host(EDGE), "port": {"number": EDGE_PORT}}}]
    # gRPC needs HTTP/2 all the way, WebSocket HTTP/1.1: what the client speaks is spoken on.
    pool = _pool()
    policy: Resource = {
        "loadBalancer": {"simple": "LEAST_REQUEST"},
        "connectionPool": {**pool, "http": {**_http(), "useClientProtocol": True}},
    }
    return [
        resource(API, "Gateway", "uat", {"selector": {"istio": "ingressgateway"}, "servers": [server]}),
        resource(
            API,
            "VirtualService",
            EDGE,
            {"hosts": ["*"], "gateways": ["uat"], "http": [{"name": "all", "route": to, "retries": {"attempts": 0}}]},
        ),
        resource(API, "DestinationRule", EDGE, {"host": host(EDGE), "trafficPolicy": policy}),
    ]


def _pool() -> Resource:
    return {
        "tcp": {
            "connectTimeout": "1s",
            "maxConnections": PLENTY,
            "tcpKeepalive": {"probes": 3, "time": "30s", "interval": "10s"},
        },
        "http": _http(),
    }


def _http() -> Resource:
    return {"http1MaxPendingRequests": PLENTY, "http2MaxRequests": PLENTY, "maxRetries": PLENTY}
