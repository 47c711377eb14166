"""Builds the data path."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from services.kit.triton.client import Triton
from services.ml_inference.inference.inference import Inference
from services.ml_inference.inference.leases import Leases
from services.ml_inference.inference.response_cache import ResponseCache
from services.ml_inference.registry.models import Version
from services.ml_inference.routing.router import Router
from services.ml_inference.routing.shadow import Shadows
from services.ml_inference.scheduling.queues import Queues


@dataclass(frozen=True, slots=True)
class InferenceParts:
    """What the other packages use."""

    leases: Leases
    shadows: Shadows
    inference: Inference


def build(
    router: Router,
    queues: Queues,
    cache: ResponseCache,
    triton: Triton,
    load: Callable[[Version], Awaitable[None]],
    unavailable: Callable[[], object],
    clock: Callable[[], float],
) -> InferenceParts:
    """The data path to one Triton. `load` makes a version ready, or raises; `unavailable` is called when Triton or a model was away."""

    def compared(model: str, version: str, equal: bool) -> None:
        if (queue := queues.existing(model, version)) is not None:
            queue.statistics.copied(equal=equal)

    leases, shadows = Leases(router, queues, load), Shadows(compared)
    return InferenceParts(leases, shadows, Inference(leases, triton, cache, shadows, unavailable, clock))
