"""The wire side of llm_router: request in, domain, response out."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import aclosing
from typing import Any

from google.api import httpbody_pb2
from uat.llm_router.v1 import chat_completion_pb2, usage_service_pb2
from uat.llm_router.v1 import llm_router_service_pb2 as pb

from services.kit import pages
from services.kit.context import caller
from services.kit.errors import Fault, PermissionDenied
from services.llm_router import openai, typed
from services.llm_router.errors import CapabilityMissing, ModelNotFound
from services.llm_router.generations import Generation, Generations
from services.llm_router.routes import Routes
from services.llm_router.store import UsageFilter, UsageStore

JSON, EVENTS = "application/json", "text/event-stream"
IMAGE_TEXT = "x-uat-image-text"
"""The response header that names the pictures which the model got as text."""


class LlmRouterServicer:
    """Answers `uat.llm_router.v1.LlmRouterService`."""

    def __init__(self, generations: Generations, routes: Routes) -> None:
        self._generations = generations
        self._routes = routes

    async def CreateChatCompletion(self, request: pb.CreateChatCompletionRequest, context: Any) -> AsyncIterator[httpbody_pb2.HttpBody]:
        generation = self._generations.begin(request)
        if not request.stream:
            answer = await self._generations.whole(generation)
            await _tell(generation, context)
            yield httpbody_pb2.HttpBody(content_type=JSON, data=answer.body)
            return
        events = openai.Events(request.model, generation.id, include_usage=request.stream_options.include_usage)
        begun = False
        try:
            async with aclosing(self._generations.stream(generation)) as chunks:
                async for chunk in chunks:
                    if data := events.of(chunk):
                        if not begun:
                            await _tell(generation, context)
                        begun = True
                        yield httpbody_pb2.HttpBody(content_type=EVENTS, data=data)
            yield httpbody_pb2.HttpBody(content_type=EVENTS, data=events.end(generation.usage))
        except Fault as fault:
            if not begun:
                raise
            yield httpbody_pb2.HttpBody(content_type=EVENTS, data=openai.failed(fault.status()))

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
        if request.background:
            raise CapabilityMissing.of("background", "is not built yet: a generation ends with its stream")
        generation = self._generations.begin(typed.request_of(request), typed.place_in(request.messages))
        events = typed.TypedEvents(generation)
        begun = False
        try:
            async with aclosing(self._generations.stream(generation)) as chunks:
                async for chunk in chunks:
                    if not begun:
                        begun = True
                        await _tell(generation, context)
                        yield events.started()
                    for event in events.of(chunk):
                        yield event
            yield events.finished()
        except Fault as fault:
            if begun:
                yield events.failed(fault.status())
            raise

    async def CountTokens(self, request: pb.CountTokensRequest, context: Any) -> pb.CountTokensResponse:
        asked = pb.CreateChatCompletionRequest(model=request.model)
        typed.add_messages(asked, request.messages)
        counted = await self._generations.count_tokens(self._generations.begin(asked, typed.place_in(request.messages)))
        if counted is None:
            characters = sum(len(m.text) + sum(len(p.text) for p in m.parts) for m in request.messages)
            return pb.CountTokensResponse(input_tokens=characters // 4 + 1, estimated=True)
        return pb.CountTokensResponse(input_tokens=counted[0], context_length=counted[1])


async def _tell(generation: Generation, context: Any) -> None:
    """Says in a header which pictures the model got in words only."""
    if generation.image_text:
        await context.send_initial_metadata(((IMAGE_TEXT, ", ".join(generation.image_text)),))


class UsageServicer:
    """Answers `uat.llm_router.v1.UsageService`."""

    def __init__(self, store: UsageStore) -> None:
        self._store = store

    async def ListUsage(self, request: usage_service_pb2.ListUsageRequest, context: Any) -> usage_service_pb2.ListUsageResponse:
        who = caller()
        admin = "TENANT_ADMIN" in who.roles
        if request.user_id not in ("", who.user_id) and not admin:
            raise PermissionDenied("only an administrator may see another user's usage")
        request.user_id = request.user_id or ("" if admin else who.user_id)
        size = pages.size(request.page_size, 100)
        wanted = UsageFilter.of(request)
        position = pages.decode(request.page_token, repr(wanted))
        found = await self._store.page(who.tenant_id, wanted, int(position[0]) if position else None, size + 1)
        token = pages.encode(repr(wanted), found[size - 1][0]) if len(found) > size else ""
        return usage_service_pb2.ListUsageResponse(records=[record for _, record in found[:size]], next_page_token=token)
