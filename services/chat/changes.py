"""Changes of conversations, published to their watchers on all replicas.

A change is published as a hint, and the watcher reads what is stored. So a hint is small, and a late or repeated one does no harm. Hints
go through the outbox, so that none is lost with a replica, and watchers see the changes of a conversation in their order.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence

from services.kit.postgres.outbox import Outbox

Announce = Callable[[Outbox, str, str, Sequence[bytes]], Awaitable[None]]
"""`Chats.announce` of the transaction that makes a change."""


class Changes:
    """Publishes changes."""

    def __init__(self, outbox: Outbox) -> None:
        self._outbox = outbox

    async def add(self, announce: Announce, conversation_id: str, *message_ids: str) -> None:
        """Stores with a change, in its transaction, that these messages and the conversation changed. Call `wake` after the commit."""
        await announce(self._outbox, conversation_id, changed(conversation_id), [hint.encode() for hint in (*message_ids, "")])

    def wake(self) -> None:
        """Publishes committed changes at once."""
        self._outbox.wake()


def watched(conversation_id: str) -> str:
    """The subjects of everything that a watcher of the conversation sees: its changes, and the events of its replies."""
    return f"chat.conversations.{conversation_id}.>"


def changed(conversation_id: str) -> str:
    """The subject of hints: the id of a changed message, or nothing for the conversation itself."""
    return f"chat.conversations.{conversation_id}.changed"
