"""Follows a conversation: what changes in it, and the replies being written, on any replica."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncGenerator

from uat.chat.v1 import chat_service_pb2 as pb
from uat.chat.v1 import reply_pb2

from services.chat.changes import changed, watched
from services.chat.errors import MessageNotFound
from services.chat.replies.event_log import ReplyLog
from services.chat.store import Store
from services.kit.context import Caller
from services.kit.nats.connection import Nats


class Watch:
    """Serves watchers."""

    def __init__(self, nats: Nats, store: Store, log: ReplyLog) -> None:
        self._nats = nats
        self._store = store
        self._log = log

    async def follow(self, caller: Caller, conversation_id: str) -> AsyncGenerator[pb.WatchConversationResponse, None]:
        """Yields the conversation, then each change until the watcher leaves. Raises ConversationNotFound, now or once it is deleted."""
        async with self._store.tenant(caller.tenant_id) as chats:
            await chats.conversation(caller.user_id, conversation_id)
        seen: dict[str, int] = {}  # of each reply: an event that the broker confirmed too late is published twice
        async with self._nats.messages(watched(conversation_id)) as messages:
            yield await self._changed(caller, conversation_id, "")
            async for subject, payload in messages:
                if subject == changed(conversation_id):
                    with contextlib.suppress(MessageNotFound):
                        yield await self._changed(caller, conversation_id, payload.decode())
                    continue
                event = reply_pb2.ReplyEvent.FromString(payload)
                if event.sequence > seen.get(event.reply_id, 0):
                    seen[event.reply_id] = event.sequence
                    yield pb.WatchConversationResponse(reply=await self._log.restored(caller.tenant_id, event))

    async def _changed(self, caller: Caller, conversation_id: str, message_id: str) -> pb.WatchConversationResponse:
        async with self._store.tenant(caller.tenant_id) as chats:
            if message_id:
                return pb.WatchConversationResponse(message=await chats.message(conversation_id, message_id))
            return pb.WatchConversationResponse(conversation=await chats.conversation(caller.user_id, conversation_id))
