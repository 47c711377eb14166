"""A cancellation is never lost, whatever comes in the same moment."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import aclosing

import pytest
from nats.js.api import StorageType, StreamConfig

from services.kit.ids import new_id
from services.kit.nats.connection import Nats
from services.kit.postgres.database import Database
from services.kit.tasks import end
from services.mesh.parts.nats import Nats as NatsServer
from services.mesh.parts.postgres import Postgres
from tests.conftest import postgres_url

TURNS = range(24)
"""In how many turns of the event loop after a resource became free its waiter is cancelled."""


async def turns(count: int) -> None:
    for _ in range(count):
        await asyncio.sleep(0)


@pytest.mark.parametrize("count", TURNS)
async def test_a_cancellation_that_comes_with_a_connection_ends_the_work(postgres: Postgres, count: int) -> None:
    async with Database(postgres_url(postgres, "auth"), max_size=1) as database:

        async def work() -> None:
            async with database.everyone():
                await asyncio.Event().wait()

        async with database.everyone():
            task = asyncio.create_task(work())
            await asyncio.sleep(0.02)
        await turns(count)
        task.cancel()
        done, _ = await asyncio.wait([task], timeout=2)
        task.cancel()
    assert done == {task}
    assert task.cancelled()


@pytest.fixture
async def broker(nats: NatsServer) -> AsyncIterator[Nats]:
    streams = (StreamConfig("CANCELLED", subjects=["cancelled.>"], storage=StorageType.MEMORY),)
    async with Nats(nats.url, streams) as connected:
        yield connected


async def cancelled_when_a_message_comes(
    broker: Nats, task: asyncio.Task[None], publish: Callable[[], Awaitable[None]], count: int
) -> bool:
    """Whether a task that waits for a message ends when it is cancelled so many turns after one was received."""
    client = broker._client

    def received() -> int:
        return sum(subscription._received for subscription in client._subs.values())

    await asyncio.sleep(0.05)
    before = received()
    publishing = asyncio.create_task(publish())
    while received() == before:
        await asyncio.sleep(0)
    await turns(count)
    task.cancel()
    await publishing
    done, _ = await asyncio.wait([task], timeout=2)
    task.cancel()
    return done == {task} and task.cancelled()


@pytest.mark.parametrize("count", TURNS)
async def test_a_cancellation_that_comes_with_a_message_ends_the_replay(broker: Nats, count: int) -> None:
    subject = new_id("cancelled.subject")
    await broker.append(subject, b"one")

    async def follow() -> None:
        async with aclosing(broker.replay("CANCELLED", subject)) as payloads:
            async for _ in payloads:
                pass

    task = asyncio.create_task(follow())
    assert await cancelled_when_a_message_comes(broker, task, lambda: broker.append(subject, b"two"), count)


@pytest.mark.parametrize("count", TURNS)
async def test_a_cancellation_while_a_connection_is_looked_at_leaves_it_in_transactions(postgres: Postgres, count: int) -> None:
    async with Database(postgres_url(postgres, "auth"), max_size=1) as database:

        async def work() -> None:
            async with database.tenant("tenant_1"):
                await asyncio.Event().wait()

        for between in range(4):
            task = asyncio.create_task(work())
            await turns(count)
            task.cancel()
            await turns(between)
            task.cancel()
            await asyncio.wait([task])
            async with database.tenant("tenant_2") as connection:
                row = await (await connection.execute("SELECT current_setting('uat.tenant') AS tenant")).fetchone()
                assert row == {"tenant": "tenant_2"}


async def test_a_loop_that_loses_a_cancellation_is_ended_all_the_same() -> None:
    async def loses() -> None:
        for _ in range(2):
            try:
                await asyncio.Event().wait()
            except asyncio.CancelledError:
                continue
        await asyncio.Event().wait()

    task = asyncio.create_task(loses())
    await asyncio.sleep(0)
    await end(task, again=0.05)
    assert task.cancelled()
