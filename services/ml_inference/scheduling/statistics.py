"""Statistics of one version on this replica: the requests of the last minute, and counters since it was loaded."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from uat.ml_inference.v1 import traffic_pb2

from services.kit.sliding_window import Counts, SlidingWindow
from services.kit.times import duration
from services.ml_inference import metrics

MINUTE = 60.0
_RECENT = 10.0
"""Seconds that rates and percentiles of the load are measured over."""


@dataclass(slots=True)
class VersionCounts(Counts):
    """Requests that Triton executed, and what happened besides."""

    arrivals: int = 0
    cached: int = 0
    """Requests that the response cache answered."""
    copies: int = 0
    differences: int = 0
    """Shadow copies that were executed, and those whose responses differed."""

    def figures(self, version: str) -> traffic_pb2.VersionFigures:
        """The counts as the contract has them."""
        return version_figures(version, self, self.copies, self.differences)


class VersionStatistics:
    """Counts the requests of one version. `clock` is monotonic, in seconds."""

    def __init__(self, model: str, version: str, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._created = clock()
        self._window = SlidingWindow(VersionCounts, MINUTE, clock)
        self._compute = metrics.COMPUTE.labels(model, version)
        self.cache_hits = 0
        self.cache_misses = 0

    def arrived(self) -> None:
        """Counts a request that was routed to the version."""
        self._window.current.arrivals += 1

    def answered(self, latency: float, compute: float) -> None:
        """Counts an answered request: the seconds since it arrived, and those that it was with Triton."""
        self._window.current.ended(latency, failed=False)
        self._compute.observe(compute)

    def failed(self) -> None:
        """Counts a failed request that counts against the version."""
        self._window.current.ended(0.0, failed=True)

    def cached(self) -> None:
        """Counts a request that the response cache answered."""
        self._window.current.cached += 1
        self.cache_hits += 1

    def copied(self, *, equal: bool) -> None:
        """Counts a shadow copy."""
        counts = self._window.current
        counts.copies += 1
        counts.differences += not equal

    def minute(self) -> VersionCounts:
        """The counts of the last minute."""
        return self._window.total()

    def recent(self) -> tuple[VersionCounts, float]:
        """The counts of the last ten seconds, and the seconds that they cover: less after the start, and the current second is not over."""
        now = self._clock()
        return self._window.total(_RECENT), max(0.5, min(now - self._created, _RECENT - 1 + now % 1))


def version_figures(version: str, counts: Counts, copies: int = 0, differences: int = 0) -> traffic_pb2.VersionFigures:
    """Counts as the contract has them."""
    median, slowest = counts.quantile(0.5), counts.quantile(0.99)
    return traffic_pb2.VersionFigures(
        version=version,
        requests=counts.requests,
        errors=counts.errors,
        latency_p50=None if median is None else duration(median),
        latency_p99=None if slowest is None else duration(slowest),
        shadow_requests=copies,
        shadow_differences=differences,
    )
