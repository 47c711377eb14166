"""Watching a conversation, and exporting it."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import grpc
import pytest
from google.protobuf.json_format import ParseDict
from uat.chat.v1 import chat_service_pb2 as pb
from uat.chat.v1 import conversation_pb2

from services.kit.testing.errors import reason_of
from tests.chat.conftest import User, events_of
from tests.chat.router import Held, Router
from tests.waiting import in_time


def watch(user: User, conversation: str) -> Any:
    return user.WatchConversation(pb.WatchConversationRequest(conversation_id=conversation))


async def until(watching: Any, enough: Callable[[pb.WatchConversationResponse], bool]) -> list[pb.WatchConversationResponse]:
    """The changes up to the first that is enough."""
    changes: list[pb.WatchConversationResponse] = []
    while not changes or not enough(changes[-1]):
        changes.append(await in_time(watching.read()))
    return changes


async def test_a_watcher_on_another_replica_sees_a_turn_as_it_happens(alice: User, other: grpc.aio.Channel) -> None:
    conversation = await alice.conversation(title="Watched")
    watching = watch(alice.on(other), conversation)
    assert (await in_time(watching.read())).conversation.title == "Watched"
    events = await events_of(alice.reply(conversation, "hello"))
    end = events[-1].finished.reply
    changes = await until(watching, lambda c: c.reply.HasField("finished"))
    changes += await until(watching, lambda c: c.message == end)
    changes += await until(watching, lambda c: c.conversation.head_message_id == end.id)
    assert [c.reply.SerializeToString() for c in changes if c.HasField("reply")] == [e.SerializeToString() for e in events]
    assert next(c.message for c in changes if c.HasField("message")) == events[0].started.user_message
    await alice.UpdateConversation(pb.UpdateConversationRequest(conversation=conversation_pb2.Conversation(id=conversation, title="New")))
    await until(watching, lambda c: c.conversation.title == "New")
    await alice.append(conversation, "by hand")
    await until(watching, lambda c: c.message.text == "by hand")
    watching.cancel()


async def test_a_watcher_sees_a_stop(alice: User, router: Router) -> None:
    router.scripts["wait"] = held = Held()
    conversation = await alice.conversation()
    watching = watch(alice, conversation)
    await in_time(watching.read())
    call = alice.reply(conversation, "wait")
    await call.read()
    await in_time(held.waiting.wait())
    call.cancel()
    changes = await until(watching, lambda c: c.reply.HasField("finished"))
    assert changes[-1].reply.finished.reply.finish_reason == "cancelled"
    watching.cancel()


async def test_a_watcher_of_a_deleted_conversation_is_told_so(alice: User) -> None:
    conversation = await alice.conversation()
    watching = watch(alice, conversation)
    await in_time(watching.read())
    await alice.DeleteConversation(pb.DeleteConversationRequest(conversation_id=conversation))
    with pytest.raises(grpc.aio.AioRpcError) as error:
        await in_time(watching.read())
    assert error.value.code() is grpc.StatusCode.NOT_FOUND
    assert reason_of(error) == "CONVERSATION_NOT_FOUND"


async def test_watchers_of_other_conversations_hear_nothing(alice: User) -> None:
    quiet, loud = await alice.conversation(), await alice.conversation()
    watching = watch(alice, quiet)
    await in_time(watching.read())
    await alice.say(loud, "hello")
    with pytest.raises(TimeoutError):
        await in_time(watching.read(), 0.2)
    watching.cancel()


async def export(user: User, conversation: str, form: pb.ExportFormat) -> tuple[bytes, list[int]]:
    pieces = [r.data async for r in user.ExportConversation(pb.ExportConversationRequest(conversation_id=conversation, format=form))]
    for piece in pieces:
        piece.decode()  # never cut inside a character
    return b"".join(pieces), [len(p) for p in pieces]


async def test_an_export_holds_every_message_of_every_branch(alice: User) -> None:
    conversation = await alice.conversation(title="Söuth", metadata={"a": "b"})
    root = await alice.append(conversation, "root\nwith two lines")
    await alice.append(conversation, "left")
    await alice.append(conversation, "right", parent_id=root.id)
    document, _ = await export(alice, conversation, pb.EXPORT_FORMAT_UNSPECIFIED)
    lines = [json.loads(line) for line in document.decode().splitlines()]
    stored = (await alice.GetConversation(pb.GetConversationRequest(conversation_id=conversation))).conversation
    assert ParseDict(lines[0]["conversation"], conversation_pb2.Conversation()) == stored
    messages = [ParseDict(line["message"], conversation_pb2.Message()) for line in lines[1:]]
    assert [m.text for m in messages] == ["root\nwith two lines", "left", "right"]
    assert messages[0] == root


async def test_a_markdown_export_reads_like_the_branch(alice: User) -> None:
    conversation = await alice.conversation(title="Trip", system_prompt="Be brief.\nBe kind.")
    root = await alice.append(conversation, "Where to?")
    await alice.append(conversation, "left out")
    await alice.say(conversation, "North", parent_id=root.id)
    document, _ = await export(alice, conversation, pb.EXPORT_FORMAT_MARKDOWN)
    text = document.decode()
    assert text.startswith("# Trip\n\n> Be brief.\n> Be kind.\n\n## User\n\nWhere to?\n\n## User\n\nNorth\n\n## Assistant (scripted-1)\n\n")
    assert "left out" not in text


async def test_a_long_export_comes_in_pieces_of_64_kib(alice: User) -> None:
    conversation = await alice.conversation()
    texts = ["ä" * 300_000, "short", "é" * 70_000, "z" * 65_536]
    for text in texts:
        await alice.append(conversation, text)
    document, sizes = await export(alice, conversation, pb.EXPORT_FORMAT_JSON_LINES)
    assert max(sizes) <= 64 * 1024
    assert len(sizes) > 10
    assert [json.loads(line)["message"]["text"] for line in document.decode().splitlines()[1:]] == texts


async def test_an_empty_conversation_exports_as_itself(alice: User) -> None:
    conversation = await alice.conversation(title="Empty")
    assert (await export(alice, conversation, pb.EXPORT_FORMAT_MARKDOWN))[0] == b"# Empty\n"
    assert (await export(alice, conversation, pb.EXPORT_FORMAT_JSON_LINES))[0].count(b"\n") == 1
