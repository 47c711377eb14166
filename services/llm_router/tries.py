"""The one place of the mesh that tries a model call again."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import TypeVar

import structlog

from services.kit.errors import DependencyUnavailable, Fault
from services.llm_router.errors import AllProvidersFailed
from services.llm_router.providers.provider import Provider
from services.llm_router.work import Work

PAUSE = 0.05
"""Seconds before a provider that failed is asked again; doubles each time."""
LEAST = 0.05
"""Seconds of the deadline below which no further try is made."""

P = TypeVar("P", bound=Provider)
T = TypeVar("T")
_log = structlog.get_logger("uat.llm_router")


async def answered(work: Work, attempts: int, providers: Sequence[P], ask: Callable[[P], Awaitable[T]]) -> T:
    """Asks one provider after the other, round and round, until one answers or the tries are used up. One that is full is not asked
    twice. Raises the Fault that ended it.
    """
    left = list(providers)
    failed: Fault = DependencyUnavailable("nobody was asked")
    for attempt in range(attempts):
        if not left:
            break
        provider = left.pop(0)
        work.attempts, work.provider = attempt + 1, provider.name
        try:
            return await ask(provider)
        except Fault as fault:
            if not fault.transient:
                raise
            failed = fault
        _log.warning("try failed", work=work.id, provider=provider.name, attempt=attempt + 1, error=str(failed))
        if not failed.overload:
            left.append(provider)
        remaining = work.call.remaining() if work.call else None
        if remaining is not None and remaining < LEAST:
            break
        if attempt + 1 >= len(providers):
            await asyncio.sleep(PAUSE * 2**attempt)
    if failed.overload:
        raise failed
    raise AllProvidersFailed(f"every provider of {work.model} failed: {failed}", retry_after=1) from failed
