"""Conversations and messages in PostgreSQL."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from psycopg.types.json import Jsonb
from uat.chat.v1 import conversation_pb2

from services.chat import queries, rows
from services.chat.errors import ConversationNotFound, MessageNotFound, ReplyNotFound
from services.kit.postgres.byte_pages import Page, bounded
from services.kit.postgres.idempotency import RequestIds
from services.kit.postgres.leases import Leases
from services.kit.postgres.outbox import Outbox
from services.kit.postgres.tenant_store import TenantStore, Transaction


@dataclass(frozen=True, slots=True)
class Hit:
    """A search result."""

    message: conversation_pb2.Message
    rank: float
    snippet: str


@dataclass(frozen=True, slots=True)
class PromptMessage:
    """A message as prompts need it."""

    role: conversation_pb2.MessageRole
    text: str


class Chats(Transaction):
    """The statements of one transaction, which is committed as a whole or not at all."""

    async def claim(self, user_id: str, request_id: str, fingerprint: bytes, result_id: str) -> str | None:
        """Binds a request id to a result for 24 hours. Returns None, or the result that it stands for already. Raises RequestIdReused."""
        return await RequestIds(self._connection, self._tenant_id, user_id).claim(request_id, fingerprint, result_id)

    # conversations

    async def add_conversation(self, user_id: str, new: conversation_pb2.Conversation) -> conversation_pb2.Conversation:
        """Stores a new conversation."""
        row = await self._one(
            f"""INSERT INTO conversations (id, tenant_id, user_id, title, model, system_prompt, metadata)
            VALUES (%s, %s, %s, %s, %s, %s, %s) RETURNING {rows.CONVERSATION}""",
            (new.id, self._tenant_id, user_id, new.title, new.model, new.system_prompt, Jsonb(dict(new.metadata))),
        )
        assert row is not None
        return rows.conversation(row)

    async def conversation(self, user_id: str, conversation_id: str, *, lock: bool = False) -> conversation_pb2.Conversation:
        """The user's conversation; `lock` keeps others from adding to it until the transaction ends. Raises ConversationNotFound."""
        row = await self._one(
            f"SELECT {rows.CONVERSATION} FROM conversations WHERE id = %s AND user_id = %s{' FOR UPDATE' if lock else ''}",
            (conversation_id, user_id),
        )
        if row is None:
            raise ConversationNotFound.of(conversation_id)
        return rows.conversation(row)

    async def conversations(self, user_id: str, before: tuple[Any, ...] | None, size: int) -> Page[conversation_pb2.Conversation]:
        """A page of the user's conversations, the last changed first."""
        query = bounded(
            f"""SELECT {rows.CONVERSATION} FROM conversations WHERE user_id = %(user_id)s
            AND (%(time)s::timestamptz IS NULL OR (update_time, id) < (%(time)s, %(id)s))
            ORDER BY update_time DESC, id DESC LIMIT %(size)s + 1""",
            "update_time DESC, id DESC",
            "octet_length(system_prompt) + octet_length(metadata::text) + 1024",
            queries.PAGE_BYTES,
        )
        time, last_id = before or (None, None)
        return await self._page(query, {"user_id": user_id, "time": time, "id": last_id, "size": size}, rows.conversation)

    async def change_conversation(self, changed: conversation_pb2.Conversation) -> conversation_pb2.Conversation:
        """Stores title, model, system prompt, head and metadata."""
        row = await self._one(
            f"""UPDATE conversations SET title = %s, model = %s, system_prompt = %s, head_message_id = %s, metadata = %s,
            update_time = now() WHERE id = %s RETURNING {rows.CONVERSATION}""",
            (
                changed.title,
                changed.model,
                changed.system_prompt,
                changed.head_message_id,
                Jsonb(dict(changed.metadata)),
                changed.id,
            ),
        )
        assert row is not None
        return rows.conversation(row)

    async def grow(self, conversation_id: str, head: str, added: int) -> conversation_pb2.Conversation:
        """Moves the head and counts messages that were added."""
        row = await self._one(
            f"""UPDATE conversations SET head_message_id = %s, message_count = message_count + %s, update_time = now()
            WHERE id = %s RETURNING {rows.CONVERSATION}""",
            (head, added, conversation_id),
        )
        assert row is not None
        return rows.conversation(row)

    async def delete_conversation(self, user_id: str, conversation_id: str) -> list[str] | None:
        """Deletes a conversation with its messages. Returns the replies being written in it, or None if it didn't exist."""
        deleted = await self._one("DELETE FROM conversations WHERE id = %s AND user_id = %s RETURNING id", (conversation_id, user_id))
        if deleted is None:
            return None
        leased = await self._all("DELETE FROM leases WHERE conversation_id = %s RETURNING name", (conversation_id,))
        return [row["name"] for row in leased]

    # messages

    async def add_message(self, user_id: str, ordinal: int, new: conversation_pb2.Message) -> conversation_pb2.Message:
        """Stores a new message below `parent_id`, which is in the same conversation or empty. The conversation is locked."""
        values = {"id": new.id, "tenant_id": self._tenant_id, "user_id": user_id, "conversation_id": new.conversation_id}
        values |= {"parent_id": new.parent_id, "role": rows.role_name(new.role), "state": rows.state_name(new.state)}
        row = await self._one(queries.ADD_MESSAGE, values | {"ordinal": ordinal, "text": new.text, "model": new.model})
        assert row is not None
        return rows.message(row)

    async def message(self, conversation_id: str, message_id: str) -> conversation_pb2.Message:
        """A message of the conversation. Raises MessageNotFound."""
        row = await self._one(f"SELECT {rows.MESSAGE} FROM messages WHERE id = %s AND conversation_id = %s", (message_id, conversation_id))
        if row is None:
            raise MessageNotFound.of(message_id)
        return rows.message(row)

    async def texts(self, message_ids: Sequence[str]) -> dict[str, str]:
        """The texts of these messages, by id."""
        found = await self._all("SELECT id, text FROM messages WHERE id = ANY (%s)", (list(message_ids),))
        return {row["id"]: row["text"] for row in found}

    async def branch(self, conversation_id: str, leaf_id: str, after_depth: int, size: int) -> Page[conversation_pb2.Message]:
        """A page of the branch that ends in the leaf, from the root down, behind a depth."""
        values = {"conversation_id": conversation_id, "leaf_id": leaf_id, "after": after_depth, "size": size}
        return await self._page(queries.BRANCH_PAGE, values, rows.message)

    async def branch_end(self, conversation_id: str, leaf_id: str, size: int, most: int) -> tuple[list[PromptMessage], bool]:
        """The last messages of a branch, newest first, up to `size` bytes and the first beyond; and whether that is the whole branch."""
        values = {"conversation_id": conversation_id, "leaf_id": leaf_id, "bytes": size, "most": most}
        found = await self._all(queries.BRANCH_END, values)
        return [PromptMessage(rows.role_value(r["role"]), r["text"]) for r in found], not found or found[-1]["parent_id"] is None

    async def in_order(self, conversation_id: str, after: int, until: int, size: int) -> Page[conversation_pb2.Message]:
        """A page of all branches in the order of creation, between two ordinals."""
        values = {"conversation_id": conversation_id, "after": after, "until": until, "size": size}
        return await self._page(queries.IN_ORDER_PAGE, values, rows.message)

    async def search(self, user_id: str, query: str, after: tuple[Any, ...] | None, size: int, marks: str) -> Page[Hit]:
        """A page of the user's messages that match the query, best first. `marks` are ts_headline's options."""
        rank, last_id = after or (None, None)
        values = {"user_id": user_id, "query": query, "after_rank": rank, "after_id": last_id, "size": size, "marks": marks}
        return await self._page(queries.SEARCH_PAGE, values, lambda row: Hit(rows.message(row), row["rank"], row["snippet"]))

    async def depth(self, conversation_id: str, message_id: str) -> int:
        """The number of messages in the branch that ends here."""
        row = await self._one("SELECT depth FROM messages WHERE id = %s AND conversation_id = %s", (message_id, conversation_id))
        return int(row["depth"]) if row else 0

    async def copy_branch(self, conversation_id: str, leaf_id: str, copy_id: str, ids: Sequence[str]) -> None:
        """Copies a branch into another conversation; `ids` are the copies', from the root to the leaf."""
        await self._run(queries.COPY_BRANCH, {"conversation_id": conversation_id, "leaf_id": leaf_id, "copy_id": copy_id, "ids": list(ids)})

    # replies

    async def lease(self, leases: Leases, reply: conversation_pb2.Message) -> None:
        """Makes this replica the writer of a reply."""
        await leases.acquire(self._connection, reply.id, {"conversation_id": reply.conversation_id, "tenant_id": self._tenant_id})

    async def announce(self, outbox: Outbox, conversation_id: str, subject: str, hints: Sequence[bytes]) -> None:
        """Stores hints about changes beside them; they are published after the commit."""
        await outbox.add(self._connection, conversation_id, subject, *hints)

    async def reply(self, user_id: str, reply_id: str) -> tuple[conversation_pb2.Message, bool]:
        """A reply of the user's, and whether it is leased: its last event was not published yet. Raises ReplyNotFound."""
        row = await self._one(
            f"""SELECT {rows.MESSAGE}, EXISTS (SELECT FROM leases WHERE name = id) AS leased
            FROM messages WHERE id = %s AND user_id = %s AND role = 'ASSISTANT'""",
            (reply_id, user_id),
        )
        if row is None:
            raise ReplyNotFound.of(reply_id)
        return rows.message(row), row["leased"]

    async def finish(self, reply: conversation_pb2.Message) -> conversation_pb2.Message | None:
        """Finishes a reply, once: if it is final already, it stays as it is. An empty model leaves the requested one
        in place. Returns the reply as stored; None when it was deleted."""
        row = await self._one(
            f"""UPDATE messages SET text = %s, state = %s, model = coalesce(nullif(%s, ''), model), finish_reason = %s, input_tokens = %s,
            output_tokens = %s, cached_input_tokens = %s WHERE id = %s AND state = 'STREAMING' RETURNING {rows.MESSAGE}""",
            (
                reply.text,
                rows.state_name(reply.state),
                reply.model,
                reply.finish_reason,
                reply.usage.input_tokens,
                reply.usage.output_tokens,
                reply.usage.cached_input_tokens,
                reply.id,
            ),
        )
        if row is None:
            row = await self._one(f"SELECT {rows.MESSAGE} FROM messages WHERE id = %s", (reply.id,))
            return None if row is None else rows.message(row)
        await self._run("UPDATE conversations SET update_time = now() WHERE id = %s", (reply.conversation_id,))
        return rows.message(row)

    async def _page(self, query: str, values: dict[str, Any], item: Any) -> Page[Any]:
        found = await self._all(query, values)
        return Page.of(found, item)


Store = TenantStore[Chats]
