"""State that every replica holds in memory: current after a change on any of them, also when signals or the store fail."""

from __future__ import annotations

import asyncio
import contextlib
import uuid
from collections.abc import AsyncIterator
from contextlib import aclosing
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from services.kit.errors import DependencyUnavailable
from services.kit.nats.connection import Nats
from services.kit.nats.replicated import Replicated
from services.mesh.parts.nats import Nats as NatsServer
from services.mesh.parts.runner import running_part
from tests.ports import free_port
from tests.waiting import in_time, soon


@dataclass
class Table:
    """A store that counts its reads and can be down or slow."""

    rows: list[str] = field(default_factory=list)
    reads: int = 0
    down: bool = False
    gate: asyncio.Event = field(default_factory=asyncio.Event)

    def __post_init__(self) -> None:
        self.gate.set()

    async def read(self) -> list[str]:
        self.reads += 1
        await self.gate.wait()
        if self.down:
            raise DependencyUnavailable("down", retry_after=1)
        return list(self.rows)


@contextlib.asynccontextmanager
async def replicas(url: str, table: Table, number: int = 2, interval: float = 60.0) -> AsyncIterator[list[Replicated[list[str]]]]:
    """Replicas that share a table, each with a connection of its own."""
    subject = f"test.{uuid.uuid4().hex}"
    async with contextlib.AsyncExitStack() as stack:
        found = []
        for name in range(number):
            nats = await stack.enter_async_context(Nats(url))
            found.append(await stack.enter_async_context(Replicated(nats, subject, str(name), table.read, interval=interval)))
        yield found


async def test_a_change_on_one_replica_is_seen_by_the_others(nats: NatsServer) -> None:
    table = Table()
    async with replicas(nats.url, table) as (here, there):
        assert here.state == there.state == []
        table.rows.append("a")
        await here.changed()
        assert here.state == ["a"]
        await soon(lambda: there.state == ["a"])
        assert (here.version, there.version) == (2, 2)


async def test_concurrent_changes_share_reads_and_each_sees_its_own(nats: NatsServer) -> None:
    table = Table()
    async with replicas(nats.url, table) as (here, there):
        before = table.reads
        table.gate.clear()

        async def change(row: str) -> None:
            table.rows.append(row)
            await here.changed()
            assert row in here.state

        changes = [asyncio.create_task(change(str(number))) for number in range(50)]
        await soon(lambda: len(table.rows) == 50)
        table.gate.set()
        await asyncio.gather(*changes)
        await soon(lambda: len(there.state) == 50)
        assert table.reads - before < 50  # one each would be a hundred


async def test_a_failed_read_keeps_the_state_tells_the_others_and_is_repeated(nats: NatsServer) -> None:
    table = Table()
    async with replicas(nats.url, table) as (here, there):
        table.rows.append("a")
        table.down = True
        with pytest.raises(DependencyUnavailable):
            await here.changed()
        assert here.state == []
        table.down = False
        await soon(lambda: here.state == there.state == ["a"])


async def test_a_broker_that_is_down_delays_a_change_and_loses_none(tmp_path: Path) -> None:
    part = NatsServer(tmp_path, free_port())
    table = Table()
    async with contextlib.AsyncExitStack() as running:
        await running.enter_async_context(running_part(part))
        async with replicas(part.url, table) as (here, there):
            await running.aclose()
            table.rows.append("a")
            await here.changed()
            assert here.state == ["a"]
            await soon(lambda: there.state == ["a"])
            assert there.age < 10
            await running.enter_async_context(running_part(part))


async def test_a_watcher_gets_the_state_then_each_change_and_a_sign_while_nothing_changes(nats: NatsServer) -> None:
    table = Table(["a"])
    async with replicas(nats.url, table) as (here, there), aclosing(here.watch(idle=0.2)) as states:
        assert await in_time(anext(states)) == ["a"]
        assert await in_time(anext(states)) == ["a"]
        table.rows.append("b")
        await there.changed()
        async with asyncio.timeout(15):
            while await anext(states) != ["a", "b"]:
                pass


async def test_a_server_does_not_start_without_the_state(nats: NatsServer) -> None:
    with pytest.raises(DependencyUnavailable):
        async with replicas(nats.url, Table(down=True)):
            pass


async def test_a_reader_that_is_cancelled_leaves_the_state_readable(nats: NatsServer) -> None:
    table = Table()
    async with replicas(nats.url, table, number=1) as (here,):
        table.gate.clear()
        reading = asyncio.create_task(here.changed())
        await soon(lambda: table.reads == 2)
        reading.cancel()
        await asyncio.wait({reading})
        assert reading.cancelled()
        table.rows.append("a")
        table.gate.set()
        await in_time(here.changed())
        assert here.state == ["a"]
