"""Keeps models inside the memory that they may take together, by unloading those that were not used for the longest time."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime, timedelta

from uat.ml_inference.v1 import model_pb2

from services.kit.errors import InvalidRequest
from services.ml_inference.errors import MemoryBudgetExceeded, VersionInUse
from services.ml_inference.registry.models import IN_MEMORY, READY, Version
from services.ml_inference.registry.registry import Registry

_NEVER = datetime.min.replace(tzinfo=UTC)

Unload = Callable[[Version], Awaitable[None]]
"""Lets no new request in, at once, and gives something to wait for until the version is unloaded."""


class Budget:
    """The devices' memory. Never unloaded to make room is a version that is pinned, works, or answered in the last `in_use_seconds`, and
    one to which `has_share` says that traffic is sent.
    """

    def __init__(
        self, registry: Registry, capacities: Mapping[str, int], has_share: Callable[[str, str], bool], in_use_seconds: float
    ) -> None:
        self._registry = registry
        self._capacities = dict(capacities)
        self._has_share = has_share
        self._in_use = timedelta(seconds=in_use_seconds)
        self._alone = asyncio.Lock()

    def budgets(self) -> list[model_pb2.MemoryBudget]:
        """What each device has, may give and gives now."""
        return [self._budget(device, self.limit(device)) for device in self._capacities]

    def limit(self, device: str) -> int:
        """How much models may take on a device. Raises InvalidRequest for one that isn't there."""
        capacity = self._capacity(device)
        return self._registry.limits.get(device) or capacity * 9 // 10

    async def make_room(self, version: Version, device: str, unload: Unload) -> list[str]:
        """Unloads what must go for a version, and returns the names. `version` counts as loaded from now on: its state says so already.

        Raises MemoryBudgetExceeded.
        """
        if device not in self._capacities:
            return []  # a GPU of a host of which nothing is known here
        async with self._alone:
            limit = self.limit(device)
            if (victims := self._victims(device, limit, version)) is None:
                budget = self._budget(device, limit)
                needs, others = version.row.memory_bytes, budget.used_bytes - version.row.memory_bytes
                raise MemoryBudgetExceeded(
                    f"{version.name} takes {needs} bytes on {device}; models may take {limit} there, others take {others}, and too little "
                    "of that may be unloaded",
                    metadata={"device": device, "limit_bytes": str(limit), "held_bytes": str(budget.held_bytes)},
                    quota=(f"device:{device}", f"at most {limit} bytes of models"),
                    retry_after=10,
                )
            try:
                return await _unload_all(victims, unload)
            except VersionInUse as fault:
                raise MemoryBudgetExceeded(f"there is no room for {version.name} on {device}: {fault.message}", retry_after=1) from fault

    async def shrink(
        self, device: str, limit_bytes: int, unload: Unload, *, validate_only: bool
    ) -> tuple[model_pb2.MemoryBudget, list[str]]:
        """Unloads until the device's models fit into `limit_bytes`, 0 for nine tenths of what it has. Returns the budget, and what was
        unloaded or would be. Raises VersionInUse when too little may be unloaded.
        """
        async with self._alone:
            capacity = self._capacity(device)
            if limit_bytes > capacity:
                raise InvalidRequest.of("limit_bytes", f"{device} has {capacity}")
            limit = limit_bytes or capacity * 9 // 10
            victims = self._victims(device, limit, None)
            if victims is None:
                held = self._budget(device, limit).held_bytes
                raise VersionInUse(
                    f"models that are pinned or in use take {held} bytes on {device}, more than {limit}",
                    metadata={"device": device, "held_bytes": str(held)},
                )
            names = [v.name for v in victims] if validate_only else await _unload_all(victims, unload)
            return self._budget(device, limit), names

    def has_share(self, version: Version) -> bool:
        """Whether traffic is sent to a version."""
        return self._has_share(version.model, version.number)

    def held(self, version: Version) -> bool:
        """Whether a version can't be unloaded now: it is pinned, in use, gets traffic, or is on its way in or out."""
        if version.users or version.state != READY or self._registry.model(version.model).settings.pinned:
            return True
        used = version.last_used_time
        return (used is not None and datetime.now(UTC) - used < self._in_use) or self.has_share(version)

    def _victims(self, device: str, limit: int, coming: Version | None) -> list[Version] | None:
        """Those that must go, the least recently used first; None when even all of them aren't enough."""
        there = self._there(device)
        excess = sum(v.row.memory_bytes for v in there) - limit
        victims: list[Version] = []
        for version in sorted((v for v in there if v is not coming and not self.held(v)), key=_last_used):
            if excess <= 0:
                break
            victims.append(version)
            excess -= version.row.memory_bytes
        return victims if excess <= 0 else None

    def _there(self, device: str) -> list[Version]:
        return [v for v in self._registry.versions() if v.state in IN_MEMORY and v.device == device]

    def _budget(self, device: str, limit: int) -> model_pb2.MemoryBudget:
        there = self._there(device)
        return model_pb2.MemoryBudget(
            device=device,
            limit_bytes=limit,
            used_bytes=sum(v.row.memory_bytes for v in there),
            held_bytes=sum(v.row.memory_bytes for v in there if self.held(v)),
            capacity_bytes=self._capacity(device),
        )

    def _capacity(self, device: str) -> int:
        if device not in self._capacities:
            there = ", ".join(self._capacities)
            said = f"there is no {device} here; there are: {there}. UAT_ML_INFERENCE_GPU_BYTES names the GPUs of another host"
            raise InvalidRequest.of("device", said)
        return self._capacities[device]


async def _unload_all(victims: list[Version], unload: Unload) -> list[str]:
    await asyncio.gather(*[unload(version) for version in victims])
    return [version.name for version in victims]


def _last_used(version: Version) -> datetime:
    return version.last_used_time or version.load_time or _NEVER
