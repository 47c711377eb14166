"""The lines before all versions of all models, with the limits that their settings and configurations give them."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from inference import model_config_pb2
from uat.ml_inference.v1 import model_pb2

from services.ml_inference.metrics import WAITING
from services.ml_inference.scheduling.fair_queue import Limits
from services.ml_inference.scheduling.queue import RequestQueue
from services.ml_inference.scheduling.statistics import Statistics

MAX_SIZE, PRIORITY_LEVELS, DEFAULT_TIMEOUT = 256, 3, 30.0


class Admission:
    """One line for each version, so that a version that is slow keeps nobody from the others."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._lines: dict[tuple[str, str], tuple[RequestQueue, model_pb2.ModelSettings, model_config_pb2.ModelConfig]] = {}

    def line(self, model: str, version: str, settings: model_pb2.ModelSettings, config: model_config_pb2.ModelConfig) -> RequestQueue:
        """The version's line, with the limits that hold now."""
        found = self._lines.get((model, version))
        if found is not None and found[1] is settings and found[2] is config:
            return found[0]
        limits = limits_of(settings.queue, config)
        if found is None:
            line = RequestQueue(f"{model}/{version}", limits, Statistics(self._clock), self._clock, WAITING.labels(model, version).set)
        else:
            line = found[0]
            if limits != line.limits:
                line.resize(limits)
        self._lines[model, version] = line, settings, config
        return line

    def known(self, model: str, version: str) -> RequestQueue | None:
        """The version's line, if it ever had a request."""
        found = self._lines.get((model, version))
        return None if found is None else found[0]

    def lines(self, model: str = "") -> Iterable[tuple[str, str, RequestQueue]]:
        """All lines, or those of one model: model, version, line."""
        return [(name, version, line) for (name, version), (line, _, _) in self._lines.items() if model in ("", name)]

    def forget(self, model: str, version: str) -> None:
        """Begins anew for a version that was unloaded: its counts are since it was loaded. Those who still wait keep their places."""
        found = self._lines.get((model, version))
        if found is not None and not found[0].running and not found[0].waiting:
            del self._lines[model, version]


def limits_of(queue: model_pb2.QueueSettings, config: model_config_pb2.ModelConfig) -> Limits:
    """The limits, defaults filled in."""
    max_size, levels = queue.max_size or MAX_SIZE, queue.priority_levels or PRIORITY_LEVELS
    seconds = queue.default_timeout.ToTimedelta().total_seconds() if queue.HasField("default_timeout") else DEFAULT_TIMEOUT
    return Limits(
        max_size=max_size,
        max_size_per_tenant=min(max_size, queue.max_size_per_tenant or max(1, max_size // 2)),
        max_running=queue.max_running or 2 * instances(config) * max(1, config.max_batch_size),
        levels=levels,
        default_priority=min(levels, queue.default_priority or (levels + 1) // 2),
        default_timeout=seconds,
    )


def instances(config: model_config_pb2.ModelConfig) -> int:
    """How many copies of a model Triton runs."""
    return sum(max(1, group.count) * max(1, len(group.gpus)) for group in config.instance_group) or 1
