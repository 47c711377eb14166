"""The whole configuration of the edge's Envoy."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from envoy_data_plane.envoy.config.bootstrap import v3 as bootstrap
from envoy_data_plane.envoy.config.overload import v3 as overload
from envoy_data_plane.envoy.extensions.resource_monitors.downstream_connections import v3 as connections
from envoy_data_plane.google import protobuf

from services.mesh.edge.clusters import clusters
from services.mesh.edge.envoy_api import address, packed, to_json
from services.mesh.edge.listener import listener
from services.mesh.edge.settings import EdgeSettings
from services.mesh.ports import Ports

MAX_CONNECTIONS = 50_000


def render(ports: Ports, mesh_dir: Path) -> str:
    """Envoy's bootstrap as JSON, made anew from the contracts and from `UAT_EDGE_*`. Nothing outside of the text is needed to run it."""
    settings = EdgeSettings.from_environment()
    config = bootstrap.Bootstrap(
        layered_runtime=_runtime(),
        overload_manager=_overload(),
        admin=bootstrap.Admin(address=address(ports.envoy_admin), ignore_global_conn_limit=True),
        static_resources=bootstrap.BootstrapStaticResources(listeners=[listener(settings, ports)], clusters=clusters(ports)),
    )
    return to_json(config)


def _overload() -> Any:
    """Past this many clients at once the edge takes no new ones, rather than run out of file descriptors."""
    limit = connections.DownstreamConnectionsConfig(max_active_downstream_connections=MAX_CONNECTIONS)
    monitor = overload.ResourceMonitor(name="envoy.resource_monitors.global_downstream_max_connections", typed_config=packed(limit))
    return overload.OverloadManager(resource_monitors=[monitor])


def _runtime() -> Any:
    """Envoy's default of 100 for the size of a regex is less than a list of paths takes."""
    layer = protobuf.Struct.from_dict({"re2.max_program_size.error_level": 10_000})
    return bootstrap.LayeredRuntime(layers=[bootstrap.RuntimeLayer(name="edge", static_layer=layer)])
