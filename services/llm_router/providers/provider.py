"""Providers: the interface to a model server, and what goes in and comes out."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from uat.generation.v1.event_pb2 import Delta, Finished, Usage
from uat.llm_router.v1 import llm_router_service_pb2 as pb

from services.kit.errors import Fault

Event = Delta | Finished
"""A generation is any number of deltas, then one `Finished` for each answer. Deltas carry the tokens so far, for the bill of a generation
that is cancelled.
"""
Inputs = Sequence[str] | Sequence[Sequence[int]]
"""The inputs of an embedding: texts, or texts as token ids."""


@dataclass(frozen=True, slots=True)
class TextRequest:
    """A request for text. Everything inside the mesh reads `typed`, which is never changed: an engine's request is made from it."""

    typed: pb.GenerateTextRequest
    pictures: Sequence[tuple[int, int]] = ()
    """The index of the message and of the part, for each picture."""
    openai: Mapping[str, Any] | None = None
    """The JSON body of a request that came in OpenAI's shape: providers that speak it get all fields, also those that `typed` lacks."""
    untyped: Sequence[Fault] = ()
    """What `typed` can't express of `openai`, as the faults to raise when the model's provider needs it."""
    path: Callable[[str], str] = str
    """Translates the path of a field in `typed` to the path in the caller's own request."""

    def with_texts(self, texts: Mapping[tuple[int, int], str]) -> TextRequest:
        """The request with texts in place of its pictures."""
        typed = pb.GenerateTextRequest()
        typed.CopyFrom(self.typed)
        messages = [dict(message) for message in self.openai["messages"]] if self.openai is not None else []
        for (i, j), text in texts.items():
            typed.messages[i].parts[j].text = text
            if messages:
                content = messages[i]["content"] = list(messages[i]["content"])
                content[j] = {"type": "text", "text": text}
        openai = None if self.openai is None else {**self.openai, "messages": messages}
        return replace(self, typed=typed, pictures=(), openai=openai)


@dataclass(slots=True)
class Whole:
    """A whole answer: its events, or the JSON of a provider that speaks OpenAI's protocol, with its end."""

    events: Sequence[Event] = ()
    openai: bytes = b""
    finished: Finished = field(default_factory=Finished)


@dataclass(frozen=True, slots=True)
class EmbeddingRequest:
    """What to embed. `field` is the contract's name of the texts; `single` means that it has one text and no list."""

    model: str
    inputs: Inputs
    field: str
    single: bool = False
    dimensions: int = 0
    user: str = ""

    def path(self, index: int) -> str:
        """The path of a text in the request."""
        return self.field if self.single else f"{self.field}[{index}]"


@dataclass(slots=True)
class Vectors:
    """Vectors in the order of their texts, each as little-endian 32-bit floats."""

    raw: Sequence[bytes | memoryview]
    usage: Usage
    too_long: Sequence[int] = ()
    """Indexes of the texts that the model read only the beginning of."""
    limit: int = 0
    """Tokens that the model reads of a text; set when one was too long."""


class Provider(ABC):
    """A model server. It raises Faults; DependencyUnavailable and Overloaded let another provider be tried."""

    name: str
    """The configured name; `provider_id` in the contract."""

    @abstractmethod
    async def models(self) -> Sequence[str]:
        """The models that it offers now."""

    async def close(self) -> None:  # noqa: B027 - most providers have no connections of their own
        """Closes connections of its own."""


class Writer(Provider):
    """A provider of models that write."""

    speaks_openai = False
    """Whether it takes `TextRequest.openai`, all fields included."""

    @abstractmethod
    def sees(self, model: str) -> bool:
        """Whether the model reads pictures."""

    @abstractmethod
    def stream(self, model: str, request: TextRequest, generation_id: str) -> AsyncGenerator[Event, None]:
        """Generates. Closing the generator stops the model."""

    async def whole(self, model: str, request: TextRequest) -> Whole | None:
        """A whole answer in one response; None when the provider only streams."""
        return None

    async def count_tokens(self, model: str, request: TextRequest) -> tuple[int, int] | None:
        """The tokens of the prompt and the model's context length; None when the provider can't count them."""
        return None


class Embedder(Provider):
    """A provider of models that turn texts into vectors."""

    @abstractmethod
    async def embed(self, model: str, inputs: Inputs, dimensions: int, user: str) -> Vectors:
        """A vector for each text, in their order. `dimensions` 0 keeps the model's own. Raises CapabilityMissing."""
