"""The Open Inference Protocol over REST, through a real edge, on a real Triton."""

from __future__ import annotations

import asyncio
import gzip
import json
import struct
import zlib
from pathlib import Path
from typing import Any

import grpc
import numpy as np
import pytest
from inference.grpc_service_pb2_grpc import GRPCInferenceServiceStub

from tests.ml_inference.conftest import House
from tests.ml_inference.rest import Answer, Rest

LENGTH = "Inference-Header-Content-Length"
X = {"name": "x", "datatype": "FP32", "shape": [2, 2], "data": [[1, 2.5], [-3, 1e-3]]}
OPERATOR = ("USER", "OPERATOR")


def _raw(*numbers: float) -> bytes:
    return struct.pack(f"<{len(numbers)}f", *numbers)


def _text(*texts: bytes) -> bytes:
    return b"".join(struct.pack("<I", len(t)) + t for t in texts)


async def _binary(rest: Rest, model: str, said: Any, *raws: bytes, length: int | None = None, **more: Any) -> Answer:
    head = json.dumps(said).encode()
    headers = {"inference_header_content_length": str(len(head) if length is None else length), "content_type": "application/octet-stream"}
    return await rest.infer(model, data=b"".join([head, *raws]), **headers, **more)


def _split(answer: Answer) -> tuple[Any, bytes]:
    """The JSON of a body, and what follows it."""
    length = int(answer.headers[LENGTH])
    return json.loads(answer.raw[:length]), answer.raw[length:]


async def test_tensors_go_as_json_flat_or_nested_and_come_back_flat(rest: Rest) -> None:
    for data in (X["data"], [1, 2.5, -3, 1e-3]):
        answer = await rest.infer("echo", {"id": "my-17", "inputs": [X | {"data": data}]})
        assert (answer.status, answer.headers["content-type"]) == (200, "application/json"), answer.raw
        assert LENGTH not in answer.headers
        output = {"name": "y", "datatype": "FP32", "shape": [2, 2], "data": [1.0, 2.5, -3.0, 0.001]}
        assert answer.json == {"id": "my-17", "model_name": "echo", "model_version": "1", "outputs": [output]}


async def test_the_version_is_the_path_s_or_the_one_that_traffic_gives(house: House, rest: Rest) -> None:
    house.catalog.route("echo", "3")
    assert (await rest.infer("echo", {"inputs": [X]})).json["model_version"] == "3"
    assert (await rest.call("POST", "/v2/models/echo/versions/1/infer", {"inputs": [X]})).json["model_version"] == "1"


async def test_a_query_can_not_say_another_version_than_the_path(rest: Rest) -> None:
    for query in ("model_version=3", "modelVersion=3", "model%5Fversion=3", "model_name=words"):
        for path in ("/v2/models/echo/versions/1", "/v2/models/echo/versions/1/config", "/v2/models/echo/versions/1/ready"):
            answer = await rest.get(f"{path}?{query}")
            assert answer.status == 400, (path, query, answer.raw)
            assert "can't stand in the query" in answer.error
    assert (await rest.call("POST", "/v2/models/echo/versions/1/infer?model_version=3", {"inputs": [X]})).status == 400
    assert (await rest.call("POST", "/v2/models/echo/infer?model_version=3", {"inputs": [X]})).json["model_version"] == "3"


async def test_raw_tensors_follow_the_json_both_ways(rest: Rest) -> None:
    x = {"name": "x", "datatype": "FP32", "shape": [1, 3], "parameters": {"binary_data_size": 12}}
    answer = await _binary(rest, "echo", {"inputs": [x], "parameters": {"binary_data_output": True}}, _raw(1, 2, 3))
    assert (answer.status, answer.headers["content-type"]) == (200, "application/octet-stream"), answer.raw
    said, rest_of_it = _split(answer)
    assert said["outputs"] == [{"name": "y", "datatype": "FP32", "shape": [1, 3], "parameters": {"binary_data_size": 12}}]
    assert rest_of_it == _raw(1, 2, 3)
    answer = await _binary(rest, "echo", {"inputs": [x]}, _raw(1, 2, 3))
    assert answer.json["outputs"][0]["data"] == [1, 2, 3]


async def test_some_outputs_raw_and_some_not_in_the_order_of_the_json(rest: Rest) -> None:
    text = {"name": "text", "datatype": "BYTES", "shape": [1, 2], "data": ["a", "\u00fc"]}
    mark = {"name": "mark", "datatype": "BYTES", "shape": [1], "parameters": {"binary_data_size": 5}}
    outputs = [{"name": "count"}, {"name": "loud", "parameters": {"binary_data": True}}]
    answer = await _binary(rest, "words", {"inputs": [text, mark], "outputs": outputs}, _text(b"!"))
    said, raw = _split(answer)
    by_name = {o["name"]: o for o in said["outputs"]}
    assert by_name["count"]["data"] == [2]
    assert by_name["loud"]["parameters"] == {"binary_data_size": len(raw)}
    assert raw == _text(b"A!", "\u00fc!".encode())
    answer = await rest.infer("words", {"inputs": [text], "outputs": [{"name": "loud"}]})
    assert answer.json["outputs"] == [{"name": "loud", "datatype": "BYTES", "shape": [1, 2], "data": ["A", "\u00fc"]}]
    all_but_one = {"inputs": [text], "outputs": [{"name": "loud", "parameters": {"binary_data": False}}, {"name": "count"}]}
    said, raw = _split(await rest.infer("words", all_but_one | {"parameters": {"binary_data_output": True}}))
    assert raw == struct.pack("<q", 2)


async def test_half_floats_go_raw_alone(rest: Rest) -> None:
    x = {"name": "x", "datatype": "FP16", "shape": [2]}
    raw = struct.pack("<2e", 0.5, 65504)
    given = x | {"parameters": {"binary_data_size": 4}}
    _, came = _split(await _binary(rest, "halves", {"inputs": [given], "parameters": {"binary_data_output": True}}, raw))
    assert came == raw
    answer = await rest.infer("halves", {"inputs": [x | {"data": [0.5, 1]}]})
    assert (answer.status, answer.error) == (400, "inputs[0].data: FP16 is sent only as raw bytes after the JSON")
    answer = await _binary(rest, "halves", {"inputs": [given]}, raw)
    assert answer.status == 400
    assert "the output 'y' is FP16" in answer.error


async def test_a_body_may_be_the_only_input_s_bytes_and_nothing_else(rest: Rest) -> None:
    answer = await rest.infer("echo", data=_raw(1, 2), inference_header_content_length="0", content_type="application/octet-stream")
    said, raw = _split(answer)
    assert (said["outputs"][0]["shape"], raw) == ([1, 2], _raw(1, 2))
    answer = await rest.infer("words", data=b"ab", inference_header_content_length="0")
    assert answer.status == 400
    assert "2 inputs" in answer.error


@pytest.mark.parametrize(("encoding", "pack"), [("gzip", gzip.compress), ("deflate", zlib.compress)])
async def test_a_body_may_be_compressed(rest: Rest, encoding: str, pack: Any) -> None:
    body = json.dumps({"inputs": [X]}).encode()
    answer = await rest.infer("echo", data=pack(body), content_encoding=encoding)
    assert answer.status == 200, answer.raw
    assert answer.json["outputs"][0]["data"] == [1, 2.5, -3, 0.001]
    for sent, said in ((body, f"is not {encoding}"), (pack(body)[:-3], "one whole"), (pack(bytes(40 * 2**20)), "when it is decompressed")):
        answer = await rest.infer("echo", data=sent, content_encoding=encoding)
        assert answer.status == 400
        assert said in answer.error


async def test_priority_and_timeout_are_the_parameters_of_the_line(house: House, rest: Rest) -> None:
    house.catalog.set_queue("sleeper", max_running=1)
    first = asyncio.create_task(_sleep(rest, 1))
    await _in_use(house, 1)
    answer = await _sleep(rest, 0, timeout=50_000)
    assert answer.status == 504
    assert "timeout of 50 ms" in answer.error
    assert (await first).status == 200
    answer = await _sleep(rest, 0, priority="high")
    assert (answer.status, answer.error[:21]) == (400, "parameters[priority]:")


async def test_a_full_line_says_when_to_come_back(house: House, rest: Rest) -> None:
    house.catalog.set_queue("sleeper", max_running=1, max_size=1)
    both = [asyncio.create_task(_sleep(rest, 1, tenant_id=tenant)) for tenant in ("one", "two")]
    await _in_use(house, 2)
    answer = await _sleep(rest, 0, tenant_id="three")
    assert answer.status == 429
    assert int(answer.headers["retry-after"]) >= 1
    assert "requests wait for sleeper/1" in answer.error
    assert {a.status for a in await asyncio.gather(*both)} == {200}


async def _in_use(house: House, requests: int) -> None:
    """Waits until the sleeper has so many."""
    async with asyncio.timeout(10):
        while house.catalog.in_flight("sleeper") != requests:
            await asyncio.sleep(0.01)


async def _sleep(rest: Rest, seconds: float, tenant_id: str = "tenant_1", **parameters: Any) -> Answer:
    tensor = {"name": "seconds", "datatype": "FP32", "shape": [1], "data": [seconds]}
    return await rest.infer("sleeper", {"inputs": [tensor], "parameters": parameters}, tenant_id=tenant_id)


def _with(**changes: Any) -> Any:
    return {"inputs": [X | changes]}


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b"{", "the body is not JSON"),
        (b"", "the body is not JSON"),
        (b"[]", "the body: must be an object"),
        ({"inputs": {}}, "inputs: must be an array"),
        ({"inputs": [1]}, "inputs[0]: must be an object"),
        ({}, "inputs: 'x' is missing"),
        ({"id": 7}, "id: must be a string"),
        (_with(name=None), "inputs[0].name: is missing"),
        (_with(shape=[-1, 2]), "inputs[0].shape: must be an array of non-negative integers"),
        (_with(shape=[2, 3]), "inputs[0].data: has 4 elements, and the shape [2, 3] asks for 6"),
        (_with(shape=[9, 1], data=[1] * 9), "its first number is the batch, 1 to 8"),
        (_with(data=["1", "2", "3", "4"]), "inputs[0].data: FP32 is made of numbers"),
        (_with(data=[True, False, True, False]), "inputs[0].data: FP32 is made of numbers"),
        (_with(data=[1, 2, 3, None]), "inputs[0].data: FP32 is made of numbers"),
        (_with(data=[1, 2, [3, 4]]), "inputs[0].data: mixes arrays and elements"),
        (_with(data=[1, 2, 3, 1e39]), "inputs[0].data: a number does not fit into FP32"),
        (_with(datatype="INT8", data=[1, 2, 3, 200]), "inputs[0].data: a number does not fit into INT8"),
        (_with(datatype="INT64", data=[1, 2, 3, 2**70]), "inputs[0].data: INT64 is made of whole numbers"),
        (_with(datatype="INT32", data=[1, 2, 3, 4]), "'x' is FP32, not INT32"),
        (_with(datatype="FLOAT"), "inputs[0].data: there is no datatype 'FLOAT'"),
        (_with(name="z"), "'z' is no input of echo; it takes x"),
        (_with(parameters={"binary_data_size": 16}), "inputs[0]: has `data`, and `binary_data_size` as well"),
        ({"inputs": [{"name": "x", "datatype": "FP32", "shape": [1, 1]}]}, "has neither `data` nor"),
        ({"inputs": [X], "outputs": [{"name": "w"}]}, "'w' is no output of echo; it gives y"),
        ({"inputs": [X], "parameters": {"a": []}}, "parameters.a: a parameter is a text"),
        ({"inputs": [X], "parameters": {"binary_data_output": 1}}, "parameters.binary_data_output: must be true or false"),
        (_with(data=7), "inputs[0].data: must be an array"),
        (_with(data=[[], []]), "inputs[0].data: has 0 elements"),
    ],
)
async def test_what_is_wrong_with_a_body_is_said(rest: Rest, house: House, body: Any, said: str) -> None:
    answer = await rest.infer("echo", None if isinstance(body, bytes) else body, data=body if isinstance(body, bytes) else None)
    assert answer.status == 400, answer.raw
    assert said in answer.error
    assert house.catalog.executed() == 0


@pytest.mark.parametrize(
    ("length", "size", "sent", "said"),
    [
        ("ten", 8, 8, "'ten' is not a number of bytes"),
        ("-1", 8, 8, "'-1' is not a number of bytes"),
        ("100000", 8, 8, "says 100000 bytes, and the whole body has"),
        ("20", 8, 8, "the body is not JSON"),
        (None, 12, 8, "says 12 bytes, and 8 are left"),
        (None, 8, 12, "4 bytes of the body belong to no input"),
        (None, 4, 4, "needs 8 bytes for its shape, and has 4"),
        (None, "8", 8, "must be a number of bytes"),
    ],
)
async def test_lengths_that_contradict_are_named(rest: Rest, length: Any, size: Any, sent: int, said: str) -> None:
    x = {"name": "x", "datatype": "FP32", "shape": [1, 2], "parameters": {"binary_data_size": size}}
    answer = await _binary(rest, "echo", {"inputs": [x]}, bytes(sent), length=length)
    assert answer.status == 400, answer.raw
    assert said in answer.error


async def test_shared_memory_is_not_for_rest(rest: Rest) -> None:
    x = {"name": "x", "datatype": "FP32", "shape": [1, 1], "parameters": {"shared_memory_region": "r", "shared_memory_byte_size": 4}}
    answer = await rest.infer("echo", {"inputs": [x]})
    assert answer.status == 400
    assert "shared memory is for callers on this server's host" in answer.error


async def test_unknown_models_and_versions_are_not_found_everywhere(rest: Rest) -> None:
    for path in (
        "nobody",
        "nobody/ready",
        "nobody/config",
        "nobody/stats",
        "echo/versions/9",
        "echo/versions/9/ready",
        "echo/versions/9/stats",
    ):
        answer = await rest.get(f"/v2/models/{path}")
        assert (answer.status, "no" in answer.error) == (404, True), path
    for path in ("nobody/infer", "nobody/generate", "nobody/generate_stream", "echo/versions/9/infer"):
        assert (await rest.call("POST", f"/v2/models/{path}", {"inputs": []})).status == 404, path


async def test_a_version_that_is_not_ready_is_worth_another_try(house: House, rest: Rest) -> None:
    house.catalog.drain("echo", "1")
    answer = await rest.infer("echo", {"inputs": [X]})
    assert (answer.status, answer.error) == (503, "version 1 of echo is not loaded")


async def test_while_triton_is_away_a_call_is_worth_another_try(house: House, rest: Rest, monkeypatch: pytest.MonkeyPatch) -> None:
    async with grpc.aio.insecure_channel("127.0.0.1:1") as nowhere:
        monkeypatch.setattr(house.triton, "stub", GRPCInferenceServiceStub(nowhere))
        for answer in (await rest.infer("echo", {"inputs": [X]}), await rest.call("POST", "/v2/models/echo/generate", {"x": [1]})):
            assert (answer.status, answer.headers["retry-after"]) == (503, "1")
            assert answer.error == "the models are unavailable at the moment; try again"
        assert (await rest.get("/v2/health/ready")).status == 503
    monkeypatch.undo()
    assert (await rest.infer("echo", {"inputs": [X]})).status == 200


async def test_a_model_that_fails_says_why(rest: Rest) -> None:
    answer = await _sleep(rest, -1)
    assert answer.status == 500
    assert "it has no wish to sleep" in answer.error


async def test_not_everything_can_be_said_in_json(rest: Rest) -> None:
    answer = await _binary(
        rest,
        "echo",
        {"inputs": [{"name": "x", "datatype": "FP32", "shape": [1, 1], "parameters": {"binary_data_size": 4}}]},
        _raw(float("nan")),
    )
    assert (answer.status, "holds a NaN or an infinity" in answer.error) == (400, True)
    text = {"name": "text", "datatype": "BYTES", "shape": [1, 2], "parameters": {"binary_data_size": 10}}
    answer = await _binary(rest, "words", {"inputs": [text]}, _text(b"\xff", b"\xfe"))
    assert (answer.status, "is not text" in answer.error) == (400, True)


async def test_an_answer_that_is_longer_as_json_than_a_message_may_be_is_refused(rest: Rest) -> None:
    numbers = np.random.default_rng(7).random((1, 3_500_000), np.float32)
    x = {"name": "x", "datatype": "FP32", "shape": list(numbers.shape), "parameters": {"binary_data_size": numbers.nbytes}}
    answer = await _binary(rest, "echo", {"inputs": [x]}, numbers.tobytes())
    assert (answer.status, "more than 33554432" in answer.error) == (400, True)
    raw = await _binary(rest, "echo", {"inputs": [x], "parameters": {"binary_data_output": True}}, numbers.tobytes())
    assert _split(raw)[1] == numbers.tobytes()


async def test_the_server_says_what_it_is(rest: Rest) -> None:
    server = (await rest.get("/v2")).json
    assert server["name"] == "universal-ai-tools"
    assert {"binary_tensor_data", "generate", "statistics"} <= set(server["extensions"])
    for path, said in (("live", {"live": True}), ("ready", {"ready": True})):
        async with rest.http.get(f"http://{rest.address}/v2/health/{path}") as answer:  # for probes, which have no token
            assert (answer.status, await answer.json()) == (200, said)


async def test_models_are_described_with_numbers_as_numbers(house: House, rest: Rest) -> None:
    model = (await rest.get("/v2/models/echo")).json
    x, y = ({"name": name, "datatype": "FP32", "shape": [-1, -1]} for name in "xy")
    assert model == {"name": "echo", "versions": ["3", "2", "1"], "platform": "python", "inputs": [x], "outputs": [y]}
    assert (await rest.get("/v2/models/echo/versions/2/ready")).json == {"name": "echo", "ready": True}
    config = (await rest.get("/v2/models/echo/config")).json
    assert (config["max_batch_size"], config["input"][0]["dims"], config["input"][0]["data_type"]) == (8, [-1], "TYPE_FP32")
    await rest.call("POST", "/v2/models/echo/versions/2/infer", {"inputs": [X]})
    async with asyncio.timeout(10):
        while True:  # Triton counts a moment after it answered
            (stats,) = (await rest.get("/v2/models/echo/versions/2/stats")).json["model_stats"]
            assert (stats["name"], stats["version"]) == ("echo", "2")
            if stats["inference_stats"]["success"]["count"] >= 1:
                break
    assert len((await rest.get("/v2/models/stats")).json["model_stats"]) > 5


async def test_the_repository_is_listed_and_operators_load_and_unload(rest: Rest) -> None:
    for body in (None, {}, {"ready": True}):
        index = (await rest.call("POST", "/v2/repository/index", body)).json
        assert {"name": "echo", "version": "3", "state": "READY", "reason": ""} in index
    load = "/v2/repository/models/echo/load"
    assert (await rest.call("POST", load)).status == 403
    for body in (None, {"parameters": {"config": "{}"}}):
        assert (await rest.call("POST", load, body, roles=OPERATOR)).json == {}
    answer = await rest.call("POST", load, {"parameters": {"config": "{}", "file:1/model.py": "YQ=="}}, roles=OPERATOR)
    assert (answer.status, "is not supported; RegisterModelVersion adds files" in answer.error) == (400, True)
    answer = await rest.call("POST", load, {"parameters": {"file:1/model.py": "?"}}, roles=OPERATOR)
    assert (answer.status, answer.error) == (400, "parameters.file:1/model.py: a file is base64")
    assert (await rest.call("POST", "/v2/repository/models/nobody/load", roles=OPERATOR)).status == 404
    assert (
        await rest.call("POST", "/v2/repository/models/echo/unload", {"parameters": {"unload_dependents": False}}, roles=OPERATOR)
    ).json == {}


async def test_generate_takes_and_gives_one_flat_object(rest: Rest) -> None:
    answer = await rest.call("POST", "/v2/models/words/generate", {"text": ["a", "b", "c", "d"], "mark": "!", "id": "g"})
    said = {"id": "g", "model_name": "words", "model_version": "1", "loud": ["A!", "B!", "C!", "D!"], "count": 4}
    assert (answer.status, answer.json) == (200, said)
    answer = await rest.call("POST", "/v2/models/echo/versions/2/generate", {"x": [[1], [2]], "parameters": {"temperature": 0.5}})
    assert answer.json["y"] == [1.001, 2.001]
    answer = await rest.call("POST", "/v2/models/counter/generate", {"count": 1})
    assert (answer.json["number"], answer.json["word"]) == (1, "n1")


@pytest.mark.parametrize(
    ("path", "body", "status", "said"),
    [
        ("words/generate", {"text": ["a", "b", "c"]}, 400, "text: 3 elements can't be given the shape [-1, 2]"),
        ("words/generate", {"text": [1, 2]}, 400, "text: BYTES is made of strings"),
        ("words/generate", {"text": ["a", "b"], "odd": {}}, 400, "odd: a parameter is a text"),
        ("words/generate", {"mark": "!"}, 400, "'text' is missing"),
        ("counter/generate", {"count": 2}, 400, "more than one response"),
        ("counter/generate_stream", {"count": "two"}, 400, "count: INT32 is made of whole numbers"),
        ("counter/generate_stream", {"count": -1}, 400, "can not count below nothing"),
    ],
)
async def test_what_is_wrong_with_a_flat_body_is_said(rest: Rest, path: str, body: Any, status: int, said: str) -> None:
    answer = await rest.call("POST", f"/v2/models/{path}", body)
    assert answer.status == status, answer.raw
    assert said in answer.error


async def test_a_decoupled_model_answers_infer_only_with_exactly_one_response(rest: Rest) -> None:
    def body(count: int) -> Any:
        return {"inputs": [{"name": "count", "datatype": "INT32", "shape": [1], "data": [count]}]}

    answer = await rest.infer("counter", body(1))
    assert (answer.status, answer.json["outputs"][0]["data"]) == (200, [1])
    for count, said in ((0, "gave no response"), (3, "gave more than one response")):
        answer = await rest.infer("counter", body(count))
        assert (answer.status, said in answer.error) == (400, True)


async def test_generate_stream_sends_events_as_they_are_made(rest: Rest) -> None:
    sent = {"authorization": f"Bearer {rest.token()}"}
    loop, came = asyncio.get_running_loop(), []
    url = f"http://{rest.address}/v2/models/counter/generate_stream"
    async with rest.http.post(url, json={"count": 3, "pause": 0.3}, headers=sent) as answer:
        assert (answer.status, answer.content_type) == (200, "text/event-stream")
        async for line in answer.content:
            if line.strip():
                came.append((loop.time(), json.loads(line.removeprefix(b"data: "))))
    assert [event["number"] for _, event in came] == [1, 2, 3]
    assert came[-1][1] == {"model_name": "counter", "model_version": "1", "number": 3, "word": "n3"}
    assert came[2][0] - came[0][0] > 0.3
    async with rest.http.post(url.replace("counter", "echo"), json={"x": [1.5]}, headers=sent) as answer:
        assert await answer.text() == 'data: {"model_name":"echo","model_version":"1","y":1.5}\n\n'


async def test_ending_the_stream_stops_the_model(rest: Rest, tmp_path: Path) -> None:
    file = tmp_path / "count"
    url = f"http://{rest.address}/v2/models/counter/generate_stream"
    body = {"count": 200, "pause": 0.05, "file": str(file)}
    async with rest.http.post(url, json=body, headers={"authorization": f"Bearer {rest.token()}"}) as answer:
        await answer.content.readline()
    async with asyncio.timeout(5):
        while not (file.exists() and file.read_text().endswith("ended")):
            await asyncio.sleep(0.05)
    assert int(file.read_text().split()[0]) < 100
