"""The events of replies in a JetStream stream, where any replica reads them again.

The messages inside an event travel without their text, which PostgreSQL has: an event stays small however long a message is, and once it
is read it is byte for byte the one that was sent.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import aclosing

from uat.chat.v1 import conversation_pb2, reply_pb2

from services.chat.event_writer import EventWriter
from services.chat.store import Store
from services.kit.nats.connection import Nats

STREAM = "CHAT_REPLIES"
SUBJECTS = "chat.conversations.*.replies.*"


class ReplyEvents:
    """Writes and reads them."""

    def __init__(self, nats: Nats, store: Store) -> None:
        self._nats = nats
        self._store = store

    def writer(self, conversation_id: str, reply_id: str) -> EventWriter:
        """Writes the events of one reply."""
        return EventWriter(self._nats, _subject(conversation_id, reply_id))

    async def replay(
        self, tenant_id: str, conversation_id: str, reply_id: str, *, live: bool, idle: float = 30.0
    ) -> AsyncGenerator[reply_pb2.ReplyEvent, None]:
        """The events from the first one on, in order, each once, without a gap; live until `idle` seconds bring nothing new."""
        expected, early = 1, dict[int, bytes]()
        subject = _subject(conversation_id, reply_id)
        async with aclosing(self._nats.replay(STREAM, subject, live=live, idle=idle)) as payloads:
            async for payload in payloads:
                early.setdefault(reply_pb2.ReplyEvent.FromString(payload).sequence, payload)
                while expected in early:
                    yield await self.read(tenant_id, early.pop(expected))
                    expected += 1

    async def told_last(self, conversation_id: str, reply_id: str, then: Callable[[], Awaitable[bool]]) -> None:
        """Starts to listen, does `then`, and if that says that there is something to wait for, returns when the reply's last event was
        told."""
        async with self._nats.messages(_subject(conversation_id, reply_id)) as heard:
            if await then():
                async for _, payload in heard:
                    if is_last(reply_pb2.ReplyEvent.FromString(payload)):
                        return

    async def read(self, tenant_id: str, payload: bytes) -> reply_pb2.ReplyEvent:
        """An event as it was sent."""
        event = reply_pb2.ReplyEvent.FromString(payload)
        final = [m for m in messages_of(event) if m.state != conversation_pb2.MESSAGE_STATE_STREAMING]
        if final:
            async with self._store.tenant(tenant_id) as chats:
                texts = await chats.texts([m.id for m in final])
            for message in final:
                message.text = texts.get(message.id, "")
        return event


def is_last(event: reply_pb2.ReplyEvent) -> bool:
    """Whether nothing comes after it."""
    return event.WhichOneof("event") in ("finished", "failed")


def written(event: reply_pb2.ReplyEvent) -> bytes:
    """An event as it is kept."""
    small = reply_pb2.ReplyEvent()
    small.CopyFrom(event)
    for message in messages_of(small):
        message.text = ""
    return small.SerializeToString()


def messages_of(event: reply_pb2.ReplyEvent) -> list[conversation_pb2.Message]:
    """The messages inside it."""
    match event.WhichOneof("event"):
        case "started":
            return [event.started.reply, *([event.started.user_message] if event.started.HasField("user_message") else [])]
        case "finished":
            return [event.finished.reply]
        case "failed":
            return [event.failed.reply]
        case _:
            return []


def _subject(conversation_id: str, reply_id: str) -> str:
    return f"chat.conversations.{conversation_id}.replies.{reply_id}"
