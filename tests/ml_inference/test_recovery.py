"""Models whose processes die alone, as the OOM killer has it, in a Triton that lives on."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import aclosing
from pathlib import Path

import grpc
import numpy as np
import pytest

from services.kit.errors import DependencyUnavailable
from services.kit.testing import Issuer
from services.kit.testing.errors import reason_of
from services.kit.triton.client import ModelDied, Triton, infer_request
from services.mesh.parts.nats import Nats
from services.mesh.parts.postgres import Postgres
from services.mesh.parts.triton_wheel import Wheel
from tests.ml_inference.test_lifecycle import Hammer, X
from tests.ml_inference.whole import CONFIG, House, Replica, house, version_folder
from tests.waiting import soon

TICKS = """
import threading
import time

import numpy as np
import triton_python_backend_utils as triton


class TritonPythonModel:
    def execute(self, requests):
        for request in requests:
            count = triton.get_input_tensor_by_name(request, "count").as_numpy()[0]
            threading.Thread(target=self.answer, args=(request.get_response_sender(), count), daemon=True).start()

    def answer(self, sender, count):
        for number in range(count):
            sender.send(triton.InferenceResponse([triton.Tensor("number", np.array([number], np.int32))]))
            time.sleep(0.5)
        sender.send(flags=triton.TRITONSERVER_RESPONSE_COMPLETE_FINAL)
"""
TICKS_CONFIG = """
backend: "python"
max_batch_size: 0
model_transaction_policy { decoupled: true }
input [ { name: "count" data_type: TYPE_INT32 dims: [ 1 ] } ]
output [ { name: "number" data_type: TYPE_INT32 dims: [ 1 ] } ]
instance_group [ { kind: KIND_CPU count: 1 } ]
"""
DIES = """
import os
from pathlib import Path


class TritonPythonModel:
    def initialize(self, args):
        with open(Path(args["model_repository"]).parents[1] / "starts", "a") as file:
            file.write("x")

    def execute(self, requests):
        os._exit(1)
"""


@pytest.fixture
async def own(
    tmp_path: Path, postgres: Postgres, nats: Nats, issuer: Issuer, identity_folder: Path, triton_wheel_here: Wheel
) -> AsyncIterator[House]:
    async with house(tmp_path, postgres, nats, issuer, identity_folder, triton_wheel_here) as made:
        yield made


async def test_a_process_that_is_killed_under_load_is_started_again_and_other_versions_do_not_notice(own: House) -> None:
    async with own.replica() as replica:
        newest, first = Hammer(replica, "echo"), Hammer(replica, "echo", "1")
        async with newest.running(), first.running(2):
            for _ in range(2):
                before = newest.got["3"]
                own.kill_process("echo", 3)
                await soon(lambda: newest.got["UNAVAILABLE"])
                await soon(lambda before=before: newest.got["3"] > before + 100 and _ready(replica, "echo", "3"), 45)
            assert set(newest.got) <= {"3", "2", "UNAVAILABLE"}
            assert set(first.got) == {"1"}
        assert set(newest.got) == {"3"}


async def test_with_two_replicas_one_starts_it_again_and_both_go_on(own: House) -> None:
    async with own.replica() as one, own.replica() as other:
        here, there = Hammer(one, "echo", "3"), Hammer(other, "echo", "3")
        async with here.running(3), there.running(3):
            own.kill_process("echo", 3)
            for hammer in (here, there):
                await soon(lambda hammer=hammer: hammer.got["UNAVAILABLE"])
                hammer.got.clear()
            for replica, hammer in ((one, here), (other, there)):
                await soon(lambda replica=replica, hammer=hammer: hammer.got["3"] > 100 and _ready(replica, "echo", "3"), 45)
                assert set(hammer.got) <= {"3", "UNAVAILABLE"}
        assert set(here.got) == set(there.got) == {"3"}


async def test_what_fails_past_ml_inference_is_noticed_as_well(own: House) -> None:
    async with own.replica() as replica, Triton(own.triton.url) as triton:
        own.kill_process("echo", 3)
        with pytest.raises(ModelDied) as died:
            await triton.infer("echo", {"x": X}, version="3")
        assert died.value.transient
        assert died.value.retry_after
        begun = time.monotonic()
        while True:
            try:
                assert (await triton.infer("echo", {"x": X}, version="3"))["y"][0][0] == 2
                break
            except DependencyUnavailable:
                assert time.monotonic() < begun + 15
                await asyncio.sleep(0.05)
        await soon(lambda: _ready(replica, "echo", "3"))
        assert (await triton.infer("echo", {"x": X}, version="1"))["y"][0][0] == 1


@pytest.mark.parametrize("direct", [False, True])
async def test_streams_of_a_killed_process_end_and_the_next_are_answered(own: House, direct: bool) -> None:
    async with own.replica() as replica, Triton(own.triton.url) as triton:
        digest = version_folder(own.imports / "ticks", TICKS, TICKS_CONFIG)
        await replica.call("RegisterModelVersion", model_name="ticks", source_uri="file:ticks", sha256=digest)
        await replica.call("LoadModel", model_name="ticks", version="1")
        got: Counter[str] = Counter()

        async def stream(count: int) -> None:
            inputs = {"count": np.array([count], np.int32)}
            try:
                if direct:
                    async with aclosing(triton.infer_stream("ticks@1", inputs, version="1", timeout=60)) as answers:
                        async for _ in answers:
                            got["answers"] += 1
                else:
                    requests = iter([infer_request("ticks", inputs, (), "1")])
                    metadata = (*replica.user, ("triton_grpc_error", "true"))
                    async for _ in replica.oip.ModelStreamInfer(requests, metadata=metadata, timeout=60):
                        got["answers"] += 1
                got["ended"] += 1
            except DependencyUnavailable:
                got["UNAVAILABLE"] += 1
            except grpc.aio.AioRpcError as error:
                got[error.code().name] += 1

        streams = [asyncio.create_task(stream(100)) for _ in range(3)]
        await soon(lambda: got["answers"] >= 6)
        own.kill_process("ticks@1")
        begun = time.monotonic()
        await asyncio.wait(streams, timeout=30)
        assert {**got, "answers": 0} == {"answers": 0, "UNAVAILABLE": 3}
        assert time.monotonic() - begun < 15, "long before their time is over"
        got.clear()
        async with asyncio.timeout(15):
            while not got["ended"]:
                await stream(3)
                await asyncio.sleep(0.1)
        assert got == {"answers": 3, "ended": 1, "UNAVAILABLE": got["UNAVAILABLE"]}


async def test_a_model_that_always_dies_is_not_started_again_and_again(own: House) -> None:
    async with own.replica() as replica:
        digest = version_folder(own.imports / "dies", DIES, CONFIG)
        await replica.call("RegisterModelVersion", model_name="dies", source_uri="file:dies", sha256=digest)
        with pytest.raises(grpc.aio.AioRpcError) as error:
            await replica.call("LoadModel", model_name="dies", version="1")
        assert error.value.code() is grpc.StatusCode.UNAVAILABLE
        for _ in range(15):
            with pytest.raises(grpc.aio.AioRpcError) as error:
                await replica.infer("dies", x=X)
            assert (error.value.code().name, reason_of(error)) == ("UNAVAILABLE", "MODEL_NOT_READY")
            await asyncio.sleep(0.5)
        starts = len((own.triton.dir / "starts").read_text())
        print(f"\nstarted {starts} times")
        assert 1 <= starts <= 6
        assert (await replica.infer("echo", x=X)).model_version == "3"


async def test_embeddings_come_again_when_their_process_was_killed(
    tmp_path: Path,
    postgres: Postgres,
    nats: Nats,
    issuer: Issuer,
    identity_folder: Path,
    triton_wheel_here: Wheel,
    models_built: Path,
) -> None:
    async with (
        house(tmp_path, postgres, nats, issuer, identity_folder, triton_wheel_here, cache=models_built) as made,
        made.replica() as replica,
    ):
        text = {"text": np.array([[b"a red circle"]], object)}
        before = await replica.infer("minilm", **text)
        made.kill_process("minilm", int(before.model_version))
        codes: Counter[str] = Counter()
        async with asyncio.timeout(30):
            while True:
                try:
                    after = await replica.infer("minilm", before.model_version, **text)
                    break
                except grpc.aio.AioRpcError as error:
                    codes[error.code().name] += 1
                    await asyncio.sleep(0.1)
        assert set(codes) == {"UNAVAILABLE"}
        assert after.raw_output_contents == before.raw_output_contents


async def _ready(replica: Replica, model: str, version: str) -> bool:
    return await replica.state(model, version) == "READY"
