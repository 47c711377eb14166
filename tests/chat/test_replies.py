"""Replies: begun once, written by the server, cancelled with their last reader, and always brought to a stored end."""

from __future__ import annotations

import asyncio
import dataclasses
import random
from typing import Any

import grpc
import psycopg
import pytest
from google.rpc import error_details_pb2
from uat.chat.v1 import chat_service_pb2 as pb
from uat.chat.v1 import conversation_pb2, reply_pb2
from uat.generation.v1 import event_pb2

from services.kit.errors import DependencyUnavailable, Overloaded
from services.kit.testing import bearer
from services.kit.testing.errors import fields_of, reason_of, status_of
from services.mesh.parts.postgres import Postgres
from tests.chat.conftest import CONFIG, Deployment, User, collect, events_of, first_of
from tests.chat.router import Held, Router, delta, failing, finished, started
from tests.waiting import in_time, soon

COMPLETE, STOPPED, FAILED, STREAMING = (
    conversation_pb2.MESSAGE_STATE_COMPLETE,
    conversation_pb2.MESSAGE_STATE_STOPPED,
    conversation_pb2.MESSAGE_STATE_FAILED,
    conversation_pb2.MESSAGE_STATE_STREAMING,
)


@pytest.fixture
def held(router: Router) -> Held:
    """What the model does when it hears `wait`."""
    router.scripts["wait"] = script = Held()
    return script


async def until(alice: User, conversation: str, message_id: str, state: Any) -> conversation_pb2.Message:
    """The message once it has this state."""

    async def reached() -> conversation_pb2.Message | None:
        message = await alice.message(conversation, message_id)
        return message if message.state == state else None

    return await soon(reached)  # type: ignore[no-any-return]


async def test_a_reply_comes_as_numbered_events_and_is_stored(alice: User, router: Router) -> None:
    conversation = await alice.conversation(system_prompt="Be brief.", model="smollm2")
    options = reply_pb2.ReplyOptions(temperature=0.5, max_output_tokens=9, stop=["\n"], seed=-1)
    events = await events_of(alice.reply(conversation, "hello", options=options))
    assert [e.sequence for e in events] == list(range(1, len(events) + 1))
    assert {e.reply_id for e in events} == {events[0].started.reply.id}
    begun, end = events[0].started, events[-1].finished.reply
    assert (begun.user_message.text, begun.user_message.parent_id) == ("hello", "")
    assert (begun.reply.state, begun.reply.parent_id, begun.reply.text) == (STREAMING, begun.user_message.id, "")
    assert end.text == "".join(e.delta.text for e in events[1:-1]) == "[system: Be brief.][user: hello]"
    assert (end.state, end.finish_reason, end.model) == (COMPLETE, "stop", "scripted-1")
    assert (end.usage.input_tokens, end.usage.output_tokens, end.usage.cached_input_tokens) == (7, 3, 2)
    assert await alice.message(conversation, end.id) == end
    stored = (await alice.GetConversation(pb.GetConversationRequest(conversation_id=conversation))).conversation
    assert (stored.head_message_id, stored.message_count) == (end.id, 2)
    asked = router.requests[-1]
    assert (asked.model, asked.affinity_key, asked.metadata["reply_id"]) == ("smollm2", conversation, end.id)
    assert (asked.options.temperature, asked.options.max_output_tokens, list(asked.options.stop)) == (0.5, 9, ["\n"])
    assert asked.options.seed == 2**32 - 1
    assert not asked.options.HasField("top_p")
    caller = router.callers[-1]
    assert (caller.user_id, caller.kind) == (alice.id, "delegated"), "the reply may outlive the user's token"


async def test_the_second_turn_remembers_the_first(alice: User) -> None:
    conversation = await alice.conversation()
    await alice.say(conversation, "my name is Ada")
    reply = await alice.say(conversation, "what is my name?")
    assert reply.text == "[user: my name is Ada][assistant: [user: my name is Ada]][user: what is my name?]"


async def test_another_try_is_a_sibling(alice: User) -> None:
    conversation = await alice.conversation()
    first = await alice.say(conversation, "hello")
    events = await events_of(alice.reply(conversation, parent_id=first.parent_id, model="other"))
    again = events[-1].finished.reply
    assert not events[0].started.HasField("user_message")
    assert events[0].started.reply.model == "other"
    assert again.parent_id == first.parent_id
    assert again.id != first.id
    assert len(await alice.texts(conversation)) == 2
    assert len(await alice.texts(conversation, all_branches=True)) == 3


async def test_without_a_text_there_must_be_a_question(alice: User) -> None:
    conversation = await alice.conversation()
    with pytest.raises(grpc.aio.AioRpcError) as error:
        await alice.say(conversation)
    assert fields_of(error) == ["parent_id"]
    reply = await alice.say(conversation, "hello")
    for parent_id in ("", reply.id):
        with pytest.raises(grpc.aio.AioRpcError) as error:
            await alice.say(conversation, parent_id=parent_id)
        assert error.value.code() is grpc.StatusCode.INVALID_ARGUMENT
        assert fields_of(error) == ["parent_id"]


async def test_a_branch_shows_the_model_its_own_past_only(alice: User) -> None:
    conversation = await alice.conversation()
    first = await alice.say(conversation, "one")
    await alice.say(conversation, "two")
    branched = await alice.say(conversation, "other two", parent_id=first.id)
    assert "[user: two]" not in branched.text
    assert branched.text.endswith("[user: other two]")
    fresh = await alice.say(conversation, "fresh start", at_root=True)
    assert fresh.text == "[user: fresh start]"


async def test_thinking_is_not_part_of_the_reply(alice: User, router: Router) -> None:
    async def thinking(request: Any) -> Any:
        yield started()
        yield delta("", reasoning_text="hm")
        yield delta("yes\0")
        yield finished(event_pb2.FINISH_REASON_LENGTH)

    router.scripts["think"] = thinking
    reply = await alice.say(await alice.conversation(), "think")
    assert (reply.text, reply.finish_reason, reply.state) == ("yes", "length", COMPLETE)


async def test_a_long_piece_comes_in_parts_and_a_reply_ends_at_its_bound(alice: User, router: Router) -> None:
    async def endless(request: Any) -> Any:
        yield started()
        for _ in range(40):
            yield delta("ä" * 30_000)
        yield finished()

    router.scripts["endless"] = endless
    reply = await alice.say(await alice.conversation(), "endless")
    assert reply.finish_reason == "length"
    assert 1024 * 1024 - 40_000 < len(reply.text.encode()) <= 1024 * 1024


async def test_a_reader_that_leaves_frees_the_model(alice: User, held: Held) -> None:
    conversation = await alice.conversation()
    call = alice.reply(conversation, "wait")
    seen = await first_of(call)
    await in_time(held.waiting.wait())
    call.cancel()
    await in_time(held.cancelled.wait())
    reply = await until(alice, conversation, seen[0].reply_id, STOPPED)
    assert (reply.text, reply.finish_reason) == ("one two three", "cancelled")
    assert (reply.usage.input_tokens, reply.usage.output_tokens) == (5, 3)


async def test_a_reply_that_is_stopped_costs_the_tokens_that_were_generated(alice: User, held: Held) -> None:
    conversation = await alice.conversation()
    call = alice.reply(conversation, "wait", background=True)
    reply_id = (await first_of(call))[0].reply_id
    await in_time(held.waiting.wait())
    stopped = (await alice.StopReply(pb.StopReplyRequest(reply_id=reply_id))).reply
    assert (stopped.usage.input_tokens, stopped.usage.output_tokens) == (5, 3)
    assert held.cancelled.is_set()


async def test_the_usage_of_a_stopped_reply_is_counted_when_nobody_knows_it(alice: User, held: Held) -> None:
    held.counts = False
    conversation = await alice.conversation()
    call = alice.reply(conversation, "wait")
    reply_id = (await first_of(call))[0].reply_id
    await in_time(held.waiting.wait())
    call.cancel()
    reply = await until(alice, conversation, reply_id, STOPPED)
    assert (reply.usage.input_tokens, reply.usage.output_tokens) == (1, 3)


async def test_a_deadline_ends_the_reply_like_its_reader(alice: User, held: Held) -> None:
    conversation = await alice.conversation()
    request = pb.StreamReplyRequest(conversation_id=conversation, text="wait")
    with pytest.raises(grpc.aio.AioRpcError) as error:
        await events_of(alice.StreamReply(request, timeout=0.3))
    assert error.value.code() is grpc.StatusCode.DEADLINE_EXCEEDED
    await in_time(held.cancelled.wait())


async def test_in_the_background_it_goes_on(alice: User, held: Held) -> None:
    conversation = await alice.conversation()
    call = alice.reply(conversation, "wait", background=True)
    reply_id = (await first_of(call))[0].reply_id
    await in_time(held.waiting.wait())
    call.cancel()
    held.release.set()
    reply = await until(alice, conversation, reply_id, COMPLETE)
    assert reply.text == "one two three four"
    assert not held.cancelled.is_set()


async def test_a_background_reply_outlives_its_callers_deadline(alice: User, held: Held) -> None:
    conversation = await alice.conversation()
    request = pb.StreamReplyRequest(conversation_id=conversation, text="wait", background=True)
    with pytest.raises(grpc.aio.AioRpcError):
        await events_of(alice.StreamReply(request, timeout=0.3))
    await in_time(held.waiting.wait())
    held.release.set()
    head = (await alice.GetConversation(pb.GetConversationRequest(conversation_id=conversation))).conversation.head_message_id
    assert (await until(alice, conversation, head, COMPLETE)).text == "one two three four"


async def test_another_reader_keeps_it_alive_and_the_last_one_ends_it(alice: User, held: Held) -> None:
    conversation = await alice.conversation()
    first = alice.reply(conversation, "wait")
    reply_id = (await first_of(first))[0].reply_id
    second = alice.ResumeReply(pb.ResumeReplyRequest(reply_id=reply_id))
    await second.read()
    await in_time(held.waiting.wait())
    first.cancel()
    with pytest.raises(TimeoutError):
        await in_time(held.cancelled.wait(), 0.3)
    second.cancel()
    await in_time(held.cancelled.wait())
    assert (await until(alice, conversation, reply_id, STOPPED)).text == "one two three"


async def test_a_repeated_request_follows_the_first_reply(alice: User, held: Held) -> None:
    conversation = await alice.conversation()
    calls = [alice.reply(conversation, "wait", request_id="r") for _ in range(3)]
    reading = [asyncio.create_task(events_of(call)) for call in calls]
    await in_time(held.waiting.wait())
    held.release.set()
    streams = await in_time(asyncio.gather(*reading))
    assert streams[0] == streams[1] == streams[2]
    assert held.calls == 1
    assert await events_of(alice.reply(conversation, "wait", request_id="r")) == streams[0]
    assert len(await alice.texts(conversation, all_branches=True)) == 2
    with pytest.raises(grpc.aio.AioRpcError) as error:
        await alice.say(conversation, "something else", request_id="r")
    assert reason_of(error) == "REQUEST_ID_REUSED"


async def test_a_reply_that_is_still_written_can_not_be_answered_or_copied(alice: User, held: Held) -> None:
    conversation = await alice.conversation()
    call = alice.reply(conversation, "wait")
    await call.read()
    for attempt in (
        alice.say(conversation, "too early"),
        alice.append(conversation, "too early"),
        alice.ForkConversation(pb.ForkConversationRequest(conversation_id=conversation)),
    ):
        with pytest.raises(grpc.aio.AioRpcError) as error:
            await attempt
        assert error.value.code() is grpc.StatusCode.FAILED_PRECONDITION
        assert reason_of(error) == "REPLY_STREAMING"
    held.release.set()
    assert (await events_of(call))[-1].HasField("finished")


async def test_a_model_that_fails_ends_the_stream_with_its_status(alice: User, router: Router) -> None:
    fault = Overloaded("every slot is taken", retry_after=3)
    router.scripts["fail"] = lambda request: failing(fault, "some", " text")
    conversation = await alice.conversation()
    seen: list[reply_pb2.ReplyEvent] = []
    with pytest.raises(grpc.aio.AioRpcError) as error:
        await collect(alice.reply(conversation, "fail"), seen)
    assert error.value.code() is grpc.StatusCode.RESOURCE_EXHAUSTED
    assert reason_of(error) == "OVERLOADED"
    retry = error_details_pb2.RetryInfo()
    assert any(d.Unpack(retry) for d in status_of(error).details)
    assert retry.retry_delay.seconds == 3
    end = seen[-1].failed
    assert (end.error.code, end.error.message) == (grpc.StatusCode.RESOURCE_EXHAUSTED.value[0], "every slot is taken")
    assert (end.reply.state, end.reply.finish_reason, end.reply.text) == (FAILED, "error", "some text")
    assert await alice.message(conversation, end.reply.id) == end.reply
    resumed: list[reply_pb2.ReplyEvent] = []
    with pytest.raises(grpc.aio.AioRpcError) as error:
        await collect(alice.ResumeReply(pb.ResumeReplyRequest(reply_id=end.reply.id)), resumed)
    assert resumed == seen
    assert reason_of(error) == "OVERLOADED"
    recovered = await alice.say(conversation, "and now?")
    assert recovered.text == "[user: fail][assistant: some text][user: and now?]"


async def test_a_refusal_before_the_first_token_is_a_failed_reply_too(alice: User, router: Router) -> None:
    router.scripts["refuse"] = lambda request: failing(DependencyUnavailable("no model is there", retry_after=1))
    conversation = await alice.conversation()
    with pytest.raises(grpc.aio.AioRpcError) as error:
        await alice.say(conversation, "refuse")
    assert error.value.code() is grpc.StatusCode.UNAVAILABLE
    assert await alice.texts(conversation) == ["refuse", ""]


async def test_a_model_that_stops_without_an_end_is_a_failure(alice: User, router: Router) -> None:
    async def breaking(request: Any) -> Any:
        yield started()
        yield delta("half")

    router.scripts["break"] = breaking
    conversation = await alice.conversation()
    with pytest.raises(grpc.aio.AioRpcError) as error:
        await alice.say(conversation, "break")
    assert error.value.code() is grpc.StatusCode.UNAVAILABLE
    assert await alice.texts(conversation) == ["break", "half"]


async def test_a_stopped_reply_is_returned_as_stored(alice: User, held: Held) -> None:
    conversation = await alice.conversation()
    call = alice.reply(conversation, "wait", background=True)
    reply_id = (await first_of(call))[0].reply_id
    await in_time(held.waiting.wait())
    stopped = (await alice.StopReply(pb.StopReplyRequest(reply_id=reply_id))).reply
    assert (stopped.state, stopped.finish_reason, stopped.text) == (STOPPED, "cancelled", "one two three")
    assert held.cancelled.is_set()
    assert (await events_of(call))[-1].finished.reply == stopped
    assert (await alice.StopReply(pb.StopReplyRequest(reply_id=reply_id))).reply == stopped
    assert await alice.message(conversation, reply_id) == stopped


async def test_stopping_what_is_no_reply_finds_nothing(alice: User) -> None:
    conversation = await alice.conversation()
    question = await alice.append(conversation, "hello")
    for reply_id in (question.id, "msg_nothing"):
        with pytest.raises(grpc.aio.AioRpcError) as error:
            await alice.StopReply(pb.StopReplyRequest(reply_id=reply_id))
        assert error.value.code() is grpc.StatusCode.NOT_FOUND
        assert reason_of(error) == "REPLY_NOT_FOUND"


async def test_deleting_the_conversation_stops_its_replies(alice: User, held: Held) -> None:
    conversation = await alice.conversation()
    call = alice.reply(conversation, "wait", background=True)
    await call.read()
    await in_time(held.waiting.wait())
    await alice.DeleteConversation(pb.DeleteConversationRequest(conversation_id=conversation))
    await in_time(held.cancelled.wait())
    with pytest.raises(grpc.aio.AioRpcError) as error:
        await events_of(call)
    assert error.value.code() is grpc.StatusCode.NOT_FOUND
    assert reason_of(error) == "CONVERSATION_NOT_FOUND"


async def test_a_replica_that_drains_lets_replies_end_and_stops_the_rest(alice: User, router: Router, deployment: Deployment) -> None:
    router.scripts["quick"], router.scripts["endless wait"] = quick, slow = Held(), Held()
    ended, stopped = await alice.conversation(), await alice.conversation()
    async with deployment.replica() as channel:
        here = alice.on(channel)
        calls = [here.reply(ended, "quick", background=True), here.reply(stopped, "endless wait", background=True)]
        ids = [(await first_of(call))[0].reply_id for call in calls]
        await in_time(quick.waiting.wait())
        await in_time(slow.waiting.wait())
        for call in calls:
            call.cancel()
        asyncio.get_running_loop().call_later(0.2, quick.release.set)
    assert (await alice.message(ended, ids[0])).state == COMPLETE
    cut = await alice.message(stopped, ids[1])
    assert (cut.state, cut.text) == (STOPPED, "one two three")
    assert slow.cancelled.is_set()
    assert (await events_of(alice.ResumeReply(pb.ResumeReplyRequest(reply_id=ids[1]))))[-1].finished.reply == cut


async def test_readers_that_leave_at_any_moment_leave_nothing_behind(alice: User, router: Router, postgres: Postgres) -> None:
    async def slow(request: Any) -> Any:
        yield started()
        for _ in range(2000):
            yield delta("x")
            await asyncio.sleep(0.01)
        yield finished()

    router.scripts["slow"] = slow
    conversations = [await alice.conversation() for _ in range(40)]

    async def leave(conversation: str) -> None:
        call = alice.reply(conversation, "slow")
        await asyncio.sleep(random.random() * 0.06)
        call.cancel()

    await asyncio.gather(*(leave(c) for c in conversations))
    async with await psycopg.AsyncConnection.connect(postgres.url, autocommit=True) as connection:
        found: list[bool] = []

        async def stays_stopped() -> bool:
            cursor = await connection.execute(
                """SELECT (SELECT count(*) FROM chat.messages
                    WHERE conversation_id = ANY (%(ids)s) AND role = 'ASSISTANT' AND state <> 'STOPPED'),
                (SELECT count(*) FROM chat.leases WHERE conversation_id = ANY (%(ids)s))""",
                {"ids": conversations},
            )
            found.append(await cursor.fetchone() == (0, 0))
            return len(found) >= 20 and all(found[-20:])

        await soon(stays_stopped)


async def test_a_reply_survives_that_the_database_drops_every_connection(
    alice: User, held: Held, postgres: Postgres, deployment: Deployment
) -> None:
    conversation = await alice.conversation()
    async with deployment.replica(dataclasses.replace(CONFIG, lease_seconds=30)) as channel:
        call = alice.on(channel).reply(conversation, "wait")
        await call.read()
        await in_time(held.waiting.wait())
        async with await psycopg.AsyncConnection.connect(postgres.url, autocommit=True) as connection:
            await connection.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'uat_chat'")
        held.release.set()
        end = (await in_time(events_of(call), 20))[-1].finished.reply
    assert end.text == "one two three four"
    assert await alice.message(conversation, end.id) == end


async def test_a_full_replica_says_when_to_come_back(alice: User, held: Held, deployment: Deployment) -> None:
    async with deployment.replica(dataclasses.replace(CONFIG, replies_most=1)) as channel:
        here = alice.on(channel)
        call = here.reply(await alice.conversation(), "wait")
        await call.read()
        with pytest.raises(grpc.aio.AioRpcError) as error:
            await here.say(await alice.conversation(), "hello")
        assert error.value.code() is grpc.StatusCode.RESOURCE_EXHAUSTED
        assert reason_of(error) == "OVERLOADED"
        held.release.set()
        await events_of(call)
        await here.say(await alice.conversation(), "hello")


async def test_a_caller_without_the_scope_is_refused_before_anything_is_stored(alice: User, somebody: Any, issuer: Any) -> None:
    conversation = await alice.conversation()
    reader = bearer(issuer.user(alice.id, scope="chat.read"))
    with pytest.raises(grpc.aio.AioRpcError) as error:
        await events_of(alice.stub.StreamReply(pb.StreamReplyRequest(conversation_id=conversation, text="x"), metadata=reader))
    assert error.value.code() is grpc.StatusCode.PERMISSION_DENIED
    assert await alice.texts(conversation) == []
