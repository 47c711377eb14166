"""Background tasks: they end with what they belong to and with nothing else, and no cancellation is lost."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from typing import Any, NoReturn

import structlog

from services.kit.errors import Fault

_log = structlog.get_logger("uat.tasks")


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


async def keep(work: Callable[[], Awaitable[object]], seconds: float, failing: str, *, at_once: bool = False) -> NoReturn:
    """Does work every so many seconds, for the first time after as many, or at once. It goes on whatever the work fails with, and `failing`
    says in the log what that means.
    """
    if not at_once:
        await asyncio.sleep(seconds)
    while True:
        await safely(work, failing)
        await asyncio.sleep(seconds)


async def safely(work: Callable[[], Awaitable[object]], failing: str) -> None:
    """Does work that may fail: a fault is one line in the log, anything else is there with its traceback. `failing` says what it means."""
    try:
        await work()
    except Fault as fault:
        _log.warning(failing, error=str(fault))
    except Exception:
        _log.exception(failing)


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
