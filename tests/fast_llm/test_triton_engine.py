"""What only the engine before Triton has: models of a repository, of which some say less than others. And fast_llm as it serves them."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path

import grpc
import psutil
import pytest
from google.rpc import error_details_pb2
from grpc_status import rpc_status
from inference import grpc_service_pb2 as oip
from uat.fast_llm.v1 import engine_service_pb2 as pb
from uat.fast_llm.v1 import engine_service_pb2_grpc, model_pb2
from uat.fast_llm.v1.model_pb2 import MODEL_STATE_FAILED, MODEL_STATE_READY, LoadOptions
from uat.generation.v1.event_pb2 import FINISH_REASON_LENGTH
from uat.generation.v1.message_pb2 import ROLE_SYSTEM, ROLE_USER

from services.fast_llm.app import build
from services.fast_llm.config import FastLlmConfig
from services.fast_llm.engines.triton import TritonConfig, TritonEngine
from services.fast_llm.errors import CapabilityMissing, EngineFailed, ModelNotReady, ModelUnloadable
from services.kit.config import ConfigError, Settings
from services.kit.testing import Issuer, as_service, running, trusting
from services.kit.triton.client import Triton
from services.mesh.parts import triton as part
from services.mesh.parts.nats import Nats
from services.mesh.parts.postgres import Postgres
from services.mesh.parts.runner import running_part
from services.mesh.parts.triton_wheel import Wheel
from tests.conftest import settings_for
from tests.fast_llm.requests import LONG, answer, asking, begun, chatting, drained, generating, idle, prompting
from tests.ml_inference import whole
from tests.ports import free_port


@pytest.fixture(scope="module")
async def engine(language_triton: part.Triton) -> AsyncIterator[TritonEngine]:
    made = TritonEngine(TritonConfig(language_triton.url, slots=9, watch_s=0.05))
    await made.load_model("smollm2", "smollm2")
    await made.load_model("bird", "parrot")
    yield made
    await made.close()


async def test_a_model_says_what_it_takes(engine: TritonEngine) -> None:
    ours, bird = engine.model("smollm2"), engine.model("bird")
    assert (ours.state, ours.slots, ours.context_length, ours.capabilities.chat) == (MODEL_STATE_READY, 4, 2048, True)
    assert (engine.path("bird"), bird.slots, bird.context_length, bird.capabilities.chat) == ("parrot", 9, 4096, True)
    assert not ours.capabilities.logprobs
    assert [model.name for model in engine.models()] == ["bird", "smollm2"]


async def test_a_model_of_vllms_backend_gets_its_own_tensors_and_a_conversation_in_its_format(engine: TritonEngine) -> None:
    turns = [{"role": ROLE_SYSTEM, "text": "Be brief."}, {"role": ROLE_USER, "text": "Hi"}]
    text, finished = await answer(engine, chatting(turns, model="bird", stop=["x"], sampling={}))
    parameters, written = text.split("}", 1)
    assert json.loads(parameters + "}") == {"max_tokens": 4096, "stop": ["x"]}
    assert written == "<|im_start|>system\nBe brief.<|im_end|>\n<|im_start|>user\nHi<|im_end|>\n<|im_start|>assistant\n"
    assert (finished.usage.input_tokens, finished.usage.output_tokens, finished.finish_reason) == (7, 2, FINISH_REASON_LENGTH)


async def test_an_error_of_such_a_model_fails_its_call_alone(engine: TritonEngine) -> None:
    with pytest.raises(EngineFailed, match="Error generating stream"):
        await answer(engine, prompting("fail", model="bird"))
    assert (await answer(engine, prompting("Hi", model="bird")))[0].endswith("Hi")


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        (prompting("x", logprobs=1), "options.logprobs"),
        (generating(token_ids={"ids": [1, 2]}), "token_ids"),
        (chatting([{"role": ROLE_USER, "text": "x"}], chat={"tools": [{"name": "weather"}]}), "chat.tools"),
        (chatting([{"role": ROLE_USER, "parts": [{"image": {"data": b"x", "media_type": "image/png"}}]}]), "chat.messages"),
        (prompting("x", model="bird", return_token_ids=True), "return_token_ids"),
        (prompting("x", model="bird", cache_salt="mine"), "cache_salt"),
    ],
)
async def test_what_the_tensors_cannot_carry_is_refused_by_name(engine: TritonEngine, asked: pb.GenerateRequest, field: str) -> None:
    with pytest.raises(CapabilityMissing) as refused:
        engine.generate(asked)
    assert refused.value.fields[0].field == field


async def test_what_triton_does_not_tell_is_refused(engine: TritonEngine) -> None:
    for ask in (
        engine.tokenize("x"),
        engine.detokenize([1]),
        engine.slots_in_use(),
        engine.load_model("y", "y", LoadOptions(gpu_layers=1)),
    ):
        with pytest.raises(CapabilityMissing):
            await ask


async def test_what_is_not_in_the_repository_cannot_be_loaded(engine: TritonEngine) -> None:
    with pytest.raises(ModelUnloadable, match="Triton says"):
        await engine.load_model("none", "none")
    assert [model.name for model in engine.models()] == ["bird", "smollm2"]


async def test_without_a_triton_loading_fails_after_its_patience() -> None:
    lonely = TritonEngine(TritonConfig("127.0.0.1:1", patience_s=0.3))
    with pytest.raises(EngineFailed, match="no Triton"):
        await lonely.load_model("smollm2", "smollm2")
    await lonely.close()


async def test_calls_that_are_given_up_leave_their_slots_in_triton(engine: TritonEngine) -> None:
    for _ in range(2):  # more than there are slots
        streams = [await begun(engine, asking(f"{LONG} Part {part}.", max_tokens=1500)) for part in range(4)]
        for stream in streams:
            await stream.aclose()
    await idle(engine)
    async with asyncio.timeout(20):  # one of 1500 tokens takes longer
        assert (await answer(engine, asking("Say yes.", max_tokens=2)))[0]


async def test_a_model_that_somebody_unloaded_stays_so_until_somebody_loads_it(engine: TritonEngine, language_triton: part.Triton) -> None:
    async with Triton(language_triton.url) as triton, asyncio.timeout(20):
        await triton.ask("RepositoryModelUnload", oip.RepositoryModelUnloadRequest(model_name="parrot"))
        while engine.model("bird").state != MODEL_STATE_FAILED:
            await asyncio.sleep(0.01)
        await asyncio.sleep(0.3)  # several looks later
        with pytest.raises(ModelNotReady):
            await answer(engine, prompting("Hi", model="bird"))
        await triton.ask("RepositoryModelLoad", oip.RepositoryModelLoadRequest(model_name="parrot"))
        while engine.model("bird").state != MODEL_STATE_READY:
            await asyncio.sleep(0.01)
    assert (await answer(engine, prompting("Hi", model="bird")))[0].endswith("Hi")


async def test_a_killed_triton_fails_its_calls_and_its_models_come_back_with_it(
    tmp_path: Path, triton_wheel_here: Wheel, language_models: Path
) -> None:
    mortal = part.Triton(tmp_path / "triton", free_port(), free_port(), free_port(), triton_wheel_here, language_models)
    engine = TritonEngine(TritonConfig(mortal.url, watch_s=0.05))
    async with asyncio.timeout(100):
        async with running_part(mortal, limit_s=60):
            await engine.load_model("smollm2", "smollm2")
            await engine.load_model("bird", "parrot")  # which Triton does not load by itself
            stream = await begun(engine, asking(LONG, max_tokens=1500))
            (server,) = [child for child in psutil.Process().children() if str(mortal.port) in " ".join(child.cmdline())]
            server.kill()
            with pytest.raises(EngineFailed):
                await drained(stream)
            while engine.model("bird").state != MODEL_STATE_FAILED:
                await asyncio.sleep(0.01)
        async with running_part(mortal, limit_s=60):
            while {model.state for model in engine.models()} != {MODEL_STATE_READY}:
                await asyncio.sleep(0.01)
            assert (await answer(engine, prompting("Hi", model="bird")))[0].endswith("Hi")
            assert (await answer(engine, asking("Hello", max_tokens=2)))[0]
    await engine.close()


async def test_calls_of_a_killed_process_fail_soon_and_the_model_answers_again(
    tmp_path: Path,
    postgres: Postgres,
    nats: Nats,
    issuer: Issuer,
    identity_folder: Path,
    triton_wheel_here: Wheel,
    language_models: Path,
) -> None:
    async with (
        whole.house(tmp_path, postgres, nats, issuer, identity_folder, triton_wheel_here, cache=language_models) as below,
        below.replica(),  # ml_inference, which has it started again
    ):
        engine = TritonEngine(TritonConfig(below.triton.url, watch_s=0.05))
        await engine.load_model("smollm2", "smollm2")
        stream = await begun(engine, asking(LONG, max_tokens=1500))
        below.kill_process("smollm2")
        await below.mend()
        async with asyncio.timeout(30):
            with pytest.raises(EngineFailed):
                await drained(stream)
            while True:
                try:
                    assert (await answer(engine, asking("Hello", max_tokens=2)))[0]
                    break
                except (EngineFailed, ModelNotReady):
                    await asyncio.sleep(0.1)
        await engine.close()


async def test_fast_llm_serves_from_triton(language_triton: part.Triton, identity_folder: Path, issuer: Issuer) -> None:
    config = FastLlmConfig(engine="triton", triton_url=language_triton.url)
    settings = settings_for("fast_llm", identity_folder, issuer)
    metadata = as_service(issuer.service("llm_router", "uat.fast_llm.v1.EngineService"))
    async with running(trusting(build(settings, config), issuer), settings) as channel:
        stub = engine_service_pb2_grpc.EngineServiceStub(channel)
        (model,) = (await stub.ListModels(pb.ListModelsRequest(ready_only=True), metadata=metadata)).models
        assert (model.name, model.capabilities.chat, model.capabilities.logprobs) == ("smollm2", True, False)
        assert model_pb2.GUIDE_KIND_JSON_SCHEMA in model.capabilities.guides
        question = {"role": ROLE_USER, "text": "Which city is the capital of France?"}
        request = pb.GenerateRequest(request_id="r", chat={"messages": [question]}, options={"temperature": 0, "max_output_tokens": 24})
        events = [event async for event in stub.Generate(request, metadata=metadata)]
        assert [event.WhichOneof("event") for event in (events[0], events[-1])] == ["started", "finished"]
        assert "Paris" in "".join(event.delta.text for event in events)
        with pytest.raises(grpc.aio.AioRpcError) as caught:
            await stub.Tokenize(pb.TokenizeRequest(text="x"), metadata=metadata)
        status, info = rpc_status.from_call(caught.value), error_details_pb2.ErrorInfo()
        assert status is not None
        assert any(d.Unpack(info) for d in status.details)
        assert (caught.value.code(), info.reason) == (grpc.StatusCode.INVALID_ARGUMENT, "CAPABILITY_MISSING")
        loaded = [r async for r in stub.LoadModel(pb.LoadModelRequest(model="parrot"), metadata=metadata)]
        assert loaded[-1].model.name == "parrot"
        await stub.UnloadModel(pb.UnloadModelRequest(model="parrot"), metadata=metadata)
        assert len((await stub.ListModels(pb.ListModelsRequest(), metadata=metadata)).models) == 1


def test_an_unknown_engine_is_said_at_the_start() -> None:
    with pytest.raises(ConfigError, match="llama or triton"):
        build(Settings(), FastLlmConfig(engine="abacus"))
