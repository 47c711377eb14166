"""Failover: the one place of the mesh that repeats a model call."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import TypeVar

import structlog

from services.kit.errors import DependencyUnavailable, Fault
from services.llm_router.billing import Meter
from services.llm_router.errors import AllProvidersFailed
from services.llm_router.providers.provider import Provider

PAUSE = 0.05
"""Seconds before a provider that failed is tried again; doubles each time."""
LEAST = 0.05
"""Seconds of the deadline below which no further attempt is made."""

P = TypeVar("P", bound=Provider)
T = TypeVar("T")
_log = structlog.get_logger("uat.llm_router")


async def first_success(meter: Meter, attempts: int, providers: Sequence[P], attempt: Callable[[P], Awaitable[T]]) -> T:
    """Tries the providers in turn, again from the first, until one succeeds or the attempts are used up. A provider that is overloaded is
    not tried twice. Raises the Fault of the last attempt.
    """
    left = list(providers)
    failed: Fault = DependencyUnavailable("no provider was tried")
    for number in range(1, attempts + 1):
        if not left:
            break
        provider = left.pop(0)
        meter.attempts, meter.provider = number, provider.name
        try:
            return await attempt(provider)
        except Fault as fault:
            if not fault.transient:
                raise
            failed = fault
        _log.warning("attempt failed", decision=meter.id, provider=provider.name, attempt=number, error=str(failed))
        if not failed.overload:
            left.append(provider)
        remaining = meter.call.remaining() if meter.call else None
        if remaining is not None and remaining < LEAST:
            break
        if number >= len(providers):
            await asyncio.sleep(PAUSE * 2 ** (number - 1))
    if failed.overload:
        raise failed
    raise AllProvidersFailed(f"every provider of {meter.model} failed: {failed}", retry_after=1) from failed
