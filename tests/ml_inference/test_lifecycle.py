"""Loading, unloading and a Triton that dies, under load, on the whole service."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import grpc
import numpy as np
import pytest
from google.protobuf.duration_pb2 import Duration
from uat.common.v1 import job_pb2
from uat.ml_inference.v1 import ml_inference_service_pb2 as pb
from uat.ml_inference.v1 import model_pb2, traffic_pb2

from services.kit.testing import Issuer
from services.kit.testing.errors import reason_of
from services.kit.triton.client import infer_request
from services.mesh.parts.nats import Nats
from services.mesh.parts.postgres import Postgres
from services.mesh.parts.triton_wheel import Wheel
from tests.ml_inference.whole import READY, House, Replica, house, version_folder
from tests.waiting import soon

X = np.array([[1, 2]], np.float32)


@pytest.fixture
async def own(
    tmp_path: Path, postgres: Postgres, nats: Nats, issuer: Issuer, identity_folder: Path, triton_wheel_here: Wheel
) -> AsyncIterator[House]:
    async with house(tmp_path, postgres, nats, issuer, identity_folder, triton_wheel_here) as made:
        yield made


class Hammer:
    """Callers who infer again and again; counts what they got: a version's number, or a code."""

    def __init__(self, replica: Replica, model: str, version: str = "") -> None:
        self._replica = replica
        self._model, self._version = model, version
        self._stop = False
        self.got: Counter[str] = Counter()

    async def _call(self) -> None:
        while not self._stop:
            got = self.got  # what was begun before the counts were cleared isn't counted after
            try:
                got[(await self._replica.infer(self._model, self._version, x=X)).model_version] += 1
            except grpc.aio.AioRpcError as error:
                got[error.code().name] += 1
                await asyncio.sleep(0.01)

    @asynccontextmanager
    async def running(self, callers: int = 6) -> AsyncIterator[Hammer]:
        tasks = [asyncio.create_task(self._call()) for _ in range(callers)]
        try:
            await soon(lambda: sum(self.got.values()) > 30)
            yield self
            self.got = Counter()
            await soon(lambda: sum(self.got.values()) > 30)
        finally:
            self._stop = True
            await asyncio.gather(*tasks)


async def test_unloading_and_loading_under_load_loses_nothing(own: House) -> None:
    async with own.replica() as replica:
        any_version, first = Hammer(replica, "echo"), Hammer(replica, "echo", "1")
        async with any_version.running(), first.running(3):
            for version in ("3", "2"):
                unloaded = await replica.call("UnloadModel", model_name="echo", version=version)
                assert (unloaded.version.state, unloaded.failed_requests) == (model_pb2.MODEL_STATE_UNLOADED, 0)
                await asyncio.sleep(0.2)
            assert list((await replica.call("GetModel", model_name="echo")).model.ready_versions) == ["1"]
            await replica.call("LoadModel", model_name="echo", version="2")
            await replica.call("LoadModel", model_name="echo", version="3")
            await asyncio.sleep(0.2)
            assert set(any_version.got) == {"1", "2", "3"}
            assert set(first.got) == {"1"}
        assert set(any_version.got) == {"3"}
        assert set(first.got) == {"1"}


async def test_a_drain_waits_for_requests_gives_up_without_force_and_ends_them_with_it(own: House) -> None:
    async with own.replica() as replica:
        slow = asyncio.create_task(replica.sleep(1.0))
        await soon(lambda: _in_flight(replica, "sleeper", 1))
        unloading = asyncio.create_task(replica.call("UnloadModel", model_name="sleeper", version="1"))
        await soon(lambda: _is(replica, "sleeper", "1", "DRAINING"))
        with pytest.raises(grpc.aio.AioRpcError) as error:
            await replica.sleep(0)
        assert (error.value.code(), reason_of(error)) == (grpc.StatusCode.UNAVAILABLE, "MODEL_NOT_READY")
        assert (await unloading).failed_requests == 0
        assert (await slow).model_name == "sleeper"

        await replica.call("LoadModel", model_name="sleeper", version="1")
        slow = asyncio.create_task(replica.sleep(2.0))
        await soon(lambda: _in_flight(replica, "sleeper", 1))
        with pytest.raises(grpc.aio.AioRpcError) as error:
            await replica.call("UnloadModel", model_name="sleeper", version="1", drain_timeout=Duration(nanos=200_000_000))
        assert (error.value.code(), reason_of(error)) == (grpc.StatusCode.FAILED_PRECONDITION, "VERSION_IN_USE")
        assert await replica.state("sleeper", "1") == "READY"
        assert (await slow).model_name == "sleeper"

        slow = asyncio.create_task(replica.sleep(3.0))
        await soon(lambda: _in_flight(replica, "sleeper", 1))
        gone = await replica.call("UnloadModel", model_name="sleeper", version="1", drain_timeout=Duration(), force=True)
        assert gone.failed_requests == 1
        with pytest.raises(grpc.aio.AioRpcError) as error:
            await slow
        assert (error.value.code(), reason_of(error)) == (grpc.StatusCode.UNAVAILABLE, "MODEL_NOT_READY")
        again = await replica.call("UnloadModel", model_name="sleeper", version="1")
        assert (again.version.state, again.failed_requests) == (model_pb2.MODEL_STATE_UNLOADED, 0)


async def test_a_version_that_gets_traffic_is_not_unloaded(own: House) -> None:
    async with own.replica() as replica:
        splits = [traffic_pb2.TrafficSplit(version="1", weight=100)]
        await replica.call("SetTraffic", traffic=traffic_pb2.Traffic(model_name="echo", splits=splits))
        with pytest.raises(grpc.aio.AioRpcError) as error:
            await replica.call("UnloadModel", model_name="echo", version="1")
        assert reason_of(error) == "VERSION_IN_USE"
        await replica.call("UnloadModel", model_name="echo", version="3")
        assert (await replica.infer("echo", x=X)).model_version == "1"
        await replica.call("UnloadModel", model_name="echo", version="1", force=True)
        with pytest.raises(grpc.aio.AioRpcError) as error:
            await replica.infer("echo", x=X)
        assert reason_of(error) == "MODEL_NOT_READY", "the rules leave no other"


async def test_a_model_on_demand_is_loaded_by_its_first_request(own: House) -> None:
    async with own.replica() as replica:
        await replica.call("UnloadModel", model_name="words", version="1")
        words = {"text": np.array([[b"a", b"b"]], object)}
        with pytest.raises(grpc.aio.AioRpcError) as error:
            await replica.infer("words", **words)
        assert reason_of(error) == "MODEL_NOT_READY"
        settings = model_pb2.ModelSettings(load_on_demand=True)
        await replica.call("UpdateModel", model=model_pb2.Model(name="words", settings=settings))
        responses = await asyncio.gather(*[replica.infer("words", **words) for _ in range(8)])
        assert {r.model_version for r in responses} == {"1"}
        assert await replica.state("words", "1") == "READY"


async def test_the_life_of_a_version_is_watched(own: House) -> None:
    async with own.replica() as replica:
        seen: list[pb.WatchModelsResponse] = []

        async def watch() -> None:
            async for told in replica.ml.WatchModels(pb.WatchModelsRequest(model_name="halves"), metadata=replica.operator):
                seen.append(told)

        watching = asyncio.create_task(watch())
        await soon(lambda: len(seen) == 2)
        assert (seen[0].version.state, seen[0].live, seen[1].live, seen[1].HasField("version")) == (READY, False, True, False)
        await replica.call("UnloadModel", model_name="halves", version="1")
        loading = (await replica.call("LoadModel", model_name="halves", version="1", no_wait=True)).version
        assert loading.state == model_pb2.MODEL_STATE_LOADING
        await soon(lambda: _is(replica, "halves", "1", "READY"))
        await soon(lambda: seen[-1].version.state == READY)
        states = [model_pb2.ModelState.Name(s.version.state).removeprefix("MODEL_STATE_") for s in seen[2:]]
        order = ["DRAINING", "UNLOADED", "LOADING", "WARMING_UP", "READY"]
        assert [s for n, s in enumerate(states) if n == 0 or s != states[n - 1]] == order
        await replica.call("UnloadModel", model_name="halves", version="1")
        await replica.call("DeleteModelVersion", model_name="halves", version="1")
        await soon(lambda: seen[-1].deleted)
        watching.cancel()
        await asyncio.gather(watching, return_exceptions=True)
    async with own.replica() as replica:
        names = [m.name for m in (await replica.call("ListModels")).models]
        assert "halves" not in names, "what was deleted isn't taken in again"


async def test_a_killed_triton_comes_back_by_itself_with_everything_and_jobs_finish(own: House) -> None:
    version_folder(own.imports / "triples")
    async with own.replica() as replica:
        digest = version_folder(own.imports / "more")
        await replica.call("RegisterModelVersion", model_name="more", source_uri="file:more", sha256=digest)
        await replica.call("LoadModel", model_name="more", version="1")
        await replica.call("UnloadModel", model_name="echo", version="3")
        items = [infer_request("sleeper", {"seconds": np.array([0.05], np.float32)}) for _ in range(60)]
        job = (await replica.ml.SubmitJob(pb.SubmitJobRequest(model_name="sleeper", items=items), metadata=replica.user)).job
        hammer, more = Hammer(replica, "echo"), Hammer(replica, "more", "1")
        async with hammer.running(), more.running(2):
            await own.kill_triton()
            await soon(lambda: _is(replica, "echo", "2", "LOADING"), 5)
            assert not await replica.all_ready()
            await asyncio.sleep(0.5)
            assert set(hammer.got) == {"2", "UNAVAILABLE"}
            await own.start_triton()
            await soon(replica.all_ready, 30)
        assert set(hammer.got) == {"2"}, "the version that was unloaded stays so, though Triton itself loads it"
        assert set(more.got) == {"1"}
        await soon(lambda: _is(replica, "echo", "3", "UNLOADED"))

        async def job_ended() -> bool:
            found = (await replica.ml.GetJob(pb.GetJobRequest(job_id=job.id), metadata=replica.user)).job
            return bool(found.progress.state == job_pb2.JOB_STATE_SUCCEEDED and found.progress.items_succeeded == 60)

        await soon(job_ended, 60)


async def test_the_service_comes_up_without_triton_and_has_everything_once_it_is_there(own: House) -> None:
    await own.kill_triton()
    async with own.replica(wait=False) as replica:
        assert not await replica.all_ready()
        assert {await replica.state("sleeper", "1")} <= {"LOADING", "UNLOADED"}
        with pytest.raises(grpc.aio.AioRpcError) as error:
            await replica.sleep(0)
        assert error.value.code() is grpc.StatusCode.UNAVAILABLE
        await own.start_triton()
        await soon(replica.all_ready, 30)
        await replica.sleep(0)


async def test_warm_up_executes_samples_and_what_is_made_up(own: House) -> None:
    async with own.replica() as replica:
        made_up = await replica.call("WarmUpModel", model_name="echo", version="1")
        assert made_up.executions == 6, "three for one item, three for the largest batch"
        sample = infer_request("echo", {"x": X})
        told = await replica.call("WarmUpModel", model_name="echo", version="1", sample=sample, count=2)
        assert told.executions == 2
        assert told.first_latency.ToNanoseconds() > 0
        assert (await replica.call("WarmUpModel", model_name="words", version="1", count=1)).executions == 1
        assert (await replica.call("WarmUpModel", model_name="counter", version="1", count=1)).executions == 1
        with pytest.raises(grpc.aio.AioRpcError) as error:
            await replica.call("WarmUpModel", model_name="echo", version="1", sample=infer_request("echo", {"z": X}))
        assert reason_of(error) == "TENSOR_MISMATCH"


async def test_requests_on_another_replica_are_waited_for_and_none_is_lost(own: House) -> None:
    async with own.replica() as one, own.replica() as other:
        await asyncio.sleep(1.2)  # each has heard of the other
        slow = asyncio.create_task(other.sleep(1.0))
        await soon(lambda: _in_flight(other, "sleeper", 1))
        with pytest.raises(grpc.aio.AioRpcError) as error:
            await one.call("UnloadModel", model_name="sleeper", version="1", drain_timeout=Duration(nanos=200_000_000))
        assert reason_of(error) == "VERSION_IN_USE"
        assert (await one.call("UnloadModel", model_name="sleeper", version="1")).failed_requests == 0
        assert slow.done()
        assert (await slow).model_name == "sleeper"
        await soon(lambda: _is(other, "sleeper", "1", "UNLOADED"))

        here, there = Hammer(one, "echo"), Hammer(other, "echo")
        async with here.running(3), there.running(3):
            await one.call("UnloadModel", model_name="echo", version="3")
            await other.call("UnloadModel", model_name="echo", version="2")
            await one.call("LoadModel", model_name="echo", version="2")
            await soon(lambda: _is(other, "echo", "2", "READY"))
        assert set(here.got) == set(there.got) == {"2"}
        assert not {*here.got, *there.got} & {"UNAVAILABLE"}


async def _in_flight(replica: Replica, model: str, count: int) -> bool:
    return (await replica.version(model, "1")).in_flight == count


async def _is(replica: Replica, model: str, version: str, state: str) -> bool:
    return await replica.state(model, version) == state
