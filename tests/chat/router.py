"""An llm_router that says what a test wants, behind the real contract and over real gRPC."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from typing import Any

import grpc
from uat.generation.v1 import event_pb2, message_pb2
from uat.llm_router.v1 import generation_pb2, llm_router_service_pb2

from services.kit.app import App, Served
from services.kit.context import Caller, caller
from services.kit.errors import Fault
from services.kit.testing import Issuer

Event = llm_router_service_pb2.GenerateTextResponse
Script = Callable[[llm_router_service_pb2.GenerateTextRequest], AsyncIterator[Event]]
CONTEXT = 800
"""Tokens of the scripted model's context; a token has four characters."""


def started(model: str = "scripted-1") -> Event:
    return Event(event=generation_pb2.GenerationEvent(generation_id="gen_1", started=generation_pb2.GenerationStarted(model=model)))


def delta(text: str, **given: Any) -> Event:
    piece = event_pb2.Delta(text=text, **given)
    return Event(event=generation_pb2.GenerationEvent(generation_id="gen_1", delta=piece))


def finished(reason: Any = event_pb2.FINISH_REASON_STOP, tokens: int = 3) -> Event:
    usage = event_pb2.Usage(input_tokens=7, output_tokens=tokens, cached_input_tokens=2)
    end = event_pb2.Finished(finish_reason=reason, usage=usage)
    return Event(event=generation_pb2.GenerationEvent(generation_id="gen_1", finished=end))


def failed(fault: Fault) -> Event:
    return Event(event=generation_pb2.GenerationEvent(generation_id="gen_1", failed=generation_pb2.GenerationFailed(error=fault.status())))


async def remembering(request: llm_router_service_pb2.GenerateTextRequest) -> AsyncIterator[Event]:
    """Repeats every message of its prompt, in pieces, so that a test sees what the model saw."""
    yield started()
    for message in request.messages:
        yield delta(f"[{message_pb2.Role.Name(message.role).removeprefix('ROLE_').lower()}: ")
        yield delta(f"{message.text}]")
    yield finished()


@dataclass
class Held:
    """A script that says some words and then waits until it is released or cancelled. A word is a token."""

    words: tuple[str, ...] = ("one", " two", " three")
    rest: tuple[str, ...] = (" four",)
    waiting: asyncio.Event = field(default_factory=asyncio.Event)
    release: asyncio.Event = field(default_factory=asyncio.Event)
    cancelled: asyncio.Event = field(default_factory=asyncio.Event)
    calls: int = 0
    counts: bool = True
    """Whether its deltas carry the tokens so far, as llm_router's do."""

    async def __call__(self, request: llm_router_service_pb2.GenerateTextRequest) -> AsyncIterator[Event]:
        self.calls += 1
        try:
            yield started()
            for number, word in enumerate(self.words, 1):
                yield delta(word, input_tokens=5, output_tokens=number) if self.counts else delta(word)
            self.waiting.set()
            await self.release.wait()
            for word in self.rest:
                yield delta(word)
            yield finished(tokens=len(self.words) + len(self.rest))
        except (asyncio.CancelledError, GeneratorExit):
            self.cancelled.set()
            raise


class Router:
    """Answers `LlmRouterService`. The script is picked by the last message of the prompt; without one it repeats its prompt."""

    def __init__(self) -> None:
        self.scripts: dict[str, Script | Held] = {}
        self.requests: list[llm_router_service_pb2.GenerateTextRequest] = []
        self.callers: list[Caller] = []
        self.counted = 0

    async def GenerateText(self, request: llm_router_service_pb2.GenerateTextRequest, context: Any) -> AsyncIterator[Event]:
        self.requests.append(request)
        self.callers.append(caller())
        script = self.scripts.get(request.messages[-1].text, remembering)
        async for event in script(request):
            yield event

    async def CountTokens(
        self, request: llm_router_service_pb2.CountTokensRequest, context: Any
    ) -> llm_router_service_pb2.CountTokensResponse:
        self.counted += 1
        tokens = sum(len(m.text) for m in request.messages) // 4
        return llm_router_service_pb2.CountTokensResponse(input_tokens=tokens, context_length=CONTEXT)

    def app(self, issuer: Issuer) -> App:
        """The service to run."""
        descriptor = llm_router_service_pb2.DESCRIPTOR.services_by_name["LlmRouterService"]
        return App(name="llm_router", port=0, served=[Served(descriptor, self)], trust=issuer.trust())


async def failing(fault: Fault, *words: str) -> AsyncIterator[Event]:
    """Says some words and breaks off."""
    yield started()
    for word in words:
        yield delta(word)
    if words:
        yield failed(fault)
    raise fault


Reply = grpc.aio.UnaryStreamCall
