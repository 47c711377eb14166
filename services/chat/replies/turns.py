"""Turns: adds a question and its empty reply to the tree in one transaction."""

from __future__ import annotations

from dataclasses import dataclass

from uat.chat.v1 import chat_service_pb2 as pb
from uat.chat.v1 import conversation_pb2

from services.chat.changes import Changes
from services.chat.errors import ReplyStreaming
from services.chat.store import Chats, Store
from services.kit.context import Caller
from services.kit.errors import InvalidRequest
from services.kit.ids import NewId
from services.kit.postgres.idempotency import fingerprint
from services.kit.postgres.leases import Leases


@dataclass(frozen=True, slots=True)
class Turn:
    """A turn as it is stored. Without a `user_message` it is another reply to an earlier question."""

    conversation: conversation_pb2.Conversation
    user_message: conversation_pb2.Message | None
    reply: conversation_pb2.Message


class Turns:
    """Stores turns. Each reply is leased to the replica that writes it."""

    def __init__(self, store: Store, leases: Leases, changes: Changes, new_id: NewId) -> None:
        self._store = store
        self._new_id = new_id
        self._leases = leases
        self._changes = changes

    async def begin(self, caller: Caller, request: pb.StreamReplyRequest) -> Turn | str:
        """Stores the user's message and an empty reply, or returns the id of the reply that this request made before. Raises
        ConversationNotFound, MessageNotFound, ReplyStreaming."""
        reply_id = self._new_id("msg")
        async with self._store.tenant(caller.tenant_id) as chats:
            if request.request_id:
                made = await chats.claim(caller.user_id, request.request_id, fingerprint(request), reply_id)
                if made is not None:
                    return made
            conversation = await chats.conversation(caller.user_id, request.conversation_id, lock=True)
            parent = await parent_of(chats, conversation, request.parent_id, request.at_root)
            new_question = await self._add_question(chats, caller, conversation, parent, request.text) if request.text else None
            question = new_question or parent
            if question is None or question.role != conversation_pb2.MESSAGE_ROLE_USER:
                raise InvalidRequest.of("parent_id", "names no message of a user, so without a text there is nothing to answer")
            new = conversation_pb2.Message(
                id=reply_id,
                conversation_id=conversation.id,
                parent_id=question.id,
                role=conversation_pb2.MESSAGE_ROLE_ASSISTANT,
                state=conversation_pb2.MESSAGE_STATE_STREAMING,
                model=request.model or conversation.model,
            )
            added = 1 if new_question is None else 2
            reply = await chats.add_message(caller.user_id, conversation.message_count + added, new)
            await chats.lease(self._leases, reply)
            await self._changes.add(chats.announce, conversation.id, *([new_question.id] if new_question else []), reply.id)
            turn = Turn(await chats.grow(conversation.id, reply.id, added), new_question, reply)
        self._changes.wake()
        return turn

    async def _add_question(
        self,
        chats: Chats,
        caller: Caller,
        conversation: conversation_pb2.Conversation,
        parent: conversation_pb2.Message | None,
        text: str,
    ) -> conversation_pb2.Message:
        new = conversation_pb2.Message(
            id=self._new_id("msg"),
            conversation_id=conversation.id,
            parent_id=parent.id if parent else "",
            role=conversation_pb2.MESSAGE_ROLE_USER,
            text=text,
            state=conversation_pb2.MESSAGE_STATE_COMPLETE,
        )
        return await chats.add_message(caller.user_id, conversation.message_count + 1, new)


async def parent_of(
    chats: Chats, conversation: conversation_pb2.Conversation, parent_id: str, at_root: bool
) -> conversation_pb2.Message | None:
    """The message that a new one follows: the one that is named, else the head; None at the root. Raises MessageNotFound,
    ReplyStreaming."""
    if at_root:
        if parent_id:
            raise InvalidRequest.of("parent_id", "can't go together with at_root")
        return None
    parent_id = parent_id or conversation.head_message_id
    if not parent_id:
        return None
    parent = await chats.message(conversation.id, parent_id)
    if parent.state == conversation_pb2.MESSAGE_STATE_STREAMING:
        raise ReplyStreaming.of(parent.id)
    return parent
