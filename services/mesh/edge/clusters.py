"""Where calls go: one cluster for each service, and the edge itself."""

from __future__ import annotations

from typing import Any

from envoy_data_plane.envoy.config.cluster import v3 as cluster
from envoy_data_plane.envoy.config.core import v3 as core
from envoy_data_plane.envoy.config.endpoint import v3 as endpoint
from envoy_data_plane.envoy.extensions.upstreams.http import v3 as upstream

from services.mesh.edge.envoy_api import address, packed, seconds
from services.mesh.ports import Ports
from services.targets import TARGETS

EDGE_SELF = "edge_self"
PLENTY = 1_000_000
"""Envoy's own limits are 1024 of each, which a few thousand open token streams reach; the services bound their queues themselves."""

_HTTP_OPTIONS = "envoy.extensions.upstreams.http.v3.HttpProtocolOptions"


def clusters(ports: Ports) -> list[Any]:
    """Every service by its name, and `edge_self`, over which the token check fetches its keys."""
    services = [_cluster(name, ports.service(name), _grpc()) for name in TARGETS]
    return [*services, _cluster(EDGE_SELF, ports.edge, _plain_http())]


def _cluster(name: str, port: int, protocol: Any) -> Any:
    here = endpoint.LbEndpoint(endpoint=endpoint.Endpoint(address=address(port)))
    return cluster.Cluster(
        name=name,
        type=cluster.ClusterDiscoveryType.STATIC,
        connect_timeout=seconds(1),
        load_assignment=endpoint.ClusterLoadAssignment(cluster_name=name, endpoints=[endpoint.LocalityLbEndpoints(lb_endpoints=[here])]),
        circuit_breakers=_circuit_breakers(),
        upstream_connection_options=cluster.UpstreamConnectionOptions(
            tcp_keepalive=core.TcpKeepalive(keepalive_probes=3, keepalive_time=30, keepalive_interval=10)
        ),
        typed_extension_protocol_options={_HTTP_OPTIONS: packed(protocol)},
    )


def _circuit_breakers() -> Any:
    thresholds = cluster.CircuitBreakersThresholds(
        max_connections=PLENTY, max_pending_requests=PLENTY, max_requests=PLENTY, max_retries=PLENTY
    )
    return cluster.CircuitBreakers(thresholds=[thresholds])


def _grpc() -> Any:
    keepalive = core.KeepaliveSettings(interval=seconds(30), timeout=seconds(10))
    options = core.Http2ProtocolOptions(connection_keepalive=keepalive)
    return upstream.HttpProtocolOptions(explicit_http_config=upstream.HttpProtocolOptionsExplicitHttpConfig(http2_protocol_options=options))


def _plain_http() -> Any:
    config = upstream.HttpProtocolOptionsExplicitHttpConfig(http_protocol_options=core.Http1ProtocolOptions())
    return upstream.HttpProtocolOptions(explicit_http_config=config)
