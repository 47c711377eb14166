"""Replies across replicas: resumed anywhere, stopped from anywhere, and mended after a replica died."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import grpc
import psycopg
import pytest
from uat.chat.v1 import chat_service_pb2 as pb
from uat.chat.v1 import conversation_pb2, reply_pb2

from services.kit.testing import Issuer
from services.kit.testing.errors import reason_of
from services.kit.testing.running import replica_process
from services.mesh.parts.postgres import Postgres
from tests.chat.conftest import CONFIG, Deployment, User, events_of, first_of
from tests.chat.router import Held, Router
from tests.ports import free_ports
from tests.waiting import in_time, soon

ROOT = Path(__file__).parents[2]


@pytest.fixture
def held(router: Router) -> Held:
    """What the model does when it hears `wait`."""
    router.scripts["wait"] = script = Held()
    return script


def resume(user: User, reply_id: str, after: int = 0) -> Any:
    return user.ResumeReply(pb.ResumeReplyRequest(reply_id=reply_id, after_sequence=after))


def bytes_of(events: list[reply_pb2.ReplyEvent]) -> list[bytes]:
    return [event.SerializeToString() for event in events]


async def test_a_finished_reply_is_read_again_from_any_sequence_on_any_replica(alice: User, other: grpc.aio.Channel) -> None:
    conversation = await alice.conversation(system_prompt="Be brief.")
    events = await events_of(alice.reply(conversation, "hello " * 1000))
    for reader in (alice, alice.on(other)):
        for after in range(len(events) + 3):
            assert bytes_of(await events_of(resume(reader, events[0].reply_id, after))) == bytes_of(events[after:])


async def test_a_reply_is_followed_live_on_another_replica(alice: User, other: grpc.aio.Channel, held: Held) -> None:
    conversation = await alice.conversation()
    call = alice.reply(conversation, "wait")
    events = await first_of(call)
    following = resume(alice.on(other), events[0].reply_id, 1)
    followed = [(await following.read()).event for _ in range(3)]
    assert bytes_of(followed) == bytes_of(events[1:])
    held.release.set()
    events += await events_of(call)
    followed += await events_of(following)
    assert bytes_of(followed) == bytes_of(events[1:])
    assert events[-1].HasField("finished")


async def test_the_longest_message_is_read_again_too(alice: User, other: grpc.aio.Channel, router: Router) -> None:
    text = "ä" * (512 * 1024 - 1)
    router.scripts[text] = Held(words=("short",), rest=())
    router.scripts[text].release.set()  # type: ignore[union-attr]
    events = await events_of(alice.reply(await alice.conversation(), text))
    again = await events_of(resume(alice.on(other), events[0].reply_id))
    assert again[0].started.user_message.text == text
    assert bytes_of(again) == bytes_of(events)


async def test_a_reader_on_another_replica_keeps_the_reply_alive_and_its_leaving_ends_it(
    alice: User, other: grpc.aio.Channel, held: Held
) -> None:
    conversation = await alice.conversation()
    first = alice.reply(conversation, "wait")
    reply_id = (await first_of(first))[0].reply_id
    await in_time(held.waiting.wait())
    second = resume(alice.on(other), reply_id)
    await second.read()
    first.cancel()
    with pytest.raises(TimeoutError):
        await in_time(held.cancelled.wait(), 0.5)
    second.cancel()
    await in_time(held.cancelled.wait())


async def test_a_reply_is_stopped_from_another_replica(alice: User, other: grpc.aio.Channel, held: Held) -> None:
    conversation = await alice.conversation()
    call = alice.reply(conversation, "wait", background=True)
    reply_id = (await first_of(call))[0].reply_id
    await in_time(held.waiting.wait())
    stopped = (await in_time(alice.on(other).StopReply(pb.StopReplyRequest(reply_id=reply_id)))).reply
    assert (stopped.state, stopped.text) == (conversation_pb2.MESSAGE_STATE_STOPPED, "one two three")
    assert held.cancelled.is_set()
    assert (await events_of(call))[-1].finished.reply == stopped


async def test_a_repeated_request_on_another_replica_follows_the_first_reply(alice: User, other: grpc.aio.Channel, held: Held) -> None:
    conversation = await alice.conversation()
    call = alice.reply(conversation, "wait", request_id="r")
    first = (await call.read()).event
    again = alice.on(other).reply(conversation, "wait", request_id="r")
    assert (await again.read()).event == first
    held.release.set()
    assert await events_of(call) == await events_of(again)
    assert held.calls == 1


async def test_a_resume_far_ahead_waits_for_what_comes(alice: User, other: grpc.aio.Channel, held: Held) -> None:
    call = alice.reply(await alice.conversation(), "wait")
    reply_id = (await first_of(call))[0].reply_id
    following = resume(alice.on(other), reply_id, 4)
    await in_time(held.waiting.wait())
    held.release.set()
    assert [e.sequence for e in await in_time(events_of(following))] == [5, 6]
    await events_of(call)


async def test_a_reply_whose_events_are_forgotten_is_not_found_but_a_repeat_still_tells_it(
    alice: User, other: grpc.aio.Channel, deployment: Deployment
) -> None:
    from nats import connect

    conversation = await alice.conversation()
    events = await events_of(alice.reply(conversation, "hello", request_id="r"))
    client = await connect(deployment.settings.nats_url)
    await client.jetstream().purge_stream("CHAT_REPLIES", subject=f"chat.conversations.{conversation}.>")
    await client.close()
    with pytest.raises(grpc.aio.AioRpcError) as error:
        await events_of(resume(alice.on(other), events[0].reply_id))
    assert error.value.code() is grpc.StatusCode.NOT_FOUND
    assert reason_of(error) == "REPLY_NOT_FOUND"
    again = await events_of(alice.on(other).reply(conversation, "hello", request_id="r"))
    assert [e.sequence for e in again] == [1, 2, 3]
    assert again[0].started.user_message == events[0].started.user_message
    assert again[-1].finished == events[-1].finished
    assert again[1].delta.text == events[-1].finished.reply.text


async def test_what_was_appended_by_hand_is_no_reply_to_resume(alice: User) -> None:
    conversation = await alice.conversation()
    written = await alice.append(conversation, "I am no reply", role="ASSISTANT")
    with pytest.raises(grpc.aio.AioRpcError) as error:
        await events_of(resume(alice, written.id))
    assert reason_of(error) == "REPLY_NOT_FOUND"


async def test_a_replica_that_is_killed_leaves_a_failed_reply_with_its_text(
    alice: User, other: grpc.aio.Channel, held: Held, deployment: Deployment, issuer: Issuer, postgres: Postgres
) -> None:
    conversation = await alice.conversation()
    ports = free_ports()
    environment = {
        "UAT_LLM_ROUTER_TARGET": deployment.router_target,
        "UAT_CHAT_LEASE_SECONDS": str(CONFIG.lease_seconds),
        "UAT_CHAT_SWEEP_SECONDS": str(CONFIG.sweep_seconds),
    }
    running = replica_process(
        "chat", deployment.settings, issuer, port_offset=ports.offset, port=ports.service("chat"), environment=environment
    )
    async with running as replica, grpc.aio.insecure_channel(replica.address) as channel:
        await in_time(channel.channel_ready(), 30)
        call = alice.on(channel).reply(conversation, "wait", background=True, model="asked")
        events = await first_of(call)
        reply_id = events[0].reply_id
        following = resume(alice.on(other), reply_id)
        assert bytes_of(await first_of(following)) == bytes_of(events)
        assert (await alice.message(conversation, reply_id)).state == conversation_pb2.MESSAGE_STATE_STREAMING
        replica.kill()
        with pytest.raises(grpc.aio.AioRpcError) as lost:
            await events_of(call)
        assert lost.value.code() is grpc.StatusCode.UNAVAILABLE
    end = (await in_time(following.read(), 15)).event
    assert end.sequence == 5
    assert end.failed.reply.text == "one two three"
    with pytest.raises(grpc.aio.AioRpcError) as error:
        await in_time(following.read())
    assert error.value.code() is grpc.StatusCode.UNAVAILABLE
    assert reason_of(error) == "REPLY_INTERRUPTED"
    stored = await alice.message(conversation, reply_id)
    assert stored == end.failed.reply
    assert (stored.state, stored.finish_reason, stored.model) == (conversation_pb2.MESSAGE_STATE_FAILED, "error", "asked")
    ahead = resume(alice, reply_id, 9)
    assert (await ahead.read()).event == end
    assert (await alice.StopReply(pb.StopReplyRequest(reply_id=reply_id))).reply == stored
    async with await psycopg.AsyncConnection.connect(postgres.url) as connection:
        cursor = await connection.execute("SELECT count(*) FROM chat.leases WHERE name = %s", (reply_id,))
        assert await cursor.fetchone() == (0,)
    assert (await alice.say(conversation, "go on")).text.endswith("[assistant: one two three][user: go on]")


async def test_an_end_that_nobody_told_is_told_by_the_sweep(
    alice: User, other: grpc.aio.Channel, deployment: Deployment, postgres: Postgres
) -> None:
    """A replica that died between storing the end and telling it."""
    from nats import connect

    conversation = await alice.conversation()
    events = await events_of(alice.reply(conversation, "hello"))
    reply_id = events[0].reply_id
    client = await connect(deployment.settings.nats_url)
    last = await client.jetstream().get_last_msg("CHAT_REPLIES", f"chat.conversations.{conversation}.replies.{reply_id}")
    await client.jetstream().delete_msg("CHAT_REPLIES", last.seq or 0)
    await client.close()
    async with await psycopg.AsyncConnection.connect(postgres.url, autocommit=True) as connection:
        await connection.execute("INSERT INTO chat.leases VALUES (%s, 'a dead one', now(), %s, 'tenant_1')", (reply_id, conversation))
    assert bytes_of(await in_time(events_of(resume(alice.on(other), reply_id)), 10)) == bytes_of(events)


async def test_a_reply_that_can_not_be_recovered_delays_no_other_one(
    alice: User, other: grpc.aio.Channel, deployment: Deployment, postgres: Postgres
) -> None:
    from nats import connect

    conversation = await alice.conversation()
    replies = [(await events_of(alice.reply(conversation, "hello")))[0].reply_id for _ in range(2)]
    client = await connect(deployment.settings.nats_url)
    await client.jetstream().publish(f"chat.conversations.{conversation}.replies.{replies[0]}", b"no event at all")
    await client.close()
    async with await psycopg.AsyncConnection.connect(postgres.url, autocommit=True) as connection:
        for reply_id in replies:
            await connection.execute("INSERT INTO chat.leases VALUES (%s, 'a dead one', now(), %s, 'tenant_1')", (reply_id, conversation))

        async def left() -> list[str]:
            cursor = await connection.execute("SELECT name AS reply_id FROM chat.leases WHERE conversation_id = %s", (conversation,))
            return [reply_id for (reply_id,) in await cursor.fetchall()]

        async def recovered() -> bool:
            return await left() == [replies[0]]

        await soon(recovered)
        await connection.execute("DELETE FROM chat.leases WHERE conversation_id = %s", (conversation,))


async def test_a_change_of_a_replica_that_died_after_its_commit_still_reaches_watchers(
    alice: User, other: grpc.aio.Channel, postgres: Postgres
) -> None:
    """The dead replica committed the change with its hint in the outbox, and published nothing."""
    conversation = await alice.conversation(title="Before")
    watching = alice.on(other).WatchConversation(pb.WatchConversationRequest(conversation_id=conversation))
    assert (await in_time(watching.read())).conversation.title == "Before"
    async with await psycopg.AsyncConnection.connect(postgres.url) as connection:
        await connection.execute("UPDATE chat.conversations SET title = 'After' WHERE id = %s", (conversation,))
        await connection.execute(
            "INSERT INTO chat.outbox (key, subject, payload) VALUES (%s, %s, '')",
            (conversation, f"chat.conversations.{conversation}.changed"),
        )
    assert (await in_time(watching.read())).conversation.title == "After"
    watching.cancel()
