"""Conversations: made, listed, changed, forked, deleted, and invisible to everybody else."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import grpc
import psycopg
import pytest
from google.protobuf.field_mask_pb2 import FieldMask
from uat.chat.v1 import chat_service_pb2 as pb
from uat.chat.v1 import conversation_pb2

from services.kit.testing.errors import fields_of, reason_of
from services.mesh.parts.postgres import Postgres
from tests.chat.conftest import User
from tests.conftest import postgres_url

Conversation = conversation_pb2.Conversation


async def test_a_new_conversation_is_returned_as_it_was_given(alice: User) -> None:
    given = Conversation(title="Ships", model="smollm2", system_prompt="Be brief.", metadata={"colour": "blue"})
    created = (await alice.CreateConversation(pb.CreateConversationRequest(conversation=given))).conversation
    assert created.id.startswith("conv_")
    assert len(created.id) == 31
    assert (created.title, created.model, created.system_prompt, dict(created.metadata)) == (
        "Ships",
        "smollm2",
        "Be brief.",
        {"colour": "blue"},
    )
    assert created.message_count == 0
    assert created.head_message_id == ""
    assert created.create_time == created.update_time
    assert created.create_time.seconds > 0
    got = (await alice.GetConversation(pb.GetConversationRequest(conversation_id=created.id))).conversation
    assert got == created


async def test_what_the_server_sets_can_not_be_given(alice: User) -> None:
    given = Conversation(id="conv_mine", head_message_id="msg_x", message_count=7)
    created = (await alice.CreateConversation(pb.CreateConversationRequest(conversation=given))).conversation
    assert created.id != "conv_mine"
    assert created.head_message_id == ""
    assert created.message_count == 0


async def test_a_repeated_request_creates_one_conversation(alice: User, bob: User) -> None:
    request = pb.CreateConversationRequest(conversation=Conversation(title="Once"), request_id="abc")
    made = await asyncio.gather(*(alice.CreateConversation(request) for _ in range(5)))
    assert len({m.conversation.id for m in made}) == 1
    with pytest.raises(grpc.aio.AioRpcError) as error:
        await alice.CreateConversation(pb.CreateConversationRequest(conversation=Conversation(title="Twice"), request_id="abc"))
    assert reason_of(error) == "REQUEST_ID_REUSED"
    assert fields_of(error) == ["request_id"]
    somebody_elses = await bob.CreateConversation(request)
    assert somebody_elses.conversation.id != made[0].conversation.id


async def test_pages_lead_through_all_conversations_the_last_changed_first(alice: User) -> None:
    made = [await alice.conversation(title=str(i)) for i in range(7)]
    await alice.append(made[2], "this one moves to the front")
    found, token, pages = [], "", 0
    while True:
        page = await alice.ListConversations(pb.ListConversationsRequest(page_size=3, page_token=token))
        found += [c.id for c in page.conversations]
        token, pages = page.next_page_token, pages + 1
        if not token:
            break
    assert found == [made[2], *(m for m in reversed(made) if m != made[2])]
    assert pages == 3


async def test_a_page_token_of_another_listing_is_refused(alice: User) -> None:
    conversation = await alice.conversation()
    for i in range(3):
        await alice.append(conversation, str(i))
    token = (await alice.ListMessages(pb.ListMessagesRequest(conversation_id=conversation, page_size=1))).next_page_token
    assert token
    for request in (
        pb.ListMessagesRequest(conversation_id=conversation, page_token=token, all_branches=True),
        pb.ListMessagesRequest(conversation_id=await alice.conversation(), page_token=token),
        pb.ListMessagesRequest(conversation_id=conversation, page_token="garbage"),
        pb.ListMessagesRequest(conversation_id=conversation, page_token="NQ"),
    ):
        with pytest.raises(grpc.aio.AioRpcError) as error:
            await alice.ListMessages(request)
        assert error.value.code() is grpc.StatusCode.INVALID_ARGUMENT
        assert reason_of(error) == "PAGE_TOKEN_INVALID"
        assert fields_of(error) == ["page_token"]
    with pytest.raises(grpc.aio.AioRpcError) as error:
        await alice.ListConversations(pb.ListConversationsRequest(page_token=token))
    assert reason_of(error) == "PAGE_TOKEN_INVALID"


async def test_a_mask_says_which_fields_change(alice: User) -> None:
    conversation = await alice.conversation(title="Old", system_prompt="Be brief.", metadata={"a": "1"})
    changed = Conversation(id=conversation, title="New", system_prompt="ignored", metadata={"b": "2"})
    update = pb.UpdateConversationRequest(conversation=changed, update_mask=FieldMask(paths=["title", "metadata"]))
    stored = (await alice.UpdateConversation(update)).conversation
    assert (stored.title, stored.system_prompt, dict(stored.metadata)) == ("New", "Be brief.", {"b": "2"})
    update = pb.UpdateConversationRequest(conversation=Conversation(id=conversation), update_mask=FieldMask(paths=["title"]))
    assert (await alice.UpdateConversation(update)).conversation.title == ""


async def test_without_a_mask_the_fields_that_are_set_change(alice: User) -> None:
    conversation = await alice.conversation(title="Old", model="smollm2")
    stored = (
        await alice.UpdateConversation(pb.UpdateConversationRequest(conversation=Conversation(id=conversation, model="other")))
    ).conversation
    assert (stored.title, stored.model) == ("Old", "other")


@pytest.mark.parametrize(
    ("update", "field"),
    [
        (pb.UpdateConversationRequest(), "conversation"),
        (pb.UpdateConversationRequest(conversation=Conversation(title="x")), "conversation.id"),
        (pb.UpdateConversationRequest(conversation=Conversation(id="c", title="x" * 201)), "conversation.title"),
        (pb.UpdateConversationRequest(conversation=Conversation(id="c"), update_mask=FieldMask(paths=["message_count"])), "update_mask"),
    ],
)
async def test_a_bad_change_names_its_field(alice: User, update: pb.UpdateConversationRequest, field: str) -> None:
    with pytest.raises(grpc.aio.AioRpcError) as error:
        await alice.UpdateConversation(update)
    assert error.value.code() is grpc.StatusCode.INVALID_ARGUMENT
    assert fields_of(error) == [field]


async def test_deleting_takes_the_messages_along_and_succeeds_twice(alice: User) -> None:
    conversation = await alice.conversation()
    await alice.append(conversation, "a very unusual xylophone")
    for _ in range(2):
        await alice.DeleteConversation(pb.DeleteConversationRequest(conversation_id=conversation))
    with pytest.raises(grpc.aio.AioRpcError) as error:
        await alice.GetConversation(pb.GetConversationRequest(conversation_id=conversation))
    assert error.value.code() is grpc.StatusCode.NOT_FOUND
    assert reason_of(error) == "CONVERSATION_NOT_FOUND"
    assert not (await alice.SearchMessages(pb.SearchMessagesRequest(query="xylophone"))).hits


async def test_a_fork_is_a_copy_of_its_own(alice: User) -> None:
    original = await alice.conversation(title="Trip", system_prompt="Be brief.")
    first = await alice.append(original, "one")
    second = await alice.append(original, "two")
    await alice.append(original, "three")
    request = pb.ForkConversationRequest(conversation_id=original, leaf_id=second.id, request_id="fork")
    fork = (await alice.ForkConversation(request)).conversation
    assert (await alice.ForkConversation(request)).conversation.id == fork.id
    assert (fork.title, fork.system_prompt, fork.message_count) == ("Trip", "Be brief.", 2)
    assert await alice.texts(fork.id) == ["one", "two"]
    await alice.append(fork.id, "elsewhere")
    assert await alice.texts(fork.id) == ["one", "two", "elsewhere"]
    assert await alice.texts(original) == ["one", "two", "three"]
    copies = (await alice.ListMessages(pb.ListMessagesRequest(conversation_id=fork.id))).messages
    assert first.id not in {m.id for m in copies}
    assert copies[1].parent_id == copies[0].id
    assert copies[0].create_time == first.create_time


async def test_an_empty_conversation_forks_to_an_empty_one(alice: User) -> None:
    fork = await alice.ForkConversation(pb.ForkConversationRequest(conversation_id=await alice.conversation(title="Empty")))
    assert (fork.conversation.title, fork.conversation.message_count) == ("Empty", 0)


CALLS: list[tuple[str, Callable[[str, str], Any]]] = [
    ("GetConversation", lambda c, m: pb.GetConversationRequest(conversation_id=c)),
    ("UpdateConversation", lambda c, m: pb.UpdateConversationRequest(conversation=Conversation(id=c, title="mine now"))),
    ("AppendMessage", lambda c, m: pb.AppendMessageRequest(conversation_id=c, text="x", role=conversation_pb2.MESSAGE_ROLE_USER)),
    ("GetMessage", lambda c, m: pb.GetMessageRequest(conversation_id=c, message_id=m)),
    ("ListMessages", lambda c, m: pb.ListMessagesRequest(conversation_id=c)),
    ("ForkConversation", lambda c, m: pb.ForkConversationRequest(conversation_id=c)),
    ("StreamReply", lambda c, m: pb.StreamReplyRequest(conversation_id=c, text="x")),
    ("WatchConversation", lambda c, m: pb.WatchConversationRequest(conversation_id=c)),
    ("ExportConversation", lambda c, m: pb.ExportConversationRequest(conversation_id=c)),
    ("ResumeReply", lambda c, m: pb.ResumeReplyRequest(reply_id=m)),
    ("StopReply", lambda c, m: pb.StopReplyRequest(reply_id=m)),
]


@pytest.mark.parametrize("tenant_id", ["tenant_1", "tenant_2", "*"])
@pytest.mark.parametrize(("name", "request_of"), CALLS, ids=[name for name, _ in CALLS])
async def test_somebody_elses_conversation_does_not_exist(
    alice: User, somebody: Callable[..., User], tenant_id: str, name: str, request_of: Callable[[str, str], Any]
) -> None:
    conversation = await alice.conversation(title="hers")
    reply = await alice.say(conversation, "hello")
    stranger = somebody(tenant_id)
    call = getattr(stranger, name)(request_of(conversation, reply.id))
    with pytest.raises(grpc.aio.AioRpcError) as error:
        await (call.read() if hasattr(call, "read") else call)
    assert error.value.code() is grpc.StatusCode.NOT_FOUND
    await stranger.DeleteConversation(pb.DeleteConversationRequest(conversation_id=conversation))
    kept = (await alice.GetConversation(pb.GetConversationRequest(conversation_id=conversation))).conversation
    assert (kept.title, kept.message_count) == ("hers", 2)
    assert not (await stranger.ListConversations(pb.ListConversationsRequest())).conversations


async def test_the_database_itself_hides_other_tenants(alice: User, postgres: Postgres) -> None:
    conversation = await alice.conversation()
    await alice.append(conversation, "a quiet secret", request_id="secret")
    count = "SELECT (SELECT count(*) FROM conversations), (SELECT count(*) FROM messages), (SELECT count(*) FROM requests)"
    words = "SELECT count(*) FROM found_words(%s, 'secret', NULL, NULL, 10)"
    async with await psycopg.AsyncConnection.connect(postgres_url(postgres, "chat"), autocommit=True) as connection:
        for tenant_id in ("", "tenant_9", "*"):
            await connection.execute("SELECT set_config('uat.tenant', %s, false)", (tenant_id,))
            assert await (await connection.execute(count)).fetchone() == (0, 0, 0)
            assert await (await connection.execute(words, (alice.id,))).fetchone() == (0,)
            cursor = await connection.execute("UPDATE messages SET text = 'gone' WHERE conversation_id = %s", (conversation,))
            assert cursor.rowcount == 0
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                await connection.execute(
                    "INSERT INTO requests VALUES ('tenant_1', %s, 'forged', '', '', now())",
                    (alice.id,),
                )
        await connection.execute("SELECT set_config('uat.tenant', 'tenant_1', false)")
        assert await (await connection.execute(words, (alice.id,))).fetchone() == (1,)


@pytest.mark.parametrize(
    ("name", "request_", "field"),
    [
        ("GetConversation", pb.GetConversationRequest(), "conversation_id"),
        ("ListConversations", pb.ListConversationsRequest(page_size=1001), "page_size"),
        ("CreateConversation", pb.CreateConversationRequest(conversation=Conversation(title="a\0b")), "conversation.title"),
        ("AppendMessage", pb.AppendMessageRequest(conversation_id="c", text="hello"), "role"),
        ("AppendMessage", pb.AppendMessageRequest(conversation_id="c", role=conversation_pb2.MESSAGE_ROLE_USER), "text"),
        ("SearchMessages", pb.SearchMessagesRequest(), "query"),
    ],
)
async def test_a_bad_request_names_its_field(alice: User, name: str, request_: Any, field: str) -> None:
    with pytest.raises(grpc.aio.AioRpcError) as error:
        await getattr(alice, name)(request_)
    assert error.value.code() is grpc.StatusCode.INVALID_ARGUMENT
    assert fields_of(error) == [field]


async def test_an_id_with_a_nul_is_refused_and_breaks_nothing(alice: User) -> None:
    with pytest.raises(grpc.aio.AioRpcError) as error:
        await alice.GetConversation(pb.GetConversationRequest(conversation_id="conv\0"))
    assert error.value.code() is grpc.StatusCode.INVALID_ARGUMENT


async def test_a_token_without_the_scope_may_read_and_not_write(somebody: Callable[..., User]) -> None:
    reader = somebody(scope="chat.read")
    await reader.ListConversations(pb.ListConversationsRequest())
    with pytest.raises(grpc.aio.AioRpcError) as error:
        await reader.conversation()
    assert error.value.code() is grpc.StatusCode.PERMISSION_DENIED
