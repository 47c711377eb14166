"""One canary rollout as one replica sees it: its counts, whether it may enter its next stage, and whether it is rolled back."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import astuple, dataclass, field
from datetime import datetime, timedelta
from typing import Any

from uat.ml_inference.v1 import traffic_pb2

from services.kit import canary_analysis as analysis
from services.kit.canary_analysis import Bounds, RolloutCounts, Verdict
from services.kit.sliding_window import Counts, SlidingWindow
from services.kit.times import moment_of
from services.ml_inference.routing.rules import version_figures

_CHECK = 0.05
"""Seconds between two analyses of the latency; errors are analysed at each failure."""
_LOADING_FACTOR = 12
"""So many times longer may a canary be not ready while it is being loaded again, as after a restart of Triton."""


@dataclass(slots=True)
class Report:
    """What one replica counted of a rollout."""

    rollout: str
    stage: str
    in_stage: int = 0
    """Requests of the canary that ended since the stage began."""
    whole: RolloutCounts = field(default_factory=RolloutCounts)
    canary: Counts = field(default_factory=Counts)
    stable: Counts = field(default_factory=Counts)

    def packed(self) -> list[Any]:
        """The report as JSON values."""
        return [self.rollout, self.stage, self.in_stage, astuple(self.whole), self.canary.packed(), self.stable.packed()]

    @classmethod
    def unpacked(cls, packed: list[Any]) -> Report:
        """The inverse of `packed`."""
        rollout, stage, in_stage, whole, canary, stable = packed
        return cls(rollout, stage, in_stage, RolloutCounts(*whole), Counts.unpacked(canary), Counts.unpacked(stable))


class Rollout:
    """Counts the requests of the canary and of the stable version. `clock` is monotonic, in seconds.

    `peers` holds the reports of other replicas. They count in `check`, and not where a request of this replica ends: there its own counts
    decide. `rolled_back` is called once, in the moment of the verdict.
    """

    def __init__(
        self,
        canary: traffic_pb2.Canary,
        clock: Callable[[], float],
        patience: float,
        rolled_back: Callable[[Rollout], object] = lambda _: None,
    ) -> None:
        """`patience` is how many seconds the canary may be not ready while the stable version is."""
        seconds = canary.window.ToTimedelta().total_seconds()
        self.version, self.stable_version = canary.version, canary.stable_version
        self.canary = canary
        self.peers: list[Report] = []
        self.verdict: Verdict | None = None
        """Why it is rolled back."""
        self.final_status: traffic_pb2.CanaryStatus | None = None
        """The status at the moment of the verdict."""
        self._clock = clock
        self._patience = patience
        self._rolled_back = rolled_back
        self._bounds = Bounds(canary.max_error_rate_increase, canary.max_latency_ratio, canary.min_requests)
        self._canary, self._stable = SlidingWindow(Counts, seconds, clock), SlidingWindow(Counts, seconds, clock)
        self._whole = RolloutCounts()
        self._in_stage = 0
        self._latency_limit: float | None = None
        self._slow_at = self._checked_at = -math.inf
        self._absent_since: float | None = None

    def update(self, canary: traffic_pb2.Canary) -> None:
        """Takes over the stored progress."""
        if canary.status.stage_time != self.canary.status.stage_time:
            self._in_stage = 0
        self.canary = canary

    def is_of(self, canary: traffic_pb2.Canary) -> bool:
        """Whether stored rules are about this rollout."""
        return (canary.version, canary.status.start_time) == (self.version, self.canary.status.start_time)

    def ended(self, version: str, seconds: float, *, failed: bool) -> None:
        """Counts a request of any version, and rolls back as soon as this replica's counts are clear."""
        whole = self._whole
        if version == self.stable_version:
            self._stable.current.ended(seconds, failed=failed)
            whole.stable_requests += 1
            whole.stable_errors += failed
        if version != self.version:
            return
        self._canary.current.ended(seconds, failed=failed)
        self._in_stage += 1
        whole.requests += 1
        whole.errors += failed
        timed = not failed and self._latency_limit is not None
        whole.timed += timed
        if failed:
            self._decide(analysis.clearly_failing(self._bounds, self._canary.total(), self._stable.total()))
        elif timed and self._latency_limit is not None and seconds > self._latency_limit:
            self._slow()

    def check(self, *, ready: bool, stable_ready: bool, loading: bool = False) -> None:
        """Analyses the counts of all replicas, several times a second. `loading` tells that the canary will be ready soon."""
        canary, stable = self.totals()
        self._latency_limit = analysis.latency_limit(self._bounds, canary, stable)
        self._decide(
            self._absent(ready, stable_ready, loading)
            or analysis.clearly_failing(self._bounds, canary, stable)
            or self._clearly_slow(canary, stable)
            or analysis.worse(self._bounds, sum((peer.whole for peer in self.peers), self._whole))
        )

    def blocked_by(self, now: datetime) -> str:
        """What keeps it from its next stage, as a sentence; empty when nothing does."""
        stage, (canary, stable) = self.canary.stages[self.canary.status.stage], self.totals()
        left = moment_of(self.canary.status.stage_time) + stage.hold.ToTimedelta() - now
        current = self.canary.status.stage_time.ToJsonString()
        in_stage = self._in_stage + sum(peer.in_stage for peer in self.peers if peer.stage == current)
        if left > timedelta(0):
            return f"the stage lasts {max(1, round(left.total_seconds()))} s more"
        if in_stage < stage.min_requests:
            return f"{in_stage} of the {stage.min_requests} requests of this stage have ended"
        if canary.requests < self._bounds.min_requests:
            seconds = self._canary.seconds
            return f"{canary.requests} requests ended in the last {seconds:.0f} s, and {self._bounds.min_requests} are needed to decide"
        verdict = analysis.held(self._bounds, canary, stable)
        return "" if verdict is None else f"it is over a bound, which may be chance: {verdict.reason}"

    def totals(self) -> tuple[Counts, Counts]:
        """The window's counts of the canary and of the stable version, of all replicas together."""
        canary, stable = self._canary.total(), self._stable.total()
        for peer in self.peers:
            canary.add(peer.canary)
            stable.add(peer.stable)
        return canary, stable

    def status(self) -> traffic_pb2.CanaryStatus:
        """The stored progress with the counts of now."""
        found = traffic_pb2.CanaryStatus()
        found.CopyFrom(self.canary.status)
        canary, stable = self.totals()
        found.canary.CopyFrom(version_figures(self.version, canary))
        found.stable.CopyFrom(version_figures(self.stable_version, stable))
        return found

    def report(self) -> Report:
        """This replica's counts."""
        status = self.canary.status
        name, stage = f"{self.version} {status.start_time.ToJsonString()}", status.stage_time.ToJsonString()
        return Report(name, stage, self._in_stage, self._whole, self._canary.total(), self._stable.total())

    @property
    def window_seconds(self) -> float:
        """How far back requests are compared."""
        return self._canary.seconds

    def _slow(self) -> None:
        """Counts a request that was slower than it may be."""
        now = self._clock()
        if now - self._slow_at >= 1.0:
            self._slow_at = now
            self._whole.slow += 1
        if now - self._checked_at >= _CHECK:
            self._checked_at = now
            self._decide(self._clearly_slow(self._canary.total(), self._stable.total()))

    def _clearly_slow(self, canary: Counts, stable: Counts) -> Verdict | None:
        limit = analysis.latency_limit(self._bounds, canary, stable)
        if limit is None or not canary.slower(limit):
            return None
        slow_parts = sum(counts.slower(limit) > 0 for counts in self._canary.recent())
        return analysis.clearly_slow(self._bounds, canary, stable, slow_parts)

    def _absent(self, ready: bool, stable_ready: bool, loading: bool) -> Verdict | None:
        if ready or not stable_ready:
            self._absent_since = None
            return None
        if self._absent_since is None:
            self._absent_since = self._clock()
        absent = self._clock() - self._absent_since
        if absent < self._patience * (_LOADING_FACTOR if loading else 1):
            return None
        return Verdict("NOT_READY", f"it was not ready for {absent:.0f} s, while the stable version was")

    def _decide(self, verdict: Verdict | None) -> None:
        if verdict is None or self.verdict is not None:
            return
        self.verdict, self.final_status = verdict, self.status()
        self._rolled_back(self)
