"""The stored events of replies, as any replica reads them: each equals, byte for byte, the event that was sent."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import aclosing

from uat.chat.v1 import conversation_pb2, reply_pb2

from services.chat.replies.events import messages_of, subject
from services.chat.store import Store
from services.kit.nats.event_log import EventLogs


class ReplyLog:
    """Reads the logs of replies, and gives the events their texts again."""

    def __init__(self, logs: EventLogs[reply_pb2.ReplyEvent], store: Store) -> None:
        self._logs = logs
        self._store = store

    async def replay(
        self, tenant_id: str, conversation_id: str, reply_id: str, *, live: bool, idle: float = 30.0
    ) -> AsyncGenerator[reply_pb2.ReplyEvent, None]:
        """All events in order; with `live` until none came for `idle` seconds. Raises DependencyUnavailable."""
        async with aclosing(self._logs.replay(subject(conversation_id, reply_id), live=live, idle=idle)) as events:
            async for event in events:
                yield await self.restored(tenant_id, event)

    async def restored(self, tenant_id: str, event: reply_pb2.ReplyEvent) -> reply_pb2.ReplyEvent:
        """A stored event as it was sent."""
        final = [m for m in messages_of(event) if m.state != conversation_pb2.MESSAGE_STATE_STREAMING]
        if final:
            async with self._store.tenant(tenant_id) as chats:
                texts = await chats.texts([m.id for m in final])
            for message in final:
                message.text = texts.get(message.id, "")
        return event
