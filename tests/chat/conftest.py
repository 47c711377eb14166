"""Two replicas of chat on real PostgreSQL and NATS, above a scripted llm_router."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import grpc
import pytest
from uat.chat.v1 import chat_service_pb2 as pb
from uat.chat.v1 import chat_service_pb2_grpc, conversation_pb2, reply_pb2

from services.chat.app import build
from services.chat.config import ChatConfig
from services.kit.app import serving
from services.kit.config import Settings
from services.kit.testing import Issuer, bearer, running, trusting
from services.mesh.parts.nats import Nats
from services.mesh.parts.postgres import Postgres
from tests.chat.router import Router
from tests.conftest import postgres_url, settings_for

CONFIG = ChatConfig(prompt_bytes=400, lease_seconds=3.0, sweep_seconds=0.25, drain_seconds=1.0)


@dataclass
class User:
    """A person who talks to a replica."""

    stub: Any
    token: str
    id: str

    def __getattr__(self, name: str) -> Callable[..., Any]:
        """The RPC of this name, called by this user."""
        method = getattr(self.stub, name)
        return lambda request, **options: method(request, metadata=bearer(self.token), **options)

    def on(self, channel: grpc.aio.Channel) -> User:
        """The same person, who talks to another replica."""
        return replace(self, stub=chat_service_pb2_grpc.ChatServiceStub(channel))

    async def conversation(self, **fields: Any) -> str:
        """A new conversation's id."""
        created = await self.CreateConversation(pb.CreateConversationRequest(conversation=conversation_pb2.Conversation(**fields)))
        return str(created.conversation.id)

    async def append(self, conversation_id: str, text: str, role: str = "USER", **fields: Any) -> conversation_pb2.Message:
        request = pb.AppendMessageRequest(conversation_id=conversation_id, text=text, role=f"MESSAGE_ROLE_{role}", **fields)  # type: ignore[arg-type]
        return (await self.AppendMessage(request)).message  # type: ignore[no-any-return]

    def reply(self, conversation_id: str, text: str = "", **fields: Any) -> Any:
        """The stream of a reply."""
        return self.StreamReply(pb.StreamReplyRequest(conversation_id=conversation_id, text=text, **fields))

    async def say(self, conversation_id: str, text: str = "", **fields: Any) -> conversation_pb2.Message:
        """Says something and waits for the whole reply."""
        events = [response.event async for response in self.reply(conversation_id, text, **fields)]
        return events[-1].finished.reply

    async def message(self, conversation_id: str, message_id: str) -> conversation_pb2.Message:
        return (await self.GetMessage(pb.GetMessageRequest(conversation_id=conversation_id, message_id=message_id))).message  # type: ignore[no-any-return]

    async def texts(self, conversation_id: str, **fields: Any) -> list[str]:
        """What a listing holds, over all its pages."""
        found, token = [], ""
        while True:
            page = await self.ListMessages(pb.ListMessagesRequest(conversation_id=conversation_id, page_token=token, **fields))
            found += [m.text for m in page.messages]
            token = page.next_page_token
            if not token:
                return found


def chat_settings(postgres: Postgres, nats: Nats, identity_folder: Path, issuer: Issuer) -> Settings:
    return settings_for("chat", identity_folder, issuer, postgres_url=postgres_url(postgres, "chat"), nats_url=nats.url)


@pytest.fixture(scope="session")
def router() -> Router:
    return Router()


@pytest.fixture(scope="session")
async def router_target(router: Router, issuer: Issuer, identity_folder: Path) -> AsyncIterator[str]:
    """Where the scripted llm_router listens."""
    settings = replace(settings_for("llm_router", identity_folder, issuer), drain_seconds=0.5)
    async with serving(router.app(issuer), settings) as port:
        yield f"127.0.0.1:{port}"


@dataclass
class Deployment:
    """Starts replicas."""

    settings: Settings
    issuer: Issuer
    router_target: str

    @asynccontextmanager
    async def replica(self, config: ChatConfig = CONFIG) -> AsyncIterator[grpc.aio.Channel]:
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("UAT_LLM_ROUTER_TARGET", self.router_target)
            app = build(self.settings, config)
        async with running(trusting(app, self.issuer), self.settings) as channel:
            yield channel


@pytest.fixture(scope="session")
async def deployment(postgres: Postgres, nats: Nats, identity_folder: Path, issuer: Issuer, router_target: str) -> Deployment:
    return Deployment(chat_settings(postgres, nats, identity_folder, issuer), issuer, router_target)


@pytest.fixture(scope="session")
async def chat(deployment: Deployment) -> AsyncIterator[grpc.aio.Channel]:
    async with deployment.replica() as channel:
        yield channel


@pytest.fixture(scope="session")
async def other(deployment: Deployment) -> AsyncIterator[grpc.aio.Channel]:
    """Another replica."""
    async with deployment.replica() as channel:
        yield channel


@pytest.fixture
def somebody(chat: grpc.aio.Channel, issuer: Issuer) -> Callable[..., User]:
    """Makes people nobody has seen before."""

    def make(tenant_id: str = "tenant_1", **claims: Any) -> User:
        made = issuer.new_user(tenant_id, **claims)
        return User(chat_service_pb2_grpc.ChatServiceStub(chat), made.token, made.id)

    return make


@pytest.fixture
def alice(somebody: Callable[..., User]) -> User:
    return somebody()


@pytest.fixture
def bob(somebody: Callable[..., User]) -> User:
    """Somebody else in Alice's tenant."""
    return somebody()


async def events_of(call: Any) -> list[reply_pb2.ReplyEvent]:
    """All events of a stream that are still to come."""
    found = []
    while (response := await call.read()) is not grpc.aio.EOF:
        found.append(response.event)
    return found


async def first_of(call: Any, most: int = 4) -> list[reply_pb2.ReplyEvent]:
    """The first events of a stream; four are what a held reply tells."""
    return [(await call.read()).event for _ in range(most)]


async def collect(call: Any, into: list[reply_pb2.ReplyEvent]) -> None:
    """Keeps what came, also of a stream that fails."""
    async for response in call:
        into.append(response.event)
