"""The service that chat calls: llm_router."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing

import structlog
from uat.generation.v1 import event_pb2, message_pb2
from uat.llm_router.v1 import generation_pb2, llm_router_service_pb2, llm_router_service_pb2_grpc

from services.kit.clients import Clients
from services.kit.errors import Fault, Unimplemented, causes

_BRIEFLY = 1.0
"""Seconds that a call beside the generation may take; a reply waits no longer for it."""

_log = structlog.get_logger("uat.chat")


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

    async def stop(self, generation_id: str) -> event_pb2.Usage | None:
        """Stops a generation. Returns what it cost, or None when llm_router can't tell."""
        request = llm_router_service_pb2.StopGenerationRequest(generation_id=generation_id)
        try:
            stopped: llm_router_service_pb2.StopGenerationResponse = await self._clients.unary(
                self._stub.StopGeneration, request, timeout=_BRIEFLY
            )
        except Fault as fault:
            if fault.reason == Unimplemented.reason:
                _log.debug("llm_router doesn't stop generations yet; the stream is cancelled", generation=generation_id)
            else:
                _log.warning("a generation was not stopped; its stream is cancelled", generation=generation_id, **causes(fault))
            return None
        return stopped.finished.usage if stopped.HasField("finished") and stopped.finished.HasField("usage") else None
