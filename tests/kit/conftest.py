"""A kit server with small servicers for RPCs of all four shapes, taken from real contracts."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import grpc
import pytest
from google.api import httpbody_pb2
from uat.chat.v1 import chat_service_pb2, chat_service_pb2_grpc, conversation_pb2
from uat.fast_llm.v1 import engine_service_pb2, engine_service_pb2_grpc
from uat.llm_router.v1 import llm_router_service_pb2, llm_router_service_pb2_grpc
from uat.parameter_analytics.v1 import parameter_analytics_service_pb2 as analytics_pb2
from uat.parameter_analytics.v1 import parameter_analytics_service_pb2_grpc as analytics_grpc

from services.kit.app import App, Served
from services.kit.config import Settings
from services.kit.context import current
from services.kit.errors import DependencyUnavailable, Fault, Internal, Overloaded
from services.kit.testing import Issuer, running


class NotThere(Fault):
    """A domain's fact."""

    code = grpc.StatusCode.NOT_FOUND
    reason = "CONVERSATION_NOT_FOUND"
    domain = "chat.uat"


FAILING: dict[str, type[Fault]] = {"unavailable": DependencyUnavailable, "caused": NotThere, "internal": Internal}


def fail(kind: type[Fault]) -> None:
    """Raises a fault that has a note and two causes, the deeper one with a note of its own."""
    try:
        try:
            disk = OSError("the disk")
            disk.add_note("on node 7")
            raise disk
        except OSError as error:
            raise ConnectionError("deadlock detected in relation secrets") from error
    except ConnectionError as error:
        fault = kind("it failed")
        fault.add_note("seen by the driver")
        raise fault from error


class ChatServicer:
    """Unary and server streaming."""

    def __init__(self) -> None:
        self.cancelled = asyncio.Event()
        self.streaming = asyncio.Event()

    async def GetConversation(self, request: Any, context: Any) -> chat_service_pb2.GetConversationResponse:
        call = current()
        assert call is not None
        if request.conversation_id == "missing":
            raise NotThere("no conversation missing", metadata={"id": "missing"})
        if request.conversation_id == "bug":
            raise ZeroDivisionError("a secret detail")
        if request.conversation_id == "full":
            raise Overloaded("full", retry_after=1.5, quota=("slots", "4 of 4 are taken"))
        if request.conversation_id in FAILING:
            fail(FAILING[request.conversation_id])
        title = f"{call.request_id} {call.caller.user_id if call.caller else call.service}"
        return chat_service_pb2.GetConversationResponse(conversation=conversation_pb2.Conversation(id=request.conversation_id, title=title))

    async def StreamReply(self, request: Any, context: Any) -> AsyncIterator[chat_service_pb2.StreamReplyResponse]:
        try:
            for number in range(1, 1_000_000):
                yield chat_service_pb2.StreamReplyResponse(event={"reply_id": "msg_1", "sequence": number})
                if request.text == "break" and number == 2:
                    raise NotThere("it broke off")
                if request.text == "thirty" and number == 30:
                    return
                self.streaming.set()
                await asyncio.sleep(0.001)
        finally:
            self.cancelled.set()

    async def WatchConversation(self, request: Any, context: Any) -> AsyncIterator[chat_service_pb2.WatchConversationResponse]:
        yield chat_service_pb2.WatchConversationResponse()
        await asyncio.Event().wait()


class AnalyticsServicer:
    """Client streaming and both."""

    async def RecordOutcomes(self, requests: AsyncIterator[Any], context: Any) -> analytics_pb2.RecordOutcomesResponse:
        return analytics_pb2.RecordOutcomesResponse(accepted=sum([1 async for _ in requests]))

    async def StreamOutcomes(self, requests: AsyncIterator[Any], context: Any) -> AsyncIterator[analytics_pb2.StreamOutcomesResponse]:
        async for request in requests:
            yield analytics_pb2.StreamOutcomesResponse(acknowledged_sequence=request.sequence)


class RouterServicer:
    """An RPC with OpenAI's errors, reached through another service's client."""

    async def CreateChatCompletion(self, request: Any, context: Any) -> AsyncIterator[httpbody_pb2.HttpBody]:
        raise NotThere("the model x does not exist")
        yield httpbody_pb2.HttpBody()


@dataclass
class Mesh:
    """The running server and its clients."""

    channel: grpc.aio.Channel
    servicer: ChatServicer
    issuer: Issuer
    chat: chat_service_pb2_grpc.ChatServiceAsyncStub = field(init=False)
    analytics: analytics_grpc.ParameterAnalyticsServiceAsyncStub = field(init=False)
    engine: engine_service_pb2_grpc.EngineServiceAsyncStub = field(init=False)
    router: llm_router_service_pb2_grpc.LlmRouterServiceAsyncStub = field(init=False)

    def __post_init__(self) -> None:
        self.chat = chat_service_pb2_grpc.ChatServiceStub(self.channel)
        self.analytics = analytics_grpc.ParameterAnalyticsServiceStub(self.channel)
        self.engine = engine_service_pb2_grpc.EngineServiceStub(self.channel)
        self.router = llm_router_service_pb2_grpc.LlmRouterServiceStub(self.channel)


@pytest.fixture
async def mesh(issuer: Issuer, identity_folder: Path) -> AsyncIterator[Mesh]:
    servicer = ChatServicer()
    app = App(
        name="kit_test",
        port=0,
        served=[
            Served(chat_service_pb2.DESCRIPTOR.services_by_name["ChatService"], servicer),
            Served(analytics_pb2.DESCRIPTOR.services_by_name["ParameterAnalyticsService"], AnalyticsServicer()),
            Served(engine_service_pb2.DESCRIPTOR.services_by_name["EngineService"]),
            Served(llm_router_service_pb2.DESCRIPTOR.services_by_name["LlmRouterService"], RouterServicer()),
        ],
        trust=issuer.trust(),
    )
    async with running(app, Settings(identity_jwks_file=identity_folder / "jwks.json")) as channel:
        yield Mesh(channel, servicer, issuer)
