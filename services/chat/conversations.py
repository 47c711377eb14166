"""Conversations: created, changed, forked and deleted by their owner. For everybody else they don't exist."""

from __future__ import annotations

from datetime import datetime

from uat.chat.v1 import chat_service_pb2 as pb
from uat.chat.v1 import conversation_pb2

from services.chat.changes import Changes
from services.chat.errors import ReplyStreaming
from services.chat.replies.live_replies import LiveReplies
from services.chat.store import Store
from services.kit import pages
from services.kit.context import Caller
from services.kit.errors import InvalidRequest
from services.kit.field_masks import fields_to_change
from services.kit.ids import NewId
from services.kit.postgres.idempotency import fingerprint
from services.kit.times import moment_of

CHANGEABLE = ("title", "model", "system_prompt", "head_message_id", "metadata")
_LISTING = "conversations"


class Conversations:
    """The conversations of users."""

    def __init__(self, store: Store, changes: Changes, live_replies: LiveReplies, new_id: NewId) -> None:
        self._store = store
        self._changes = changes
        self._live_replies = live_replies
        self._new_id = new_id

    async def create(self, caller: Caller, request: pb.CreateConversationRequest) -> conversation_pb2.Conversation:
        """A new conversation, or the one that the same request created before."""
        requested, new = fingerprint(request), request.conversation
        new.id = self._new_id("conv")
        async with self._store.tenant(caller.tenant_id) as chats:
            if request.request_id:
                made = await chats.claim(caller.user_id, request.request_id, requested, new.id)
                if made is not None:
                    return await chats.conversation(caller.user_id, made)
            return await chats.add_conversation(caller.user_id, new)

    async def get(self, caller: Caller, conversation_id: str) -> conversation_pb2.Conversation:
        """The caller's conversation. Raises ConversationNotFound."""
        async with self._store.tenant(caller.tenant_id) as chats:
            return await chats.conversation(caller.user_id, conversation_id)

    async def page(self, caller: Caller, size: int, token: str) -> tuple[list[conversation_pb2.Conversation], str]:
        """A page of the caller's conversations, the last changed first, and the token of the next one."""
        before = pages.decode(token, _LISTING, datetime, str)
        async with self._store.tenant(caller.tenant_id) as chats:
            found = await chats.conversations(caller.user_id, before, size)
        if not found.more:
            return found.items, ""
        last = found.items[-1]
        return found.items, pages.encode(_LISTING, moment_of(last.update_time), last.id)

    async def update(self, caller: Caller, request: pb.UpdateConversationRequest) -> conversation_pb2.Conversation:
        """Changes the fields that the mask names, or without one those that are set. Raises ConversationNotFound, MessageNotFound."""
        wanted = request.conversation
        if not wanted.id:
            raise InvalidRequest.of("conversation.id", "names no conversation")
        names = fields_to_change(request.update_mask, wanted, CHANGEABLE)
        async with self._store.tenant(caller.tenant_id) as chats:
            changed = await chats.conversation(caller.user_id, wanted.id, lock=True)
            if "head_message_id" in names and wanted.head_message_id:
                await chats.message(wanted.id, wanted.head_message_id)
            for name in names:
                changed.ClearField(name)
                if name == "metadata":
                    changed.metadata.update(wanted.metadata)
                else:
                    setattr(changed, name, getattr(wanted, name))
            changed = await chats.change_conversation(changed)
            await self._changes.add(chats.announce, changed.id)
        self._changes.wake()
        return changed

    async def delete(self, caller: Caller, conversation_id: str) -> None:
        """Deletes a conversation and stops the replies in it; deleting it again succeeds."""
        async with self._store.tenant(caller.tenant_id) as chats:
            replies = await chats.delete_conversation(caller.user_id, conversation_id)
            if replies is not None:
                await self._changes.add(chats.announce, conversation_id)
        self._changes.wake()
        for reply_id in replies or ():
            await self._live_replies.stop(reply_id)

    async def fork(self, caller: Caller, request: pb.ForkConversationRequest) -> conversation_pb2.Conversation:
        """A conversation of its own from a branch of another. Raises ConversationNotFound, MessageNotFound, ReplyStreaming."""
        async with self._store.tenant(caller.tenant_id) as chats:
            copy_id = self._new_id("conv")
            if request.request_id:
                made = await chats.claim(caller.user_id, request.request_id, fingerprint(request), copy_id)
                if made is not None:
                    return await chats.conversation(caller.user_id, made)
            original = await chats.conversation(caller.user_id, request.conversation_id)
            leaf_id = request.leaf_id or original.head_message_id
            original.id = copy_id
            copy = await chats.add_conversation(caller.user_id, original)
            if not leaf_id:
                return copy
            leaf = await chats.message(request.conversation_id, leaf_id)
            if leaf.state == conversation_pb2.MESSAGE_STATE_STREAMING:
                raise ReplyStreaming.of(leaf.id)
            ids = [self._new_id("msg") for _ in range(await chats.depth(request.conversation_id, leaf.id))]
            await chats.copy_branch(request.conversation_id, leaf.id, copy.id, ids)
            return await chats.grow(copy.id, ids[-1], len(ids))
