"""Request counts over a sliding window: rates, error shares and latency percentiles, in memory that does not grow with traffic."""

from __future__ import annotations

import math
from collections import Counter, deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, fields
from typing import Any, Generic, Self, TypeVar

_SHORTEST, _GROWTH = 1e-5, math.log(1.05)


def latency_bin(seconds: float) -> int:
    """The histogram bin of a duration. Bins grow by 5 %, which is the precision of a percentile."""
    return int(math.log(seconds / _SHORTEST) / _GROWTH) if seconds > _SHORTEST else 0


def quantile(bins: Counter[int], share: float) -> float | None:
    """The duration in seconds that this share of the histogram does not exceed; None for an empty histogram."""
    left = share * bins.total()
    for index in sorted(bins):
        left -= bins[index]
        if left <= 0:
            return _SHORTEST * math.exp((index + 0.5) * _GROWTH)
    return None


@dataclass(slots=True)
class Counts:
    """Counts of ended requests. A subclass may add more integers, floats and histograms."""

    requests: int = 0
    errors: int = 0
    latency: Counter[int] = field(default_factory=Counter)
    """Latency histogram of the requests that did not fail."""

    def ended(self, seconds: float, *, failed: bool) -> None:
        """Counts one request."""
        self.requests += 1
        if failed:
            self.errors += 1
        else:
            self.latency[latency_bin(seconds)] += 1

    def add(self, other: Self) -> None:
        """Adds another's counts to these."""
        for each in fields(self):
            value = getattr(other, each.name)
            if isinstance(value, Counter):
                getattr(self, each.name).update(value)
            elif value:
                setattr(self, each.name, getattr(self, each.name) + value)

    def quantile(self, share: float) -> float | None:
        """A percentile of the latency in seconds; None when no request was answered."""
        return quantile(self.latency, share)

    def slower(self, seconds: float) -> int:
        """How many requests took clearly longer than `seconds`."""
        limit = latency_bin(seconds)
        return sum(count for index, count in self.latency.items() if index > limit)

    def packed(self) -> list[Any]:
        """The counts as JSON values, to send them to other replicas."""
        values = (getattr(self, each.name) for each in fields(self))
        return [[x for pair in value.items() for x in pair] if isinstance(value, Counter) else value for value in values]

    @classmethod
    def unpacked(cls, packed: list[Any]) -> Self:
        """The inverse of `packed`."""
        values: list[Any] = [Counter(dict(zip(v[::2], v[1::2], strict=True))) if isinstance(v, list) else v for v in packed]
        return cls(*values)


C = TypeVar("C", bound=Counts)


class SlidingWindow(Generic[C]):
    """Counts of the last `seconds`, kept in `parts` buckets. `clock` is monotonic, in seconds."""

    def __init__(self, new: Callable[[], C], seconds: float, clock: Callable[[], float], parts: int = 60) -> None:
        self.seconds = seconds
        self._new = new
        self._clock = clock
        self._parts = parts
        self._width = seconds / parts
        self._buckets: deque[tuple[int, C]] = deque()

    @property
    def current(self) -> C:
        """The bucket that counts now."""
        at = int(self._clock() / self._width)
        if not self._buckets or self._buckets[-1][0] != at:
            self._expire(at)
            self._buckets.append((at, self._new()))
        return self._buckets[-1][1]

    def recent(self, seconds: float | None = None) -> Iterator[C]:
        """The buckets of the last `seconds`, oldest first; all of the window by default."""
        at = int(self._clock() / self._width)
        self._expire(at)
        first = at - (self._parts if seconds is None else round(seconds / self._width))
        return (counts for number, counts in self._buckets if number > first)

    def total(self, seconds: float | None = None) -> C:
        """The sum over the last `seconds`; over the whole window by default."""
        found = self._new()
        for counts in self.recent(seconds):
            found.add(counts)
        return found

    def _expire(self, at: int) -> None:
        while self._buckets and self._buckets[0][0] <= at - self._parts:
            self._buckets.popleft()
