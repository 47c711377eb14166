"""Background work goes on whatever happens to it."""

from __future__ import annotations

import asyncio

import pytest
from structlog.testing import capture_logs

from services.kit.errors import DependencyUnavailable
from services.kit.tasks import end, keep, task_group
from tests.waiting import soon


async def test_work_is_kept_doing_whatever_it_fails_with_and_the_log_says_so() -> None:
    failures: list[Exception] = [DependencyUnavailable("it is away"), ValueError("a bug")]
    done = 0

    async def work() -> None:
        nonlocal done
        if failures:
            raise failures.pop(0)
        done += 1

    with capture_logs() as said:
        task = asyncio.create_task(keep(work, 0.001, "nothing was kept"))
        await soon(lambda: done >= 3)
        await end(task)
    assert [(line["event"], line["log_level"]) for line in said] == [("nothing was kept", "warning"), ("nothing was kept", "error")]
    assert said[0]["error"] == "it is away"
    assert said[1]["exc_info"]


async def test_work_begins_after_its_time_or_at_once() -> None:
    for at_once in (False, True):
        begun = asyncio.Event()

        async def work(begun: asyncio.Event = begun) -> None:
            begun.set()

        task = asyncio.create_task(keep(work, 600.0, "", at_once=at_once))
        for _ in range(10):
            await asyncio.sleep(0)
        assert begun.is_set() == at_once
        await end(task)


async def test_a_task_group_raises_what_its_first_failing_task_raised_and_cancels_the_others() -> None:
    ended = asyncio.Event()

    async def wait() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            ended.set()

    async def fail() -> None:
        await asyncio.sleep(0)
        raise DependencyUnavailable("away")

    async def both() -> None:
        async with task_group() as group:
            group.create_task(wait())
            group.create_task(fail())

    with pytest.raises(DependencyUnavailable, match="away"):
        await both()
    assert ended.is_set()
