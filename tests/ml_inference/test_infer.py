"""Inference over gRPC on a real Triton."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import grpc
import numpy as np
import pytest
from inference import grpc_service_pb2 as oip

from services.kit.testing import as_service
from services.kit.testing.errors import fields_of, reason_of, retry_of
from services.kit.triton.client import arrays, infer_request
from services.ml_inference.service_open_inference import is_local
from tests.ml_inference.conftest import House, floats
from tests.waiting import soon


async def test_a_request_goes_to_the_version_that_traffic_gives_and_the_response_says_which(house: House) -> None:
    x = np.array([[1, 2, 3]], np.float32)
    response = await house.infer("echo", x=x)
    assert np.array_equal(arrays(response)["y"], x)
    assert (response.model_name, response.model_version) == ("echo", "1")
    house.catalog.route("echo", "3")
    assert arrays(await house.infer("echo", x=x))["y"].tolist() == [[2, 3, 4]]
    assert (await house.infer("echo", "1", x=x)).model_version == "1"
    assert (house.catalog.counts("echo", "3").requests, house.catalog.counts("echo", "1").requests) == (1, 2)


async def test_the_response_carries_the_requests_id(house: House) -> None:
    request = infer_request("echo", {"x": np.ones((1, 1), np.float32)})
    request.id = "my-17"
    assert (await house.stub.ModelInfer(request, metadata=house.token())).id == "my-17"


async def test_only_the_outputs_that_were_asked_for_come_back(house: House) -> None:
    text = np.array([[b"a", b"b"]], object)
    assert list(arrays(await house.infer("words", text=text, outputs=("count",)))) == ["count"]
    assert set(arrays(await house.infer("words", text=text))) == {"loud", "count"}


async def test_elements_may_come_in_typed_lists(house: House) -> None:
    request = oip.ModelInferRequest(model_name="echo")
    request.inputs.add(name="x", datatype="FP32", shape=[1, 2]).contents.fp32_contents.extend([1.5, 2.5])
    response = await house.stub.ModelInfer(request, metadata=house.token())
    assert arrays(response)["y"].tolist() == [[1.5, 2.5]]


def _request(**changes: Any) -> oip.ModelInferRequest:
    asked = {"name": "x", "datatype": "FP32", "shape": [1, 2], "raw": [bytes(8)], "outputs": ()} | changes
    request = oip.ModelInferRequest(model_name="echo")
    request.inputs.add(name=asked["name"], datatype=asked["datatype"], shape=asked["shape"])
    request.raw_input_contents.extend(asked["raw"])
    for name in asked["outputs"]:
        request.outputs.add(name=name)
    return request


@pytest.mark.parametrize(
    ("request_", "fields", "said"),
    [
        (_request(name="z"), ["inputs[0].name", "inputs"], "'z' is no input of echo; it takes x"),
        (_request(datatype="INT32"), ["inputs[0].datatype"], "is FP32, not INT32"),
        (_request(shape=[2]), ["inputs[0].shape"], "takes [batch, any]"),
        (_request(shape=[9, 1], raw=[bytes(36)]), ["inputs[0].shape"], "1 to 8"),
        (_request(shape=[0, 2], raw=[b""]), ["inputs[0].shape"], "1 to 8"),
        (_request(raw=[bytes(7)]), ["inputs[0]"], "needs 8 bytes for its shape, and has 7"),
        (_request(raw=[]), ["inputs[0]"], "needs 2 elements in `fp32_contents`"),
        (_request(raw=[bytes(8), bytes(8)]), ["raw_input_contents"], "more entries"),
        (_request(outputs=["w"]), ["outputs[0].name"], "'w' is no output of echo; it gives y"),
        (oip.ModelInferRequest(model_name="echo"), ["inputs"], "'x' is missing"),
    ],
)
async def test_a_tensor_that_does_not_fit_is_named_before_anything_waits(
    house: House, request_: oip.ModelInferRequest, fields: list[str], said: str
) -> None:
    with pytest.raises(grpc.aio.AioRpcError) as error:
        await house.stub.ModelInfer(request_, metadata=house.token())
    assert error.value.code() is grpc.StatusCode.INVALID_ARGUMENT
    assert (reason_of(error), fields_of(error)) == ("TENSOR_MISMATCH", fields)
    assert said in error.value.details()
    assert house.catalog.executed() == 0


async def test_byte_strings_are_counted(house: House) -> None:
    for raw, said in ((b"\x01\x00\x00\x00a", "needs 2 elements for its shape, and has 1"), (b"\x05\x00\x00\x00a", "in the middle")):
        request = oip.ModelInferRequest(model_name="words")
        request.inputs.add(name="text", datatype="BYTES", shape=[1, 2])
        request.raw_input_contents.append(raw)
        with pytest.raises(grpc.aio.AioRpcError, match=said):
            await house.stub.ModelInfer(request, metadata=house.token())


async def test_an_unknown_model_or_version_is_not_found(house: House) -> None:
    for model, version, reason in (("nobody", "", "MODEL_NOT_FOUND"), ("echo", "9", "VERSION_NOT_FOUND")):
        with pytest.raises(grpc.aio.AioRpcError) as error:
            await house.infer(model, version, x=np.ones((1, 1), np.float32))
        assert error.value.code() is grpc.StatusCode.NOT_FOUND
        assert reason_of(error) == reason


async def test_a_version_that_drains_answers_not_ready(house: House) -> None:
    house.catalog.drain("echo", "1")
    with pytest.raises(grpc.aio.AioRpcError) as error:
        await house.infer("echo", x=np.ones((1, 1), np.float32))
    assert (error.value.code(), reason_of(error)) == (grpc.StatusCode.UNAVAILABLE, "MODEL_NOT_READY")


async def test_a_model_that_fails_speaks_against_its_version_and_a_bad_request_does_not(house: House) -> None:
    with pytest.raises(grpc.aio.AioRpcError) as error:
        await house.infer("sleeper", seconds=floats(-1))
    assert (error.value.code(), reason_of(error)) == (grpc.StatusCode.INTERNAL, "MODEL_FAILED")
    assert "no wish to sleep" in error.value.details()
    assert (house.catalog.counts("sleeper").errors, house.catalog.executed()) == (1, 1)
    await house.infer("sleeper", seconds=floats(0))
    assert (house.catalog.counts("sleeper").errors, house.catalog.executed()) == (1, 2)


async def test_a_decoupled_model_is_refused_where_one_response_is_promised(house: House) -> None:
    with pytest.raises(grpc.aio.AioRpcError) as error:
        await house.infer("counter", count=np.array([1], np.int32))
    assert (error.value.code(), reason_of(error)) == (grpc.StatusCode.FAILED_PRECONDITION, "MODEL_DECOUPLED")


async def test_who_has_no_token_or_not_the_scope_is_refused(house: House) -> None:
    request = infer_request("echo", {"x": np.ones((1, 1), np.float32)})
    for metadata, code in (
        ((), grpc.StatusCode.UNAUTHENTICATED),
        (house.token(scope="chat.read"), grpc.StatusCode.PERMISSION_DENIED),
        (house.token(roles=("OPERATOR",)), grpc.StatusCode.PERMISSION_DENIED),
    ):
        with pytest.raises(grpc.aio.AioRpcError) as error:
            await house.stub.ModelInfer(request, metadata=metadata)
        assert error.value.code() is code


async def test_a_service_may_infer_for_nobody_in_particular(house: House) -> None:
    request = infer_request("echo", {"x": np.ones((1, 1), np.float32)})
    metadata = as_service(house.issuer.service("memory", "inference.GRPCInferenceService"))
    assert (await house.stub.ModelInfer(request, metadata=metadata)).model_version == "1"


async def test_a_call_that_is_cancelled_frees_its_place(house: House) -> None:
    house.catalog.set_queue("sleeper", max_running=1)
    first = asyncio.create_task(house.sleep(1.0))
    await soon(lambda: house.catalog.in_flight("sleeper") == 1)
    second = asyncio.create_task(house.sleep(0.0))
    admission = (await soon(lambda: house.queues.existing("sleeper", "1"))).admission
    await soon(lambda: admission.waiting == 1)
    second.cancel()
    await soon(lambda: admission.waiting == 0)
    first.cancel()
    await soon(lambda: admission.running == 0)
    assert house.catalog.in_flight("sleeper") == 0


async def test_a_full_line_refuses_and_says_from_its_pace_when_to_come_back(house: House) -> None:
    house.catalog.set_queue("sleeper", max_running=1, max_size=4, max_size_per_tenant=4)
    work = [asyncio.create_task(house.sleep(0.1)) for _ in range(5)]
    admission = (await soon(lambda: house.queues.existing("sleeper", "1"))).admission
    await soon(lambda: admission.waiting == 4)
    with pytest.raises(grpc.aio.AioRpcError) as error:
        await house.sleep(0.1)
    assert (error.value.code(), reason_of(error)) == (grpc.StatusCode.RESOURCE_EXHAUSTED, "OVERLOADED")
    assert 0.1 <= retry_of(error) < 10
    await asyncio.gather(*work)
    await house.sleep(0.0)


async def test_a_deadline_that_can_not_be_met_is_refused_before_any_work(house: House) -> None:
    house.catalog.set_queue("sleeper", max_running=1)
    for _ in range(3):
        await house.sleep(0.6)
    before = house.catalog.executed()
    with pytest.raises(grpc.aio.AioRpcError) as error:
        await house.sleep(0.6, deadline=0.4)
    assert (error.value.code(), reason_of(error)) == (grpc.StatusCode.DEADLINE_EXCEEDED, "DEADLINE_TOO_SHORT")
    assert house.catalog.executed() == before


async def test_a_requests_own_timeout_bounds_its_wait_alone(house: House) -> None:
    house.catalog.set_queue("sleeper", max_running=1)
    first = asyncio.create_task(house.sleep(0.6))
    await soon(lambda: house.catalog.in_flight("sleeper") == 1)
    with pytest.raises(grpc.aio.AioRpcError) as error:
        await house.sleep(0.0, timeout=50_000)
    assert reason_of(error) == "DEADLINE_TOO_SHORT"
    await first


async def test_a_parameter_of_the_wrong_kind_is_named(house: House) -> None:
    request = infer_request("echo", {"x": np.ones((1, 1), np.float32)})
    request.parameters["priority"].string_param = "high"
    with pytest.raises(grpc.aio.AioRpcError) as error:
        await house.stub.ModelInfer(request, metadata=house.token())
    assert fields_of(error) == ["parameters[priority]"]


async def test_equal_requests_share_an_answer_inside_a_tenant(house: House) -> None:
    house.catalog.set_cache("echo")
    request = infer_request("echo", {"x": np.array([[4, 5]], np.float32)})
    for number, tenant in enumerate(("one", "one", "two")):
        request.id = f"id-{number}"
        response = await house.stub.ModelInfer(request, metadata=house.token(tenant))
        assert (response.id, arrays(response)["y"].tolist()) == (f"id-{number}", [[4, 5]])
    assert house.catalog.executed() == 2
    assert house.catalog.cache.size > 0
    freed = house.catalog.cache.size
    assert house.catalog.cache.clear("echo") == freed
    await house.stub.ModelInfer(request, metadata=house.token("one"))
    assert house.catalog.executed() == 3


async def test_equal_requests_under_way_are_worked_on_once(house: House) -> None:
    house.catalog.set_cache("sleeper")
    await asyncio.gather(*(house.sleep(0.3) for _ in range(5)))
    assert house.catalog.executed() == 1


async def test_a_failed_answer_is_not_kept(house: House) -> None:
    house.catalog.set_cache("sleeper")
    for _ in range(2):
        with pytest.raises(grpc.aio.AioRpcError):
            await house.sleep(-1)
    assert house.catalog.executed() == 2


async def test_a_shadow_gets_copies_and_is_held_against_the_answer(house: House) -> None:
    for version, tolerance, equal in (("2", 0.01, True), ("2", 1e-6, False), ("3", 0.01, False)):
        house.catalog.route("echo", "1", version, tolerance)
        before = house.catalog.counts("echo", version)
        response = await house.infer("echo", x=np.array([[1, 2]], np.float32))
        assert response.model_version == "1"
        await soon(lambda version=version, before=before: house.catalog.counts("echo", version).copies > before.copies)
        assert house.catalog.counts("echo", version).differences - before.differences == (not equal)
    assert (house.catalog.counts("echo", "1").requests, house.catalog.executed()) == (3, 3)


async def test_shared_memory_is_refused_to_who_comes_through_a_proxy(house: House) -> None:
    request = infer_request("echo", {"x": np.ones((1, 1), np.float32)})
    request.inputs[0].parameters["shared_memory_region"].string_param = "r"
    request.inputs[0].parameters["shared_memory_byte_size"].int64_param = 4
    del request.raw_input_contents[:]
    with pytest.raises(grpc.aio.AioRpcError) as error:
        await house.stub.ModelInfer(request, metadata=(*house.token(), ("x-forwarded-for", "10.0.0.1")))
    assert reason_of(error) == "SHARED_MEMORY_REFUSED"
    with pytest.raises(grpc.aio.AioRpcError) as error:
        await house.stub.ModelInfer(request, metadata=house.token())
    assert reason_of(error) == "SHARED_MEMORY_REFUSED"
    register = oip.SystemSharedMemoryRegisterRequest(name="r", key="/no_such", byte_size=4)
    operator = house.token(roles=("OPERATOR",))
    for metadata in ((*operator, ("x-forwarded-for", "10.0.0.1")), operator):
        with pytest.raises(grpc.aio.AioRpcError) as error:
            await house.stub.SystemSharedMemoryRegister(register, metadata=metadata)
        assert reason_of(error) == "SHARED_MEMORY_REFUSED"


class _Wire:
    def __init__(self, peer: str, *keys: str) -> None:
        self._peer, self._keys = peer, keys

    def peer(self) -> str:
        return self._peer

    def invocation_metadata(self) -> list[tuple[str, str]]:
        return [(key, "") for key in self._keys]


def test_only_who_comes_straight_from_this_host_is_local() -> None:
    assert is_local(_Wire("ipv4:127.0.0.1:5000", "authorization"))
    assert is_local(_Wire("unix:/tmp/x"))
    assert is_local(_Wire("ipv6:%5B::1%5D:5000"))
    assert not is_local(_Wire("ipv4:127.0.0.1:5000", "x-forwarded-for"))
    assert not is_local(_Wire("ipv4:10.0.0.2:5000"))


async def test_the_server_and_its_models_are_described(house: House) -> None:
    assert (await house.stub.ServerLive(oip.ServerLiveRequest())).live
    assert (await house.stub.ServerReady(oip.ServerReadyRequest())).ready
    token = house.token()
    server = await house.stub.ServerMetadata(oip.ServerMetadataRequest(), metadata=token)
    assert "binary_tensor_data" in server.extensions
    model = await house.stub.ModelMetadata(oip.ModelMetadataRequest(name="echo"), metadata=token)
    assert list(model.versions) == ["3", "2", "1"]
    assert (model.inputs[0].name, model.inputs[0].datatype, list(model.inputs[0].shape)) == ("x", "FP32", [-1, -1])
    assert (await house.stub.ModelReady(oip.ModelReadyRequest(name="echo", version="2"), metadata=token)).ready
    config = (await house.stub.ModelConfig(oip.ModelConfigRequest(name="counter"), metadata=token)).config
    assert config.model_transaction_policy.decoupled
    index = await house.stub.RepositoryIndex(oip.RepositoryIndexRequest(ready=True), metadata=token)
    assert ("echo", "3", "READY") in {(m.name, m.version, m.state) for m in index.models}
    await house.infer("echo", x=np.ones((1, 1), np.float32))
    about = oip.ModelStatisticsRequest(name="echo", version="1")

    async def counted() -> bool:  # Triton answers first, and counts then
        return (await house.stub.ModelStatistics(about, metadata=token)).model_stats[0].inference_count > 0

    await soon(counted)
    for ask in (
        house.stub.ModelMetadata(oip.ModelMetadataRequest(name="nobody"), metadata=token),
        house.stub.ModelConfig(oip.ModelConfigRequest(name="echo", version="7"), metadata=token),
        house.stub.ModelStatistics(oip.ModelStatisticsRequest(name="nobody"), metadata=token),
        house.stub.ModelReady(oip.ModelReadyRequest(name="echo", version="7"), metadata=token),
    ):
        with pytest.raises(grpc.aio.AioRpcError) as error:
            await ask
        assert error.value.code() is grpc.StatusCode.NOT_FOUND


async def test_trace_and_log_settings_are_the_operators(house: House, tmp_path: Path) -> None:
    operator = house.token(roles=("OPERATOR",))
    assert "trace_rate" in (await house.stub.TraceSetting(oip.TraceSettingRequest(), metadata=operator)).settings
    assert "log_info" in (await house.stub.LogSettings(oip.LogSettingsRequest(), metadata=operator)).settings
    with pytest.raises(grpc.aio.AioRpcError) as error:
        await house.stub.LogSettings(oip.LogSettingsRequest(), metadata=house.token())
    assert error.value.code() is grpc.StatusCode.PERMISSION_DENIED
