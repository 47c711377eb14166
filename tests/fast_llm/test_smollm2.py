"""The language model inside Triton, asked as any client of Triton would: with the tensors of NVIDIA's vLLM backend."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import aclosing
from typing import Any

import grpc
import numpy as np
import pytest
from inference import grpc_service_pb2 as oip

from services.kit.triton.client import Triton, TritonFailed
from services.mesh.parts import triton as part

YES, NO = np.array([True]), np.array([False])
CHAT = json.dumps({"messages": [{"role": "user", "content": "Which city is the capital of France?"}]})


@pytest.fixture(scope="module")
async def triton(language_triton: part.Triton) -> AsyncIterator[Triton]:
    async with Triton(language_triton.url) as client:
        await client.ask("RepositoryModelLoad", oip.RepositoryModelLoadRequest(model_name="smollm2"), timeout=60)
        yield client


async def answers(triton: Triton, given: dict[str, Any] | None = None, **inputs: Any) -> list[Any]:
    """Every answer; texts and parameters may be given as they are."""
    tensors = {name: [value.encode()] if isinstance(value, str) else value for name, value in inputs.items()}
    tensors["sampling_parameters"] = [json.dumps({"temperature": 0, "max_tokens": 8, **(given or {})}).encode()]
    async with aclosing(triton.infer_stream("smollm2", tensors)) as stream:
        return [answer async for answer in stream]


def text(found: list[Any]) -> str:
    return b"".join(answer["text_output"][0] for answer in found).decode()


async def test_one_answer_without_stream_begins_with_the_prompt_unless_told_otherwise(triton: Triton) -> None:
    (echoed,) = await answers(triton, text_input="Hello, my")
    (plain,) = await answers(triton, text_input="Hello, my", exclude_input_in_output=YES)
    assert echoed["text_output"][0] == b"Hello, my" + plain["text_output"][0]
    assert list(echoed) == ["text_output"]


async def test_a_stream_brings_a_piece_for_each_token_and_the_reason_at_the_end(triton: Triton) -> None:
    wanted = dict.fromkeys(("stream", "return_finish_reason", "return_num_input_tokens", "return_num_output_tokens"), YES)
    found = await answers(triton, chat=CHAT, return_token_ids=YES, **wanted)
    assert text(found) == "The capital of France is Paris."
    assert [answer["finish_reason"][0] for answer in found] == [b"None"] * (len(found) - 1) + [b"stop"]
    assert {int(answer["num_input_tokens"][0]) for answer in found} == {38}
    assert sum(int(answer["num_output_tokens"][0]) for answer in found) == 8  # the last one ends the turn
    assert sum(len(answer["token_ids"]) for answer in found) == 7


async def test_parameters_shape_the_text(triton: Triton) -> None:
    assert text(await answers(triton, {"stop": ["Paris"]}, chat=CHAT)) == "The capital of France is "
    assert text(await answers(triton, {"guided_decoding": {"choice": ["Rome", "Oslo"]}}, chat=CHAT)) in ("Rome", "Oslo")
    schema = {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"], "additionalProperties": False}
    form = {"type": "json_schema", "json_schema": {"schema": schema}}
    for parameters in ({"response_format": form}, {"guided_decoding": json.dumps({"json": schema})}):
        assert list(json.loads(text(await answers(triton, {**parameters, "max_tokens": 40}, chat=CHAT)))) == ["city"]
    seeded = [text(await answers(triton, {"temperature": 1.5, "seed": seed}, chat=CHAT)) for seed in (7, 7, 8)]
    assert seeded[0] == seeded[1] != seeded[2]


@pytest.mark.parametrize(
    ("inputs", "parameters", "said"),
    [
        ({}, {}, "either text_input or chat"),
        ({"text_input": "x", "chat": CHAT}, {}, "either text_input or chat"),
        ({"text_input": "x", "stream": YES, "exclude_input_in_output": NO}, {}, "exclude_input_in_output"),
        ({"text_input": "x"}, {"temprature": 1}, "sampling_parameters.temprature"),
        ({"text_input": "x"}, {"guided_decoding": {"json": {"type": "strnig"}}}, "strnig"),
        ({"text_input": "x"}, {"guided_decoding": {"regex": "a"}}, "guided_decoding.regex"),
        ({"text_input": "x"}, {"guided_decoding": {"grammar": "root ::= ("}}, "grammar"),
        ({"chat": "{"}, {}, "chat: is no JSON"),
        ({"chat": '{"messages": [], "model": "x"}'}, {}, "chat.model"),
        ({"text_input": "word " * 3000}, {}, "the prompt has 3001 tokens, the context holds 2048"),
    ],
)
async def test_what_cannot_be_used_is_refused_with_what_is_wrong(triton: Triton, inputs: Any, parameters: Any, said: str) -> None:
    with pytest.raises(TritonFailed) as refused:
        await answers(triton, parameters, **inputs)
    assert refused.value.triton_code is grpc.StatusCode.INVALID_ARGUMENT
    assert said in refused.value.triton_message


async def test_callers_that_hang_up_and_requests_that_fail_leave_nothing_behind(triton: Triton) -> None:
    async def hang_up(after: int) -> None:
        tensors = {"chat": [CHAT.encode()], "stream": YES, "sampling_parameters": [b'{"max_tokens": 500, "ignore_eos": true}']}
        async with aclosing(triton.infer_stream("smollm2", tensors)) as stream:
            for _ in range(after):
                await anext(stream)

    async def fail() -> None:
        with pytest.raises(TritonFailed):
            await answers(triton, {"foo": 1}, text_input="x")

    await asyncio.gather(*(hang_up(number % 5) for number in range(25)), *(fail() for _ in range(50)))
    await triton.ask("RepositoryModelUnload", oip.RepositoryModelUnloadRequest(model_name="smollm2"))
    async with asyncio.timeout(20):  # a request that is still held would keep the model for ever
        while [model.reason for model in await triton.index() if model.name == "smollm2"] != ["unloaded"]:
            await asyncio.sleep(0.05)
    await triton.ask("RepositoryModelLoad", oip.RepositoryModelLoadRequest(model_name="smollm2"), timeout=60)
    assert text(await answers(triton, chat=CHAT)) == "The capital of France is Paris."
