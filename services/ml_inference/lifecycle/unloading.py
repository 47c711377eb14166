"""Drains a version and unloads it from Triton."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress

import structlog

from services.kit.errors import DependencyUnavailable, Fault
from services.kit.postgres.errors import STORE_FAULTS
from services.ml_inference.errors import VersionInUse
from services.ml_inference.lifecycle.drain_protocol import DrainProtocol
from services.ml_inference.lifecycle.triton_models import TritonModels
from services.ml_inference.registry.models import READY, UNLOADED, Version
from services.ml_inference.registry.registry import Registry

_AFTER_FORCE = 5.0
"""Seconds that revoked requests may take to end."""

_log = structlog.get_logger("uat.ml_inference")


class Unloading:
    """Unloads versions once their requests have ended. `unloaded` is called with model and version."""

    def __init__(self, registry: Registry, models: TritonModels, protocol: DrainProtocol, unloaded: Callable[[str, str], None]) -> None:
        self._registry = registry
        self._models = models
        self._protocol = protocol
        self._unloaded = unloaded

    async def drain(self, version: Version, seconds: float, *, force: bool) -> int:
        """Unloads a DRAINING version. Returns how many requests were revoked, 0 without `force`.

        Raises VersionInUse when requests are left after `seconds`, or DependencyUnavailable; the version is READY again then.
        """
        revoked = 0
        await self._protocol.drain(version, seconds + _AFTER_FORCE)
        if not await self._idle(version, seconds):
            left = list(version.leases)
            if not force:
                await self._resume(version)
                raise VersionInUse(
                    f"{version.name} has requests in flight, {len(left)} of them here, after {seconds:g} s; wait longer, or use `force`",
                    metadata={**version.metadata, "in_flight": str(len(left))},
                )
            revoked = len(left)
            for lease in left:
                lease.revoke()
            await self._idle(version, _AFTER_FORCE)
        await self._unload(version)
        return revoked

    async def _idle(self, version: Version, seconds: float) -> bool:
        """Waits until no replica has requests in flight on the version; False after so many seconds."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                while version.leases:
                    await version.changed.wait()
                await self._protocol.wait_drained(version)
        return not version.leases and self._protocol.drained(version)

    async def _unload(self, version: Version) -> None:
        try:
            await self._registry.want(version, False)
        except STORE_FAULTS:  # it would be loaded again
            await self._resume(version)
            raise
        try:
            await self._models.unload(version)
        except DependencyUnavailable:
            pass  # Triton is away and has nothing loaded; when it returns, the lifecycle unloads what isn't wanted
        except Fault as fault:
            _log.warning("model not unloaded", model=version.name, error=str(fault))
        self._protocol.finish(version)
        self._unloaded(version.model, version.number)
        self._registry.move(version, UNLOADED)

    async def _resume(self, version: Version) -> None:
        await self._protocol.resume(version)
        self._registry.move(version, READY)
