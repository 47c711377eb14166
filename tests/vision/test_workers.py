"""Worker processes: what a task may cost, and whom."""

from __future__ import annotations

import asyncio
import os
import signal
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from services.vision.errors import ContentCorrupt, ProcessingFailed
from services.vision.workers.pool import WorkerPool
from tests.vision import tasks
from tests.waiting import soon


@pytest.fixture
async def pool() -> AsyncIterator[WorkerPool]:
    async with WorkerPool(2, cpu_seconds=1.0) as running:
        yield running


async def test_a_fault_crosses_with_its_metadata_and_the_worker_goes_on(pool: WorkerPool) -> None:
    with pytest.raises(ContentCorrupt) as fault:
        await pool.run(tasks.fail)
    assert (str(fault.value), fault.value.metadata) == ("broken", {"limit": "1", "actual": "2"})
    pids = pool.pids
    assert await pool.run(tasks.pid) == pids[0]
    assert pool.pids == pids


async def test_a_task_whose_worker_dies_is_tried_once_more(pool: WorkerPool, tmp_path: Path) -> None:
    assert await pool.run(tasks.die_once, tmp_path / "died") == "alive"
    with pytest.raises(ProcessingFailed, match="so did the next one"):
        await pool.run(tasks.die)


async def test_a_task_that_computes_too_long_is_ended_even_in_c_code_and_not_tried_again(pool: WorkerPool, tmp_path: Path) -> None:
    with pytest.raises(ProcessingFailed, match="longer than 1 seconds"):
        await pool.run(tasks.spin, tmp_path / "begun")
    assert (tmp_path / "begun").read_text() == "1"
    assert await pool.run(tasks.pid) in pool.pids


async def test_a_task_that_waits_longer_than_it_may_compute_is_not_ended(pool: WorkerPool) -> None:
    assert await pool.run(tasks.wait, 2.5) == 2.5


async def test_a_cancelled_task_ends_at_once_with_its_worker_and_frees_its_slot(pool: WorkerPool, tmp_path: Path) -> None:
    begun = tmp_path / "begun"
    call = asyncio.create_task(pool.run(tasks.wait, 60.0, begun))
    await soon(begun.exists)
    (pid,) = pool.pids
    started = time.monotonic()
    call.cancel()
    with pytest.raises(asyncio.CancelledError):
        await call
    assert len(await asyncio.gather(pool.run(tasks.pid), pool.run(tasks.pid))) == 2  # both slots are free again
    assert time.monotonic() - started < 5
    assert pid not in pool.pids


async def test_a_worker_that_has_grown_or_done_much_is_replaced() -> None:
    async with WorkerPool(1, max_resident_bytes=1) as pool:
        assert len({await pool.run(tasks.pid) for _ in range(3)}) == 3
    async with WorkerPool(1, max_tasks=2) as pool:
        assert len({await pool.run(tasks.pid) for _ in range(4)}) == 2


async def test_memory_beyond_the_limit_fails_the_task_alone() -> None:
    async with WorkerPool(1, address_space_bytes=2 * 1024**3) as pool:
        with pytest.raises(MemoryError):
            await pool.run(tasks.allocate, 4 * 1024**3)
        assert await pool.run(tasks.pid) in pool.pids


async def test_no_worker_outlives_the_pool() -> None:
    async with WorkerPool(2) as pool:
        await asyncio.gather(pool.run(tasks.pid), pool.run(tasks.pid))
        pids = pool.pids
    for pid in pids:
        with pytest.raises(ProcessLookupError):
            os.kill(pid, signal.SIG_DFL)
