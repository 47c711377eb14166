"""A cancellation is never lost, whatever comes in the same moment."""

from __future__ import annotations

import asyncio

import pytest

from services.kit.postgres import Database
from services.kit.tasks import end
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
