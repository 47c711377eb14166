"""Works on several items at a time and streams what comes of them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable, Iterable
from contextlib import aclosing
from typing import TypeVar

from services.kit.tasks import end

Item = TypeVar("Item")
Event = TypeVar("Event")


async def merged(items: Iterable[Item], work: Callable[[Item], AsyncGenerator[Event, None]], at_once: int) -> AsyncGenerator[Event, None]:
    """Yields the events of `work` on each item, up to `at_once` items at a time, in the order in which they come.

    Raises what the first failing item raised. Closing the generator, or a failure, cancels the items that are being worked on.
    """
    waiting = iter(items)
    events: asyncio.Queue[tuple[Event] | Exception | None] = asyncio.Queue(at_once)

    async def worker() -> None:
        try:
            for item in waiting:
                async with aclosing(work(item)) as made:
                    async for event in made:
                        await events.put((event,))
            await events.put(None)
        except Exception as error:
            await events.put(error)

    workers = [asyncio.create_task(worker()) for _ in range(at_once)]
    try:
        running = len(workers)
        while running:
            event = await events.get()
            if isinstance(event, Exception):
                raise event
            if event is None:
                running -= 1
            else:
                yield event[0]
    finally:
        for task in workers:
            task.cancel()
        for task in workers:
            await end(task)
