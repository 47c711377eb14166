"""The plan of the local mesh: every part, migration, service and the edge."""

from __future__ import annotations

import logging
import subprocess
import sys
from collections.abc import Mapping
from functools import partial

from services.mesh import environment, model_builds
from services.mesh.config import MeshConfig
from services.mesh.errors import BinaryMissing, PartFailed
from services.mesh.parts import external, triton_wheel
from services.mesh.parts.envoy import Envoy
from services.mesh.parts.external import ExternalServer
from services.mesh.parts.nats import Nats
from services.mesh.parts.part import Part
from services.mesh.parts.postgres import Postgres
from services.mesh.parts.redis import Redis
from services.mesh.parts.service import Service
from services.mesh.parts.triton import Triton
from services.mesh.secrets import Secrets
from services.mesh.supervisor.child import Command
from services.mesh.supervisor.plan import Job, Plan, Stage
from services.mesh.supervisor.state import Kind
from services.targets import TARGETS

_log = logging.getLogger(__name__)


def build(config: MeshConfig, secrets: Secrets, environ: Mapping[str, str]) -> Plan:
    """Parts, migrations, services, edge, in starting order."""
    migrate = Command(
        argv=(sys.executable, "-m", "services", "migrate"), env=environment.for_migration(config, secrets, environ), cwd=config.root
    )
    services = tuple(
        Service(name, config.ports.service(name), config.root, environment.for_service(name, config, secrets, environ)) for name in TARGETS
    )
    edge = Envoy(config.paths.dir / "envoy", config.ports.edge, config.ports.envoy_admin, partial(_render, config, environ))
    return Plan(
        (
            Stage(Kind.PART, _parts(config, secrets), required=True),
            *_models(config),
            Job("migrate", migrate),
            Stage(Kind.SERVICE, services),
            Stage(Kind.EDGE, (edge,)),
        )
    )


def _render(config: MeshConfig, environ: Mapping[str, str]) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "services.mesh.edge", str(config.ports.offset), str(config.paths.dir)],
        cwd=config.root,
        env=dict(environ),
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        lines = done.stderr.strip().splitlines()
        raise PartFailed(f"the edge's configuration can't be made: {lines[-1] if lines else 'no reason given'}")
    return done.stdout


def _parts(config: MeshConfig, secrets: Secrets) -> tuple[Part | ExternalServer, ...]:
    folder, ports, urls = config.paths.dir, config.ports, config.external
    return (
        external.postgres(urls.postgres) if urls.postgres else Postgres(folder / "postgres", ports.postgres, secrets.postgres_admin),
        external.redis(urls.redis) if urls.redis else Redis(folder / "redis", ports.redis),
        external.nats(urls.nats) if urls.nats else Nats(folder / "nats", ports.nats, ports.nats_monitor),
        *((external.triton(urls.triton),) if urls.triton else ()),
    )


def _models(config: MeshConfig) -> tuple[Stage, ...]:
    """Triton, if it is installed. Services start beside it and answer UNAVAILABLE where they need it until it is ready."""
    if config.external.triton:
        return ()
    try:
        wheel = triton_wheel.find(config.root)
    except BinaryMissing as error:
        _log.warning("the mesh starts without Triton: %s", error)
        return ()
    ports = config.ports
    part = Triton(config.paths.triton, ports.triton, ports.triton_http, ports.triton_metrics, wheel, config.root / model_builds.FOLDER)
    return (Stage(Kind.PART, (part,), beside=True),)
