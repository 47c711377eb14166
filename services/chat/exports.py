"""Exports a conversation as one document, which is produced while the client reads it."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator, Iterator

from google.protobuf.json_format import MessageToJson
from uat.chat.v1 import chat_service_pb2 as pb
from uat.chat.v1 import conversation_pb2

from services.chat.store import Store
from services.kit.context import Caller

PIECE = 64 * 1024
"""Bytes of a piece, at most."""
AT_ONCE = 200
"""Messages that are read from the store at a time."""

_SPEAKERS = {
    conversation_pb2.MESSAGE_ROLE_SYSTEM: "System",
    conversation_pb2.MESSAGE_ROLE_USER: "User",
    conversation_pb2.MESSAGE_ROLE_ASSISTANT: "Assistant",
}


class Exports:
    """Produces documents. Messages added during an export are left out."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def document(self, caller: Caller, conversation_id: str, form: pb.ExportFormat) -> AsyncGenerator[bytes, None]:
        """The document in pieces of up to 64 KiB, cut between characters. Raises ConversationNotFound."""
        async with self._store.tenant(caller.tenant_id) as chats:
            conversation = await chats.conversation(caller.user_id, conversation_id)
        markdown = form == pb.EXPORT_FORMAT_MARKDOWN
        rest = (_markdown_head(conversation) if markdown else _json_line(conversation=conversation)).encode()
        async for message in self._messages(caller, conversation, branch=markdown):
            rest += (_markdown(message) if markdown else _json_line(message=message)).encode()
            pieces = list(_whole_pieces(rest))
            for piece in pieces:
                yield piece
            rest = rest[sum(map(len, pieces)) :]
        if rest:
            yield rest

    async def _messages(
        self, caller: Caller, conversation: conversation_pb2.Conversation, *, branch: bool
    ) -> AsyncIterator[conversation_pb2.Message]:
        """The messages of the current branch, or of all in the order of creation, a page at a time: no connection is held while the
        reader reads."""
        after, more = 0, True
        while more:
            async with self._store.tenant(caller.tenant_id) as chats:
                if branch:
                    found = await chats.branch(conversation.id, conversation.head_message_id, after, AT_ONCE)
                else:
                    found = await chats.in_order(conversation.id, after, conversation.message_count, AT_ONCE)
            for message in found.items:
                yield message
            after, more = found.last.get("depth" if branch else "ordinal", 0), found.more


def _whole_pieces(data: bytes) -> Iterator[bytes]:
    """All full pieces at the beginning of the data."""
    start = 0
    while len(data) - start > PIECE:
        end = start + PIECE
        while data[end] & 0xC0 == 0x80:  # inside a character
            end -= 1
        yield data[start:end]
        start = end


def _json_line(**what: conversation_pb2.Conversation | conversation_pb2.Message) -> str:
    """`{"conversation": …}` or `{"message": …}`, with the contract's field names as in every JSON of the edge."""
    ((name, message),) = what.items()
    text = MessageToJson(message, preserving_proto_field_name=True, indent=None, ensure_ascii=False)
    return f'{{"{name}": {text}}}\n'


def _markdown_head(conversation: conversation_pb2.Conversation) -> str:
    system = "".join(f"> {line}\n" for line in conversation.system_prompt.splitlines())
    return f"# {conversation.title or 'Conversation'}\n" + (f"\n{system}" if system else "")


def _markdown(message: conversation_pb2.Message) -> str:
    by = f" ({message.model})" if message.model else ""
    return f"\n## {_SPEAKERS[message.role]}{by}\n\n{message.text}\n"
