"""What one version of a model did in the last ten seconds, in memory that does not grow with its traffic."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

WINDOW = 10.0
"""Seconds that rates and percentiles look back."""

_BUCKET = 0.5
_BUCKETS = int(WINDOW / _BUCKET)
_LEAST = 1e-5
_STEP = math.log(1.05)
_FRESH = 0.1
"""Seconds for which a median is not counted again."""


def bin_of(seconds: float) -> int:
    """Where a time is counted: bins grow by 5 %, so a percentile is right to within that."""
    return int(math.log(seconds / _LEAST) / _STEP) if seconds > _LEAST else 0


def percentile(bins: Iterable[Counter[int]], share: float) -> float | None:
    """The time that this share of those counted did not exceed, in seconds; None when nothing was counted."""
    merged: Counter[int] = Counter()
    for counted in bins:
        merged.update(counted)
    left = share * merged.total()
    for index in sorted(merged):
        left -= merged[index]
        if left <= 0:
            return _LEAST * math.exp((index + 0.5) * _STEP)
    return None


@dataclass(slots=True)
class _Bucket:
    arrived: int = 0
    ended: int = 0
    computed: int = 0
    """Those of `ended` that the model worked on."""
    drained: int = 0
    """Those of `computed` that ended while others waited."""
    full_seconds: float = 0.0
    """How long others waited."""
    compute_seconds: float = 0.0
    latency: Counter[int] = field(default_factory=Counter)
    compute: Counter[int] = field(default_factory=Counter)


class Statistics:
    """Counts arrivals and ends. `clock` is monotonic, in seconds."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._begun = clock()
        self._buckets = [_Bucket() for _ in range(_BUCKETS)]
        self._at = int(clock() / _BUCKET)
        self._full_since: float | None = None
        self._median: float | None = None
        self._median_until = -math.inf
        self.refused_overload = 0
        self.refused_deadline = 0
        self.cache_hits = 0
        self.cache_misses = 0

    def arrived(self) -> None:
        """A request came."""
        self._bucket().arrived += 1

    def answered(self, latency: float) -> None:
        """A request was answered from the cache, after so many seconds."""
        bucket = self._bucket()
        bucket.ended += 1
        bucket.latency[bin_of(latency)] += 1

    def ended(self, latency: float, compute: float) -> None:
        """A request was answered by the model, after so many seconds, so many of them with it."""
        self.answered(latency)
        bucket = self._bucket()
        bucket.computed += 1
        bucket.compute_seconds += compute
        bucket.compute[bin_of(compute)] += 1
        if self._full_since is not None:
            bucket.drained += 1

    def waiting(self, somebody: bool) -> None:
        """Whether requests wait, told at each change."""
        bucket = self._bucket()
        now = self._clock()
        if self._full_since is not None:
            bucket.full_seconds += now - self._full_since
        self._full_since = now if somebody else None

    @property
    def arrival_rate(self) -> float:
        """Requests that come, each second."""
        return sum(b.arrived for b in self._current()) / self._seconds()

    @property
    def end_rate(self) -> float:
        """Requests that end, each second."""
        return sum(b.ended for b in self._current()) / self._seconds()

    def drain_rate(self, max_running: int) -> float | None:
        """How many requests can end each second: measured while others waited, or else from how long they take with the model.

        None when nothing has ended lately.
        """
        buckets = self._current()
        full = sum(b.full_seconds for b in buckets)
        if self._full_since is not None:
            full += self._clock() - self._full_since
        drained = sum(b.drained for b in buckets)
        if drained >= 5 and full >= 0.05:
            return drained / full
        computed, seconds = sum(b.computed for b in buckets), sum(b.compute_seconds for b in buckets)
        return max_running * computed / seconds if computed and seconds > 0 else None

    @property
    def median_compute(self) -> float | None:
        """The median of the time with the model, in seconds; None when nothing has ended lately."""
        now = self._clock()
        if now >= self._median_until:
            self._median = percentile((b.compute for b in self._current()), 0.5)
            self._median_until = now + _FRESH
        return self._median

    def latency(self, share: float) -> float | None:
        """A percentile of the time from arrival to answer, in seconds."""
        return percentile((b.latency for b in self._current()), share)

    def _current(self) -> list[_Bucket]:
        self._bucket()
        return self._buckets

    def _seconds(self) -> float:
        """How far back the buckets reach: the running one is not whole yet."""
        now = self._clock()
        return max(_BUCKET, min(now - self._begun, WINDOW - _BUCKET + now % _BUCKET))

    def _bucket(self) -> _Bucket:
        at = int(self._clock() / _BUCKET)
        if at != self._at:
            self._turn(at)
        return self._buckets[at % _BUCKETS]

    def _turn(self, at: int) -> None:
        """Goes on to a later bucket; the time for which others waited is divided among those in between."""
        for number in range(max(self._at, at - _BUCKETS), at):
            if number > self._at:
                self._buckets[number % _BUCKETS] = _Bucket()
            if self._full_since is not None:
                end = (number + 1) * _BUCKET
                self._buckets[number % _BUCKETS].full_seconds += max(0.0, min(_BUCKET, end - self._full_since))
                self._full_since = max(self._full_since, end)
        self._buckets[at % _BUCKETS] = _Bucket()
        self._at = at
