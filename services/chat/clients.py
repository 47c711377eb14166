"""The service that chat calls: llm_router."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing

from uat.generation.v1 import message_pb2
from uat.llm_router.v1 import generation_pb2, llm_router_service_pb2, llm_router_service_pb2_grpc

from services.kit.clients import Clients
from services.kit.errors import Fault

_BRIEFLY = 1.0
"""Seconds that a call beside the generation may take; a reply waits no longer for it."""


class LlmRouter:
    """llm_router's client. Every call carries the user's token and the service's own."""

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
        """The length of a prompt, or None when llm_router can't tell exactly now."""
        request = llm_router_service_pb2.CountTokensRequest(model=model, messages=messages)
        try:
            counted: llm_router_service_pb2.CountTokensResponse = await self._clients.unary(
                self._stub.CountTokens, request, timeout=_BRIEFLY
            )
        except Fault:
            return None
        return None if counted.estimated else counted
