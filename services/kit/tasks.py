"""Background tasks that end with what they belong to."""

from __future__ import annotations

import asyncio
import contextlib
from typing import Any


async def end(task: asyncio.Task[Any] | None) -> None:
    """Cancels a task and waits until it has ended; what it failed with is raised. None is fine."""
    if task is not None:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task
