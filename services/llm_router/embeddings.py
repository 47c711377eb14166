"""Texts to vectors: the model's provider is picked, a failed try is repeated elsewhere, and the tokens that were read are counted."""

from __future__ import annotations

from dataclasses import dataclass

from services.kit.context import current
from services.kit.ids import NewId
from services.llm_router.errors import CapabilityMissing, ContextLengthExceeded
from services.llm_router.providers.provider import Embedder, Inputs, Vectors
from services.llm_router.routes import DEFAULT_EMBEDDING, Routes
from services.llm_router.tries import answered
from services.llm_router.usage import UsageLog
from services.llm_router.work import Billed, Work


@dataclass(frozen=True, slots=True)
class EmbeddingRequest:
    """What to embed. `field` is the contract's name for the texts, and `single` says that it holds one text and no list."""

    model: str
    inputs: Inputs
    field: str
    single: bool = False
    dimensions: int = 0
    user: str = ""

    def place(self, index: int) -> str:
        """The path of a text."""
        return self.field if self.single else f"{self.field}[{index}]"


@dataclass(frozen=True, slots=True)
class Embedded:
    """The vectors, and which model made them by which decision."""

    vectors: Vectors
    model: str
    decision_id: str


class Embeddings:
    """Answers requests for vectors."""

    def __init__(self, routes: Routes, usage: UsageLog, new_id: NewId, attempts: int) -> None:
        self._routes = routes
        self._usage = usage
        self._new_id = new_id
        self._attempts = attempts

    async def embed(self, asked: EmbeddingRequest) -> Embedded:
        """The vectors of all texts, in their order. A text that is longer than what the model reads is refused, since a vector of its
        beginning would pass for one of the whole. Raises a Fault.
        """
        work = Work(self._new_id("dec"), self._routes.name(asked.model or DEFAULT_EMBEDDING), current())
        with Billed(work, self._usage):
            embedders = [provider for provider in await self._routes.find(work.model) if isinstance(provider, Embedder)]
            if not embedders:
                raise CapabilityMissing.of("model", f"{work.model} only writes; for vectors use {DEFAULT_EMBEDDING}")
            vectors = await answered(
                work, self._attempts, embedders, lambda e: e.embed(work.model, asked.inputs, asked.dimensions, asked.user)
            )
            work.usage = vectors.usage
            if vectors.too_long:
                raise ContextLengthExceeded.of(asked.place(vectors.too_long[0]), work.model, vectors.limit)
            work.finish_reason = "stop"
            return Embedded(vectors, work.model, work.id)
