"""The events of replies as other replicas read them: which log holds them, and in which form they are stored.

Stored events carry messages without their text, which PostgreSQL has. So an event is small however long its message is, and once it is
restored it equals, byte for byte, the event that was sent.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import aclosing

from uat.chat.v1 import conversation_pb2, reply_pb2

from services.chat.metrics import LOST
from services.chat.store import Store
from services.kit.nats.connection import Nats
from services.kit.nats.event_log import EventLogs, EventWriter

STREAM = "CHAT_REPLIES"
SUBJECTS = "chat.conversations.*.replies.*"


class ReplyEvents:
    """Stores and restores the events of replies."""

    def __init__(self, nats: Nats, store: Store) -> None:
        self.logs = EventLogs(nats, STREAM, reply_pb2.ReplyEvent, on_lost=LOST.inc)
        self._store = store

    def writer(self, conversation_id: str, reply_id: str) -> EventWriter[reply_pb2.ReplyEvent]:
        """Appends to the log of one reply."""
        return self.logs.writer(subject(conversation_id, reply_id))

    async def replay(
        self, tenant_id: str, conversation_id: str, reply_id: str, *, live: bool, idle: float = 30.0
    ) -> AsyncGenerator[reply_pb2.ReplyEvent, None]:
        """All events in order; with `live` until none came for `idle` seconds. Raises DependencyUnavailable."""
        async with aclosing(self.logs.replay(subject(conversation_id, reply_id), live=live, idle=idle)) as events:
            async for event in events:
                yield await self.restored(tenant_id, event)

    async def restored(self, tenant_id: str, event: reply_pb2.ReplyEvent) -> reply_pb2.ReplyEvent:
        """A stored event as it was sent."""
        final = [m for m in _messages_of(event) if m.state != conversation_pb2.MESSAGE_STATE_STREAMING]
        if final:
            async with self._store.tenant(tenant_id) as chats:
                texts = await chats.texts([m.id for m in final])
            for message in final:
                message.text = texts.get(message.id, "")
        return event


def subject(conversation_id: str, reply_id: str) -> str:
    """The subject of a reply's log."""
    return f"chat.conversations.{conversation_id}.replies.{reply_id}"


def is_last(event: reply_pb2.ReplyEvent) -> bool:
    """Whether the event ends its reply."""
    return event.WhichOneof("event") in ("finished", "failed")


def stored(event: reply_pb2.ReplyEvent) -> reply_pb2.ReplyEvent:
    """The event in the form that is stored."""
    small = reply_pb2.ReplyEvent()
    small.CopyFrom(event)
    for message in _messages_of(small):
        message.text = ""
    return small


def _messages_of(event: reply_pb2.ReplyEvent) -> list[conversation_pb2.Message]:
    match event.WhichOneof("event"):
        case "started":
            return [event.started.reply, *([event.started.user_message] if event.started.HasField("user_message") else [])]
        case "finished":
            return [event.finished.reply]
        case "failed":
            return [event.failed.reply]
        case _:
            return []
