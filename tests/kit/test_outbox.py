"""The outbox on real PostgreSQL and NATS: nothing that was committed is lost, nothing else is published, and each key keeps its order."""

from __future__ import annotations

import asyncio
import uuid
from collections import defaultdict
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest
from nats.js.api import StreamConfig

from services.kit.errors import Overloaded
from services.kit.nats.connection import Nats
from services.kit.postgres import outbox as outboxes
from services.kit.postgres.database import Database
from services.kit.postgres.outbox import Outbox, first_time
from services.mesh.parts import nats as nats_part
from services.mesh.parts.nats import Nats as NatsServer
from services.mesh.parts.postgres import Postgres
from services.mesh.parts.runner import running_part
from tests.ports import free_port
from tests.waiting import soon


@dataclass(frozen=True)
class Service:
    """A service with an outbox of the test's own."""

    database: Database
    name: str
    nats: Nats

    def outbox(self, **options: bool | int) -> Outbox:
        return Outbox(self.database, self.nats, self.name, **options)  # type: ignore[arg-type]

    async def write(self, outbox: Outbox, key: str, *words: str, fails: bool = False) -> None:
        async with self.database.everyone() as connection:
            await outbox.add(connection, key, f"{self.name}.{key}", *(word.encode() for word in words))
            if fails:
                raise ZeroDivisionError
        outbox.wake()

    async def stored(self) -> list[tuple[str, str, str]]:
        """The stream's messages as (key, word, sequence)."""
        info = await self.nats.jetstream.stream_info(self.name)
        found = []
        for number in range(1, info.state.messages + 1):
            message = await self.nats.jetstream.get_msg(self.name, number)
            headers = message.headers or {}
            found.append((headers["Uat-Key"], (message.data or b"").decode(), headers["Uat-Sequence"]))
        return found

    async def words(self) -> dict[str, list[str]]:
        by_key = defaultdict(list)
        for key, word, _ in await self.stored():
            by_key[key].append(word)
        return dict(by_key)

    async def backlog(self) -> int:
        async with self.database.everyone() as connection:
            row = await (await connection.execute("SELECT count(*) AS left FROM outbox")).fetchone()
        assert row is not None
        return int(row["left"])


@pytest.fixture
async def database(postgres: Postgres) -> AsyncIterator[tuple[Database, str]]:
    name = f"outbox_{uuid.uuid4().hex}"
    with psycopg.connect(postgres.url, autocommit=True) as admin:
        admin.execute(f"CREATE SCHEMA {name}".encode())
        admin.execute(f"SET search_path TO {name}".encode())
        outboxes.create_table(lambda statement: admin.execute(statement.encode()))
        outboxes.create_consumer_table(lambda statement: admin.execute(statement.encode()))
    async with Database(f"{postgres.url}?options=-csearch_path%3D{name}") as opened:
        yield opened, name


@pytest.fixture
async def service(database: tuple[Database, str], nats: NatsServer) -> AsyncIterator[Service]:
    async with Nats(nats.url, (stream(database[1]),)) as connection:
        yield Service(*database, connection)


def stream(name: str) -> StreamConfig:
    return StreamConfig(name=name, subjects=[f"{name}.>"], max_bytes=1024 * 1024)


def published(service: Service, words: dict[str, list[str]]) -> Callable[[], object]:
    async def check() -> bool:
        return await service.words() == words and await service.backlog() == 0

    return check


async def test_a_committed_change_is_announced_and_one_that_was_rolled_back_is_not(service: Service) -> None:
    async with service.outbox() as outbox:
        with pytest.raises(ZeroDivisionError):
            await service.write(outbox, "a", "never", fails=True)
        await service.write(outbox, "a", "one", "two")
        await soon(published(service, {"a": ["one", "two"]}))


async def test_what_a_replica_committed_before_it_died_another_one_publishes(service: Service) -> None:
    await service.write(service.outbox(), "a", "one")  # this replica never publishes
    async with service.outbox():
        await soon(published(service, {"a": ["one"]}))


async def test_a_publisher_that_dies_between_publishing_and_deleting_leaves_no_second_message(service: Service) -> None:
    class Dying(Nats):
        """A connection whose replica hangs once the first message is published."""

        appended = 0

        async def append(self, subject: str, payload: bytes, *, headers: dict[str, str] | None = None) -> None:
            await super().append(subject, payload, headers=headers)
            self.appended += 1
            await asyncio.Event().wait()

    async with Dying(service.nats._url) as connection, Outbox(service.database, connection, service.name) as outbox:
        await service.write(outbox, "a", "one", "two")
        await soon(lambda: connection.appended)
    assert await service.backlog() == 2
    async with service.outbox():
        await soon(published(service, {"a": ["one", "two"]}))


async def test_writes_go_on_while_the_broker_is_down_and_each_key_keeps_its_order(database: tuple[Database, str], tmp_path: Path) -> None:
    part = nats_part.Nats(tmp_path, free_port(), free_port())
    async with running_part(part):
        connection = await Nats(part.url, (stream(database[1]),)).__aenter__()
    service = Service(*database, connection)
    outbox, other = service.outbox(), service.outbox()
    async with outbox, other:
        for n in range(100):
            await service.write(outbox if n % 2 else other, f"key{n % 3}", str(n))
        assert await service.backlog() == 100
        async with running_part(part):
            expected = {f"key{k}": [str(n) for n in range(100) if n % 3 == k] for k in range(3)}
            await soon(published(service, expected), 40)
            await connection.__aexit__(None, None, None)


async def test_concurrent_writers_of_a_key_publish_in_the_order_of_their_commits(service: Service) -> None:
    async with service.database.everyone() as connection:
        await connection.execute("CREATE TABLE counter AS SELECT 0 AS value")

    async def count(outbox: Outbox) -> None:
        async with service.database.everyone() as connection:
            row = await (await connection.execute("UPDATE counter SET value = value + 1 RETURNING value")).fetchone()
            assert row is not None
            await outbox.add(connection, "a", f"{service.name}.a", str(row["value"]).encode())
        outbox.wake()

    async with service.outbox() as one, service.outbox() as two:
        await asyncio.gather(*(count(one if n % 2 else two) for n in range(40)))
        await soon(published(service, {"a": [str(n) for n in range(1, 41)]}))


async def test_a_consumer_acts_once_on_a_message_that_comes_twice(service: Service) -> None:
    async def consume(key: str, sequence: int, *, fails: bool = False) -> bool:
        async with service.database.everyone() as connection:
            fresh = await first_time(connection, "chat", key, sequence)
            if fails:
                raise ZeroDivisionError
        return fresh

    assert await consume("a", 7)
    assert not await consume("a", 7)
    with pytest.raises(ZeroDivisionError):
        await consume("a", 9, fails=True)
    assert await consume("a", 9)  # what it did the first time was rolled back
    assert not await consume("a", 7)
    assert await consume("b", 7)


async def test_a_message_that_the_broker_can_never_take_does_not_stop_the_others(service: Service) -> None:
    async with service.outbox() as outbox:
        await service.write(outbox, "a", "x" * (2 * 1024 * 1024))
        await service.write(outbox, "b", "one")
        await soon(published(service, {"b": ["one"]}))


async def test_a_full_outbox_refuses_changes_and_opens_again(database: tuple[Database, str], tmp_path: Path) -> None:
    part = nats_part.Nats(tmp_path, free_port(), free_port())
    async with running_part(part):
        connection = await Nats(part.url, (stream(database[1]),)).__aenter__()
    service = Service(*database, connection)
    async with service.outbox(most=10) as outbox:

        async def refused() -> bool:
            try:
                await service.write(outbox, "a", *"abcdef")
            except Overloaded as fault:
                return bool(fault.retry_after)
            return False

        await soon(refused, 30)
        assert await service.backlog() == 12
        async with running_part(part):

            async def accepted() -> bool:
                return not await refused()

            await soon(accepted, 40)
            await connection.__aexit__(None, None, None)


async def test_live_messages_reach_the_subscribers_of_the_moment(service: Service) -> None:
    async with service.nats.messages(f"{service.name}.a") as messages, service.outbox(live=True) as outbox:
        await service.write(outbox, "a", "one", "two")
        async with asyncio.timeout(10):
            assert [(await anext(messages))[1] for _ in range(2)] == [b"one", b"two"]
