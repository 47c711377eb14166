"""How many jobs of each kind this replica has room for."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping


class Places:
    """Counts. Closed for good, there is room for none."""

    def __init__(self, slots: Mapping[str, int]) -> None:
        self._free = dict(slots)
        self._closed = False
        self._moved = asyncio.Event()

    def take(self, kind: str) -> bool:
        """Takes a place if one is free."""
        if self._closed or not self._free.get(kind):
            return False
        self._free[kind] -= 1
        return True

    def give(self, kind: str) -> None:
        """Gives a place back."""
        self._free[kind] += 1
        self._moved.set()

    async def room(self, kind: str) -> int:
        """Waits until places are free; how many."""
        while self._closed or not self._free[kind]:
            self._moved.clear()
            await self._moved.wait()
        return self._free[kind]

    def close(self) -> None:
        """Lets nobody in any more."""
        self._closed = True
