"""What changes in a conversation, told to whoever watches it on any replica.

A change is told as a hint after it was committed: the watcher reads what is stored. So a hint is small, and one that comes twice or late
does no harm.
"""

from __future__ import annotations

import contextlib
from collections.abc import AsyncGenerator

import structlog
from uat.chat.v1 import chat_service_pb2 as pb

from services.chat.errors import MessageNotFound
from services.chat.events import ReplyEvents
from services.chat.store import Store
from services.kit.context import Caller
from services.kit.nats.connection import Nats

_log = structlog.get_logger("uat.chat")


class Changes:
    """Tells changes, and lets them be watched."""

    def __init__(self, nats: Nats, store: Store, events: ReplyEvents) -> None:
        self._nats = nats
        self._store = store
        self._events = events

    async def tell(self, conversation_id: str, *message_ids: str) -> None:
        """Says that these messages and the conversation itself changed. It never fails, as the change is stored: while the broker is gone
        nobody hears it, and its watchers know that it was gone."""
        try:
            for hint in (*message_ids, ""):
                await self._nats.publish(_subject(conversation_id), hint.encode())
        except Exception as error:
            _log.warning("a change was told to nobody", conversation=conversation_id, error=repr(error))

    async def watch(self, caller: Caller, conversation_id: str) -> AsyncGenerator[pb.WatchConversationResponse, None]:
        """The conversation, then every change until the watcher leaves. Raises ConversationNotFound, also when it is deleted later."""
        async with self._store.tenant(caller.tenant_id) as chats:
            await chats.conversation(caller.user_id, conversation_id)
        told: dict[str, int] = {}  # an event that the broker confirmed too late comes twice
        async with self._nats.messages(f"chat.conversations.{conversation_id}.>") as heard:
            yield await self._changed(caller, conversation_id, "")
            async for subject, payload in heard:
                if subject == _subject(conversation_id):
                    with contextlib.suppress(MessageNotFound):
                        yield await self._changed(caller, conversation_id, payload.decode())
                    continue
                event = await self._events.read(caller.tenant_id, payload)
                if event.sequence > told.get(event.reply_id, 0):
                    told[event.reply_id] = event.sequence
                    yield pb.WatchConversationResponse(reply=event)

    async def _changed(self, caller: Caller, conversation_id: str, message_id: str) -> pb.WatchConversationResponse:
        async with self._store.tenant(caller.tenant_id) as chats:
            if message_id:
                return pb.WatchConversationResponse(message=await chats.message(conversation_id, message_id))
            return pb.WatchConversationResponse(conversation=await chats.conversation(caller.user_id, conversation_id))


def _subject(conversation_id: str) -> str:
    return f"chat.conversations.{conversation_id}.changed"
