"""Vectors of the real model: minilm in a real Triton, which a thin ml_inference hands every request on to."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import grpc
import numpy as np
import pytest
from google.protobuf.json_format import ParseDict
from inference import grpc_service_pb2 as oip
from uat.llm_router.v1 import llm_router_service_pb2 as pb
from uat.llm_router.v1 import llm_router_service_pb2_grpc
from uat.ml_inference.v1 import ml_inference_service_pb2 as ml_pb

from services import models
from services.kit.app import Served
from services.kit.testing import Issuer, bearer
from services.kit.triton.client import Triton
from services.mesh.parts import triton as part
from services.mesh.parts.postgres import Postgres
from tests.llm_router.conftest import running_router

RETRIEVAL = json.loads((Path(models.__file__).parent / "minilm" / "retrieval.json").read_text())


class Inference:
    """ml_inference with nothing but the way to Triton, and to float32: a text's vector of int8 depends on its neighbours in the batch."""

    def __init__(self, triton: Triton) -> None:
        self._triton = triton

    async def ListModels(self, request: Any, context: Any) -> ml_pb.ListModelsResponse:
        return ml_pb.ListModelsResponse(models=[{"name": "minilm", "ready_versions": ["2"]}])

    async def ModelConfig(self, request: Any, context: Any) -> oip.ModelConfigResponse:
        return oip.ModelConfigResponse(config=await self._triton.config(request.name, request.version))

    async def ModelInfer(self, request: oip.ModelInferRequest, context: Any) -> oip.ModelInferResponse:
        request.model_version = "2"
        return await self._triton.exchange(request, timeout=30)


@pytest.fixture(scope="module")
async def channel(triton: part.Triton, postgres: Postgres, identity_folder: Path, issuer: Issuer) -> AsyncIterator[grpc.aio.Channel]:
    async with Triton(triton.url) as client:
        inference = Inference(client)
        served = [
            Served(ml_pb.DESCRIPTOR.services_by_name["MlInferenceService"], inference),
            Served(oip.DESCRIPTOR.services_by_name["GRPCInferenceService"], inference),
        ]
        provider = {"name": "ml_inference", "kind": "ml_inference"}
        async with running_router({"ml_inference": served}, [provider], postgres, identity_folder, issuer) as channel:
            yield channel


async def embed(channel: grpc.aio.Channel, issuer: Issuer, given: Any) -> dict[str, Any]:
    stub = llm_router_service_pb2_grpc.LlmRouterServiceStub(channel)
    asked = ParseDict({"model": "default-embedding", "input": given}, pb.CreateEmbeddingsRequest())
    return json.loads((await stub.CreateEmbeddings(asked, metadata=bearer(issuer.user()))).data)  # type: ignore[no-any-return]


async def test_the_nearest_passage_is_the_right_one(channel: grpc.aio.Channel, issuer: Issuer, capsys: pytest.CaptureFixture[str]) -> None:
    passages, queries = RETRIEVAL["passages"], RETRIEVAL["queries"]
    answer = await embed(channel, issuer, [item["text"] for item in (*passages, *queries)])
    vectors = np.array([item["embedding"] for item in answer["data"]])
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-4)
    assert answer["model"] == "minilm"
    best = (vectors[len(passages) :] @ vectors[: len(passages)].T).argmax(axis=1)
    right = sum(passages[row]["id"] == query["passage"] for row, query in zip(best, queries, strict=True))
    with capsys.disabled():
        print(f"\n  recall@1: {right} of {len(queries)} queries over {len(passages)} passages")
    assert right / len(queries) > 0.9


async def test_big_requests_come_back_whole_and_in_order(channel: grpc.aio.Channel, issuer: Issuer) -> None:
    texts = [f"number {n}" for n in range(500)]
    answer = await embed(channel, issuer, texts)
    alone = (await embed(channel, issuer, texts[431]))["data"][0]["embedding"]
    assert np.dot(answer["data"][431]["embedding"], alone) > 0.9999
    assert answer["usage"]["prompt_tokens"] >= 4 * 500  # [CLS] number n [SEP]


async def test_a_text_longer_than_the_model_reads_is_refused_with_its_limit(channel: grpc.aio.Channel, issuer: Issuer) -> None:
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await embed(channel, issuer, ["short", "word " * 300])
    assert caught.value.code() is grpc.StatusCode.INVALID_ARGUMENT
    assert "input[1]: has more than the 256 tokens" in (caught.value.details() or "")
