"""What the router asks of a provider."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol, runtime_checkable

from uat.llm_router.v1 import llm_router_service_pb2 as pb


@dataclass(slots=True)
class Usage:
    """Tokens, counted by the engine that made them."""

    input_tokens: int = 0
    output_tokens: int = 0
    cached_input_tokens: int = 0
    reasoning_tokens: int = 0


@dataclass(slots=True)
class Chunk:
    """A piece of an answer. `usage` holds what is known so far, so that a call that is cancelled is still counted."""

    text: str = ""
    reasoning: str = ""
    tool_calls: Sequence[dict[str, Any]] = ()
    """In OpenAI's shape of a delta: index, id, type, function{name, arguments}."""
    logprobs: dict[str, Any] | None = None
    finish_reason: str | None = None
    """OpenAI's word: `stop`, `length`, `tool_calls`, `content_filter`."""
    usage: Usage | None = None
    index: int = 0


@dataclass(slots=True)
class Whole:
    """A finished answer: OpenAI's `chat.completion`, as JSON."""

    body: bytes
    usage: Usage = field(default_factory=Usage)
    finish_reason: str = "stop"


Inputs = Sequence[str] | Sequence[Sequence[int]]
"""What to make vectors of: texts, or texts as token ids."""


@dataclass(slots=True)
class Vectors:
    """Vectors in the order of their texts, each as little-endian 32-bit floats, ready for the wire and for base64."""

    raw: Sequence[bytes | memoryview]
    usage: Usage
    too_long: Sequence[int] = ()
    """The texts of which only a beginning was read, by their number."""
    limit: int = 0
    """The tokens that the model reads of a text, where one was too long."""


class Provider(Protocol):
    """One place where models are. Failures are Faults: DependencyUnavailable and Overloaded may be tried elsewhere, the others not."""

    @property
    def name(self) -> str:
        """As configured; also `provider_id`."""

    async def models(self) -> Sequence[str]:
        """The models that it offers now."""

    async def close(self) -> None:
        """Gives up connections."""


@runtime_checkable
class Writer(Provider, Protocol):
    """A provider whose models write."""

    def sees(self, model: str) -> bool:
        """Whether the model reads pictures itself."""

    async def whole(self, request: pb.CreateChatCompletionRequest, generation_id: str) -> Whole:
        """The answer in one piece."""

    def stream(self, request: pb.CreateChatCompletionRequest, generation_id: str) -> AsyncGenerator[Chunk, None]:
        """The answer as it is made. Closing the generator stops the model."""

    async def count_tokens(self, request: pb.CreateChatCompletionRequest) -> tuple[int, int] | None:
        """The prompt's tokens and the model's context length, or None where the provider can't say."""


@runtime_checkable
class Embedder(Provider, Protocol):
    """A provider whose models turn texts into vectors."""

    async def embed(self, model: str, inputs: Inputs, dimensions: int, user: str) -> Vectors:
        """A vector for each text, in their order. `dimensions` 0: all that the model has. Raises CapabilityMissing for what it can't do."""
