"""The thin client, before a real Triton."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import aclosing
from pathlib import Path

import grpc
import numpy as np
import pytest
from inference import grpc_service_pb2 as oip

from services.kit.context import CallContext, serving
from services.kit.errors import DeadlineTooShort, DependencyUnavailable
from services.kit.triton.client import ModelAway, Triton, TritonFailed, bytes_elements, bytes_tensor
from services.mesh.parts import triton as part
from tests.ports import free_port


@pytest.fixture
async def client(small_triton: part.Triton) -> AsyncIterator[Triton]:
    async with Triton(small_triton.url) as client:
        yield client


async def test_numbers_go_in_and_come_out_in_their_shape(client: Triton) -> None:
    x = np.arange(6, dtype=np.float32).reshape(2, 3)
    found = await client.infer("echo", {"x": x}, ["y"], "1")
    assert np.array_equal(found["y"], x)
    assert found["y"].dtype == np.float32


async def test_texts_go_in_with_a_shape_and_come_out_as_a_list(client: Triton) -> None:
    text = np.array([["a", "ü"], ["", "long" * 100]], object)
    encoded = np.array([[t.encode() for t in row] for row in text], object)
    found = await client.infer("words", {"text": encoded, "mark": [b"!"]})
    assert found["loud"] == [b"A!", "ü".encode() + b"!", b"!", b"LONG" * 100 + b"!"]
    assert found["count"].tolist() == [4]


async def test_a_decoupled_model_answers_as_it_goes(client: Triton) -> None:
    begun = time.monotonic()
    async with aclosing(
        client.infer_stream("counter", {"count": np.array([3], np.int32), "pause": np.array([0.2], np.float32)})
    ) as answers:
        found = [(int(answer["number"][0]), answer["word"], time.monotonic() - begun) async for answer in answers]
    assert [(number, word) for number, word, _ in found] == [(1, [b"n1"]), (2, [b"n2"]), (3, [b"n3"])]
    assert found[0][2] < 0.5 < found[2][2]


async def test_leaving_a_stream_stops_the_model(client: Triton, tmp_path: Path) -> None:
    told = tmp_path / "told"
    inputs = {"count": np.array([1000], np.int32), "pause": np.array([0.05], np.float32), "file": [str(told).encode()]}
    async with aclosing(client.infer_stream("counter", inputs)) as answers:
        assert (await anext(answers))["number"][0] == 1
    async with asyncio.timeout(5):
        while "ended" not in told.read_text():
            await asyncio.sleep(0.02)
    assert int(told.read_text().split()[0]) < 1000


async def test_a_failure_says_whose_it_was(client: Triton) -> None:
    with pytest.raises(TritonFailed) as failed:
        await client.infer("sleeper", {"seconds": np.array([-1], np.float32)})
    assert failed.value.triton_code is grpc.StatusCode.INTERNAL
    assert "no wish to sleep" in failed.value.triton_message
    with pytest.raises(TritonFailed) as failed:
        await client.infer("echo", {"wrong": np.zeros((1, 1), np.float32)})
    assert failed.value.triton_code is grpc.StatusCode.INVALID_ARGUMENT
    with pytest.raises(TritonFailed) as failed:
        await client.infer("nobody", {"x": np.zeros((1, 1), np.float32)})
    assert failed.value.triton_code is grpc.StatusCode.NOT_FOUND
    with pytest.raises(TritonFailed) as failed:
        async with aclosing(client.infer_stream("counter", {"count": np.array([-1], np.int32)})) as answers:
            await anext(answers)
    assert (failed.value.triton_code, failed.value.triton_message) == (grpc.StatusCode.INVALID_ARGUMENT, "it can not count below nothing")


async def test_errors_on_streams_leave_triton_whole_and_its_models_free(client: Triton) -> None:
    """Triton 2.51 dies of `triton_grpc_error`, and never lets go of a request whose caller hangs up on its error."""

    async def ask(count: int) -> str:
        try:
            async with aclosing(client.infer_stream("counter", {"count": np.array([count], np.int32)})) as answers:
                return str([int(answer["number"][0]) async for answer in answers])
        except TritonFailed as failed:
            return failed.triton_code.name

    for _ in range(20):
        assert await asyncio.gather(*(ask(count) for count in (-1, 2, -1, -1))) == ["INVALID_ARGUMENT", "[1, 2]", *["INVALID_ARGUMENT"] * 2]
    await client.stub.RepositoryModelUnload(oip.RepositoryModelUnloadRequest(model_name="counter"))
    try:
        async with asyncio.timeout(20):
            while {entry.reason for entry in await client.index() if entry.name == "counter"} != {"unloaded"}:
                await asyncio.sleep(0.05)
        with pytest.raises(ModelAway):
            async with aclosing(client.infer_stream("counter", {"count": np.array([1], np.int32)})) as answers:
                await anext(answers)
    finally:
        await client.stub.RepositoryModelLoad(oip.RepositoryModelLoadRequest(model_name="counter"))


async def test_a_call_ends_with_its_callers_deadline(client: Triton) -> None:
    with serving(CallContext("id", "method", deadline=time.monotonic() + 0.1)), pytest.raises(DeadlineTooShort):
        await client.infer("sleeper", {"seconds": np.array([0.5], np.float32)}, timeout=30)


async def test_a_triton_that_is_away_can_be_asked_again() -> None:
    async with Triton(f"127.0.0.1:{free_port()}") as client:
        with pytest.raises(DependencyUnavailable) as away:
            await client.infer("echo", {"x": np.zeros((1, 1), np.float32)})
        assert away.value.retry_after == 1
        with pytest.raises(DependencyUnavailable):
            async with aclosing(client.infer_stream("counter", {"count": np.array([1], np.int32)})) as answers:
                await anext(answers)
        with pytest.raises(DependencyUnavailable):
            await client.config("echo", "1")


async def test_the_repository_can_be_read(client: Triton) -> None:
    ready = {(entry.name, entry.version) for entry in await client.index() if entry.state == "READY"}
    assert {("echo", "1"), ("echo", "3"), ("counter", "1")} <= ready
    config = await client.config("echo", "2")
    assert config is not None
    assert config.max_batch_size == 8
    assert await client.config("nobody", "1") is None


def test_byte_strings_are_a_tensor_and_back() -> None:
    elements = [b"", b"a", b"\x00" * 300]
    assert bytes_elements(bytes_tensor(elements)) == elements
    for broken in (b"\x05\x00\x00\x00abcd", b"\x01\x00\x00"):
        with pytest.raises(ValueError, match="longer"):
            bytes_elements(broken)


def test_an_array_that_no_tensor_can_hold_is_a_mistake_of_ours() -> None:
    from services.kit.triton.client import infer_request

    with pytest.raises(TypeError, match="complex"):
        infer_request("m", {"x": np.zeros(1, np.complex64)})
