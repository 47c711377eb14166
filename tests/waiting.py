"""Waits for conditions, instead of sleeping."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any


async def soon(condition: Callable[[], Any], seconds: float = 15.0) -> Any:
    """Waits until the condition, which may be a coroutine function, is true, and returns its value. Raises TimeoutError."""
    async with asyncio.timeout(seconds):
        while True:
            given = condition()
            if asyncio.iscoroutine(given):
                given = await given
            if given:
                return given
            await asyncio.sleep(0.005)


async def in_time(what: Awaitable[Any], seconds: float = 15.0) -> Any:
    """The result of an awaitable that may not take longer than `seconds`. Raises TimeoutError."""
    async with asyncio.timeout(seconds):
        return await what
