"""The real parts, each started once per run, from wheels, on free ports and in a folder that goes away."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from services import targets
from services.kit.config import Settings
from services.kit.migrations.upgrade import role, upgrade
from services.kit.testing import Issuer
from services.mesh.parts.nats import Nats
from services.mesh.parts.postgres import Postgres
from services.mesh.parts.redis import Redis
from services.mesh.parts.runner import free_port, running_part_sync

SERVICES = Path(targets.__file__).parent
PASSWORD = "a password of the tests"


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
    return Settings(
        identity_jwks_file=identity_folder / "jwks.json",
        identity_token_file=issuer.token_file(identity_folder, service),
        **given,  # type: ignore[arg-type]
    )
