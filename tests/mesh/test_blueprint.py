"""The local mesh as it is put together, before anything of it runs."""

from __future__ import annotations

import json
import signal
import sys
from pathlib import Path

import pytest

from services.mesh import blueprint, secrets
from services.mesh.config import MeshConfig
from services.mesh.errors import PartFailed
from services.mesh.parts.envoy import Envoy
from services.mesh.parts.outside import Outside
from services.mesh.parts.service import Service
from services.mesh.plan import Job, Plan
from services.mesh.state import Kind
from services.targets import TARGETS


def plan_in(folder: Path, **environ: str) -> Plan:
    """The plan of a mesh in an environment."""
    config = MeshConfig.from_environ({"UAT_MESH_DIR": str(folder), **environ})
    config.paths.make()
    return blueprint.build(config, secrets.load_or_make(config.paths.secrets), environ)


def test_parts_come_first_then_migrations_then_every_service_then_the_edge(tmp_path: Path) -> None:
    plan = plan_in(tmp_path)
    assert [step.name if isinstance(step, Job) else step.kind for step in plan.steps] == [Kind.PART, "migrate", Kind.SERVICE, Kind.EDGE]
    assert [[part.name for part in stage.parts] for stage in plan.stages] == [["postgres", "redis", "nats"], list(TARGETS), ["envoy"]]
    assert [stage.required for stage in plan.stages] == [True, False, False]


def test_each_service_is_a_process_of_its_own_on_its_port(tmp_path: Path) -> None:
    for service in plan_in(tmp_path, UAT_PORT_OFFSET="100").stages[1].parts:
        assert isinstance(service, Service)
        assert service.port == TARGETS[service.name].port + 100
        command = service.command()
        assert command.argv == (sys.executable, "-m", "services", service.name)
        assert command.stop_signal is signal.SIGTERM


def test_a_server_of_the_users_own_takes_the_place_of_the_part(tmp_path: Path) -> None:
    postgres, redis, nats = plan_in(tmp_path, UAT_POSTGRES_URL="postgresql://me@db/mine", UAT_NATS_URL="nats://bus:99").stages[0].parts
    assert isinstance(postgres, Outside)
    assert not isinstance(redis, Outside)
    assert isinstance(nats, Outside)
    assert (postgres.port, nats.port) == (5432, 99)


def test_the_edge_is_configured_with_the_ports_of_this_mesh(tmp_path: Path) -> None:
    [edge] = plan_in(tmp_path, UAT_PORT_OFFSET="100").stages[2].parts
    assert isinstance(edge, Envoy)
    config = json.loads(edge.render())
    assert config["admin"]["address"]["socket_address"]["port_value"] == edge.admin_port == 10_001
    listeners = [listener["address"]["socket_address"] for listener in config["static_resources"]["listeners"]]
    assert ("127.0.0.1", 8180) in [(address["address"], address["port_value"]) for address in listeners]


def test_an_edge_that_cannot_be_configured_says_why(tmp_path: Path) -> None:
    [edge] = plan_in(tmp_path, UAT_EDGE_KEY_RPM="many").stages[2].parts
    assert isinstance(edge, Envoy)
    with pytest.raises(PartFailed, match=r"the edge's configuration can't be made: .*UAT_EDGE_KEY_RPM"):
        edge.render()
