"""The JSON body of a chat completion on its way to the engine: nothing of it changes its order, and what breaks the contract is named."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import grpc
import orjson
import pytest
from google.rpc import error_details_pb2
from grpc_status import rpc_status
from uat.llm_router.v1 import llm_router_service_pb2 as pb

from services.kit.errors import Fault, FieldViolation
from services.kit.testing import bearer
from tests.llm_router.conftest import Router
from tests.llm_router.test_chat_completion import HELLO, answer, failure, raw, request

ROOT = Path(__file__).parents[2]
PROPERTIES = {"reasoning": {"type": "string"}, "answer": {"type": "integer"}, "confidence": {"enum": ["low", "high"]}}
SCHEMA = {"type": "object", "properties": PROPERTIES, "required": list(PROPERTIES), "additionalProperties": False}
TEXT = orjson.dumps(SCHEMA).decode()
FORMAT = {"type": "json_schema", "json_schema": {"name": "judgement", "schema": SCHEMA}}
TOOLS = [{"type": "function", "function": {"name": "judge", "parameters": SCHEMA}}]


class Invalid(Fault):
    code, reason, domain = grpc.StatusCode.INVALID_ARGUMENT, "GENERATION_INVALID", "fast_llm.uat"


async def test_the_engine_gets_schemas_to_the_byte(router: Router) -> None:
    for _ in range(20):
        await answer(router, request(response_format=FORMAT, tools=TOOLS))
        sent = router.engine.requests[-1]
        assert sent.options.response_format.json_schema == TEXT
        assert sent.chat.tools[0].parameters_json_schema == TEXT


async def test_a_provider_outside_gets_schemas_in_their_order_too(router: Router) -> None:
    await answer(router, request("big", response_format=FORMAT, tools=TOOLS))
    typed = pb.GenerateTextRequest(
        model="big",
        messages=[{"role": "ROLE_USER", "text": "hello"}],  # type: ignore[list-item]
        tools=[{"name": "judge", "parameters_json_schema": TEXT}],  # type: ignore[list-item]
        options={"response_format": {"json_schema": TEXT}},  # type: ignore[arg-type]
    )
    async for _ in router.stub.GenerateText(typed, metadata=bearer(router.issuer.user())):
        pass
    for sent in router.upstream.bodies[-2:]:
        assert json.dumps(sent["response_format"]["json_schema"]["schema"]) == json.dumps(SCHEMA)
        assert json.dumps(sent["tools"][0]["function"]["parameters"]) == json.dumps(SCHEMA)


def test_every_process_keeps_the_same_order() -> None:
    body = json.dumps({"model": "m", "messages": HELLO, "response_format": FORMAT, "tools": TOOLS}).encode()
    code = f"""
from services.llm_router import openai_chat
typed = openai_chat.read({body!r}).request.typed
print(typed.options.response_format.json_schema)
print(typed.tools[0].parameters_json_schema)
"""
    for seed in ("0", "1", "17", "4242"):
        environment = os.environ | {"PYTHONHASHSEED": seed, "PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'gen'}"}
        done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True)
        assert done.stdout.splitlines() == [TEXT, TEXT]


@pytest.mark.parametrize("body", [b"", b"{", b"[1]", b'"text"', b"\xff"])
async def test_a_body_that_is_no_json_object_is_refused(router: Router, body: bytes) -> None:
    error = await failure(router, raw(body))
    assert error.code() is grpc.StatusCode.INVALID_ARGUMENT
    assert "JSON" in (error.details() or "")


async def test_nulls_and_fields_that_are_newer_than_this_server_are_ignored(router: Router) -> None:
    message = {"role": "user", "content": "hello", "refusal": None, "audio": None, "annotations": [], "a_field_of_next_year": {"x": 1}}
    await answer(router, request(messages=[message], tools=None, stop=None, tool_choice=None, temperature=None, another={"y": [2]}))
    sent = router.engine.requests[-1]
    assert (sent.chat.messages[0].text, sent.options.HasField("temperature")) == ("hello", False)
    await answer(router, request("big", messages=[message], another=1))
    assert "another" not in router.upstream.bodies[-1]


@pytest.mark.parametrize(
    ("field", "path"),
    [
        ("options.response_format.json_schema", "response_format.json_schema.schema"),
        ("chat.tools[3].parameters_json_schema", "tools[3].function.parameters"),
        ("chat.messages[0].parts[2]", "messages[0].content[2]"),
        ("options.top_p", "top_p"),
        ("options.max_output_tokens", "max_completion_tokens"),
    ],
)
async def test_a_field_that_the_engine_refuses_is_named_as_the_client_names_it(router: Router, field: str, path: str) -> None:
    router.engine.fail_first, router.engine.failure = 9, Invalid("no", fields=[FieldViolation(field, "does not parse")])
    status, bad, info = (
        rpc_status.from_call(await failure(router, request())),
        error_details_pb2.BadRequest(),
        error_details_pb2.ErrorInfo(),
    )
    assert status is not None
    assert any(d.Unpack(bad) for d in status.details)
    assert any(d.Unpack(info) for d in status.details)
    assert (bad.field_violations[0].field, status.message) == (path, f"{path}: does not parse")
    assert (info.reason, info.domain, len(router.engine.requests)) == ("GENERATION_INVALID", "llm_router.uat", 1)


@pytest.mark.parametrize("stream", [False, True])
async def test_tool_calls_of_the_engine_come_in_openais_shape(router: Router, stream: bool) -> None:
    router.engine.words = []
    router.engine.tool_calls = [
        {"id": "call_1", "name": "judge", "arguments_json": '{"answer"'},
        {"arguments_json": ": 1}"},
    ]
    data = await answer(router, request(stream=stream, tools=TOOLS))
    if not stream:
        message: dict[str, Any] = json.loads(data)["choices"][0]["message"]
        assert message["tool_calls"] == [{"id": "call_1", "type": "function", "function": {"name": "judge", "arguments": '{"answer": 1}'}}]
        assert message["content"] is None
        return
    lines = [line.removeprefix(b"data: ") for line in data.split(b"\n\n") if line.startswith(b"data: {")]
    calls = [call for line in lines for call in json.loads(line)["choices"][0]["delta"].get("tool_calls", ())]
    assert [(call["id"], call["function"]["name"], call["function"]["arguments"]) for call in calls] == [
        ("call_1", "judge", '{"answer"'),
        (None, None, ": 1}"),
    ]
