"""Takes a version out of Triton once nobody's requests are left with it, on this replica and on the others."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress

import structlog

from services.kit.errors import DependencyUnavailable, Fault
from services.ml_inference.errors import VersionInUse
from services.ml_inference.lifecycle.drain_protocol import DrainProtocol
from services.ml_inference.lifecycle.triton_models import TritonModels
from services.ml_inference.registry.models import READY, UNLOADED, Version
from services.ml_inference.registry.registry import Registry

_AFTER_FORCE = 5.0

_log = structlog.get_logger("uat.ml_inference")


class Unloading:
    """Lets requests end, and unloads. `forget` is told of each version that was unloaded."""

    def __init__(self, registry: Registry, places: TritonModels, neighbours: DrainProtocol, forget: Callable[[str, str], None]) -> None:
        self._registry = registry
        self._places = places
        self._neighbours = neighbours
        self._forget = forget

    async def drain(self, version: Version, seconds: float, *, force: bool) -> int:
        """Unloads a draining version. Returns how many requests were failed, 0 without `force`.

        Raises VersionInUse when requests are left after `seconds`, and DependencyUnavailable: it is ready again then.
        """
        failed = 0
        await self._neighbours.drain(version.name, seconds + _AFTER_FORCE)
        if not await self._idle(version, seconds):
            left = list(version.users)
            if not force:
                await self._neighbours.go_on(version.name)
                self._registry.move(version, READY)
                raise VersionInUse(
                    f"{version.name} still works, here on {len(left)} requests, after {seconds:g} s; wait longer, or say `force`",
                    metadata={"model": version.model, "version": version.number, "in_flight": str(len(left))},
                )
            failed = len(left)
            for use in left:
                use.give_up()
            await self._idle(version, _AFTER_FORCE)
        await self._out(version)
        return failed

    async def _idle(self, version: Version, seconds: float) -> bool:
        """Waits until the version has no requests, on no replica, for so long."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                while version.users:
                    await version.settled.wait()
                await self._neighbours.silence(version.name)
        return not version.users and self._neighbours.quiet(version.name)

    async def _out(self, version: Version) -> None:
        try:
            await self._registry.want(version, False)
        except DependencyUnavailable:  # what can't be remembered isn't done
            await self._neighbours.go_on(version.name)
            self._registry.move(version, READY)
            raise
        try:
            await self._places.unload(version)
        except DependencyUnavailable:
            pass  # a Triton that is away has nothing loaded, and when it comes back, what it shouldn't have is unloaded
        except Fault as fault:
            _log.warning("model not unloaded", model=version.name, error=str(fault))
        self._neighbours.forget(version.name)
        self._forget(version.model, version.number)
        self._registry.move(version, UNLOADED)
