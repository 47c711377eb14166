"""Memory budgets: evicts the least recently used versions of a device so that its loaded versions fit."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime, timedelta

from uat.ml_inference.v1 import model_pb2

from services.kit.errors import InvalidRequest
from services.ml_inference.errors import MemoryBudgetExceeded, VersionInUse
from services.ml_inference.registry.models import IN_MEMORY, READY, Version

_NEVER = datetime.min.replace(tzinfo=UTC)

Unload = Callable[[Version], Awaitable[None]]
"""Stops new requests to a version at once; the result is awaited until it is unloaded."""


class MemoryBudgets:
    """The memory of the devices, `capacities` in bytes by device.

    `versions`, `pinned` and `limit` are those of the registry, and `has_share` tells for a model and a version whether the traffic rules
    send it requests. A version is never evicted while it has such a share, is pinned, has requests, or has answered in the last
    `in_use_seconds`.
    """

    def __init__(
        self,
        versions: Callable[[], list[Version]],
        pinned: Callable[[Version], bool],
        limit: Callable[[str], int],
        capacities: Mapping[str, int],
        has_share: Callable[[str, str], bool],
        in_use_seconds: float,
    ) -> None:
        self._versions = versions
        self._pinned = pinned
        self._limit = limit
        self._capacities = dict(capacities)
        self._has_share = has_share
        self._in_use = timedelta(seconds=in_use_seconds)
        self._lock = asyncio.Lock()

    def budgets(self) -> list[model_pb2.MemoryBudget]:
        """The budget of each device."""
        return [self._budget(device, self.limit(device)) for device in self._capacities]

    def limit(self, device: str) -> int:
        """How many bytes models may take on a device. Raises InvalidRequest for an unknown device."""
        capacity = self._capacity(device)
        return self._limit(device) or capacity * 9 // 10

    async def make_room(self, version: Version, device: str, unload: Unload) -> list[str]:
        """Evicts what a version needs, and returns the names. `version` counts as loaded: its state is LOADING already. Raises
        MemoryBudgetExceeded.
        """
        if device not in self._capacities:
            return []  # a GPU of a host whose devices aren't known here
        async with self._lock:
            limit = self.limit(device)
            if (victims := self._victims(device, limit, version)) is None:
                budget = self._budget(device, limit)
                needs, others = version.row.memory_bytes, budget.used_bytes - version.row.memory_bytes
                raise MemoryBudgetExceeded(
                    f"{version.name} takes {needs} bytes on {device}; models may take {limit} there, other versions take {others}, and too "
                    "few of them may be unloaded",
                    metadata={"device": device, "limit_bytes": str(limit), "held_bytes": str(budget.held_bytes)},
                    quota=(f"device:{device}", f"at most {limit} bytes of models"),
                    retry_after=10,
                )
            try:
                return await _evict(victims, unload)
            except VersionInUse as fault:
                raise MemoryBudgetExceeded(f"there is no room for {version.name} on {device}: {fault.message}", retry_after=1) from fault

    async def shrink(
        self, device: str, limit_bytes: int, unload: Unload, *, validate_only: bool
    ) -> tuple[model_pb2.MemoryBudget, list[str]]:
        """Evicts versions until those of a device fit into `limit_bytes`, 0 for nine tenths of its capacity. Returns the budget, and the
        names of the versions that were or would be evicted. Raises VersionInUse when too few may be evicted.
        """
        async with self._lock:
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
            names = [v.name for v in victims] if validate_only else await _evict(victims, unload)
            return self._budget(device, limit), names

    def has_share(self, version: Version) -> bool:
        """Whether the traffic rules send requests to a version."""
        return self._has_share(version.model, version.number)

    def held(self, version: Version) -> bool:
        """Whether a version can't be evicted now: it is pinned, in use, gets traffic, or is being loaded or unloaded."""
        if version.leases or version.state != READY or self._pinned(version):
            return True
        used = version.last_used_time
        return (used is not None and datetime.now(UTC) - used < self._in_use) or self.has_share(version)

    def _victims(self, device: str, limit: int, excluded: Version | None) -> list[Version] | None:
        """The versions to evict, the least recently used first; None when all of them together aren't enough."""
        loaded = self._loaded(device)
        excess = sum(v.row.memory_bytes for v in loaded) - limit
        victims: list[Version] = []
        for version in sorted((v for v in loaded if v is not excluded and not self.held(v)), key=_last_used):
            if excess <= 0:
                break
            victims.append(version)
            excess -= version.row.memory_bytes
        return victims if excess <= 0 else None

    def _loaded(self, device: str) -> list[Version]:
        return [v for v in self._versions() if v.state in IN_MEMORY and v.device == device]

    def _budget(self, device: str, limit: int) -> model_pb2.MemoryBudget:
        loaded = self._loaded(device)
        return model_pb2.MemoryBudget(
            device=device,
            limit_bytes=limit,
            used_bytes=sum(v.row.memory_bytes for v in loaded),
            held_bytes=sum(v.row.memory_bytes for v in loaded if self.held(v)),
            capacity_bytes=self._capacity(device),
        )

    def _capacity(self, device: str) -> int:
        if device not in self._capacities:
            known = ", ".join(self._capacities)
            reason = f"there is no {device}; the devices are {known}. UAT_ML_INFERENCE_GPU_BYTES lists the GPUs of another host"
            raise InvalidRequest.of("device", reason)
        return self._capacities[device]


async def _evict(victims: list[Version], unload: Unload) -> list[str]:
    await asyncio.gather(*[unload(version) for version in victims])
    return [version.name for version in victims]


def _last_used(version: Version) -> datetime:
    return version.last_used_time or version.load_time or _NEVER
