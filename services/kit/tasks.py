"""Background tasks that end with what they belong to, and cancellations that nothing loses."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable
from typing import Any


async def end(task: asyncio.Task[Any] | None, *, again: float = 5.0) -> None:
    """Cancels a task and waits until it has ended; what it failed with is raised. None is fine.

    One that still runs after `again` seconds is cancelled once more, and so on: a library may have lost the first cancellation.
    """
    if task is None:
        return
    task.cancel()
    while not (await asyncio.wait([task], timeout=again))[0]:
        task.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        task.result()


def heeding() -> Callable[[], None]:
    """A check that raises CancelledError when this task was cancelled since now and nobody noticed.

    Until Python 3.12 `asyncio.wait_for` loses a cancellation that comes in the moment in which what it waits for is there
    (python/cpython#86296), and drivers of databases and brokers use it: a call whose caller went away would go on, and a background task
    would never end. To be called after such a driver was awaited.
    """
    task = asyncio.current_task()
    before = 0 if task is None else task.cancelling()

    def check() -> None:
        if task is not None and task.cancelling() > before:
            raise asyncio.CancelledError

    return check
