"""The edge comparison: our `/v1/chat/completions` and the peers', in turns, against one mock upstream."""

import contextlib
import math
import signal
import statistics
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

import psutil

from tests.bench.load import Figure, Target, press, probe
from tests.bench.processes import BenchError, signal_all
from tests.bench.quiet import MOST_CORES


@dataclass(frozen=True)
class Plan:
    """Says how long and how hard each round loads."""

    rounds: int = 3
    warm_up_s: float = 3
    measure_s: float = 10
    connections: int = 32
    threads: int = 1
    deadline: float = math.inf  # on the monotonic clock: no round begins that would not end before it


@dataclass
class Row:
    """Holds one gateway's rounds."""

    target: Target
    figures: list[Figure] = field(default_factory=list)
    sent: int = 0  # all requests answered, those of the warm-up too
    fault: str = ""  # why nothing (more) could be measured

    @property
    def good(self) -> list[Figure]:
        """Lists the rounds in which no request failed; of these only the quiet ones, where there is any."""
        whole = [figure for figure in self.figures if not figure.void]
        return [figure for figure in whole if figure.foreign_cores <= MOST_CORES] or whole

    @property
    def sound(self) -> bool:
        """Whether there is a round in which other programs left the machine alone."""
        return bool(self.good) and self.good[0].foreign_cores <= MOST_CORES

    def median(self, what: str) -> float | None:
        """Gives the median over the good rounds, or None when there is none."""
        return statistics.median(getattr(figure, what) for figure in self.good) if self.good else None

    def as_json(self) -> dict[str, Any]:
        """Gives the row for the report file."""
        spread = {
            what: {"min": min(values), "median": statistics.median(values), "max": max(values)}
            for what in ("requests_per_s", "p50_ms", "p99_ms", "peak_mib")
            if (values := [getattr(figure, what) for figure in self.good])
        }
        return {
            "name": self.target.name,
            "version": self.target.version,
            "notes": self.target.notes,
            "fault": self.fault,
            "sent": self.sent,
            "spread": spread,
            "rounds": [asdict(figure) for figure in self.figures],
        }


def compare(wrk: str, rows: Sequence[Row], plan: Plan) -> None:
    """Loads the rows' targets in turns, round by round, all others held still meanwhile so that none pays for another's idling."""
    targets = [row.target for row in rows]
    for number in range(1, plan.rounds + 1):
        if number > 1 and time.monotonic() + len(rows) * (plan.warm_up_s + plan.measure_s + 2) > plan.deadline:
            break
        for row in rows:
            if row.fault:
                continue
            print(f"round {number} of {plan.rounds}: {row.target.name} …", file=sys.stderr, flush=True)
            try:
                with alone(row.target, targets):
                    _round(wrk, row, plan)
            except BenchError as error:
                row.fault = str(error)


def _round(wrk: str, row: Row, plan: Plan) -> None:
    """Probes, warms up and measures one target once."""
    probe(row.target)
    row.sent += 1
    if plan.warm_up_s:
        row.sent += press(wrk, row.target, plan.warm_up_s, plan.connections, plan.threads).requests
    figure = press(wrk, row.target, plan.measure_s, plan.connections, plan.threads)
    row.sent += figure.requests
    row.figures.append(figure)


@contextlib.contextmanager
def alone(chosen: Target, targets: Sequence[Target]) -> Iterator[None]:
    """Holds every other target's processes still (SIGSTOP) for the length of the block."""
    mine = {process.pid for process in chosen.processes()}
    others: list[psutil.Process] = []
    for target in targets:
        if target is not chosen:
            others += [process for process in (target.held or target.processes)() if process.pid not in mine]
    signal_all(others, signal.SIGSTOP)
    try:
        yield
    finally:
        signal_all(others, signal.SIGCONT)
