"""Restarts versions whose process died."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import structlog

from services.ml_inference.lifecycle.drain_protocol import DrainProtocol
from services.ml_inference.lifecycle.liveness import Liveness
from services.ml_inference.registry.models import LOADING, Version
from services.ml_inference.registry.registry import Registry

_DRAIN_SECONDS = 60.0
"""For how long a restart may keep the other replicas from sending requests."""
_RESTARTS, _QUICK_SUCCESSION = 2, 120.0
"""Restarts at once of a process that dies again within so many seconds; after them the version is suspended for a while."""

_log = structlog.get_logger("uat.ml_inference")


class Recovery:
    """Finds dead versions. `restart` restarts one; `suspend` unloads one, with the number of failed loads that it counts as, and a reason.

    `clock` is monotonic, in seconds.
    """

    def __init__(
        self,
        registry: Registry,
        liveness: Liveness,
        protocol: DrainProtocol,
        restart: Callable[[Version], Awaitable[None]],
        suspend: Callable[[Version, int, str], Awaitable[None]],
        clock: Callable[[], float],
    ) -> None:
        self._registry = registry
        self._liveness = liveness
        self._protocol = protocol
        self._restart = restart
        self._suspend = suspend
        self._clock = clock

    async def suspects(self) -> list[Version]:
        """Ready versions that failed requests, and that no task changes. Raises DependencyUnavailable."""
        found = await self._liveness.suspects(v for v in self._registry.versions() if v.ready and v.task is None)
        return [version for version in found if version.ready and version.task is None]

    async def recover(self, version: Version) -> None:
        """Restarts a version if its process died, and ends its requests. One that dies again and again is suspended for a while. Raises
        LoadFailed or DependencyUnavailable.
        """
        if await self._liveness.alive(version) or not version.ready:  # not ready: another replica restarts it
            return
        _log.warning("a model's process died", model=version.name)
        self._registry.move(version, LOADING)
        now = self._clock()
        version.deaths, version.died_at = (version.deaths + 1 if now - version.died_at < _QUICK_SUCCESSION else 1), now
        try:
            await self._protocol.drain(version, _DRAIN_SECONDS)
            for lease in list(version.leases):
                lease.revoke()
            if version.deaths > _RESTARTS:
                reason = f"the process of {version.name} died again and again"
                await self._suspend(version, version.deaths - _RESTARTS, reason)
            else:
                await self._restart(version)
        finally:
            await self._protocol.resume(version)
