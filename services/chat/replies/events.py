"""The events of a reply: which log holds them, which one is the last, and the form in which they are stored.

Stored events carry messages without their text, which PostgreSQL has. So an event is small however long its message is.
"""

from __future__ import annotations

from typing import Any

from google.rpc import status_pb2
from uat.chat.v1 import conversation_pb2, reply_pb2

STREAM = "CHAT_REPLIES"
SUBJECTS = "chat.conversations.*.replies.*"


def subject(conversation_id: str, reply_id: str) -> str:
    """The subject of a reply's log."""
    return f"chat.conversations.{conversation_id}.replies.{reply_id}"


def is_last(event: reply_pb2.ReplyEvent) -> bool:
    """Whether the event ends its reply."""
    return event.WhichOneof("event") in ("finished", "failed")


def stored(event: reply_pb2.ReplyEvent) -> reply_pb2.ReplyEvent:
    """The event in the form that is stored."""
    small = reply_pb2.ReplyEvent()
    small.CopyFrom(event)
    for message in messages_of(small):
        message.text = ""
    return small


def messages_of(event: reply_pb2.ReplyEvent) -> list[conversation_pb2.Message]:
    """The messages inside the event."""
    match event.WhichOneof("event"):
        case "started":
            return [event.started.reply, *([event.started.user_message] if event.started.HasField("user_message") else [])]
        case "finished":
            return [event.finished.reply]
        case "failed":
            return [event.failed.reply]
        case _:
            return []


def last_event(reply: conversation_pb2.Message, error: status_pb2.Status | None) -> dict[str, Any]:
    """The field of the event that ends a reply."""
    if error is not None:
        return {"failed": reply_pb2.ReplyFailed(reply=reply, error=error)}
    return {"finished": reply_pb2.ReplyFinished(reply=reply)}
