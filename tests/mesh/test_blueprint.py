"""The local mesh as it is put together, before anything of it runs."""

from __future__ import annotations

import json
import signal
import sys
from pathlib import Path

import pytest

from services.mesh import blueprint, secrets
from services.mesh.config import MeshConfig
from services.mesh.errors import BinaryMissing, PartFailed
from services.mesh.parts import triton_wheel
from services.mesh.parts.envoy import Envoy
from services.mesh.parts.external import ExternalServer
from services.mesh.parts.service import Service
from services.mesh.parts.triton import Triton
from services.mesh.parts.triton_wheel import Wheel
from services.mesh.supervisor.plan import Job, Plan, Stage
from services.mesh.supervisor.state import Kind
from services.targets import TARGETS


@pytest.fixture(autouse=True)
def installed(monkeypatch: pytest.MonkeyPatch) -> None:
    """A Triton, wherever these tests run."""
    monkeypatch.setattr(triton_wheel, "find", lambda root: Wheel(root / triton_wheel.FOLDER, "3.11", root))


def plan_in(folder: Path, **environ: str) -> Plan:
    """The plan of a mesh in an environment."""
    config = MeshConfig.from_environ({"UAT_MESH_DIR": str(folder), **environ})
    config.paths.make()
    return blueprint.build(config, secrets.load_or_make(config.paths.secrets), environ)


def stage_of(plan: Plan, part: str) -> Stage:
    """The step with a part."""
    [found] = [stage for stage in plan.stages if part in [p.name for p in stage.parts]]
    return found


def test_parts_come_first_then_migrations_then_every_service_then_the_edge(tmp_path: Path) -> None:
    plan = plan_in(tmp_path)
    steps = [step.name if isinstance(step, Job) else step.kind for step in plan.steps]
    assert steps == [Kind.PART, Kind.PART, "migrate", Kind.SERVICE, Kind.EDGE]
    names = [[part.name for part in stage.parts] for stage in plan.stages]
    assert names == [["postgres", "redis", "nats"], ["triton"], list(TARGETS), ["envoy"]]
    assert [stage.required for stage in plan.stages] == [True, False, False, False]


def test_nothing_waits_for_triton_to_load_its_models(tmp_path: Path) -> None:
    plan = plan_in(tmp_path, UAT_PORT_OFFSET="100")
    assert [stage.beside for stage in plan.stages] == [False, True, False, False]
    [triton] = stage_of(plan, "triton").parts
    assert isinstance(triton, Triton)
    assert (triton.port, triton.http_port, triton.metrics_port) == (18_101, 18_100, 18_102)
    assert triton.repository == tmp_path / "triton" / "repository"


def test_without_triton_the_mesh_is_the_rest(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(root: Path) -> Wheel:
        raise BinaryMissing("it isn't there")

    monkeypatch.setattr(triton_wheel, "find", missing)
    assert [part.name for stage in plan_in(tmp_path).stages for part in stage.parts] == ["postgres", "redis", "nats", *TARGETS, "envoy"]


def test_a_triton_of_the_users_own_is_told_to_those_who_need_it(tmp_path: Path) -> None:
    environ = {"UAT_TRITON_URL": "grpc://gpu-host:8001", "UAT_ML_INFERENCE_REPOSITORY": "/shared/repository"}
    plan = plan_in(tmp_path, **environ)
    [*_, triton] = stage_of(plan, "postgres").parts
    assert isinstance(triton, ExternalServer)
    assert (triton.name, triton.variable, triton.port) == ("triton", "UAT_TRITON_URL", 8001)
    services = {service.name: service.command().env for service in stage_of(plan, "ml_inference").parts if isinstance(service, Service)}
    for name in ("ml_inference", "vision", "fast_llm"):
        assert services[name][f"UAT_{name.upper()}_TRITON_URL"] == "gpu-host:8001"
    assert services["ml_inference"]["UAT_ML_INFERENCE_REPOSITORY"] == "/shared/repository"


def test_each_service_is_a_process_of_its_own_on_its_port(tmp_path: Path) -> None:
    for service in plan_in(tmp_path, UAT_PORT_OFFSET="100").stages[2].parts:
        assert isinstance(service, Service)
        assert service.port == TARGETS[service.name].port + 100
        command = service.command()
        assert command.argv == (sys.executable, "-m", "services", service.name)
        assert command.stop_signal is signal.SIGTERM


def test_a_server_of_the_users_own_takes_the_place_of_the_part(tmp_path: Path) -> None:
    postgres, redis, nats = plan_in(tmp_path, UAT_POSTGRES_URL="postgresql://me@db/mine", UAT_NATS_URL="nats://bus:99").stages[0].parts
    assert isinstance(postgres, ExternalServer)
    assert not isinstance(redis, ExternalServer)
    assert isinstance(nats, ExternalServer)
    assert (postgres.port, nats.port) == (5432, 99)


def test_the_edge_is_configured_with_the_ports_of_this_mesh(tmp_path: Path) -> None:
    [edge] = plan_in(tmp_path, UAT_PORT_OFFSET="100").stages[-1].parts
    assert isinstance(edge, Envoy)
    config = json.loads(edge.render())
    assert config["admin"]["address"]["socket_address"]["port_value"] == edge.admin_port == 10_001
    listeners = [listener["address"]["socket_address"] for listener in config["static_resources"]["listeners"]]
    assert ("127.0.0.1", 8180) in [(address["address"], address["port_value"]) for address in listeners]


def test_an_edge_that_cannot_be_configured_says_why(tmp_path: Path) -> None:
    [edge] = plan_in(tmp_path, UAT_EDGE_KEY_RPM="many").stages[-1].parts
    assert isinstance(edge, Envoy)
    with pytest.raises(PartFailed, match=r"the edge's configuration can't be made: .*UAT_EDGE_KEY_RPM"):
        edge.render()
