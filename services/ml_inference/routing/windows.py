"""What versions did over a sliding window, so that replicas can add theirs up."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from google.protobuf.duration_pb2 import Duration
from uat.ml_inference.v1 import traffic_pb2

from services.kit.times import duration
from services.ml_inference.scheduling.statistics import bin_of, percentile

MINUTE = 60.0
_BUCKETS = 60


@dataclass(slots=True)
class Tally:
    """Counts of requests and copies. Times are those of requests that were answered."""

    requests: int = 0
    errors: int = 0
    copies: int = 0
    differences: int = 0
    latency: Counter[int] = field(default_factory=Counter)

    def add(self, other: Tally, sign: int = 1) -> None:
        """Takes in another's counts; with a `sign` of -1 takes them out."""
        self.requests += sign * other.requests
        self.errors += sign * other.errors
        self.copies += sign * other.copies
        self.differences += sign * other.differences
        for index, count in other.latency.items():
            self.latency[index] += sign * count
            if not self.latency[index]:
                del self.latency[index]

    def quantile(self, share: float) -> float | None:
        """The time that this share of those answered did not exceed, in seconds; None when nothing was answered."""
        return percentile((self.latency,), share)

    def slower(self, seconds: float) -> int:
        """How many took clearly longer than so many seconds."""
        limit = bin_of(seconds)
        return sum(count for index, count in self.latency.items() if index > limit)

    def figures(self, version: str) -> traffic_pb2.VersionFigures:
        """The counts as the contract has them."""
        return traffic_pb2.VersionFigures(
            version=version,
            requests=self.requests,
            errors=self.errors,
            latency_p50=_duration(self.quantile(0.5)),
            latency_p99=_duration(self.quantile(0.99)),
            shadow_requests=self.copies,
            shadow_differences=self.differences,
        )

    def packed(self) -> list[Any]:
        """The counts in few bytes, for other replicas."""
        return [self.requests, self.errors, self.copies, self.differences, [x for pair in self.latency.items() for x in pair]]

    @classmethod
    def unpacked(cls, packed: list[Any]) -> Tally:
        """What `packed` made."""
        requests, errors, copies, differences, bins = packed
        return cls(requests, errors, copies, differences, Counter(dict(zip(bins[::2], bins[1::2], strict=True))))


class Window:
    """Counts over the last so many seconds, to within a sixtieth of them. `clock` is monotonic, in seconds."""

    def __init__(self, seconds: float, clock: Callable[[], float]) -> None:
        self.seconds = seconds
        self._clock = clock
        self._width = seconds / _BUCKETS
        self._buckets: deque[tuple[int, Tally]] = deque()
        self._total = Tally()

    def ended(self, seconds: float, failed: bool) -> None:
        """Takes in a request."""
        bucket, total = self._bucket(), self._total
        bucket.requests += 1
        total.requests += 1
        if failed:
            bucket.errors += 1
            total.errors += 1
        else:
            index = bin_of(seconds)
            bucket.latency[index] += 1
            total.latency[index] += 1

    def copied(self, equal: bool) -> None:
        """Takes in a copy."""
        for tally in (self._bucket(), self._total):
            tally.copies += 1
            tally.differences += not equal

    @property
    def total(self) -> Tally:
        """The counts now. They are the window's own: read them, and don't keep them."""
        self._bucket()
        return self._total

    def slow_moments(self, seconds: float) -> int:
        """In how many of the window's sixty parts something took clearly longer than so many seconds."""
        limit = bin_of(seconds)
        self._bucket()
        return sum(any(index > limit for index in tally.latency) for _, tally in self._buckets)

    def _bucket(self) -> Tally:
        at = int(self._clock() / self._width)
        buckets = self._buckets
        if buckets and buckets[-1][0] == at:
            return buckets[-1][1]
        while buckets and buckets[0][0] <= at - _BUCKETS:
            self._total.add(buckets.popleft()[1], -1)
        fresh = Tally()
        buckets.append((at, fresh))
        return fresh


def _duration(seconds: float | None) -> Duration | None:
    return None if seconds is None else duration(seconds)
