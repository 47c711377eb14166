"""An OpenAI server that answers 200 with something odd: its own failure, and the next provider answers instead."""

from __future__ import annotations

import json

import grpc
import pytest

from services.kit.testing import bearer
from tests.llm_router.conftest import Router
from tests.llm_router.test_chat_completion import answer, events, request
from tests.llm_router.test_embeddings import embed

JSON, EVENTS = "application/json", "text/event-stream"
HUGE = b"x" * (600 * 1024)
FINISH = b'data: {"choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]}\n\n'


def text_of(data: bytes, stream: bool) -> str:
    if not stream:
        return str(json.loads(data)["choices"][0]["message"]["content"])
    got = events(data)
    assert got[-1] == "[DONE]"
    return "".join(event["choices"][0]["delta"].get("content", "") for event in got[:-1])


@pytest.mark.parametrize(
    "odd",
    [
        ("text/html", b"<html>login</html>"),
        (JSON, b'{"error": {"message": "no capacity"}}'),
        (JSON, b'{"error": "no capacity"}'),
        (JSON, b'{"choices": [{"message": '),
        (JSON, b'{"choices": "none"}'),
        (JSON, b'{"choices": []}'),
        (JSON, b'{"choices": [{"message": 7}]}'),
        (JSON, b"[1, 2]"),
        (JSON, b""),
        (EVENTS, b'data: {"error": {"message": "no capacity"}}\n\n'),
        (EVENTS, b"data: [DONE]\n\n"),
        (EVENTS, b'data: {"choices": [{"index": 0, "delta": {"content": 7}}]}\n\n'),
        (EVENTS, b'data: {"choices": {"index": 0}}\n\n'),
        (EVENTS, b'data: {"choi\n\n'),
        None,
    ],
)
@pytest.mark.parametrize("stream", [False, True])
async def test_the_next_provider_answers_instead(router: Router, odd: tuple[str, bytes] | None, stream: bool) -> None:
    router.upstream.odd = odd
    assert text_of(await answer(router, request("doubled", stream=stream)), stream) == "hello"


async def test_an_event_of_more_than_512_kib_is_read(router: Router) -> None:
    event = b'data: {"choices": [{"index": 0, "delta": {"content": "%s"}}]}\n\n' % HUGE
    router.upstream.odd = (EVENTS, event + FINISH)
    assert len(text_of(await answer(router, request("doubled", stream=True)), True)) == len(HUGE)


async def test_an_event_may_have_several_lines_and_other_fields(router: Router) -> None:
    body = (
        b': hi\r\nevent: chunk\r\ndata: {"choices": [{"index": 0,\r\ndata: "delta": {"content": "hey"}, "finish_reason": "stop"}]}\r\n\r\n'
    )
    router.upstream.odd = (EVENTS, body)
    assert text_of(await answer(router, request("doubled", stream=True)), True) == "hey"


async def test_a_stream_that_ends_in_the_middle_says_so(router: Router) -> None:
    router.upstream.odd = (EVENTS, b'data: {"choices": [{"index": 0, "delta": {"content": "hel"}}]}\n\n')
    got = events(await answer(router, request("doubled", stream=True)))
    assert (got[0]["choices"][0]["delta"]["content"], got[-1]["error"]["type"]) == ("hel", "server_error")


@pytest.mark.parametrize(
    "body", [b"<html>", b'{"data": [{"index": 0, "embedding": "AAAA"}]}', b'{"data": [{"index": 1, "embedding": [1]}]}', b'{"data": []}']
)
async def test_vectors_come_from_the_next_provider_too(router: Router, body: bytes) -> None:
    router.upstream.odd = (JSON, body)
    assert [item["embedding"] for item in (await embed(router, ["a"], "doubled"))["data"]] == [[0.5, 0.0]]


async def test_a_provider_gets_the_request_id_and_the_trace(router: Router) -> None:
    trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
    metadata = (*bearer(router.issuer.user()), ("x-request-id", "req_7"), ("traceparent", trace))
    async for _ in router.stub.CreateChatCompletion(request("big"), metadata=metadata):
        pass
    sent = router.upstream.request_headers[-1]
    assert sent["x-request-id"] == "req_7"
    assert sent["traceparent"].split("-")[1] == trace.split("-")[1]


async def test_when_every_provider_is_odd_the_caller_may_try_again(router: Router) -> None:
    router.upstream.odd, router.upstream.status = ("text/html", b"<html>"), 500
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await answer(router, request("doubled"))
    assert caught.value.code() is grpc.StatusCode.UNAVAILABLE
