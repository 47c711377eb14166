"""A clock that a test moves."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass
class FakeClock:
    """Takes the place of `time.monotonic` or `time.time`."""

    now: float = 1000.0

    def __call__(self) -> float:
        """The time, in seconds."""
        return self.now

    def advance(self, seconds: float) -> None:
        """Moves the time forward."""
        self.now += seconds
