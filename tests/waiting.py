"""Waiting for what comes true in its own time, instead of sleeping."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any


async def soon(condition: Callable[[], Any], seconds: float = 15.0) -> Any:
    """Waits until the condition holds, which may be a coroutine function; what it gave. Raises TimeoutError."""
    async with asyncio.timeout(seconds):
        while True:
            given = condition()
            if asyncio.iscoroutine(given):
                given = await given
            if given:
                return given
            await asyncio.sleep(0.005)


async def in_time(what: Awaitable[Any], seconds: float = 15.0) -> Any:
    """What comes of it; it isn't waited for without end. Raises TimeoutError."""
    async with asyncio.timeout(seconds):
        return await what
