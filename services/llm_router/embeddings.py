"""Embeddings: one request for vectors from its arrival to its usage record."""

from __future__ import annotations

from dataclasses import dataclass

from uat.generation.v1.event_pb2 import FINISH_REASON_STOP

from services.kit.ids import NewId
from services.llm_router.billing import Meter, Record
from services.llm_router.errors import CapabilityMissing, ContextLengthExceeded
from services.llm_router.failover import first_success
from services.llm_router.providers.provider import Embedder, EmbeddingRequest, Vectors
from services.llm_router.routes import DEFAULT_EMBEDDING, Routes


@dataclass(frozen=True, slots=True)
class Embedded:
    """The vectors, the model that made them, and the id of the routing decision."""

    vectors: Vectors
    model: str
    decision_id: str


class Embeddings:
    """Embeds texts with the model's first provider that succeeds."""

    def __init__(self, routes: Routes, record: Record, new_id: NewId, attempts: int) -> None:
        self._routes = routes
        self._record = record
        self._new_id = new_id
        self._attempts = attempts

    async def embed(self, request: EmbeddingRequest) -> Embedded:
        """The vectors of all texts, in their order. A text that is longer than the model's context is refused: a vector of its beginning
        would pass for one of the whole. Raises a Fault.
        """
        model = self._routes.name(request.model or DEFAULT_EMBEDDING)
        with Meter(self._new_id("dec"), model, self._record) as meter:
            embedders = [provider for provider in await self._routes.find(model) if isinstance(provider, Embedder)]
            if not embedders:
                raise CapabilityMissing.of("model", f"{model} only writes; for vectors use {DEFAULT_EMBEDDING}")
            vectors = await first_success(
                meter, self._attempts, embedders, lambda e: e.embed(model, request.inputs, request.dimensions, request.user)
            )
            meter.usage = vectors.usage
            if vectors.too_long:
                raise ContextLengthExceeded.of(request.path(vectors.too_long[0]), model, vectors.limit)
            meter.finish_reason = FINISH_REASON_STOP
            return Embedded(vectors, model, meter.id)
