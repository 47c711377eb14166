"""OpenAI's shape: whole and streamed, from our own engine and from a provider outside."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import grpc
import pytest
from google.api import httpbody_pb2
from google.rpc import error_details_pb2
from grpc_status import rpc_status
from uat.llm_router.v1 import llm_router_service_pb2 as pb
from uat.llm_router.v1 import usage_service_pb2 as usage_pb

from services.kit.errors import Overloaded
from services.kit.testing import bearer
from tests.llm_router.conftest import Router
from tests.waiting import in_time

HELLO = [{"role": "user", "content": "hello"}]


def request(model: str = "tiny", **fields: Any) -> pb.CreateChatCompletionRequest:
    return raw(json.dumps({"model": model, "messages": HELLO, **fields}).encode())


def raw(data: bytes) -> pb.CreateChatCompletionRequest:
    return pb.CreateChatCompletionRequest(body=httpbody_pb2.HttpBody(content_type="application/json", data=data))


async def answer(router: Router, asked: pb.CreateChatCompletionRequest, token: str | None = None) -> bytes:
    call = router.stub.CreateChatCompletion(asked, metadata=bearer(token or router.issuer.user()))
    return b"".join([part.data async for part in call])


def events(data: bytes) -> list[Any]:
    lines = [line.removeprefix("data: ") for line in data.decode().split("\n\n") if line]
    return [line if line == "[DONE]" else json.loads(line) for line in lines]


async def failure(router: Router, asked: pb.CreateChatCompletionRequest) -> grpc.aio.AioRpcError:
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await answer(router, asked)
    return caught.value


async def usage(router: Router, token: str) -> list[Any]:
    """The user's usage records, once one is there."""
    for _ in range(100):
        found = (await router.usage.ListUsage(usage_pb.ListUsageRequest(), metadata=bearer(token))).records
        if found:
            return list(found)
        await asyncio.sleep(0.02)
    raise AssertionError("no usage was recorded within two seconds")


async def test_the_engines_answer_comes_as_one_completion(router: Router) -> None:
    body = json.loads(await answer(router, request()))
    assert body["object"] == "chat.completion"
    assert body["choices"][0]["message"] == {"role": "assistant", "content": "Paris.", "refusal": None}
    assert body["choices"][0]["finish_reason"] == "stop"
    assert body["usage"]["total_tokens"] == 10
    assert body["usage"]["prompt_tokens_details"]["cached_tokens"] == 2


async def test_a_stream_speaks_once_as_assistant_and_ends_with_usage_and_done(router: Router) -> None:
    got = events(await answer(router, request(stream=True, stream_options={"include_usage": True})))
    assert got[-1] == "[DONE]"
    assert got[-2]["choices"] == []
    assert got[-2]["usage"]["completion_tokens"] == 3
    assert all(event["usage"] is None for event in got[:-2])
    assert [e["choices"][0]["delta"].get("role") for e in got[:-2]] == ["assistant", None, None, None]
    assert "".join(e["choices"][0]["delta"].get("content", "") for e in got[:-2]) == "Paris."
    assert got[-3]["choices"][0]["finish_reason"] == "stop"


async def test_without_include_usage_no_event_has_usage(router: Router) -> None:
    got = events(await answer(router, request(stream=True)))
    assert all("usage" not in event for event in got[:-1])


async def test_the_engine_gets_what_was_asked(router: Router) -> None:
    fields = {"temperature": 0, "max_tokens": 5, "stop": ["a", "b"], "seed": 3, "response_format": {"type": "json_object"}}
    await answer(router, request(**fields))
    got = router.engine.requests[-1]
    options = got.options
    assert (options.HasField("temperature"), options.temperature, options.seed) == (True, 0, 3)
    assert (options.max_output_tokens, list(options.stop), options.response_format.json_object) == (5, ["a", "b"], True)
    assert got.chat.messages[0].text == "hello"


@pytest.mark.parametrize("stream", [False, True])
async def test_a_provider_outside_is_asked_in_its_own_shape(router: Router, stream: bool) -> None:
    data = await answer(
        router, request("big", stream=stream, seed=12345678901, temperature=0.7, tools=[{"type": "function", "function": {"name": "f"}}])
    )
    sent = router.upstream.bodies[-1]
    assert sent["messages"] == HELLO
    assert (sent["seed"], sent["temperature"]) == (12345678901, 0.7)
    assert sent["tools"] == [{"type": "function", "function": {"name": "f"}}]
    text = (
        "".join(e["choices"][0]["delta"].get("content", "") for e in events(data)[:-1])
        if stream
        else json.loads(data)["choices"][0]["message"]["content"]
    )
    assert text == "hello"


async def test_an_unknown_model_is_not_found_and_named(router: Router) -> None:
    error = await failure(router, request("gpt-99"))
    assert error.code() is grpc.StatusCode.NOT_FOUND
    assert "gpt-99" in (error.details() or "")


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"temperature": 3}, "temperature"),
        ({"messages": []}, "messages"),
        ({"messages": [{"role": "robot", "content": "x"}]}, "messages[0].role"),
        ({"n": 2}, "n"),
        ({"stop": 7}, "stop"),
        ({"top_p": 0}, "top_p"),
        ({"max_tokens": "many"}, "max_tokens"),
        ({"messages": [{"role": "user", "content": "x", "name": 7}]}, "messages[0].name"),
        ({"messages": "hello"}, "messages"),
        ({"messages": ["hello"]}, "messages"),
        ({"logit_bias": {"x": 1}}, "logit_bias[x]"),
        ({"metadata": {"a": "b" * 513}}, "metadata[a]"),
        ({"tools": [{"type": "function", "function": {"name": "no spaces"}}]}, "tools[0].function.name"),
        ({"tools": [{"type": "function", "function": {"name": "f", "parameters": [1]}}]}, "tools[0].function.parameters"),
        ({"tools": [{"type": "custom", "custom": {"name": "f"}}]}, "tools[0].type"),
        ({"response_format": "json"}, "response_format"),
        ({"response_format": {"type": "yaml"}}, "response_format.type"),
        ({"response_format": {"type": "json_schema", "json_schema": {"name": "a", "schema": 7}}}, "response_format.json_schema.schema"),
        ({"response_format": {"type": "json_schema", "json_schema": {"name": "a"}}}, "response_format.json_schema.schema"),
        ({"messages": [{"role": "user", "content": [{"type": "image_url"}]}]}, "messages[0].content[0]"),
    ],
)
async def test_a_bad_request_names_the_field(router: Router, fields: dict[str, Any], field: str) -> None:
    error = await failure(router, request(**fields))
    assert error.code() is grpc.StatusCode.INVALID_ARGUMENT
    status, bad = rpc_status.from_call(error), error_details_pb2.BadRequest()
    assert status is not None
    assert any(d.Unpack(bad) for d in status.details)
    assert bad.field_violations[0].field == field


async def test_a_try_that_fails_before_the_first_token_is_repeated_unseen(router: Router) -> None:
    router.engine.fail_first = 2
    assert json.loads(await answer(router, request()))["choices"][0]["message"]["content"] == "Paris."
    assert len(router.engine.requests) == 3


async def test_when_every_try_fails_the_caller_is_told_to_come_back(router: Router) -> None:
    router.engine.fail_first = 100
    error = await failure(router, request())
    assert error.code() is grpc.StatusCode.UNAVAILABLE
    assert len(router.engine.requests) == 3


async def test_overload_below_is_overload_above_with_the_time_to_wait(router: Router) -> None:
    router.engine.fail_first, router.engine.failure = 100, Overloaded("64 calls wait", retry_after=2)
    error = await failure(router, request())
    assert error.code() is grpc.StatusCode.RESOURCE_EXHAUSTED
    status, retry = rpc_status.from_call(error), error_details_pb2.RetryInfo()
    assert status is not None
    assert any(d.Unpack(retry) for d in status.details)
    assert retry.retry_delay.seconds == 2


async def test_an_engine_that_dies_mid_way_ends_the_sse_stream_with_an_error_event(router: Router) -> None:
    router.engine.break_after = 2
    got = events(await answer(router, request(stream=True)))
    assert got[-1]["error"]["type"] == "server_error"
    assert "[DONE]" not in got
    assert "".join(e["choices"][0]["delta"].get("content", "") for e in got[:-1]) == "Paris"


@pytest.mark.parametrize(
    ("status", "code"), [(400, "INVALID_ARGUMENT"), (401, "FAILED_PRECONDITION"), (429, "RESOURCE_EXHAUSTED"), (500, "UNAVAILABLE")]
)
async def test_a_providers_refusal_keeps_its_meaning(router: Router, status: int, code: str) -> None:
    router.upstream.status, router.upstream.error = status, {"message": "because"}
    error = await failure(router, request("big"))
    assert error.code().name == code
    assert len(router.upstream.bodies) == (3 if status == 500 else 1)


async def test_a_client_that_goes_away_frees_the_engine_and_is_billed_for_what_was_made(router: Router) -> None:
    router.engine.endless = True
    token = router.issuer.user(user_id="user_leaver")
    call = router.stub.CreateChatCompletion(request(stream=True), metadata=bearer(token))
    reader = aiter(call)
    for _ in range(5):
        await anext(reader)
    call.cancel()
    await in_time(router.engine.freed.wait())
    (record,) = await usage(router, token)
    assert record.usage.output_tokens >= 4
    assert record.finish_reason == 5  # CANCELLED


async def test_usage_is_recorded_with_who_what_and_how_long(router: Router) -> None:
    token = router.issuer.user(user_id="user_counted")
    await answer(router, request(), token)
    (record,) = await usage(router, token)
    assert (record.model, record.provider_id, record.user_id) == ("tiny", "fast_llm", "user_counted")
    assert (record.usage.input_tokens, record.usage.output_tokens) == (7, 3)
    assert record.timings.duration.ToNanoseconds() > 0


async def test_usage_of_another_user_stays_hidden_but_for_the_tenants_administrator(router: Router) -> None:
    token = router.issuer.user(user_id="user_hidden", tenant_id="tenant_9")
    await answer(router, request(), token)
    await usage(router, token)
    other = router.issuer.user(user_id="user_other", tenant_id="tenant_9")
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await router.usage.ListUsage(usage_pb.ListUsageRequest(user_id="user_hidden"), metadata=bearer(other))
    assert caught.value.code() is grpc.StatusCode.PERMISSION_DENIED
    admin = router.issuer.user(user_id="user_boss", tenant_id="tenant_9", roles=("USER", "TENANT_ADMIN"))
    assert len((await router.usage.ListUsage(usage_pb.ListUsageRequest(), metadata=bearer(admin))).records) == 1
    stranger = router.issuer.user(user_id="user_x", tenant_id="tenant_8", roles=("USER", "TENANT_ADMIN"))
    assert not (await router.usage.ListUsage(usage_pb.ListUsageRequest(), metadata=bearer(stranger))).records


async def test_models_of_all_providers_are_listed_in_openais_shape(router: Router) -> None:
    models = await router.stub.ListModels(pb.ListModelsRequest(), metadata=bearer(router.issuer.user()))
    assert [(m.id, m.object, m.owned_by) for m in models.data] == [
        ("big", "model", "outside"),
        ("blind", "model", "blind"),
        ("default", "model", "fast_llm"),
        ("default-embedding", "model", "ml_inference"),
        ("doubled", "model", "odd"),
        ("lazy", "model", "ml_inference"),
        ("mini", "model", "ml_inference"),
        ("seeing", "model", "fast_llm"),
        ("tiny", "model", "fast_llm"),
    ]


async def test_an_alias_stands_for_its_model(router: Router) -> None:
    assert json.loads(await answer(router, request("default")))["model"] == "tiny"
    assert router.engine.requests[-1].model == "tiny"


async def test_a_model_that_makes_vectors_does_not_write(router: Router) -> None:
    error = await failure(router, request("mini"))
    assert (error.code(), "embeddings" in (error.details() or "")) == (grpc.StatusCode.INVALID_ARGUMENT, True)


async def test_the_typed_stream_numbers_its_events_and_ends_with_the_bill(router: Router) -> None:
    asked = pb.GenerateTextRequest(messages=[{"role": "ROLE_USER", "text": "hello"}])
    call = router.stub.GenerateText(asked, metadata=bearer(router.issuer.user()))
    got = [response.event async for response in call]
    assert [e.sequence for e in got] == list(range(1, len(got) + 1))
    assert [e.WhichOneof("event") for e in got] == ["started", "delta", "delta", "delta", "finished"]
    assert got[0].started.model == "tiny"
    assert "".join(e.delta.text for e in got) == "Paris."
    assert got[-1].finished.usage.output_tokens == 3


@pytest.mark.parametrize("model", ["tiny", "big"])
async def test_every_piece_says_what_the_generation_has_cost_so_far(router: Router, model: str) -> None:
    asked = pb.GenerateTextRequest(model=model, messages=[{"role": "ROLE_USER", "text": "hello"}])  # type: ignore[list-item]
    call = router.stub.GenerateText(asked, metadata=bearer(router.issuer.user()))
    deltas = [response.event.delta async for response in call if response.event.HasField("delta")]
    assert [delta.output_tokens for delta in deltas] == list(range(1, len(deltas) + 1))


async def test_tokens_are_counted_by_the_engine_and_else_estimated(router: Router) -> None:
    asked = pb.CountTokensRequest(messages=[{"role": "ROLE_USER", "text": "one two three"}])
    metadata = bearer(router.issuer.user())
    exact = await router.stub.CountTokens(asked, metadata=metadata)
    assert (exact.input_tokens, exact.context_length, exact.estimated) == (3, 99, False)
    router.engine.tokenizes = False
    guess = await router.stub.CountTokens(asked, metadata=metadata)
    assert (guess.input_tokens > 0, guess.estimated) == (True, True)
