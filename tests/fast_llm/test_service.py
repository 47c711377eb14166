"""fast_llm as it is served: paging, what it refuses, and work that goes on when its caller leaves."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import grpc
import pytest
from google.rpc import error_details_pb2
from grpc_status import rpc_status
from uat.fast_llm.v1 import engine_service_pb2 as pb
from uat.fast_llm.v1 import engine_service_pb2_grpc
from uat.generation.v1.event_pb2 import FINISH_REASON_CANCELLED

from services.fast_llm.app import build
from services.fast_llm.config import FastLlmConfig
from services.kit.testing import Issuer, as_service, running, trusting
from tests.conftest import settings_for
from tests.fast_llm.requests import LONG, asking, gguf
from tests.waiting import soon

SMALL: Any = {"slots": 1, "context_length": 256}


@dataclass
class Engine:
    """The running service, called as llm_router or, for its administration, as well."""

    stub: engine_service_pb2_grpc.EngineServiceAsyncStub
    metadata: Any
    operator: Any

    async def load(self, **fields: Any) -> pb.LoadModelResponse:
        call = self.stub.LoadModel(pb.LoadModelRequest(**fields), metadata=self.metadata)
        return [response async for response in call][-1]

    async def refused(self, **fields: Any) -> tuple[str, str, str]:
        """The code, the reason and the field of a LoadModel that fails."""
        with pytest.raises(grpc.aio.AioRpcError) as caught:
            await self.load(**fields)
        status, info, bad = rpc_status.from_call(caught.value), error_details_pb2.ErrorInfo(), error_details_pb2.BadRequest()
        assert status is not None
        assert any(d.Unpack(info) for d in status.details)
        field = bad.field_violations[0].field if any(d.Unpack(bad) for d in status.details) else ""
        return caught.value.code().name, info.reason, field

    async def draining(self) -> bool:
        return any(load.draining for load in (await self.stub.GetLoad(pb.GetLoadRequest(), metadata=self.metadata)).loads)


@pytest.fixture(scope="module")
async def engine(tmp_path_factory: pytest.TempPathFactory, identity_folder: Path, issuer: Issuer) -> AsyncIterator[Engine]:
    folder = tmp_path_factory.mktemp("models")
    (folder / "tiny.gguf").write_bytes(Path(gguf()).read_bytes())
    config = FastLlmConfig(slots=2, context_length=512, models_dir=folder)
    settings = settings_for("fast_llm", identity_folder, issuer)
    async with running(trusting(build(settings, config), issuer), settings) as channel:
        operator = (("authorization", f"Bearer {issuer.user(roles=('OPERATOR',))}"),)
        stub = engine_service_pb2_grpc.EngineServiceStub(channel)
        yield Engine(stub, as_service(issuer.service("llm_router", "uat.fast_llm.v1.EngineService")), operator)


async def test_models_are_listed_page_by_page(engine: Engine) -> None:
    await engine.load(model="alpha", path="tiny.gguf", options=SMALL)
    first = await engine.stub.ListModels(pb.ListModelsRequest(page_size=1), metadata=engine.metadata)
    assert [model.name for model in first.models] == ["alpha"]
    request = pb.ListModelsRequest(page_size=1, page_token=first.next_page_token)
    second = await engine.stub.ListModels(request, metadata=engine.metadata)
    assert ([model.name for model in second.models], second.next_page_token) == (["smollm2"], "")
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await engine.stub.ListModels(pb.ListModelsRequest(page_token="nonsense"), metadata=engine.metadata)
    assert caught.value.code() is grpc.StatusCode.INVALID_ARGUMENT


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"evict": True}, ("INVALID_ARGUMENT", "CAPABILITY_MISSING", "evict")),
        ({"options": {"keep_alive": {"seconds": 9}}}, ("INVALID_ARGUMENT", "CAPABILITY_MISSING", "options.keep_alive")),
        ({"options": {"draft_model": "smollm2"}}, ("INVALID_ARGUMENT", "CAPABILITY_MISSING", "options.draft_model")),
        ({"sha256": "0" * 64, "options": SMALL}, ("FAILED_PRECONDITION", "MODEL_UNLOADABLE", "")),
    ],
)
async def test_what_loading_would_not_do_is_refused(engine: Engine, fields: Any, expected: tuple[str, str, str]) -> None:
    assert await engine.refused(model="beta", path="tiny.gguf", **fields) == expected


async def test_a_model_is_loaded_although_the_caller_left(engine: Engine) -> None:
    call = engine.stub.LoadModel(pb.LoadModelRequest(model="left", path="tiny.gguf", options=SMALL), metadata=engine.metadata)
    await anext(aiter(call))
    call.cancel()

    async def loaded() -> bool:
        ready = await engine.stub.ListModels(pb.ListModelsRequest(ready_only=True), metadata=engine.metadata)
        return "left" in [model.name for model in ready.models]

    await soon(loaded, 60)
    await engine.stub.UnloadModel(pb.UnloadModelRequest(model="left"), metadata=engine.metadata)


async def test_a_drain_ends_at_its_timeout_although_the_caller_left(engine: Engine) -> None:
    generating = engine.stub.Generate(asking(LONG, max_tokens=480, ignore_eos=True), metadata=engine.metadata)
    events = aiter(generating)
    await anext(events)
    call = engine.stub.Drain(pb.DrainRequest(timeout={"nanos": 300_000_000}), metadata=engine.operator)  # type: ignore[arg-type]
    await anext(aiter(call))
    call.cancel()
    assert [event async for event in events][-1].finished.finish_reason == FINISH_REASON_CANCELLED
    assert await engine.draining()
    await engine.stub.Undrain(pb.UndrainRequest(), metadata=engine.operator)
    assert not await engine.draining()


async def test_undrain_ends_a_drain_before_it_aborts_anything(engine: Engine) -> None:
    generating = engine.stub.Generate(asking(LONG, max_tokens=200, ignore_eos=True), metadata=engine.metadata)
    events = aiter(generating)
    await anext(events)
    call = engine.stub.Drain(pb.DrainRequest(timeout={"seconds": 2}), metadata=engine.operator)  # type: ignore[arg-type]
    drain = aiter(call)
    assert (await anext(drain)).running == 1
    await engine.stub.Undrain(pb.UndrainRequest(), metadata=engine.operator)
    assert not [response async for response in drain][-1].drained
    assert [event async for event in events][-1].finished.finish_reason != FINISH_REASON_CANCELLED
