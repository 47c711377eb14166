"""Prometheus metrics by model and version. Labels are names of the registry, never text of callers."""

from __future__ import annotations

from functools import cache

from prometheus_client import Counter, Gauge, Histogram

_LABELS = ("model", "version")
_SECONDS = (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30)

WAITING = Gauge("uat_ml_inference_waiting_requests", "Requests in the queue of a version.", _LABELS)
WAITED = Histogram("uat_ml_inference_wait_seconds", "Time in that queue, of requests that waited.", _LABELS, buckets=_SECONDS)
COMPUTE = Histogram("uat_ml_inference_compute_seconds", "Time that Triton took.", _LABELS, buckets=_SECONDS)
REFUSED = Counter("uat_ml_inference_refused", "Requests that were refused before execution.", (*_LABELS, "reason"))
FAILED = Counter("uat_ml_inference_failed", "Requests that a version failed.", (*_LABELS, "reason"))
CACHED = Counter("uat_ml_inference_cached", "Requests that were answered from the cache.", _LABELS)
ROLLED_BACK = Counter("uat_ml_inference_canaries_rolled_back", "Canaries that this replica rolled back.", (*_LABELS, "cause"))
RESCUED = Counter("uat_ml_inference_rescued", "Requests that the stable version answered after the canary failed them.", _LABELS)

# Looking a metric up by its labels costs more than changing it.
waited, compute, cached = cache(WAITED.labels), cache(COMPUTE.labels), cache(CACHED.labels)
