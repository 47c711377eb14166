"""The events of replies in a JetStream stream, readable on any replica.

Messages inside an event travel without their text, which PostgreSQL has: an event stays small however long the message is, and once read it is byte for
byte the one that was sent.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections import deque
from collections.abc import AsyncGenerator
from contextlib import aclosing

import structlog
from uat.chat.v1 import conversation_pb2, reply_pb2

from services.chat.store import Store
from services.kit.errors import DependencyUnavailable
from services.kit.nats import Nats

STREAM = "CHAT_REPLIES"
SUBJECTS = "chat.replies.>"
AT_ONCE = 64
"""Events of one reply on their way to the broker."""
WAITING = 1024
"""Events of one reply that wait for the broker before the model has to."""
PATIENCE = 10.0
"""Seconds after which a reply gives up a broker that takes nothing, and goes on without."""

_log = structlog.get_logger("uat.chat")


class ReplyEvents:
    """Reads events again."""

    def __init__(self, nats: Nats, store: Store) -> None:
        self._nats = nats
        self._store = store

    def writer(self, reply: conversation_pb2.Message) -> EventWriter:
        """Writes the events of one reply."""
        return EventWriter(self._nats, _subject(reply))

    async def replay(
        self, tenant_id: str, reply: conversation_pb2.Message, *, live: bool, idle: float = 30.0
    ) -> AsyncGenerator[reply_pb2.ReplyEvent, None]:
        """The events from the first one on, in order, each once, without a gap; live until `idle` seconds bring nothing new."""
        expected, early = 1, dict[int, bytes]()
        async with aclosing(self._nats.replay(STREAM, _subject(reply), live=live, idle=idle)) as payloads:
            async for payload in payloads:
                early.setdefault(reply_pb2.ReplyEvent.FromString(payload).sequence, payload)
                while expected in early:
                    yield await self.read(tenant_id, early.pop(expected))
                    expected += 1

    async def read(self, tenant_id: str, payload: bytes) -> reply_pb2.ReplyEvent:
        """An event as it was sent."""
        event = reply_pb2.ReplyEvent.FromString(payload)
        messages = messages_of(event)
        if messages:
            async with self._store.tenant(tenant_id) as chats:
                texts = await chats.texts([m.id for m in messages if m.state != conversation_pb2.MESSAGE_STATE_STREAMING])
            for message in messages:
                message.text = texts.get(message.id, "")
        return event

    @contextlib.asynccontextmanager
    async def hearing(self, reply: conversation_pb2.Message) -> AsyncGenerator[asyncio.Event, None]:
        """Inside the block: an event that is set when the reply's last event is told."""
        ...


class EventWriter:
    """Appends the events of one reply in the background, in order. Only who is far ahead of the broker waits, and not for ever."""
