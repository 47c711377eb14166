"""A server of the user's own, used in place of a part: probed, never started or stopped."""

from __future__ import annotations

import asyncio
import time
from contextlib import suppress

from services.mesh.parts.part import Probed, trouble_of
from services.mesh.state import Board, Health, Kind
from services.mesh.unit import Timing


class Watcher:
    """Looks after one server of the user's own, as far as looking goes."""

    def __init__(self, part: Probed, kind: Kind, board: Board, timing: Timing) -> None:
        """Probes nothing yet."""
        self.part = part
        self.kind = kind
        self.settled = asyncio.Event()
        """Set when it has answered, or hasn't for too long."""
        self._board = board
        self._timing = timing
        self._hurry = asyncio.Event()

    @property
    def name(self) -> str:
        """The part's name."""
        return self.part.name

    def hurry(self) -> None:
        """Probes at once."""
        self._hurry.set()

    def restart(self) -> None:
        """Only probes at once: it isn't ours to restart."""
        self._hurry.set()

    async def run(self) -> None:
        """Probes it for ever."""
        begun = time.monotonic()
        while True:
            self._hurry.clear()
            trouble = await trouble_of(self.part, self._timing.probe_limit)
            error = str(trouble or "")
            if not error or time.monotonic() - begun > self._timing.outside_limit:
                self.settled.set()
            known = self._board.of(self.name)
            if (known.health, known.error) != (Health.EXTERNAL, error):
                self._board.process(self.name, health=Health.EXTERNAL, error=error)
            with suppress(TimeoutError):
                async with asyncio.timeout(self._timing.probe_every if not error else 1.0):
                    await self._hurry.wait()

    async def stop(self) -> None:
        """Leaves it alone."""
