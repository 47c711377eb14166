"""Traffic in the whole service, on its own tables and a Triton of its own that can be killed."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import grpc
import numpy as np
import pytest
from google.protobuf.duration_pb2 import Duration
from uat.ml_inference.v1 import ml_inference_service_pb2 as pb
from uat.ml_inference.v1 import traffic_pb2

from services.kit.testing import Issuer, bearer
from services.kit.testing.errors import reason_of
from services.kit.triton.client import infer_request
from services.mesh.parts.nats import Nats
from services.mesh.parts.postgres import Postgres
from services.mesh.parts.triton_wheel import Wheel
from tests.ml_inference.traffic_houses import canary, splits
from tests.ml_inference.whole import House, Replica, house
from tests.waiting import soon


@pytest.fixture(scope="module")
async def shared(
    tmp_path_factory: pytest.TempPathFactory,
    postgres: Postgres,
    nats: Nats,
    issuer: Issuer,
    identity_folder: Path,
    triton_wheel_here: Wheel,
) -> AsyncIterator[House]:
    folder = tmp_path_factory.mktemp("traffic")
    async with house(folder, postgres, nats, issuer, identity_folder, triton_wheel_here, models=("tried",)) as made:
        yield made


@dataclass
class Answers:
    came: list[str] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)


@asynccontextmanager
async def load(replica: Replica, callers: int = 3) -> AsyncIterator[Answers]:
    """Callers of many tenants that ask `tried` again and again inside the block."""
    answers, stop = Answers(), False
    request = infer_request("tried", {"x": np.ones(1, np.float32)})

    async def caller(number: int) -> None:
        turn = 0
        while not stop:
            turn += 1
            token = bearer(replica.issuer.user("u", f"t{number}_{turn}"))
            try:
                answers.came.append((await replica.oip.ModelInfer(request, metadata=token, timeout=10)).model_version)
            except grpc.aio.AioRpcError as error:
                answers.failed.append(f"{error.code().name}: {error.details()}")
                await asyncio.sleep(0.05)

    async with asyncio.TaskGroup() as group:
        for number in range(callers):
            group.create_task(caller(number))
        try:
            yield answers
        finally:
            stop = True


async def set_traffic(replica: Replica, **rules: Any) -> traffic_pb2.Traffic:
    return (await replica.call("SetTraffic", traffic=traffic_pb2.Traffic(model_name="tried", **rules))).traffic  # type: ignore[no-any-return]


async def status(replica: Replica) -> traffic_pb2.CanaryStatus:
    return (await replica.call("GetTraffic", model_name="tried")).traffic.canary.status  # type: ignore[no-any-return]


async def test_a_canary_fails_and_rolls_back_and_versions_with_a_share_stay_loaded(shared: House) -> None:
    async with shared.replica() as replica, shared.replica() as other:
        await set_traffic(replica, splits=splits(v1=100))
        with pytest.raises(grpc.aio.AioRpcError) as error:
            await replica.call("UnloadModel", model_name="tried", version="1")
        assert (error.value.code(), reason_of(error)) == (grpc.StatusCode.FAILED_PRECONDITION, "VERSION_IN_USE")
        await status(other)  # it has heard of the rules
        async with load(replica) as answers, load(other) as others:
            await soon(lambda: len(answers.came) > 50 and len(others.came) > 50)
            await set_traffic(replica, splits=splits(v1=100), canary=canary("2", 40))

            async def over() -> bool:
                return (await status(other)).state == traffic_pb2.CANARY_STATE_ROLLED_BACK

            await soon(over)
            await asyncio.sleep(0.3)
        assert (answers.failed, others.failed) == ([], [])
        assert set(answers.came + others.came) == {"1"}
        found = await status(replica)
        assert found.canary.errors == found.canary.requests < 20
        unloaded = await replica.call("UnloadModel", model_name="tried", version="2")  # it has no share any more
        assert not unloaded.failed_requests
        await replica.call("LoadModel", model_name="tried", version="2")


async def test_a_triton_that_is_killed_speaks_against_no_version(shared: House) -> None:
    async with shared.replica() as replica:
        await set_traffic(replica, splits=splits(v1=100), canary=canary("4", 50, hold=600))
        async with load(replica) as answers:
            await soon(lambda: len(answers.came) > 50)
            await shared.kill_triton()
            await soon(lambda: answers.failed)
            await shared.start_triton()
            before = len(answers.came)
            await soon(lambda: "4" in answers.came[before:], 40)
        assert {failure.partition(":")[0] for failure in answers.failed} == {"UNAVAILABLE"}
        found = await status(replica)
        assert (found.state, found.weight) == (traffic_pb2.CANARY_STATE_RUNNING, 50)
        await replica.call("RollBackCanary", model_name="tried")


async def test_shares_move_under_load_and_nothing_is_lost(shared: House) -> None:
    async with shared.replica() as replica:
        await set_traffic(replica, splits=splits(v1=100))
        async with load(replica) as answers:
            for weight in (20, 60, 100):
                await set_traffic(replica, splits=splits(v1=100 - weight, v4=weight))
                await asyncio.sleep(0.2)
            await replica.call("UnloadModel", model_name="tried", version="1")
            before = len(answers.came)
            await soon(lambda: len(answers.came) > before + 30)
        assert answers.failed == []
        assert set(answers.came[before:]) == {"4"}
        explained = await replica.call("ExplainInference", model_name="tried")
        assert (explained.version, explained.rule, explained.admitted) == ("4", pb.ROUTE_RULE_SPLIT, True)
        loads = (await replica.call("GetLoad", model_name="tried")).load
        assert loads.accepting
        assert {m.version for m in loads.models if m.state} == {"1", "2", "3", "4", "5"}
        assert next(m for m in loads.models if m.version == "4").mean_batch_size >= 1
        assert [m.device for m in loads.memory] == ["cpu"]
        call = replica.ml.WatchLoad(pb.WatchLoadRequest(interval=Duration(nanos=100_000_000)), metadata=replica.operator)
        assert (await call.read()).load.accepting
        call.cancel()
