"""The faults of chat, one for each reason in the contract's `ErrorReason`."""

from __future__ import annotations

import grpc

from services.kit.errors import Fault


class ChatFault(Fault):
    """A fault of this service."""

    domain = "chat.uat"


class ConversationNotFound(ChatFault):
    """No such conversation of the caller's."""

    code = grpc.StatusCode.NOT_FOUND
    reason = "CONVERSATION_NOT_FOUND"

    @classmethod
    def of(cls, conversation_id: str) -> ConversationNotFound:
        """The fault for this id."""
        return cls(f"you have no conversation {conversation_id}", metadata={"conversation_id": conversation_id})


class MessageNotFound(ChatFault):
    """No such message in the conversation."""

    code = grpc.StatusCode.NOT_FOUND
    reason = "MESSAGE_NOT_FOUND"

    @classmethod
    def of(cls, message_id: str) -> MessageNotFound:
        """The fault for this id."""
        return cls(f"the conversation has no message {message_id}", metadata={"message_id": message_id})


class ReplyNotFound(ChatFault):
    """No such reply of the caller's, or its events are no longer stored."""

    code = grpc.StatusCode.NOT_FOUND
    reason = "REPLY_NOT_FOUND"

    @classmethod
    def of(cls, reply_id: str) -> ReplyNotFound:
        """The fault for an id that names nothing."""
        return cls(f"you have no reply {reply_id}", metadata={"reply_id": reply_id})

    @classmethod
    def expired(cls, reply_id: str) -> ReplyNotFound:
        """The fault for a reply whose events are no longer stored."""
        return cls(f"the events of {reply_id} are no longer stored; ListMessages has its text", metadata={"reply_id": reply_id})


class ReplyStreaming(ChatFault):
    """The message to follow or to copy is still being written."""

    code = grpc.StatusCode.FAILED_PRECONDITION
    reason = "REPLY_STREAMING"

    @classmethod
    def of(cls, reply_id: str) -> ReplyStreaming:
        """The fault for this reply."""
        return cls(
            f"{reply_id} is still being written: wait for its end, stop it, or name another message",
            metadata={"reply_id": reply_id},
        )


class ReplyInterrupted(ChatFault):
    """The process that wrote a reply died."""

    code = grpc.StatusCode.UNAVAILABLE
    reason = "REPLY_INTERRUPTED"
