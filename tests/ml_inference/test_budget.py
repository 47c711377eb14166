"""The memory that models may take, over gRPC, on the whole service."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import grpc
import numpy as np
import psutil
import pytest
from google.protobuf.field_mask_pb2 import FieldMask
from uat.ml_inference.v1 import model_pb2

from services.kit.testing import Issuer
from services.kit.testing.errors import reason_of
from services.mesh.parts.nats import Nats
from services.mesh.parts.postgres import Postgres
from services.mesh.parts.triton_wheel import Wheel
from tests import small_models
from tests.ml_inference.whole import READY, House, Replica, house
from tests.waiting import soon

X = np.array([[1, 2]], np.float32)
HALF = 20_000_000
"""About half of what a small model takes: no two of them are measured quite alike."""


@pytest.fixture
async def own(
    tmp_path: Path, postgres: Postgres, nats: Nats, issuer: Issuer, identity_folder: Path, triton_wheel_here: Wheel
) -> AsyncIterator[House]:
    async with house(tmp_path, postgres, nats, issuer, identity_folder, triton_wheel_here) as made:
        made.config["in_use_seconds"] = 0.2
        yield made


async def budget(replica: Replica) -> model_pb2.MemoryBudget:
    found = (await replica.call("GetMemoryBudget")).budgets
    assert found[0].device == "cpu"
    return found[0]  # type: ignore[no-any-return]


async def loaded(replica: Replica) -> set[str]:
    models = (await replica.call("ListModels")).models
    return {f"{m.name}/{v}" for m in models for v in m.ready_versions}


async def pin_all_but(replica: Replica, *models: str) -> None:
    await pin(replica, *sorted(set(small_models.USUAL) - set(models)))


async def pin(replica: Replica, *models: str) -> None:
    for name in models:
        model = model_pb2.Model(name=name, settings=model_pb2.ModelSettings(pinned=True))
        await replica.call("UpdateModel", model=model, update_mask=FieldMask(paths=["settings.pinned"]))


async def test_models_may_take_nine_tenths_and_are_measured(own: House) -> None:
    async with own.replica() as replica:
        found = await budget(replica)
        assert found.capacity_bytes <= psutil.virtual_memory().total
        assert found.limit_bytes == found.capacity_bytes * 9 // 10
        sizes = [(await replica.version(*name.split("/"))).memory_bytes for name in await loaded(replica)]
        assert found.used_bytes == sum(sizes)
        assert all(20e6 < size < 200e6 for size in sizes)
        with pytest.raises(grpc.aio.AioRpcError) as error:
            await replica.call("SetMemoryBudget", device="gpu7", limit_bytes=1)
        assert error.value.code() is grpc.StatusCode.INVALID_ARGUMENT


async def test_a_smaller_budget_unloads_the_least_recently_used_and_says_before_which(own: House) -> None:
    async with own.replica() as replica:
        await pin_all_but(replica, "echo")
        for version in ("2", "1", "3"):
            await replica.infer("echo", version, x=X)
        await asyncio.sleep(0.3)
        before, limit = await loaded(replica), (await budget(replica)).used_bytes - HALF
        told = await replica.call("SetMemoryBudget", device="cpu", limit_bytes=limit, validate_only=True)
        assert list(told.unloaded) == ["echo/2"]
        assert await loaded(replica) == before
        done = await replica.call("SetMemoryBudget", device="cpu", limit_bytes=limit)
        assert list(done.unloaded) == ["echo/2"]
        assert await loaded(replica) == before - {"echo/2"}
        assert (done.budget.limit_bytes, done.budget.used_bytes < limit) == (limit, True)

        made_room = await replica.call("LoadModel", model_name="echo", version="2")
        assert (made_room.version.state, list(made_room.unloaded)) == (READY, ["echo/1"])

        held = (await budget(replica)).held_bytes
        with pytest.raises(grpc.aio.AioRpcError) as error:
            await replica.call("SetMemoryBudget", device="cpu", limit_bytes=held - 1)
        assert (error.value.code(), reason_of(error)) == (grpc.StatusCode.FAILED_PRECONDITION, "VERSION_IN_USE")
    async with own.replica() as replica:
        assert (await budget(replica)).limit_bytes == limit, "it is kept"
        whole = (await replica.call("SetMemoryBudget", device="cpu")).budget
        assert whole.limit_bytes == whole.capacity_bytes * 9 // 10


async def test_what_is_in_use_is_never_unloaded_to_make_room(own: House) -> None:
    async with own.replica() as replica:
        await pin_all_but(replica, "echo", "sleeper")
        await replica.call("UnloadModel", model_name="echo", version="1")
        await replica.call("UnloadModel", model_name="echo", version="2")
        await replica.call("SetMemoryBudget", device="cpu", limit_bytes=(await budget(replica)).used_bytes + HALF)
        slow = asyncio.create_task(replica.sleep(4.0))

        async def works() -> bool:
            return (await replica.version("sleeper", "1")).in_flight == 1

        await soon(works)
        made_room = await replica.call("LoadModel", model_name="echo", version="1")
        assert list(made_room.unloaded) == ["echo/3"], "which was used never, while the sleeper works"
        await replica.infer("echo", "1", x=X)
        await pin(replica, "echo")
        with pytest.raises(grpc.aio.AioRpcError) as error:
            await replica.call("LoadModel", model_name="echo", version="2")
        assert (error.value.code(), reason_of(error)) == (grpc.StatusCode.RESOURCE_EXHAUSTED, "MEMORY_BUDGET_EXCEEDED")
        assert await replica.state("echo", "2") == "UNLOADED"
        assert (await slow).model_name == "sleeper"
        await asyncio.sleep(0.3)
        made_room = await replica.call("LoadModel", model_name="echo", version="2")
        assert list(made_room.unloaded) == ["sleeper/1"], "which works no more"


async def test_under_load_a_busy_model_stays_while_others_come_and_go(own: House) -> None:
    async with own.replica() as replica:
        await pin_all_but(replica, "echo", "sleeper")
        await replica.call("UnloadModel", model_name="echo", version="2")
        await replica.call("SetMemoryBudget", device="cpu", limit_bytes=(await budget(replica)).used_bytes + HALF)
        stop, failed, answered = False, 0, 0

        async def call() -> None:
            nonlocal failed, answered
            while not stop:
                try:
                    await replica.infer("echo", "1", x=X)
                    answered += 1
                except grpc.aio.AioRpcError:
                    failed += 1

        callers = [asyncio.create_task(call()) for _ in range(3)]
        await soon(lambda: answered > 20)
        gone: list[str] = []
        for version in ("2", "3", "2"):
            await asyncio.sleep(0.3)
            gone += (await replica.call("LoadModel", model_name="echo", version=version)).unloaded
        stop = True
        await asyncio.gather(*callers)
        assert failed == 0
        assert gone
        assert "echo/1" not in gone
