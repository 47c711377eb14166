"""Leases and periodic work on a real PostgreSQL: one owner at a time, a successor after the owner's death, and loops that go on."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import AsyncIterator

import psycopg
import pytest

from services.kit.periodic import Leader, Periodic, for_each
from services.kit.postgres import leases
from services.kit.postgres.database import Database
from services.kit.postgres.leases import Leases
from services.mesh.parts.postgres import Postgres
from tests.waiting import soon


@pytest.fixture
async def database(postgres: Postgres) -> AsyncIterator[Database]:
    name = f"leases_{uuid.uuid4().hex}"
    with psycopg.connect(postgres.url, autocommit=True) as admin:
        admin.execute(f"CREATE SCHEMA {name}".encode())
        admin.execute(f"SET search_path TO {name}".encode())
        leases.create_table(lambda statement: admin.execute(statement.encode()), columns="tenant_id text")
    async with Database(f"{postgres.url}?options=-csearch_path%3D{name}") as opened:
        yield opened


async def acquire(database: Database, replica: Leases, name: str, **columns: str) -> bool:
    async with database.everyone() as connection:
        return await replica.acquire(connection, name, columns)


async def test_of_replicas_that_try_at_once_one_gets_the_lease_and_keeps_it_by_renewing(database: Database) -> None:
    replicas = [Leases(database, f"replica_{n}", 0.5) for n in range(4)]
    got = await asyncio.gather(*(acquire(database, replica, "a") for replica in replicas))
    assert got.count(True) == 1
    owner = replicas[got.index(True)]
    other = replicas[got.index(False)]
    for _ in range(4):
        await asyncio.sleep(0.2)  # more than the lease's time in all
        assert await owner.renew(["a", "never taken"]) == {"a"}
        assert await other.take_over(10) == []
        assert await other.renew(["a"]) == set()


async def test_the_leases_of_a_dead_replica_are_taken_over_each_by_one_other(database: Database) -> None:
    dead = Leases(database, "dead", 0.05)
    for n in range(6):
        assert await acquire(database, dead, f"work_{n}", tenant_id=f"tenant_{n}")
    others = [Leases(database, f"replica_{n}", 60) for n in range(3)]
    taken: list[str] = []

    async def all_taken() -> bool:
        for rows in await asyncio.gather(*(other.take_over(2, but=["work_5"]) for other in others)):
            taken.extend(row["name"] for row in rows)
            assert all(row["tenant_id"] == row["name"].replace("work", "tenant") for row in rows)
        return len(taken) >= 5

    await soon(all_taken)
    assert sorted(taken) == [f"work_{n}" for n in range(5)]
    assert await dead.renew(taken) == set()  # it learns at its next heartbeat
    async with database.everyone() as connection:
        assert not await dead.hold(connection, "work_0")


async def test_nobody_takes_over_while_the_owner_writes(database: Database) -> None:
    owner, other = Leases(database, "owner", 0.05), Leases(database, "other", 60)
    await acquire(database, owner, "a")
    async with database.everyone() as connection:
        assert await owner.hold(connection, "a")
        await asyncio.sleep(0.1)  # the lease is over meanwhile
        assert await other.take_over(10) == []
    assert [row["name"] for row in await other.take_over(10)] == ["a"]
    await owner.release("a")  # it isn't the owner's any more
    assert await other.renew(["a"]) == {"a"}
    await other.release("a")
    assert await acquire(database, owner, "a")


async def test_periodic_work_runs_on_one_leader_and_on_the_next_when_the_first_stops(database: Database) -> None:
    ran: list[str] = []

    def replica(name: str) -> Periodic:
        async def work() -> None:
            ran.append(name)

        return Periodic(work, 0.02, "the work failed", leader=Leader(database, "sweep", name, 5))

    async with replica("b") as _:
        await soon(lambda: len(ran) >= 3)
        async with replica("a"):
            await soon(lambda: len(ran) >= 8)
            assert set(ran) == {"b"}
    async with replica("c"):
        await soon(lambda: "c" in ran)  # at once: the first gave its role back


async def test_a_failing_run_or_item_stops_nothing(database: Database) -> None:
    runs, items = 0, []

    async def item(number: int) -> None:
        items.append(number)
        if number % 2:
            raise ZeroDivisionError

    async def work() -> None:
        nonlocal runs
        runs += 1
        await for_each(range(4), item, "an item failed")
        raise LookupError

    async with Periodic(work, 0.01, "the work failed"):
        await soon(lambda: runs >= 3)
    assert items[:4] == [0, 1, 2, 3]
