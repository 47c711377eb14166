"""One bounded queue with its statistics for each version, so that a slow version delays no other one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from inference import model_config_pb2
from uat.ml_inference.v1 import model_pb2

from services.kit.admission.queue import LAST, AdmissionQueue, Demand, Limits
from services.kit.sliding_window import Counts, SlidingWindow
from services.ml_inference import metrics
from services.ml_inference.metrics import WAITING
from services.ml_inference.registry.models import Version

_WAITING, _PRIORITY_LEVELS, _LONGEST_WAIT = 256, 3, 30.0
_COPY_WAIT = 5.0
"""Seconds after which a shadow copy that got no slot is dropped."""
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


class VersionQueue:
    """The queue of one version, with the limits of its model's settings, and its statistics."""

    def __init__(self, version: Version, settings: model_pb2.ModelSettings, clock: Callable[[], float]) -> None:
        waiting = WAITING.labels(version.model, version.number)
        self.settings = settings
        self.config = version.config
        self.admission = AdmissionQueue(
            version.name, limits_of(settings.queue, version.config), clock, metadata={"model": version.name}, on_waiting=waiting.set
        )
        self.statistics = VersionStatistics(version.model, version.number, clock)

    def configure(self, settings: model_pb2.ModelSettings, config: model_config_pb2.ModelConfig) -> None:
        """Takes over changed settings; waiting requests stay."""
        self.settings, self.config = settings, config
        self.admission.resize(limits_of(settings.queue, config))

    def demand(self, tenant_id: str, priority: int, rows: int, deadline: float | None, longest_wait: float | None = None) -> Demand:
        """What a request needs. Priority 0 is the model's default one, and a lower one than the model has counts as its lowest."""
        queue = self.settings.queue
        levels = queue.priority_levels or _PRIORITY_LEVELS
        default = min(levels, queue.default_priority or (levels + 1) // 2)
        return Demand(tenant_id, min(priority or default, levels), rows, deadline, longest_wait)

    def copy_demand(self) -> Demand:
        """What a shadow copy needs: it waits behind all requests, and takes no place from them."""
        return Demand(priority=LAST, longest_wait=_COPY_WAIT, bounded=False)


class Queues:
    """The queues of all versions. `clock` is monotonic, in seconds."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._queues: dict[tuple[str, str], VersionQueue] = {}

    def of(self, version: Version, settings: model_pb2.ModelSettings) -> VersionQueue:
        """The version's queue, with the limits that hold now."""
        queue = self._queues.get((version.model, version.number))
        if queue is None:
            queue = self._queues[version.model, version.number] = VersionQueue(version, settings, self._clock)
        elif queue.settings is not settings or queue.config is not version.config:
            queue.configure(settings, version.config)
        return queue

    def existing(self, model: str, version: str) -> VersionQueue | None:
        """The version's queue, if it had a request since it was loaded."""
        return self._queues.get((model, version))

    def of_model(self, model: str) -> Iterator[tuple[str, VersionQueue]]:
        """The existing queues of a model, by version."""
        return ((version, queue) for (name, version), queue in list(self._queues.items()) if name == model)

    def reset(self, model: str, version: str) -> None:
        """Starts afresh for an unloaded version: its counters are those since it was loaded. Requests that still wait stay."""
        queue = self._queues.get((model, version))
        if queue is not None and not queue.admission.running and not queue.admission.waiting:
            del self._queues[model, version]


def limits_of(queue: model_pb2.QueueSettings, config: model_config_pb2.ModelConfig) -> Limits:
    """The limits that a model's settings give the queue of a version."""
    waiting = queue.max_size or _WAITING
    instances = sum(max(1, group.count) * max(1, len(group.gpus)) for group in config.instance_group) or 1
    return Limits(
        running=queue.max_running or 2 * instances * max(1, config.max_batch_size),
        waiting=waiting,
        waiting_per_tenant=min(waiting, queue.max_size_per_tenant or max(1, waiting // 2)),
        longest_wait=queue.default_timeout.ToTimedelta().total_seconds() if queue.HasField("default_timeout") else _LONGEST_WAIT,
    )
