"""What ml_inference counts, by model and version: labels are only those of the registry, never what a caller made up."""

from __future__ import annotations

from functools import cache

from prometheus_client import Counter, Gauge, Histogram

_LABELS = ("model", "version")
_SECONDS = (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30)

WAITING = Gauge("uat_ml_inference_waiting_requests", "Requests that stand in the line before a version.", _LABELS)
WAITED = Histogram("uat_ml_inference_wait_seconds", "Time in that line, of those who had to wait.", _LABELS, buckets=_SECONDS)
COMPUTE = Histogram("uat_ml_inference_compute_seconds", "Time with Triton.", _LABELS, buckets=_SECONDS)
REFUSED = Counter("uat_ml_inference_refused", "Requests that were refused before any work.", (*_LABELS, "reason"))
FAILED = Counter("uat_ml_inference_failed", "Requests that a version failed.", (*_LABELS, "reason"))
CACHED = Counter("uat_ml_inference_cached", "Requests that were answered from the cache.", _LABELS)
ROLLED_BACK = Counter("uat_ml_inference_canaries_rolled_back", "Canaries that this replica found worse.", (*_LABELS, "cause"))
RESCUED = Counter("uat_ml_inference_rescued", "Requests that the stable version answered after the canary failed them.", _LABELS)

# Finding a metric by its labels costs more than changing it; there are as many as there are versions.
waited, compute, cached = cache(WAITED.labels), cache(COMPUTE.labels), cache(CACHED.labels)
