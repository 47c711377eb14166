"""Vectors: in OpenAI's shape and typed, from our own models and from a provider outside."""

from __future__ import annotations

import asyncio
import base64
import json
from typing import Any

import grpc
import numpy as np
import pytest
from google.protobuf.json_format import ParseDict
from google.rpc import error_details_pb2
from grpc_status import rpc_status
from uat.llm_router.v1 import llm_router_service_pb2 as pb

from services.kit.errors import DeadlineTooShort, DependencyUnavailable, Overloaded
from services.kit.testing import bearer
from tests.llm_router.conftest import Router
from tests.llm_router.test_chat_completion import usage


async def embed(router: Router, given: Any, model: str = "mini", token: str | None = None, **fields: Any) -> dict[str, Any]:
    asked = ParseDict({"model": model, "input": given, **fields}, pb.CreateEmbeddingsRequest())
    answer = await router.stub.CreateEmbeddings(asked, metadata=bearer(token or router.issuer.user()))
    assert answer.content_type == "application/json"
    return json.loads(answer.data)  # type: ignore[no-any-return]


async def refusal(router: Router, given: Any, model: str = "mini", **fields: Any) -> tuple[str, str, str]:
    """How a request fails: its code, its reason and the field at fault."""
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await embed(router, given, model, **fields)
    return told(caught.value)


def told(error: grpc.aio.AioRpcError) -> tuple[str, str, str]:
    status, info, bad = rpc_status.from_call(error), error_details_pb2.ErrorInfo(), error_details_pb2.BadRequest()
    assert status is not None
    assert any(d.Unpack(info) for d in status.details)
    field = bad.field_violations[0].field if any(d.Unpack(bad) for d in status.details) else ""
    return error.code().name, info.reason, field


async def test_a_text_becomes_a_vector_in_openais_shape(router: Router) -> None:
    assert await embed(router, "four") == {
        "object": "list",
        "data": [{"object": "embedding", "index": 0, "embedding": [4.0, 0.0]}],
        "model": "mini",
        "usage": {"prompt_tokens": 3, "total_tokens": 3},
    }


async def test_base64_holds_the_models_own_bytes(router: Router) -> None:
    answer = await embed(router, ["a", "bb"], encoding_format="base64")
    vectors = [np.frombuffer(base64.b64decode(item["embedding"]), "<f4").tolist() for item in answer["data"]]
    assert vectors == [[1, 0], [2, 1]]


async def test_many_texts_go_in_batches_several_at_once_and_come_back_in_order(router: Router) -> None:
    answer = await embed(router, ["x" * (n + 1) for n in range(2048)])
    assert [item["embedding"][0] for item in answer["data"]] == list(range(1, 2049))
    assert answer["usage"]["total_tokens"] == 3 * 2048
    assert len(router.inference.requests) == 512
    assert 1 < router.inference.most_running <= 4


async def test_the_model_is_asked_for_the_user_by_the_service(router: Router) -> None:
    await embed(router, "x", token=router.issuer.user(user_id="user_asking"))
    assert (router.inference.users, router.inference.services) == (["user_asking"], ["llm_router"])


async def test_an_alias_stands_for_the_embedding_model(router: Router) -> None:
    assert (await embed(router, "x", "default-embedding"))["model"] == "mini"


@pytest.mark.parametrize(
    ("given", "fields", "expected"),
    [
        ("x", {"model": "gpt-99"}, ("NOT_FOUND", "MODEL_NOT_FOUND", "model")),
        ("x", {"model": "asleep"}, ("NOT_FOUND", "MODEL_NOT_FOUND", "model")),
        ("x", {"model": "tiny"}, ("INVALID_ARGUMENT", "CAPABILITY_MISSING", "model")),
        ("x", {"dimensions": 1}, ("INVALID_ARGUMENT", "CAPABILITY_MISSING", "dimensions")),
        ("x", {"encoding_format": "hex"}, ("INVALID_ARGUMENT", "INVALID_REQUEST", "encoding_format")),
        ([1, 2], {}, ("INVALID_ARGUMENT", "CAPABILITY_MISSING", "input")),
        ([[1], [2, 3]], {}, ("INVALID_ARGUMENT", "CAPABILITY_MISSING", "input")),
        ([1.5], {}, ("INVALID_ARGUMENT", "INVALID_REQUEST", "input")),
        ([[1], ["a"]], {}, ("INVALID_ARGUMENT", "INVALID_REQUEST", "input[1]")),
        ([[]], {}, ("INVALID_ARGUMENT", "INVALID_REQUEST", "input[0]")),
        ("", {}, ("INVALID_ARGUMENT", "INVALID_REQUEST", "input")),
        (["a", ""], {}, ("INVALID_ARGUMENT", "INVALID_REQUEST", "input[1]")),
        ([], {}, ("INVALID_ARGUMENT", "INVALID_REQUEST", "input")),
        (["x"] * 2049, {}, ("INVALID_ARGUMENT", "INVALID_REQUEST", "input")),
        ({"a": 1}, {}, ("INVALID_ARGUMENT", "INVALID_REQUEST", "input")),
        (["a", 1], {}, ("INVALID_ARGUMENT", "INVALID_REQUEST", "input")),
        (None, {}, ("INVALID_ARGUMENT", "INVALID_REQUEST", "input")),
        ("so long", {}, ("INVALID_ARGUMENT", "CONTEXT_LENGTH_EXCEEDED", "input")),
        (["a", "b", "c", "d", "so long"], {}, ("INVALID_ARGUMENT", "CONTEXT_LENGTH_EXCEEDED", "input[4]")),
    ],
)
async def test_a_bad_request_is_refused_with_its_field(router: Router, given: Any, fields: Any, expected: tuple[str, str, str]) -> None:
    assert await refusal(router, given, **{"model": "mini", **fields}) == expected


async def test_the_models_own_number_of_dimensions_may_be_asked_for(router: Router) -> None:
    assert len((await embed(router, "x", dimensions=2))["data"][0]["embedding"]) == 2


@pytest.mark.parametrize(
    ("failure", "code", "reason", "tries"),
    [
        (Overloaded("256 wait", retry_after=2), "RESOURCE_EXHAUSTED", "OVERLOADED", 1),
        (DeadlineTooShort("no time is left"), "DEADLINE_EXCEEDED", "DEADLINE_TOO_SHORT", 1),
        (DependencyUnavailable("it starts"), "UNAVAILABLE", "ALL_PROVIDERS_FAILED", 3),
    ],
)
async def test_what_fails_below_keeps_its_meaning(router: Router, failure: Exception, code: str, reason: str, tries: int) -> None:
    router.inference.failure = failure
    assert (await refusal(router, "x"))[:2] == (code, reason)
    assert len(router.inference.requests) == tries


async def test_vectors_are_counted_like_text(router: Router) -> None:
    token = router.issuer.user(user_id="user_embedding")
    await embed(router, ["a", "b"], token=token)
    (record,) = await usage(router, token)
    assert (record.model, record.provider_id, record.generation_id) == ("mini", "ml_inference", "")
    assert (record.usage.input_tokens, record.usage.output_tokens) == (6, 0)


async def test_the_typed_call_gives_the_same_vectors(router: Router) -> None:
    metadata = bearer(router.issuer.user())
    answer = await router.stub.EmbedTexts(pb.EmbedTextsRequest(texts=["a", "bbb"]), metadata=metadata)
    assert [list(vector.values) for vector in answer.embeddings] == [[1, 0], [3, 1]]
    assert (answer.model, answer.input_tokens) == ("mini", 6)
    assert answer.decision_id
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await router.stub.EmbedTexts(pb.EmbedTextsRequest(texts=["a", "so long"]), metadata=metadata)
    assert told(caught.value) == ("INVALID_ARGUMENT", "CONTEXT_LENGTH_EXCEEDED", "texts[1]")


@pytest.mark.parametrize("knows_base64", [True, False])
async def test_a_provider_outside_embeds_texts_and_token_ids(router: Router, knows_base64: bool) -> None:
    router.upstream.knows_base64 = knows_base64
    answer = await embed(router, ["a", "b"], "big", dimensions=2, user="u")
    assert [item["embedding"] for item in answer["data"]] == [[0.5, 0.0], [0.5, 1.0]]
    assert answer["usage"]["prompt_tokens"] == 9
    sent = router.upstream.bodies[-1]
    assert (sent["input"], sent["dimensions"], sent["user"]) == (["a", "b"], 2, "u")
    await embed(router, [[7, 8]], "big")
    assert router.upstream.bodies[-1]["input"] == [[7, 8]]


async def test_a_caller_that_goes_away_ends_what_is_under_way(router: Router) -> None:
    asked = ParseDict({"model": "mini", "input": ["x"] * 2048}, pb.CreateEmbeddingsRequest())
    call = router.stub.CreateEmbeddings(asked, metadata=bearer(router.issuer.user()))
    while len(router.inference.requests) < 3:
        await asyncio.sleep(0.001)
    call.cancel()
    await asyncio.sleep(0.1)
    assert len(router.inference.requests) < 512
    assert router.inference.running == 0
