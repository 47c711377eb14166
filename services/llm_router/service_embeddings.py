"""The wire side of vectors: request in, domain, response out."""

from __future__ import annotations

from typing import Any

from google.api import httpbody_pb2
from uat.llm_router.v1 import llm_router_service_pb2 as pb

from services.llm_router import openai_embeddings
from services.llm_router.embeddings import EmbeddingRequest, Embeddings


class EmbeddingsServicer:
    """Answers the part of `uat.llm_router.v1.LlmRouterService` that makes vectors."""

    def __init__(self, embeddings: Embeddings) -> None:
        self._embeddings = embeddings

    async def CreateEmbeddings(self, request: pb.CreateEmbeddingsRequest, context: Any) -> httpbody_pb2.HttpBody:
        answer = await self._embeddings.embed(openai_embeddings.request_of(request))
        return httpbody_pb2.HttpBody(content_type="application/json", data=openai_embeddings.body(answer, request.encoding_format))

    async def EmbedTexts(self, request: pb.EmbedTextsRequest, context: Any) -> pb.EmbedTextsResponse:
        asked = EmbeddingRequest(request.model, list(request.texts), "texts", dimensions=request.dimensions)
        answer = await self._embeddings.embed(asked)
        return pb.EmbedTextsResponse(
            embeddings=[_vector(raw) for raw in answer.vectors.raw],
            model=answer.model,
            input_tokens=answer.vectors.usage.input_tokens,
            decision_id=answer.decision_id,
        )


def _vector(raw: bytes | memoryview) -> pb.TextEmbedding:
    """A vector's message. Its one field, written on the wire, is a tag, the length and the floats as they lie in memory."""
    length, head = len(raw), bytearray(b"\x0a")
    while length > 0x7F:
        head.append(length & 0x7F | 0x80)
        length >>= 7
    head.append(length)
    return pb.TextEmbedding.FromString(b"".join((head, raw)))
