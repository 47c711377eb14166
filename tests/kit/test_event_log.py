"""Resumable streams: a log is followed on the replica that writes it and replayed on any other, in order, each event once."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import AsyncIterator
from contextlib import aclosing

import pytest
from nats.js.api import StorageType, StreamConfig
from uat.chat.v1 import reply_pb2

from services.kit.nats.connection import Nats
from services.kit.nats.event_log import EventLogs, LiveLog
from services.mesh.parts.nats import Nats as NatsServer
from tests.waiting import in_time

STREAM = StreamConfig(name="EVENT_LOG_TEST", subjects=["event_log_test.>"], storage=StorageType.MEMORY, max_bytes=4 * 1024 * 1024)


@pytest.fixture
async def replicas(nats: NatsServer) -> AsyncIterator[list[EventLogs[reply_pb2.ReplyEvent]]]:
    """The logs as two replicas see them."""
    async with Nats(nats.url, (STREAM,)) as one, Nats(nats.url, (STREAM,)) as two:
        yield [EventLogs(connection, "EVENT_LOG_TEST", reply_pb2.ReplyEvent) for connection in (one, two)]


def event(sequence: int) -> reply_pb2.ReplyEvent:
    return reply_pb2.ReplyEvent(reply_id="r", sequence=sequence)


def subject() -> str:
    return f"event_log_test.{uuid.uuid4().hex}"


async def test_readers_here_and_on_another_replica_get_every_event(replicas: list[EventLogs[reply_pb2.ReplyEvent]]) -> None:
    here, there = replicas
    log = subject()
    live = LiveLog(here.writer(log))

    async def follow() -> list[int]:
        return [e.sequence async for e in live.follow()]

    async def replay() -> list[int]:
        found = []
        async with aclosing(there.replay(log, live=True)) as events:
            async for e in events:
                found.append(e.sequence)
                if e.sequence == 51:
                    break
        return found

    await live.append(event(live.next_sequence))
    readers = [asyncio.create_task(follow()), asyncio.create_task(replay())]
    for _ in range(49):
        await live.append(event(live.next_sequence))
    await live.finish(event(live.next_sequence), settle=5)
    late = await in_time(follow())
    assert late == list(range(1, 52))
    assert [await in_time(reader) for reader in readers] == [late, late]
    assert await in_time(live.settle())


async def test_duplicates_and_a_wrong_order_in_the_store_are_not_seen(replicas: list[EventLogs[reply_pb2.ReplyEvent]]) -> None:
    here, there = replicas
    log = subject()
    writer = here.writer(log)
    for sequence in (2, 1, 2, 4, 3, 1, 5):
        await writer.append(event(sequence))
        assert await writer.settle(5)
    assert [e.sequence async for e in there.replay(log, live=False)] == [1, 2, 3, 4, 5]


async def test_waiting_for_an_event_misses_none_that_comes_at_once(replicas: list[EventLogs[reply_pb2.ReplyEvent]]) -> None:
    here, there = replicas
    log = subject()
    writer = here.writer(log)

    async def write() -> bool:
        for sequence in (1, 2, 3):
            await writer.append(event(sequence))
        return True

    await in_time(there.wait_for(log, lambda e: e.sequence == 3, write))

    async def nothing_to_wait_for() -> bool:
        return False

    await in_time(there.wait_for(log, lambda e: False, nothing_to_wait_for))
