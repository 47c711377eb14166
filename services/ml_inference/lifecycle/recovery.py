"""Starts versions again whose process died."""

from __future__ import annotations

from collections.abc import Callable

import structlog

from services.ml_inference.lifecycle.drain_protocol import DrainProtocol
from services.ml_inference.lifecycle.liveness import Liveness
from services.ml_inference.lifecycle.loading import Loading
from services.ml_inference.registry.models import LOADING, Version
from services.ml_inference.registry.registry import Registry

_LONGEST = 60.0
"""Seconds for which it may keep other replicas from sending the version anything."""
_MOST_DEATHS, _SOON = 2, 120.0
"""How often one is started again at once, where the next death comes so soon after the last."""

_log = structlog.get_logger("uat.ml_inference")


class Recovery:
    """Asks for signs of life, and acts where none comes. `clock` is monotonic, in seconds."""

    def __init__(
        self, registry: Registry, pulse: Liveness, neighbours: DrainProtocol, loading: Loading, clock: Callable[[], float]
    ) -> None:
        self._registry = registry
        self._pulse = pulse
        self._neighbours = neighbours
        self._loading = loading
        self._clock = clock

    async def suspects(self) -> list[Version]:
        """Ready versions that failed requests, and that nothing changes now. Raises DependencyUnavailable."""
        found = await self._pulse.suspects(v for v in self._registry.versions() if v.ready and v.task is None)
        return [version for version in found if version.ready and version.task is None]

    async def revive(self, version: Version) -> None:
        """Starts a version again if its process died, and ends what it worked on. One that dies again and again is left out for a while.
        Raises LoadFailed or DependencyUnavailable.
        """
        if await self._pulse.beats(version) or not version.ready:  # or another replica does it
            return
        _log.warning("a model's process died", model=version.name)
        self._registry.move(version, LOADING)
        now = self._clock()
        version.deaths, version.died_at = (version.deaths + 1 if now - version.died_at < _SOON else 1), now
        try:
            await self._neighbours.drain(version.name, _LONGEST)
            for use in list(version.users):
                use.give_up()
            if version.deaths > _MOST_DEATHS:
                why = f"the process of {version.name} died again and again"
                await self._loading.leave_out(version, version.deaths - _MOST_DEATHS, why)
            else:
                await self._loading.start_again(version)
        finally:
            await self._neighbours.go_on(version.name)
