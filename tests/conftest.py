"""The real parts, each started once per run, from wheels, on free ports and in a folder that goes away."""

from __future__ import annotations

import platform
import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from xdist.scheduler import LoadScopeScheduling

from services import targets
from services.kit.config import Settings
from services.kit.postgres.migrations.upgrade import role, upgrade
from services.kit.testing import Issuer
from services.mesh import model_builds
from services.mesh.config import ROOT
from services.mesh.errors import BinaryMissing
from services.mesh.parts import triton_wheel
from services.mesh.parts.nats import Nats
from services.mesh.parts.postgres import Postgres
from services.mesh.parts.redis import Redis
from services.mesh.parts.runner import running_part_sync
from services.mesh.parts.triton import Triton
from services.mesh.parts.triton_wheel import Wheel
from tests import small_models
from tests.ports import free_port

SERVICES = Path(targets.__file__).parent
PASSWORD = "a password of the tests"
ONE_MESH = "tests/conformance/"
"""These tests share a whole mesh, so one worker runs them all. Of other folders each file goes to the next worker that is free."""
LONGEST = (
    "tests/ml_inference/test_recovery.py",
    "tests/vision/test_outages.py",
    ONE_MESH,
    "tests/ml_inference/test_lifecycle.py",
    "tests/vision/",
)
"""Begun first, so that no worker is left alone with them at the end."""
_FOLDER = pytest.StashKey[Path]()


class Scheduling(LoadScopeScheduling):
    """Which tests stay together when several workers run them."""

    def _split_scope(self, nodeid: str) -> str:
        return ONE_MESH if nodeid.startswith(ONE_MESH) else nodeid.partition("::")[0]


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    """Gives the run a folder that it shares with no other one.

    pytest's own lies in a folder of the user, which each run that begins closes to everybody else; run by root, a PostgreSQL that another
    run has going has a user of its own, and would lose its data.
    """
    if config.option.basetemp is None and not hasattr(config, "workerinput"):
        folder = Path(tempfile.mkdtemp(prefix="uat-tests-"))
        config.option.basetemp = str(folder)
        config.stash[_FOLDER] = folder


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    if exitstatus == pytest.ExitCode.OK and (folder := session.config.stash.get(_FOLDER, None)):
        shutil.rmtree(folder, ignore_errors=True)


def pytest_terminal_summary(terminalreporter: Any, exitstatus: int, config: pytest.Config) -> None:
    if (folder := config.stash.get(_FOLDER, None)) and folder.exists():
        terminalreporter.write_line(f"What the tests wrote is in {folder}")


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Scheduling:
    config.option.loadscopereorder = False
    return Scheduling(config, log)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: next((n for n, name in enumerate(LONGEST) if item.nodeid.startswith(name)), len(LONGEST)))


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Postgres]:
    """PostgreSQL with every service's schema."""
    part = Postgres(tmp_path_factory.mktemp("postgres"), free_port(), durable=False)
    with running_part_sync(part) as running:
        for name in targets.TARGETS:
            if (SERVICES / name / "migrations").is_dir():
                upgrade(running.url, name, SERVICES / name / "migrations", PASSWORD)
        yield running


@pytest.fixture(scope="session")
def redis(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Redis]:
    """Redis, empty."""
    with running_part_sync(Redis(tmp_path_factory.mktemp("redis"), free_port())) as running:
        yield running


@pytest.fixture(scope="session")
def nats(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Nats]:
    """NATS with JetStream."""
    with running_part_sync(Nats(tmp_path_factory.mktemp("nats"), free_port(), free_port())) as running:
        yield running


@pytest.fixture(scope="session")
def triton_wheel_here() -> Wheel:
    """Triton's environment. Tests that need it are skipped where it can't be had (no wheel for the processor; no Python before 3.13 for its
    models), and fail where it only isn't installed.
    """
    try:
        return triton_wheel.find(ROOT)
    except BinaryMissing as missing:
        has_python = sys.version_info < (3, 13) or (ROOT / triton_wheel.FOLDER / "bin" / "python").exists()
        if platform.machine() == "x86_64" and has_python:
            raise
        pytest.skip(str(missing))


@pytest.fixture(scope="session")
def triton_env(triton_wheel_here: Wheel) -> Path:
    """The Python in which models, their builds and an unmodified tritonclient run."""
    return triton_wheel_here.python


@pytest.fixture(scope="session")
def models_built(triton_wheel_here: Wheel) -> Path:
    """The cache with every model of a mesh built: `repository/` and `manifest.json`."""
    model_builds.ensure(ROOT, triton_wheel_here, print)
    return ROOT / model_builds.FOLDER


@pytest.fixture(scope="session")
def triton(tmp_path_factory: pytest.TempPathFactory, triton_wheel_here: Wheel, models_built: Path) -> Iterator[Triton]:
    """Triton with the models that a mesh loads at start: `.url` is host:port of its gRPC, `.repository` its live repository."""
    part = Triton(tmp_path_factory.mktemp("triton"), free_port(), free_port(), free_port(), triton_wheel_here, models_built)
    with running_part_sync(part, limit_s=60) as running:
        yield running


@pytest.fixture(scope="session")
def small_triton(tmp_path_factory: pytest.TempPathFactory, triton_wheel_here: Wheel) -> Iterator[Triton]:
    """Triton with the small models of `tests/small_models.py`, all of them ready."""
    with small_models.running_triton(tmp_path_factory.mktemp("small_triton"), triton_wheel_here) as running:
        yield running


@pytest.fixture(scope="session")
def issuer() -> Issuer:
    """Signs the tokens of the tests."""
    return Issuer()


@pytest.fixture(scope="session")
def identity_folder(tmp_path_factory: pytest.TempPathFactory, issuer: Issuer) -> Path:
    """The folder with the keys that services' tokens are checked with."""
    folder = tmp_path_factory.mktemp("identity")
    issuer.jwks_file(folder)
    return folder


def postgres_url(postgres: Postgres, service: str) -> str:
    """The database as the service's own role sees it."""
    return f"postgresql://{role(service)}:{PASSWORD.replace(' ', '%20')}@127.0.0.1:{postgres.port}/uat"


def settings_for(service: str, identity_folder: Path, issuer: Issuer, **given: str) -> Settings:
    """The settings of one service in a test."""
    return Settings(**issuer.identities(identity_folder, service), **given)  # type: ignore[arg-type]
