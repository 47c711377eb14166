"""Reports over `grpc.health.v1` whether this replica should receive calls."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager

import structlog
from grpc_health.v1 import health, health_pb2

from services.kit.errors import causes
from services.kit.tasks import end, keep

READINESS = "readiness"
"""The health service that readiness probes ask for; each gRPC service of the process has the same status under its own name. The empty name
is for liveness: it is SERVING until the process shuts down, since a restart doesn't bring back what readiness lacks.
"""
INTERVAL_SECONDS = 1.0

Check = Callable[[], Awaitable[None]]
"""Returns if the replica is ready in one respect, and otherwise raises with the reason."""

_LIMIT_SECONDS = 2.0
_log = structlog.get_logger("uat.readiness")


@asynccontextmanager
async def reporting(status: health.aio.HealthServicer, services: Sequence[str], checks: Sequence[Check]) -> AsyncIterator[None]:  # type: ignore[name-defined]
    """Inside the block the health status follows the checks, which run every second; on entry they have run once."""
    ready: bool | None = None

    async def look() -> None:
        nonlocal ready
        failure = await _failure(checks)
        if (failure is None) == ready:
            return
        ready = failure is None
        if failure is not None:
            _log.warning("not ready", error=str(failure), **causes(failure))
        else:
            _log.info("ready")
        serving = health_pb2.HealthCheckResponse.SERVING if ready else health_pb2.HealthCheckResponse.NOT_SERVING
        for name in (READINESS, *services):
            await status.set(name, serving)

    await look()
    task = asyncio.create_task(keep(look, INTERVAL_SECONDS, "readiness was not checked"))
    try:
        yield
    finally:
        await end(task)


async def _failure(checks: Sequence[Check]) -> Exception | None:
    for check in checks:
        try:
            async with asyncio.timeout(_LIMIT_SECONDS):
                await check()
        except Exception as failure:
            return failure
    return None
