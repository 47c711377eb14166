"""What happens to replies, and to whoever follows them, when the broker or the database goes away and comes back."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, aclosing
from dataclasses import dataclass, replace
from pathlib import Path

import grpc
import psycopg
import pytest
from nats.js.api import StorageType, StreamConfig
from uat.chat.v1 import chat_service_pb2 as pb
from uat.chat.v1 import reply_pb2

from services.kit.errors import DependencyUnavailable
from services.kit.nats.connection import Nats
from services.kit.nats.event_log import EventLogs
from services.kit.postgres.database import Database
from services.kit.testing.errors import reason_of
from services.mesh.parts.nats import Nats as NatsServer
from services.mesh.parts.postgres import Postgres
from services.mesh.parts.runner import running_part
from tests.chat.conftest import Deployment, User, events_of, first_of
from tests.chat.router import Held, Router
from tests.ports import free_port
from tests.waiting import in_time, soon

STREAM = StreamConfig(name="T", subjects=["t.>"], storage=StorageType.FILE, max_bytes=1024 * 1024)


@dataclass
class Broker:
    """A NATS server that can be stopped and started again with what it kept."""

    part: NatsServer
    stack: AsyncExitStack

    async def start(self) -> None:
        await self.stack.enter_async_context(running_part(self.part))

    async def stop(self) -> None:
        await self.stack.aclose()


@pytest.fixture
async def broker(tmp_path: Path) -> AsyncIterator[Broker]:
    broker = Broker(NatsServer(tmp_path / "nats", free_port()), AsyncExitStack())
    (tmp_path / "nats").mkdir()
    await broker.start()
    yield broker
    await broker.stop()


async def test_a_replay_goes_on_after_a_restart_without_gap_or_repeat(broker: Broker) -> None:
    async with Nats(broker.part.url, (STREAM,)) as writer, Nats(broker.part.url, (STREAM,)) as reader:
        for i in range(5):
            await writer.append("t.a", b"%d" % i)
        await writer.append("t.b", b"not this one")
        async with aclosing(reader.replay("T", "t.a")) as payloads:
            assert [await in_time(anext(payloads)) for _ in range(5)] == [b"0", b"1", b"2", b"3", b"4"]
            await broker.stop()
            following = asyncio.create_task(anext(payloads))
            await broker.start()

            async def appended() -> bool:
                with contextlib.suppress(DependencyUnavailable):
                    await writer.append("t.a", b"5")
                    return True
                return False

            await soon(appended)
            assert await in_time(following, 15) == b"5"
            await writer.append("t.a", b"6")
            assert await in_time(anext(payloads)) == b"6"


async def test_a_replay_of_what_is_there_ends_and_a_live_one_ends_when_it_is_quiet(broker: Broker) -> None:
    async with Nats(broker.part.url, (STREAM,)) as nats:
        for i in range(300):
            await nats.append("t.a", b"%d" % i)
        assert len([p async for p in nats.replay("T", "t.a", live=False)]) == 300
        assert [p async for p in nats.replay("T", "t.none", live=False)] == []
        assert len([p async for p in nats.replay("T", "t.a", idle=1.0)]) == 300


async def test_whoever_hears_learns_that_something_may_be_missing(broker: Broker) -> None:
    async with Nats(broker.part.url) as nats:
        async with nats.messages("x.*") as heard:
            await nats.publish("x.y", b"1")
            assert await in_time(anext(heard)) == ("x.y", b"1")
            await broker.stop()
            with pytest.raises(DependencyUnavailable):
                await in_time(anext(heard), 10)
        with pytest.raises(DependencyUnavailable):
            async with nats.messages("x.*"):
                pass


async def test_events_written_while_the_broker_is_away_arrive_when_it_is_back(broker: Broker) -> None:
    async with Nats(broker.part.url, (STREAM,)) as nats:
        logs = EventLogs(nats, "T", reply_pb2.ReplyEvent)
        writer = logs.writer("t.a")
        await writer.append(reply_pb2.ReplyEvent(sequence=1))
        assert await writer.settle(5)
        await broker.stop()
        for i in range(2, 200):
            await writer.append(reply_pb2.ReplyEvent(sequence=i))
        assert not await writer.settle(0.1)
        await broker.start()
        assert await writer.settle(15)
        assert not writer.lost
        assert [event.sequence async for event in logs.replay("t.a", live=False)] == list(range(1, 200))


async def test_a_live_reader_does_not_notice_that_the_broker_is_away(
    alice: User, router: Router, deployment: Deployment, broker: Broker
) -> None:
    router.scripts["wait"] = held = Held()
    here = replace(deployment, settings=replace(deployment.settings, nats_url=broker.part.url))
    async with here.replica() as channel:
        user = alice.on(channel)
        conversation = await user.conversation()
        watching = user.WatchConversation(pb.WatchConversationRequest(conversation_id=conversation))
        await in_time(watching.read())
        call = user.reply(conversation, "wait")
        events = await first_of(call)
        await in_time(held.waiting.wait())
        await broker.stop()
        with pytest.raises(grpc.aio.AioRpcError) as error:
            await in_time(events_of_watch(watching), 10)
        assert error.value.code() is grpc.StatusCode.UNAVAILABLE
        assert reason_of(error) == "DEPENDENCY_UNAVAILABLE"
        held.release.set()
        events += await in_time(events_of(call), 10)
        assert events[-1].finished.reply.text == "one two three four"
        assert (await user.message(conversation, events[0].reply_id)).text == "one two three four"
        await broker.start()
        async with here.replica() as another:
            resumed = await in_time(events_of(alice.on(another).ResumeReply(pb.ResumeReplyRequest(reply_id=events[0].reply_id))), 30)
        assert resumed == events


async def test_connections_that_the_database_dropped_are_replaced_at_once(deployment: Deployment, postgres: Postgres) -> None:
    async with Database(deployment.settings.postgres_url) as database:

        async def use() -> None:
            async with database.tenant("tenant_1") as connection:
                await connection.execute("SELECT pg_sleep(0.05)")

        for _ in range(2):
            await asyncio.gather(*(use() for _ in range(8)))
            async with await psycopg.AsyncConnection.connect(postgres.url, autocommit=True) as connection:
                await connection.execute("SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE usename = 'uat_chat'")
            await in_time(use())


async def events_of_watch(watching: grpc.aio.UnaryStreamCall) -> None:
    while await watching.read() is not grpc.aio.EOF:
        pass
