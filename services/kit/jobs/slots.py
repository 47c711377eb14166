"""The slots of one replica: how many jobs of each kind it runs at a time."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping


class Slots:
    """Counts free slots by kind. Once closed, none is free."""

    def __init__(self, slots: Mapping[str, int]) -> None:
        self._free = dict(slots)
        self._closed = False
        self._released = asyncio.Event()

    def acquire(self, kind: str) -> bool:
        """Takes a slot if one is free."""
        if self._closed or not self._free.get(kind):
            return False
        self._free[kind] -= 1
        return True

    def release(self, kind: str) -> None:
        """Frees a slot."""
        self._free[kind] += 1
        self._released.set()

    async def free(self, kind: str) -> None:
        """Waits until a slot is free."""
        while self._closed or not self._free[kind]:
            self._released.clear()
            await self._released.wait()

    def close(self) -> None:
        """Frees no slot any more."""
        self._closed = True
