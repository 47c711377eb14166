"""Whether a figure can be trusted: how much of the machine other programs took while it was measured.

Two threads of llama.cpp on two cores fall from 90 to 10 tokens/s when a third program wants a core, so a ratio of which one side was
measured in such a moment says nothing. Load averages are too slow to see it.
"""

import contextlib
import time
from collections.abc import Callable

import psutil

from tests.bench.processes import tree

MOST_CORES = 0.2


class Foreign:
    """Measures, from its making to `cores()`, the processor time of all but the bench, what it started and the `extra` processes."""

    def __init__(self, extra: Callable[[], list[psutil.Process]] = list) -> None:
        self._me = psutil.Process()
        self._members = {process.pid: process for process in [*tree([self._me]), *extra()]}
        self._busy, self._ours, self._since = _busy(), self._used(), time.monotonic()

    def cores(self) -> float:
        """Gives the cores that others took on average. What interrupts take is nobody's and is left out."""
        for process in tree([self._me]):
            self._members.setdefault(process.pid, process)
        others = (_busy() - self._busy) - (self._used() - self._ours)
        return max(0.0, others / max(0.001, time.monotonic() - self._since))

    def _used(self) -> float:
        mine = self._me.cpu_times()
        total = mine.children_user + mine.children_system  # of children that have ended, as wrk has
        for process in self._members.values():
            with contextlib.suppress(psutil.Error):
                used = process.cpu_times()
                total += used.user + used.system
        return total


def _busy() -> float:
    times = psutil.cpu_times()
    return float(times.user + times.nice + times.system + getattr(times, "steal", 0.0))
