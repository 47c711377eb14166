"""The official OpenAI SDK, unmodified, against the edge."""

from __future__ import annotations

import asyncio
import os
import re
import signal

import openai
import pytest

from tests.conformance.conftest import Mesh
from tests.conformance.test_life import status, wait_ready
from tests.waiting import soon

MODEL = "smollm2"


@pytest.fixture(scope="module")
def client(mesh: Mesh) -> openai.OpenAI:
    return openai.OpenAI(api_key=mesh.exports["OPENAI_API_KEY"], base_url=mesh.exports["OPENAI_BASE_URL"], max_retries=0, timeout=60)


def test_up_asked_a_question_and_printed_the_models_true_answer(mesh: Mesh) -> None:
    assert "What is the capital of France?" in mesh.said
    assert "Paris" in mesh.said


def test_models_are_listed_and_one_is_found(client: openai.OpenAI) -> None:
    assert MODEL in [model.id for model in client.models.list()]
    assert client.models.retrieve(MODEL).id == MODEL


def test_a_chat_is_completed_by_the_real_model(client: openai.OpenAI) -> None:
    answer = client.chat.completions.create(
        model=MODEL,
        messages=[{"role": "user", "content": "What is the capital of France? Answer in one sentence."}],
        temperature=0,
        max_tokens=40,
    )
    assert "Paris" in (answer.choices[0].message.content or "")
    assert answer.usage is not None
    assert answer.usage.total_tokens == answer.usage.prompt_tokens + answer.usage.completion_tokens
    assert answer.usage.prompt_tokens > 5


def test_a_stream_brings_text_in_pieces_and_usage_in_the_last_chunk(client: openai.OpenAI) -> None:
    stream = client.chat.completions.create(
        model=MODEL,
        messages=[{"role": "user", "content": "Count from one to five."}],
        temperature=0,
        max_tokens=30,
        stream=True,
        stream_options={"include_usage": True},
    )
    chunks = list(stream)
    assert sum(bool(c.choices and c.choices[0].delta.content) for c in chunks) > 3
    assert chunks[-1].usage is not None
    assert chunks[-1].usage.completion_tokens > 3
    assert not chunks[-1].choices
    assert all(c.usage is None for c in chunks[:-1])


def test_json_comes_back_where_a_schema_asks_for_it(client: openai.OpenAI) -> None:
    schema = {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"], "additionalProperties": False}
    answer = client.chat.completions.create(
        model=MODEL,
        messages=[{"role": "user", "content": "Name a city as JSON."}],
        temperature=0,
        max_tokens=40,
        response_format={"type": "json_schema", "json_schema": {"name": "city", "schema": schema}},
    )
    assert (answer.choices[0].message.content or "").lstrip().startswith("{")


PROPERTIES = {"reasoning": {"type": "string", "maxLength": 12}, "answer": {"type": "integer", "maximum": 9, "minimum": 0}}
ORDERED = {
    "type": "object",
    "properties": PROPERTIES | {"confidence": {"enum": ["low", "high"]}},
    "required": ["reasoning", "answer", "confidence"],
    "additionalProperties": False,
}


def judged(client: openai.OpenAI) -> list[str]:
    """The properties of an answer, in the order in which the model wrote them. The small model may spend its tokens on white space, which
    JSON allows, and come to an end early.
    """
    answer = client.chat.completions.create(
        model=MODEL,
        messages=[{"role": "user", "content": "Is the sky blue? Judge."}],
        max_tokens=80,
        response_format={"type": "json_schema", "json_schema": {"name": "judgement", "schema": ORDERED}},
    )
    return re.findall(r'"(\w+)"\s*:', answer.choices[0].message.content or "")


async def test_the_answer_has_the_properties_in_the_schemas_order_whichever_process_routes(client: openai.OpenAI, mesh: Mesh) -> None:
    order = ["reasoning", "answer", "confidence"]
    for _ in range(2):
        answers = [await asyncio.to_thread(judged, client) for _ in range(10)]
        assert all(found == order[: len(found)] for found in answers)
        assert order in answers
        pid = status(mesh)["llm_router"]["pid"]
        os.kill(pid, signal.SIGTERM)  # the next process has other hash seeds
        await wait_ready(mesh, "llm_router", other_than=pid)
        await soon(lambda: asyncio.to_thread(reachable, client), 30)


def reachable(client: openai.OpenAI) -> bool:
    try:
        return bool(judged(client))
    except openai.APIStatusError as error:
        if error.status_code != 503:
            raise
        return False


@pytest.mark.parametrize(
    ("fields", "param"),
    [
        (
            {"response_format": {"type": "json_schema", "json_schema": {"name": "x", "schema": {"type": "strnig"}}}},
            "response_format.json_schema.schema",
        ),
        ({"messages": [{"role": "user", "content": "word " * 6000}]}, None),
    ],
)
def test_what_the_engine_refuses_is_a_typed_400(client: openai.OpenAI, fields: dict[str, object], param: str | None) -> None:
    body = {"model": MODEL, "messages": [{"role": "user", "content": "hi"}], **fields}
    with pytest.raises(openai.BadRequestError) as caught:
        client.post("/chat/completions", body=body, cast_to=object)
    assert caught.value.param == param
    assert caught.value.code == ("generation_invalid" if param else "context_length_exceeded")


def test_a_bad_key_is_a_typed_401(mesh: Mesh) -> None:
    stranger = openai.OpenAI(api_key="sk-nonsense", base_url=mesh.exports["OPENAI_BASE_URL"], max_retries=0)
    with pytest.raises(openai.AuthenticationError) as caught:
        stranger.models.list()
    assert caught.value.status_code == 401
    assert caught.value.type == "authentication_error"


def test_an_unknown_model_is_a_typed_404_that_names_it(client: openai.OpenAI) -> None:
    with pytest.raises(openai.NotFoundError) as caught:
        client.chat.completions.create(model="gpt-99", messages=[{"role": "user", "content": "hi"}])
    assert caught.value.code == "model_not_found"
    assert caught.value.param == "model"
    assert "gpt-99" in caught.value.message


def test_a_stream_of_an_unknown_model_is_a_404_too(client: openai.OpenAI) -> None:
    with pytest.raises(openai.NotFoundError):
        client.chat.completions.create(model="gpt-99", messages=[{"role": "user", "content": "hi"}], stream=True)


@pytest.mark.parametrize(
    ("fields", "param"),
    [
        ({"temperature": 9}, "temperature"),
        ({"messages": []}, "messages"),
        ({"messages": [{"role": "robot", "content": "hi"}]}, "messages[0].role"),
    ],
)
def test_a_bad_request_is_a_typed_400_that_names_the_field(client: openai.OpenAI, fields: dict[str, object], param: str) -> None:
    body = {"model": MODEL, "messages": [{"role": "user", "content": "hi"}], **fields}
    with pytest.raises(openai.BadRequestError) as caught:
        client.post("/chat/completions", body=body, cast_to=object)
    assert caught.value.param == param
    assert caught.value.type == "invalid_request_error"


def test_fields_that_are_newer_than_this_server_are_no_error(client: openai.OpenAI) -> None:
    body = {"model": MODEL, "messages": [{"role": "user", "content": "hi"}], "max_tokens": 2, "a_field_of_next_year": {"x": 1}}
    client.post("/chat/completions", body=body, cast_to=object)


def test_eight_at_once_are_all_answered(client: openai.OpenAI) -> None:
    from concurrent.futures import ThreadPoolExecutor

    def ask(number: int) -> str:
        messages = [{"role": "user", "content": f"Say the number {number}."}]
        answer = client.chat.completions.create(model=MODEL, messages=messages, max_tokens=8, temperature=0)  # type: ignore[arg-type]
        return answer.choices[0].message.content or ""

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(ask, range(8)))
