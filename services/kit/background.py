"""Background work that a call starts and that outlives the call."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Coroutine
from contextvars import Context
from typing import Any, TypeVar

import structlog

from services.kit.context import CallContext, Caller, current, serving
from services.kit.identity.delegation import delegable

T = TypeVar("T")

_running: set[asyncio.Task[Any]] = set()


def detached(
    work: Coroutine[Any, Any, T], name: str, *, caller: Caller | None = None, seconds: float | None = None, request_id: str | None = None
) -> asyncio.Task[T]:
    """Starts `work` as a task with a context of its own, and keeps the task referenced until it ends.

    The task inherits neither the deadline nor the token nor the trace of the call that starts it, so it behaves the same wherever it is
    started: inside an RPC, from a queue, or after a restart. Logs show `request_id` (default: a new one) and, when an RPC starts the task,
    that RPC's request id as `started_by`.

    With a `caller`, calls to other services are made on that user's behalf; without, in the service's own name. After `seconds` the task
    fails with TimeoutError, and its outgoing calls get no more time than that. None: no limit.
    """
    context = CallContext(
        request_id=request_id or f"{name}-{random.getrandbits(64):016x}",
        method=name,
        deadline=None if seconds is None else time.monotonic() + seconds,
        caller=None if caller is None else delegable(caller),
    )
    fields = {key: value for key, value in structlog.contextvars.get_contextvars().items() if key == "service"}
    started_in = current()
    if started_in is not None:
        fields["started_by"] = started_in.request_id

    async def run() -> T:
        structlog.contextvars.bind_contextvars(**fields)
        with serving(context):
            async with asyncio.timeout(seconds):
                return await work

    task = asyncio.get_running_loop().create_task(run(), name=name, context=Context())
    _running.add(task)
    task.add_done_callback(_running.discard)
    task.add_done_callback(lambda _: work.close())  # which is still unstarted if the task was cancelled before its first step
    return task
