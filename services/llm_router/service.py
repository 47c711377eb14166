"""gRPC servicers of llm_router: request in, one domain call, response out."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import aclosing
from typing import Any

import numpy as np
from google.api import httpbody_pb2
from uat.llm_router.v1 import chat_completion_pb2, usage_service_pb2
from uat.llm_router.v1 import llm_router_service_pb2 as pb

from services.kit.context import caller
from services.kit.errors import Fault
from services.llm_router import generate_text, openai_chat, openai_embeddings
from services.llm_router.embeddings import Embeddings
from services.llm_router.errors import ModelNotFound
from services.llm_router.generations import Generation, Generations
from services.llm_router.providers.provider import EmbeddingRequest
from services.llm_router.routes import Routes
from services.llm_router.usage_listing import UsageListing

JSON, EVENTS = "application/json", "text/event-stream"
IMAGE_TEXT = "x-uat-image-text"
"""The response header with the paths of the pictures that the model got as text."""


class LlmRouterServicer:
    """Implements `uat.llm_router.v1.LlmRouterService`."""

    def __init__(self, generations: Generations, embeddings: Embeddings, routes: Routes) -> None:
        self._generations = generations
        self._embeddings = embeddings
        self._routes = routes

    async def CreateChatCompletion(self, request: pb.CreateChatCompletionRequest, context: Any) -> AsyncIterator[httpbody_pb2.HttpBody]:
        completion = openai_chat.read(request.body.data)
        generation = self._generations.begin(completion.request)
        if not completion.stream:
            whole = await self._generations.whole(generation)
            await _send_headers(generation, context)
            data = whole.openai or openai_chat.completion(generation.model, generation.id, whole.events)
            yield httpbody_pb2.HttpBody(content_type=JSON, data=data)
            return
        writer = openai_chat.EventWriter(generation.model, generation.id, include_usage=completion.include_usage)
        begun = False
        try:
            async with aclosing(self._generations.stream(generation)) as events:
                async for event in events:
                    if not begun:
                        await _send_headers(generation, context)
                    begun = True
                    yield httpbody_pb2.HttpBody(content_type=EVENTS, data=writer.event(event))
            yield httpbody_pb2.HttpBody(content_type=EVENTS, data=writer.end(generation.usage))
        except Fault as fault:
            if not begun:
                raise
            yield httpbody_pb2.HttpBody(content_type=EVENTS, data=openai_chat.failed(fault.status()))

    async def ListModels(self, request: pb.ListModelsRequest, context: Any) -> pb.ListModelsResponse:
        models = await self._routes.models()
        data = [chat_completion_pb2.OpenaiModel(id=model, object="model", created=0, owned_by=provider) for model, provider in models]
        return pb.ListModelsResponse(object="list", data=data)

    async def GetModel(self, request: pb.GetModelRequest, context: Any) -> pb.GetModelResponse:
        for model, provider in await self._routes.models():
            if model == request.model:
                return pb.GetModelResponse(id=model, object="model", created=0, owned_by=provider)
        raise ModelNotFound.named(request.model)

    async def GenerateText(self, request: pb.GenerateTextRequest, context: Any) -> AsyncIterator[pb.GenerateTextResponse]:
        generation = self._generations.begin(generate_text.read(request))
        numbered = generate_text.Events(generation)
        begun = False
        try:
            async with aclosing(self._generations.stream(generation)) as events:
                async for event in events:
                    if not begun:
                        begun = True
                        await _send_headers(generation, context)
                        yield numbered.started()
                    yield numbered.event(event)
        except Fault as fault:
            if begun:
                yield numbered.failed(fault.status())
            raise

    async def CountTokens(self, request: pb.CountTokensRequest, context: Any) -> pb.CountTokensResponse:
        prompt = generate_text.read(pb.GenerateTextRequest(model=request.model, messages=request.messages, tools=request.tools))
        counted = await self._generations.count_tokens(prompt)
        if counted is None:
            return pb.CountTokensResponse(input_tokens=generate_text.estimated_tokens(prompt), estimated=True)
        return pb.CountTokensResponse(input_tokens=counted[0], context_length=counted[1])

    async def CreateEmbeddings(self, request: pb.CreateEmbeddingsRequest, context: Any) -> httpbody_pb2.HttpBody:
        answer = await self._embeddings.embed(openai_embeddings.request_of(request))
        return httpbody_pb2.HttpBody(content_type=JSON, data=openai_embeddings.body(answer.vectors, answer.model, request.encoding_format))

    async def EmbedTexts(self, request: pb.EmbedTextsRequest, context: Any) -> pb.EmbedTextsResponse:
        embedding = EmbeddingRequest(request.model, list(request.texts), "texts", dimensions=request.dimensions)
        answer = await self._embeddings.embed(embedding)
        return pb.EmbedTextsResponse(
            embeddings=[pb.TextEmbedding(values=np.frombuffer(vector, "<f4").tolist()) for vector in answer.vectors.raw],
            model=answer.model,
            input_tokens=answer.vectors.usage.input_tokens,
            decision_id=answer.decision_id,
        )


async def _send_headers(generation: Generation, context: Any) -> None:
    """Names the pictures that the model got as text."""
    if generation.image_text:
        await context.send_initial_metadata(((IMAGE_TEXT, ", ".join(generation.image_text)),))


class UsageServicer:
    """Implements `uat.llm_router.v1.UsageService`."""

    def __init__(self, listing: UsageListing) -> None:
        self._listing = listing

    async def ListUsage(self, request: usage_service_pb2.ListUsageRequest, context: Any) -> usage_service_pb2.ListUsageResponse:
        return await self._listing.page(caller(), request)
