"""The service below that chat calls."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing

from uat.generation.v1 import event_pb2, message_pb2
from uat.llm_router.v1 import generation_pb2, llm_router_service_pb2, llm_router_service_pb2_grpc

from services.kit.clients import Clients
from services.kit.errors import Fault

_SOON = 1.0
"""Seconds that a question beside the reply may take; a reply doesn't wait for it longer."""


class LlmRouter:
    """Asks llm_router for texts. Every call carries the user's token and ours."""

    def __init__(self, clients: Clients, seconds: float) -> None:
        self._clients = clients
        self._stub = llm_router_service_pb2_grpc.LlmRouterServiceStub(clients.channel("llm_router"))
        self._seconds = seconds

    async def generate(self, request: llm_router_service_pb2.GenerateTextRequest) -> AsyncGenerator[generation_pb2.GenerationEvent, None]:
        """The events of a generation. Closing the generator stops it at once. Raises a Fault, also after a `failed` event."""
        async with aclosing(self._clients.stream(self._stub.GenerateText, request, timeout=self._seconds)) as responses:
            async for response in responses:
                yield response.event

    async def count_tokens(self, model: str, messages: Sequence[message_pb2.Message]) -> llm_router_service_pb2.CountTokensResponse | None:
        """How long a prompt is, or None when llm_router can't say now."""
        request = llm_router_service_pb2.CountTokensRequest(model=model, messages=messages)
        try:
            counted: llm_router_service_pb2.CountTokensResponse = await self._clients.unary(self._stub.CountTokens, request, timeout=_SOON)
        except Fault:
            return None
        return None if counted.estimated else counted

    async def usage_of_stopped(self, generation_id: str) -> event_pb2.Usage | None:
        """What a generation cost that was stopped, or None when llm_router can't say."""
        request = llm_router_service_pb2.StopGenerationRequest(generation_id=generation_id)
        try:
            stopped: llm_router_service_pb2.StopGenerationResponse = await self._clients.unary(
                self._stub.StopGeneration, request, timeout=_SOON
            )
        except Fault:
            return None
        return stopped.finished.usage if stopped.HasField("finished") and stopped.finished.HasField("usage") else None
