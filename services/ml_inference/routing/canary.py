"""One try of a new version, as one replica sees it: what it did, whether it may go on, and whether it is over."""

from __future__ import annotations

import math
from collections.abc import Callable
from datetime import datetime, timedelta

from uat.ml_inference.v1 import traffic_pb2

from services.kit.times import moment_of
from services.ml_inference.routing import canary_analysis as canary_judge
from services.ml_inference.routing.canary_analysis import Bounds, Verdict, Whole
from services.ml_inference.routing.windows import Tally, Window

_LOOK = 0.05
"""Seconds within which times are not judged again; failures always are."""
_LOADING = 12
"""So many times more patience has a canary that is being loaded again, as after a restart of Triton."""


class Trial:
    """Takes in what the canary and the stable version do. `clock` is monotonic, in seconds.

    What other replicas told counts where a stage is judged, and not where a request of our own ends: there this replica knows enough.
    """

    def __init__(self, canary: traffic_pb2.Canary, clock: Callable[[], float], patience: float) -> None:
        """`patience` is for how many seconds the canary may be not ready while the stable version is."""
        self.bounds = Bounds.of(canary)
        self._clock = clock
        self._patience = patience
        seconds = canary.window.ToTimedelta().total_seconds()
        self.canary, self.stable = Window(seconds, clock), Window(seconds, clock)
        self.others_canary, self.others_stable = Tally(), Tally()
        self.others_in_stage = 0
        self.in_stage = 0
        """Requests of the canary that ended here since its stage began."""
        self._limit: float | None = None
        self._look_at = 0.0
        self.whole, self.others_whole = Whole(), Whole()
        self._slow_at = -math.inf
        self._absent_since: float | None = None
        self.over: Verdict | None = None
        """Why it ended, as far as this replica is concerned."""
        self.rules = canary
        self.version, self.stable_version = canary.version, canary.stable_version

    def turn(self, canary: traffic_pb2.Canary) -> None:
        """Takes in how far it has come, as it is stored."""
        if canary.status.stage_time != self.rules.status.stage_time:
            self.in_stage = self.others_in_stage = 0
        self.rules = canary

    def same_try(self, canary: traffic_pb2.Canary) -> bool:
        """Whether these rules are about this try."""
        ours = self.rules
        return (canary.version, canary.status.start_time) == (ours.version, ours.status.start_time)

    def ended(self, version: str, seconds: float, failed: bool) -> Verdict | None:
        """Takes in a request; says when that settles it."""
        whole = self.whole
        if version == self.stable_version:
            self.stable.ended(seconds, failed)
            whole.stable_requests += 1
            whole.stable_errors += failed
            return None
        if version != self.version:
            return None
        self.canary.ended(seconds, failed)
        self.in_stage += 1
        whole.requests += 1
        whole.errors += failed
        if not failed and self._limit is not None:
            whole.timed += 1
            slow = seconds > self._limit
        else:
            slow = False
        if self.over is not None:
            return None
        if failed:
            self.over = canary_judge.clearly_failing(self.bounds, self.canary.total, self.stable.total)
        elif slow:
            self.over = self._slow()
        return self.over

    def _slow(self) -> Verdict | None:
        """A request took longer than it may."""
        now = self._clock()
        if now - self._slow_at >= 1.0:
            self._slow_at = now
            self.whole.slow += 1
        if now < self._look_at:
            return None
        self._look_at = now + _LOOK
        return self._clearly_slow(self.canary.total, self.stable.total)

    def look(self, *, ready: bool, stable_ready: bool, loading: bool = False) -> Verdict | None:
        """Looks at the figures of all replicas, some times a second; says when they settle it. `loading` says that the canary will be
        ready soon.
        """
        if self.over is None:
            canary, stable = self.totals()
            self._limit = canary_judge.slow_limit(self.bounds, canary, stable)
            self.over = (
                self._absent(ready, stable_ready, loading)
                or canary_judge.clearly_failing(self.bounds, canary, stable)
                or self._clearly_slow(canary, stable)
                or canary_judge.worse(self.bounds, self.whole.plus(self.others_whole))
            )
            return self.over
        return None

    def waits_for(self, now: datetime) -> str:
        """What has to happen before the next stage; empty when nothing has."""
        stage, (canary, stable) = self.rules.stages[self.rules.status.stage], self.totals()
        left = moment_of(self.rules.status.stage_time) + stage.hold.ToTimedelta() - now
        ended = self.in_stage + self.others_in_stage
        if left > timedelta(0):
            return f"the stage lasts {max(1, round(left.total_seconds()))} s more"
        if ended < stage.min_requests:
            return f"{ended} of the {stage.min_requests} requests of this stage have ended"
        if canary.requests < self.bounds.min_requests:
            seconds = self.canary.seconds
            return f"{canary.requests} requests ended in the last {seconds:.0f} s, and it is judged by {self.bounds.min_requests}"
        verdict = canary_judge.broken(self.bounds, canary, stable)
        return "" if verdict is None else f"it is over a bound, which may be chance: {verdict.reason}"

    def totals(self) -> tuple[Tally, Tally]:
        """Canary and stable version over the window, all replicas together."""
        canary, stable = Tally(), Tally()
        for total, parts in ((canary, (self.canary.total, self.others_canary)), (stable, (self.stable.total, self.others_stable))):
            for part in parts:
                total.add(part)
        return canary, stable

    def status(self) -> traffic_pb2.CanaryStatus:
        """How it stands, with the figures of now."""
        found = traffic_pb2.CanaryStatus()
        found.CopyFrom(self.rules.status)
        canary, stable = self.totals()
        found.canary.CopyFrom(canary.figures(self.version))
        found.stable.CopyFrom(stable.figures(self.stable_version))
        return found

    def _clearly_slow(self, canary: Tally, stable: Tally) -> Verdict | None:
        limit = canary_judge.slow_limit(self.bounds, canary, stable)
        if limit is None or not canary.slower(limit):
            return None
        return canary_judge.clearly_slow(self.bounds, canary, stable, self.canary.slow_moments(limit))

    def _absent(self, ready: bool, stable_ready: bool, loading: bool) -> Verdict | None:
        if ready or not stable_ready:
            self._absent_since = None
            return None
        if self._absent_since is None:
            self._absent_since = self._clock()
        absent = self._clock() - self._absent_since
        if absent < self._patience * (_LOADING if loading else 1):
            return None
        said = f"it was not ready for {absent:.0f} s, while the stable version was"
        return Verdict(traffic_pb2.ROLLBACK_CAUSE_NOT_READY, said)
