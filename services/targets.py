"""The table of the mesh: every service, where it listens and which services it may call. Calls go down the layers, never up."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import cast

from services.kit.app import App
from services.kit.config import Settings

LAYERS: tuple[tuple[str, ...], ...] = (
    ("api_gateway", "websocket_hub"),
    ("assistantd",),
    ("chat",),
    ("memory",),
    ("llm_router",),
    ("fast_llm", "ml_inference", "vision", "vector_db"),
    ("cache_coordinator", "metrics_aggregator", "parameter_analytics", "load_balancer"),
    ("auth",),
)
"""Outermost first. The import rules, the Istio policies and the tests are held against this."""

METRICS_OFFSET = 10_000
"""A process's metrics port is its service's port plus this."""


@dataclass(frozen=True, slots=True)
class Target:
    """One service of the mesh."""

    name: str
    port: int
    calls: tuple[str, ...]

    def build(self, settings: Settings) -> App:
        """Puts the service together. Its code is imported here and not before."""
        module = importlib.import_module(f"services.{self.name}.app")
        return cast(Callable[[Settings], App], module.build)(settings)


TARGETS: dict[str, Target] = {
    t.name: t
    for t in (
        Target("api_gateway", 8010, ("auth",)),
        Target("websocket_hub", 8018, ("auth",)),
        Target("assistantd", 8086, ("auth", "llm_router", "memory", "vector_db", "vision")),
        Target("chat", 8016, ("auth", "llm_router", "memory")),
        Target("llm_router", 3033, ("auth", "fast_llm", "ml_inference", "vision", "cache_coordinator", "parameter_analytics")),
        Target("memory", 8017, ("auth", "llm_router", "vector_db", "cache_coordinator")),
        Target("fast_llm", 3030, ("auth",)),
        Target("ml_inference", 8091, ("auth",)),
        Target("vision", 8084, ("auth",)),
        Target("vector_db", 8085, ("auth",)),
        Target("auth", 8015, ()),
        Target("cache_coordinator", 8012, ("auth",)),
        Target("metrics_aggregator", 8013, ("auth",)),
        Target("parameter_analytics", 3032, ("auth",)),
        Target("load_balancer", 8011, ("auth",)),
    )
}

PORTS: dict[str, int] = {name: target.port for name, target in TARGETS.items()}
