"""The lifecycle of asyncio tasks: periodic loops that survive failures, task groups, and ends that lose no cancellation."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any, NoReturn

import structlog

from services.kit.errors import Fault, causes

_log = structlog.get_logger("uat.tasks")


async def end(task: asyncio.Task[Any] | None, *, again: float = 5.0) -> None:
    """Cancels a task, waits until it has ended, and raises the exception that it failed with, if any. `task` may be None.

    A task that still runs after `again` seconds is cancelled again, and so on: a library may have lost the first cancellation.
    """
    if task is None:
        return
    task.cancel()
    while not (await asyncio.wait([task], timeout=again))[0]:
        task.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        task.result()


async def keep(work: Callable[[], Awaitable[object]], seconds: float, failing: str, *, at_once: bool = False) -> NoReturn:
    """Runs `work` every `seconds`, starting after the first pause or `at_once`. Failures are logged with the sentence `failing` and don't
    stop the loop.
    """
    if not at_once:
        await asyncio.sleep(seconds)
    while True:
        await safely(work, failing)
        await asyncio.sleep(seconds)


async def safely(work: Callable[[], Awaitable[object]], failing: str) -> None:
    """Runs `work` and logs its failure with the sentence `failing`: a Fault as one warning with its causes, anything else as an error with
    a traceback.
    """
    try:
        await work()
    except Fault as fault:
        _log.warning(failing, error=str(fault), **causes(fault))
    except Exception:
        _log.exception(failing)


@contextlib.asynccontextmanager
async def task_group() -> AsyncIterator[asyncio.TaskGroup]:
    """An asyncio.TaskGroup that raises the exception of the first task that failed, and not an ExceptionGroup."""
    try:
        async with asyncio.TaskGroup() as group:
            yield group
    except BaseExceptionGroup as errors:
        first: BaseException = errors
        while isinstance(first, BaseExceptionGroup):
            first = first.exceptions[0]
        raise first from None
