"""Messages: appended by a client, listed along a branch or in order of creation, and searched."""

from __future__ import annotations

import html

from uat.chat.v1 import chat_service_pb2 as pb
from uat.chat.v1 import conversation_pb2

from services.chat.changes import Changes
from services.chat.replies.turns import parent_of
from services.chat.store import Store
from services.kit import pages
from services.kit.context import Caller
from services.kit.ids import NewId
from services.kit.postgres.idempotency import fingerprint

_BEGIN, _END = "\ue000", "\ue001"
"""Marks around a word that was found: characters of private use, which become tags once the rest is escaped."""
_MARKS = f"StartSel={_BEGIN}, StopSel={_END}"


class Messages:
    """The messages of users' conversations."""

    def __init__(self, store: Store, changes: Changes, new_id: NewId) -> None:
        self._store = store
        self._changes = changes
        self._new_id = new_id

    async def append(self, caller: Caller, request: pb.AppendMessageRequest) -> conversation_pb2.Message:
        """Adds a message, or returns the one that this request added before. Raises ConversationNotFound, MessageNotFound,
        ReplyStreaming."""
        message_id = self._new_id("msg")
        async with self._store.tenant(caller.tenant_id) as chats:
            if request.request_id:
                made = await chats.claim(caller.user_id, request.request_id, fingerprint(request), message_id)
                if made is not None:
                    await chats.conversation(caller.user_id, request.conversation_id)
                    return await chats.message(request.conversation_id, made)
            conversation = await chats.conversation(caller.user_id, request.conversation_id, lock=True)
            parent = await parent_of(chats, conversation, request.parent_id, request.at_root)
            new = conversation_pb2.Message(
                id=message_id,
                conversation_id=conversation.id,
                parent_id=parent.id if parent else "",
                role=request.role,
                text=request.text,
                state=conversation_pb2.MESSAGE_STATE_COMPLETE,
            )
            message = await chats.add_message(caller.user_id, conversation.message_count + 1, new)
            await chats.grow(conversation.id, message.id, 1)
            await self._changes.add(chats.announce, conversation.id, message.id)
        self._changes.wake()
        return message

    async def get(self, caller: Caller, conversation_id: str, message_id: str) -> conversation_pb2.Message:
        """One message. Raises ConversationNotFound, MessageNotFound."""
        async with self._store.tenant(caller.tenant_id) as chats:
            await chats.conversation(caller.user_id, conversation_id)
            return await chats.message(conversation_id, message_id)

    async def page(self, caller: Caller, request: pb.ListMessagesRequest, size: int) -> tuple[list[conversation_pb2.Message], str]:
        """A page of a branch from the root down, or of all branches in the order of creation, and the token of the next one. The token
        holds the leaf, so that a branch stays the same while the head moves on."""
        listing = f"messages {request.conversation_id} {request.leaf_id} {request.all_branches}"
        async with self._store.tenant(caller.tenant_id) as chats:
            conversation = await chats.conversation(caller.user_id, request.conversation_id)
            after, leaf_id = pages.decode(request.page_token, listing, int, str) or (0, request.leaf_id or conversation.head_message_id)
            if request.all_branches:
                found = await chats.in_order(conversation.id, after, conversation.message_count, size)
            else:
                if request.leaf_id and not after:
                    await chats.message(conversation.id, leaf_id)
                found = await chats.branch(conversation.id, leaf_id, after, size)
        place = found.last.get("ordinal" if request.all_branches else "depth", 0)
        return found.items, pages.encode(listing, place, leaf_id) if found.more else ""

    async def search(self, caller: Caller, request: pb.SearchMessagesRequest, size: int) -> tuple[list[pb.MessageHit], str]:
        """A page of the caller's messages that hold the words, best first, and the token of the next one."""
        listing = f"search {request.query}"
        after = pages.decode(request.page_token, listing, float, str)
        async with self._store.tenant(caller.tenant_id) as chats:
            found = await chats.search(caller.user_id, request.query, after, size, _MARKS)
        hits = [pb.MessageHit(message=hit.message, score=hit.rank, snippet=_as_html(hit.snippet)) for hit in found.items]
        if not found.more:
            return hits, ""
        last = found.items[-1]
        return hits, pages.encode(listing, last.rank, last.message.id)


def _as_html(snippet: str) -> str:
    return html.escape(snippet, quote=False).replace(_BEGIN, "<b>").replace(_END, "</b>")
