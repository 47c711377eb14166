"""Changes of conversations, published to their watchers on all replicas.

A change is published as a hint after its commit, and the watcher reads what is stored. So a hint is small, and a late or repeated one does
no harm.
"""

from __future__ import annotations

import contextlib
from collections.abc import AsyncGenerator

import structlog
from uat.chat.v1 import chat_service_pb2 as pb
from uat.chat.v1 import reply_pb2

from services.chat.errors import MessageNotFound
from services.chat.reply_events import ReplyEvents
from services.chat.store import Store
from services.kit.context import Caller
from services.kit.nats.connection import Nats

_log = structlog.get_logger("uat.chat")


class Changes:
    """Publishes changes, and serves their watchers."""

    def __init__(self, nats: Nats, store: Store, events: ReplyEvents) -> None:
        self._nats = nats
        self._store = store
        self._events = events

    async def publish(self, conversation_id: str, *message_ids: str) -> None:
        """Publishes that these messages and the conversation changed. Never raises, as the change is stored: when the broker is down the
        watchers' streams fail, and they read the conversation again.
        """
        try:
            for hint in (*message_ids, ""):
                await self._nats.publish(_subject(conversation_id), hint.encode())
        except Exception as error:
            _log.warning("a change was not published", conversation=conversation_id, error=repr(error))

    async def watch(self, caller: Caller, conversation_id: str) -> AsyncGenerator[pb.WatchConversationResponse, None]:
        """Yields the conversation, then each change until the watcher leaves. Raises ConversationNotFound, now or once it is deleted."""
        async with self._store.tenant(caller.tenant_id) as chats:
            await chats.conversation(caller.user_id, conversation_id)
        seen: dict[str, int] = {}  # of each reply: an event that the broker confirmed too late is published twice
        async with self._nats.messages(f"chat.conversations.{conversation_id}.>") as messages:
            yield await self._changed(caller, conversation_id, "")
            async for subject, payload in messages:
                if subject == _subject(conversation_id):
                    with contextlib.suppress(MessageNotFound):
                        yield await self._changed(caller, conversation_id, payload.decode())
                    continue
                event = reply_pb2.ReplyEvent.FromString(payload)
                if event.sequence > seen.get(event.reply_id, 0):
                    seen[event.reply_id] = event.sequence
                    yield pb.WatchConversationResponse(reply=await self._events.restored(caller.tenant_id, event))

    async def _changed(self, caller: Caller, conversation_id: str, message_id: str) -> pb.WatchConversationResponse:
        async with self._store.tenant(caller.tenant_id) as chats:
            if message_id:
                return pb.WatchConversationResponse(message=await chats.message(conversation_id, message_id))
            return pb.WatchConversationResponse(conversation=await chats.conversation(caller.user_id, conversation_id))


def _subject(conversation_id: str) -> str:
    return f"chat.conversations.{conversation_id}.changed"
