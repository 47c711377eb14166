"""Pictures in messages: in words for models that read text only, as they are for those that see."""

from __future__ import annotations

import base64
import json
from typing import Any

import grpc
import pytest
from google.rpc import error_details_pb2
from grpc_status import rpc_status
from uat.llm_router.v1 import llm_router_service_pb2 as pb
from uat.vision.v1 import analysis_pb2

from services.kit.errors import DependencyUnavailable, Fault, Overloaded, RemoteFault
from services.kit.testing import bearer
from services.llm_router.errors import PictureRefused
from services.llm_router.service import IMAGE_TEXT
from tests.llm_router.conftest import Router
from tests.llm_router.test_chat_completion import request

PNG = b"\x89PNG a picture"


class NotAnImage(Fault):
    code, reason, domain = grpc.StatusCode.INVALID_ARGUMENT, "NOT_AN_IMAGE", "vision.uat"


def picture(content: bytes = PNG, media_type: str = "image/png") -> dict[str, Any]:
    return {"type": "image_url", "image_url": {"url": f"data:{media_type};base64,{base64.b64encode(content).decode()}", "detail": "low"}}


def asking(*parts: Any, model: str = "tiny", **fields: Any) -> pb.CreateChatCompletionRequest:
    content = [{"type": "text", "text": "What is the total?"}, *parts]
    return request(model, messages=[{"role": "system", "content": "Be brief."}, {"role": "user", "content": content}], **fields)


async def answer(router: Router, asked: pb.CreateChatCompletionRequest) -> tuple[str, bytes]:
    """The header about pictures, empty for none, and the body."""
    call = router.stub.CreateChatCompletion(asked, metadata=bearer(router.issuer.user()))
    data = b"".join([part.data async for part in call])
    return dict(await call.initial_metadata()).get(IMAGE_TEXT, ""), data  # type: ignore[arg-type]


async def refusal(router: Router, asked: pb.CreateChatCompletionRequest) -> tuple[str, str, str]:
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await answer(router, asked)
    status, info, bad = rpc_status.from_call(caught.value), error_details_pb2.ErrorInfo(), error_details_pb2.BadRequest()
    assert status is not None
    assert any(d.Unpack(info) for d in status.details)
    field = bad.field_violations[0].field if any(d.Unpack(bad) for d in status.details) else ""
    return caught.value.code().name, info.reason, field


@pytest.mark.parametrize("stream", [False, True])
async def test_a_model_that_reads_text_gets_the_picture_in_words_and_the_caller_is_told(router: Router, stream: bool) -> None:
    header, data = await answer(router, asking(picture(), stream=stream))
    assert header == "messages[1].content[1]"
    assert b"Par" in data
    (looked,) = router.vision.requests
    assert looked.source.content == PNG
    assert [analysis_pb2.AnalysisFeature.Name(f).removeprefix("ANALYSIS_FEATURE_") for f in looked.options.features] == [
        "CAPTION",
        "TEXT",
        "QUALITY",
        "BARCODES",
    ]
    question, said = (part.text for part in router.engine.requests[-1].chat.messages[1].parts)
    assert question == "What is the total?"
    assert said.startswith("[Image 1. You can't see images: a program looked at it")
    assert "A landscape picture." in said
    assert '"""\nTOTAL 42\n"""' in said


async def test_without_pictures_nothing_is_looked_at_and_nothing_is_told(router: Router) -> None:
    header, _ = await answer(router, asking({"type": "text", "text": "more"}))
    assert (header, router.vision.requests) == ("", [])


async def test_several_pictures_are_looked_at_together_and_equal_ones_once(router: Router) -> None:
    header, _ = await answer(router, asking(picture(b"a"), picture(b"b"), picture(b"a"), picture(b"c")))
    assert header.split(", ") == [f"messages[1].content[{n}]" for n in (1, 2, 3, 4)]
    assert sorted(r.source.content for r in router.vision.requests) == [b"a", b"b", b"c"]
    assert router.vision.most_running == 3
    parts = [part.text for part in router.engine.requests[-1].chat.messages[1].parts]
    assert [text[:8] for text in parts[1:]] == ["[Image 1", "[Image 2", "[Image 3", "[Image 4"]


async def test_a_model_that_sees_gets_the_picture_itself(router: Router) -> None:
    header, _ = await answer(router, asking(picture(), model="seeing"))
    media = router.engine.requests[-1].chat.messages[1].parts[1].image
    assert (header, media.data, media.media_type, router.vision.requests) == ("", PNG, "image/png", [])


async def test_a_provider_outside_gets_pictures_unless_it_is_said_to_be_blind(router: Router) -> None:
    assert (await answer(router, asking(picture(), model="big")))[0] == ""
    assert router.upstream.bodies[-1]["messages"][1]["content"][1] == picture()
    assert (await answer(router, asking(picture(), model="blind")))[0] == "messages[1].content[1]"
    assert "TOTAL 42" in router.upstream.bodies[-1]["messages"][1]["content"][1]["text"]


@pytest.mark.parametrize(
    ("part", "right"),
    [
        ({"type": "image_url", "image_url": {"url": "https://example.org/a.png"}}, "addresses are not fetched"),
        ({"type": "image_url", "image_url": {"url": "data:image/png;base64,@@@@"}}, "base64"),
        ({"type": "image_url", "image_url": {"url": "data:text/plain;base64,aGVsbG8="}}, "data:image/png;base64"),
        ({"type": "image_url", "image_url": {"url": "data:image/png;base64,"}}, "empty"),
        ({"type": "image_url", "image_url": "data:image/png;base64,aGVsbG8="}, "data:image/png;base64"),
        ({"type": "input_audio", "input_audio": {"data": "", "format": "wav"}}, '{"type": "text"'),
    ],
)
async def test_a_part_that_is_no_picture_is_refused_with_its_path_and_what_would_be_right(router: Router, part: Any, right: str) -> None:
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await answer(router, asking(picture(), part))
    assert caught.value.code() is grpc.StatusCode.INVALID_ARGUMENT
    assert (caught.value.details() or "").startswith("messages[1].content[2]")
    assert right in (caught.value.details() or "")
    assert not router.engine.requests


async def test_more_pictures_than_one_request_holds_are_refused(router: Router) -> None:
    assert await refusal(router, asking(*[picture(bytes([n])) for n in range(17)])) == (
        "INVALID_ARGUMENT",
        "INVALID_REQUEST",
        "messages[1].content[17]",
    )
    assert not router.vision.requests


async def test_what_vision_refuses_comes_back_with_its_reason_and_the_place(router: Router) -> None:
    router.vision.failures[b"text"] = NotAnImage("this is a text file", metadata={"limit": "1"})
    found = await refusal(router, asking(picture(), picture(b"text"), stream=True))
    assert found == ("INVALID_ARGUMENT", "NOT_AN_IMAGE", "messages[1].content[2]")
    assert PictureRefused.of("x", RemoteFault(router.vision.failures[b"text"].status())).metadata == {"limit": "1"}  # type: ignore[attr-defined]


@pytest.mark.parametrize("failure", [Overloaded("64 wait", retry_after=3), DependencyUnavailable("it starts", retry_after=1)])
async def test_that_vision_cannot_look_now_is_said_as_it_is(router: Router, failure: Fault) -> None:
    router.vision.failures[PNG] = failure
    assert (await refusal(router, asking(picture())))[:2] == (failure.code.name, failure.reason)
    assert not router.engine.requests


async def test_text_that_could_not_be_read_now_is_no_picture_without_text(router: Router) -> None:
    gone = analysis_pb2.AnalysisFailure(feature=analysis_pb2.ANALYSIS_FEATURE_TEXT, error=DependencyUnavailable("no model").status())
    router.vision.analysis = analysis_pb2.Analysis(width=3, height=2, failures=[gone])
    assert (await refusal(router, asking(picture())))[0] == "UNAVAILABLE"
    gone.error.CopyFrom(NotAnImage("it never will").status())
    router.vision.analysis = analysis_pb2.Analysis(width=3, height=2, failures=[gone])
    await answer(router, asking(picture()))
    assert "could not be found out" in router.engine.requests[-1].chat.messages[1].parts[1].text


async def test_typed_pictures_take_the_same_way_and_are_named_by_their_typed_path(router: Router) -> None:
    turn = {
        "role": "ROLE_USER",
        "text": "What?",
        "parts": [{"image": {"data": PNG, "media_type": "image/png"}}, {"text": "And?"}],
    }
    call = router.stub.GenerateText(pb.GenerateTextRequest(messages=[turn]), metadata=bearer(router.issuer.user()))
    assert [r.event.WhichOneof("event") async for r in call][-1] == "finished"
    assert dict(await call.initial_metadata())[IMAGE_TEXT] == "messages[0].parts[0]"  # type: ignore[call-overload]
    (turn_sent,) = router.engine.requests[-1].chat.messages
    texts = [part.text for part in turn_sent.parts]
    assert (turn_sent.text, texts[1]) == ("What?", "And?")
    assert "TOTAL 42" in texts[0]
    counted = await router.stub.CountTokens(pb.CountTokensRequest(messages=[turn]), metadata=bearer(router.issuer.user()))
    assert counted.input_tokens > 20


async def test_a_recording_is_refused(router: Router) -> None:
    turn = {"role": "ROLE_USER", "parts": [{"audio": {"data": b"x", "media_type": "audio/wav"}}]}
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        async for _ in router.stub.GenerateText(pb.GenerateTextRequest(messages=[turn]), metadata=bearer(router.issuer.user())):
            pass
    assert (caught.value.details() or "").startswith("messages[0].parts[0]")


async def test_the_answer_is_billed_with_the_tokens_of_the_words(router: Router) -> None:
    assert json.loads((await answer(router, asking(picture())))[1])["usage"]["prompt_tokens"] == 7
