"""Rows of the tables as messages of the contract."""

from __future__ import annotations

from typing import Any, cast

from uat.chat.v1 import conversation_pb2

from services.kit.times import timestamp

CONVERSATION = "id, title, model, system_prompt, metadata, head_message_id, message_count, create_time, update_time"
MESSAGE = (
    "id, conversation_id, parent_id, ordinal, depth, role, text, state, model, finish_reason, "
    "input_tokens, output_tokens, cached_input_tokens, create_time"
)
"""Everything that is read of a message; never the column `words`, which is as long as its text."""


def conversation(row: dict[str, Any]) -> conversation_pb2.Conversation:
    """The conversation of a row with the columns CONVERSATION."""
    return conversation_pb2.Conversation(
        id=row["id"],
        title=row["title"],
        model=row["model"],
        system_prompt=row["system_prompt"],
        head_message_id=row["head_message_id"],
        message_count=row["message_count"],
        metadata=row["metadata"],
        create_time=timestamp(row["create_time"]),
        update_time=timestamp(row["update_time"]),
    )


def message(row: dict[str, Any]) -> conversation_pb2.Message:
    """The message of a row with the columns MESSAGE."""
    made = conversation_pb2.Message(
        id=row["id"],
        conversation_id=row["conversation_id"],
        parent_id=row["parent_id"] or "",
        role=role_value(row["role"]),
        text=row["text"],
        state="MESSAGE_STATE_" + row["state"],
        model=row["model"],
        finish_reason=row["finish_reason"],
        create_time=timestamp(row["create_time"]),
    )
    if made.role == conversation_pb2.MESSAGE_ROLE_ASSISTANT:
        made.usage.CopyFrom(
            conversation_pb2.TokenUsage(
                input_tokens=row["input_tokens"], output_tokens=row["output_tokens"], cached_input_tokens=row["cached_input_tokens"]
            )
        )
    return made


def role_name(role: conversation_pb2.MessageRole) -> str:
    """A role as it is stored, for example `USER`."""
    return conversation_pb2.MessageRole.Name(role).removeprefix("MESSAGE_ROLE_")


def role_value(name: str) -> conversation_pb2.MessageRole:
    """The role that is stored under this name."""
    return cast(conversation_pb2.MessageRole, conversation_pb2.MessageRole.Value("MESSAGE_ROLE_" + name))


def state_name(state: conversation_pb2.MessageState) -> str:
    """A state as it is stored, for example `COMPLETE`."""
    return conversation_pb2.MessageState.Name(state).removeprefix("MESSAGE_STATE_")
