"""Builds the lifecycle."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from services.kit.nats.connection import Nats
from services.kit.triton.client import Triton
from services.ml_inference.config import MlInferenceConfig
from services.ml_inference.lifecycle.drain_protocol import DrainProtocol
from services.ml_inference.lifecycle.lifecycle import Lifecycle
from services.ml_inference.lifecycle.liveness import Liveness
from services.ml_inference.lifecycle.loading import Loading
from services.ml_inference.lifecycle.memory_budget import MemoryBudgets
from services.ml_inference.lifecycle.recovery import Recovery
from services.ml_inference.lifecycle.triton_models import TritonModels
from services.ml_inference.lifecycle.unloading import Unloading
from services.ml_inference.lifecycle.usage_flush import UsageFlush
from services.ml_inference.lifecycle.warm_up import WarmUp
from services.ml_inference.registry.registry import Registry
from services.ml_inference.registry.store import Store
from services.ml_inference.triton.memory import capacities


@dataclass(frozen=True, slots=True)
class LifecycleParts:
    """What the other packages use."""

    protocol: DrainProtocol
    lifecycle: Lifecycle
    budgets: MemoryBudgets
    warm_up: WarmUp
    usage_flush: UsageFlush


def build(
    config: MlInferenceConfig,
    registry: Registry,
    store: Store,
    nats: Nats,
    triton: Triton,
    replica: str,
    has_share: Callable[[str, str], bool],
    unloaded: Callable[[str, str], None],
    clock: Callable[[], float],
) -> LifecycleParts:
    """The lifecycle of the registry's versions in one Triton.

    `has_share` tells whether traffic rules name a version; `unloaded` is called for each unloaded one. Both get model and version.
    """
    models, warm_up = TritonModels(triton, config.repository), WarmUp(triton)
    budgets = MemoryBudgets(
        registry.versions, registry.pinned, registry.limit, capacities(config.gpu_bytes), has_share, config.in_use_seconds
    )
    protocol = DrainProtocol(registry.versions, registry.move, registry.notify, nats, replica, clock)
    loading = Loading(registry, store, models, budgets, warm_up, config.repository, clock)
    unloading = Unloading(registry, models, protocol, unloaded)
    recovery = Recovery(registry, Liveness(triton, clock), protocol, loading.restart, loading.suspend, clock)
    lifecycle = Lifecycle(registry, models, budgets, loading, unloading, recovery, config.watch_seconds, clock)
    return LifecycleParts(protocol, lifecycle, budgets, warm_up, UsageFlush(registry, store, config.repository))
