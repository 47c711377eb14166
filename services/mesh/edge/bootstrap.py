"""The whole configuration of the edge's Envoy: administration, listener, and one cluster for each service."""

from __future__ import annotations

import json
from pathlib import Path

from services.mesh.edge.envoy_api import EDGE_SELF, PLENTY, Json, address, extension, seconds, typed
from services.mesh.edge.listener import listener
from services.mesh.edge.settings import EdgeSettings
from services.mesh.ports import Ports
from services.targets import TARGETS

MAX_CONNECTIONS = 50_000

_HTTP_OPTIONS = "extensions.upstreams.http.v3.HttpProtocolOptions"


def render(ports: Ports, mesh_dir: Path) -> str:
    """Envoy's bootstrap as JSON, built from the contracts and from `UAT_EDGE_*`. It refers to no other file."""
    settings = EdgeSettings.from_environment()
    config = {
        "admin": {"address": address(ports.envoy_admin), "ignore_global_conn_limit": True},
        # Envoy's default of 100 for the size of a regex is less than a list of paths takes.
        "layered_runtime": {"layers": [{"name": "edge", "static_layer": {"re2.max_program_size.error_level": 10_000}}]},
        # Past this limit the edge refuses new clients rather than run out of file descriptors.
        "overload_manager": {
            "resource_monitors": [
                extension(
                    "envoy.resource_monitors.global_downstream_max_connections",
                    "extensions.resource_monitors.downstream_connections.v3.DownstreamConnectionsConfig",
                    max_active_downstream_connections=MAX_CONNECTIONS,
                )
            ]
        },
        "static_resources": {"listeners": [listener(settings, ports)], "clusters": _clusters(ports)},
    }
    return json.dumps(config, indent=1)


def _clusters(ports: Ports) -> list[Json]:
    """Every service under its name, and the edge itself, from which the token check fetches its keys."""
    grpc = {"http2_protocol_options": {"connection_keepalive": {"interval": seconds(30), "timeout": seconds(10)}}}
    services = [_cluster(name, ports.service(name), grpc) for name in TARGETS]
    return [*services, _cluster(EDGE_SELF, ports.edge, {"http_protocol_options": {}})]


def _cluster(name: str, port: int, protocol: Json) -> Json:
    limits = {"max_connections": PLENTY, "max_pending_requests": PLENTY, "max_requests": PLENTY, "max_retries": PLENTY}
    return {
        "name": name,
        "type": "STATIC",
        "connect_timeout": seconds(1),
        "load_assignment": {"cluster_name": name, "endpoints": [{"lb_endpoints": [{"endpoint": {"address": address(port)}}]}]},
        "circuit_breakers": {"thresholds": [limits]},
        "upstream_connection_options": {"tcp_keepalive": {"keepalive_probes": 3, "keepalive_time": 30, "keepalive_interval": 10}},
        "typed_extension_protocol_options": {f"envoy.{_HTTP_OPTIONS}": typed(_HTTP_OPTIONS, explicit_http_config=protocol)},
    }
