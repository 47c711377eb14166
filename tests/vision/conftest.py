"""vision, once for all tests of a module that need no replica of their own."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from services.kit.testing import Issuer
from services.mesh.parts.nats import Nats
from services.mesh.parts.postgres import Postgres
from services.mesh.parts.triton import Triton
from tests.vision.house import Ground, House


@pytest.fixture(scope="session")
def ground(postgres: Postgres, nats: Nats, issuer: Issuer, identity_folder: Path) -> Ground:
    return Ground(postgres, nats, issuer, identity_folder)


@pytest.fixture(scope="module")
async def house(ground: Ground, triton: Triton) -> AsyncIterator[House]:
    async with ground.house(triton.url) as running:
        yield running
