"""Repairs cancellations that a library lost. It can go once Python 3.12 is the oldest supported version."""

from __future__ import annotations

import asyncio
from collections.abc import Callable


def cancellation_check() -> Callable[[], None]:
    """Returns a function that raises CancelledError if the current task was cancelled since now and the cancellation got lost.

    Before Python 3.12 `asyncio.wait_for` loses a cancellation that arrives at the moment in which its result does (python/cpython#86296),
    and drivers of databases and brokers use it: a call whose client has gone would continue, and a background task would never end. Call
    the returned function after awaiting such a driver.
    """
    task = asyncio.current_task()
    before = 0 if task is None else task.cancelling()

    def raise_if_cancelled() -> None:
        if task is not None and task.cancelling() > before:
            raise asyncio.CancelledError

    return raise_if_cancelled
