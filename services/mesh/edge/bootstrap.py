"""The whole configuration of the edge's Envoy."""

from __future__ import annotations

from pathlib import Path

from envoy_data_plane.envoy.config.bootstrap import v3 as bootstrap

from services.mesh.edge.clusters import clusters
from services.mesh.edge.listener import listener
from services.mesh.edge.settings import EdgeSettings
from services.mesh.edge.typed import address
from services.mesh.ports import Ports


def render(ports: Ports, mesh_dir: Path) -> str:
    """Envoy's bootstrap as JSON, made anew from the contracts and from `UAT_EDGE_*`. Nothing outside of the text is needed to run it."""
    settings = EdgeSettings.from_environment()
    config = bootstrap.Bootstrap(
        admin=bootstrap.Admin(address=address(ports.envoy_admin)),
        static_resources=bootstrap.BootstrapStaticResources(listeners=[listener(settings, ports)], clusters=clusters(ports)),
    )
    return str(config.to_json(indent=1))
