"""Models and their versions over gRPC, on the whole service."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import grpc
import numpy as np
import pytest
from uat.ml_inference.v1 import model_pb2

from services.kit.testing import Issuer
from services.kit.triton import arrays
from services.mesh.parts.nats import Nats
from services.mesh.parts.postgres import Postgres
from services.mesh.parts.triton_wheel import Wheel
from tests.ml_inference.conftest import reason_of
from tests.ml_inference.whole import READY, House, Replica, house


@pytest.fixture(scope="module")
async def shared(
    tmp_path_factory: pytest.TempPathFactory,
    postgres: Postgres,
    nats: Nats,
    issuer: Issuer,
    identity_folder: Path,
    triton_wheel_here: Wheel,
) -> AsyncIterator[House]:
    async with house(tmp_path_factory.mktemp("models"), postgres, nats, issuer, identity_folder, triton_wheel_here) as made:
        yield made


@pytest.fixture(scope="module")
async def replica(shared: House) -> AsyncIterator[Replica]:
    async with shared.replica() as made:
        yield made


async def test_what_was_built_is_registered_and_ready_by_itself(replica: Replica) -> None:
    models = (await replica.call("ListModels")).models
    assert [m.name for m in models] == ["counter", "echo", "halves", "sleeper", "tried", "words"]
    echo = models[1]
    assert (echo.task, echo.version_count, list(echo.ready_versions)) == (model_pb2.MODEL_TASK_OTHER, 3, ["3", "2", "1"])
    version = await replica.version("echo", "2")
    assert (version.state, version.platform, version.source_uri, version.device) == (READY, "python", "built:echo", "cpu")
    assert version.config.max_batch_size == 8
    assert version.memory_bytes > 10_000_000
    assert len(version.sha256) == 64
    assert arrays(await replica.infer("echo", x=np.ones((1, 1), np.float32)))["y"].tolist() == [[2.0]]
