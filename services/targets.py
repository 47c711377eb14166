"""The services of the mesh, their ports and their layers. Calls go down the layers, never up; which service may call which RPC is in the
contracts (`services.contracts.calls` collects it)."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:  # who reads the table needs no server
    from services.kit.app import App
    from services.kit.config import Settings

LAYERS: tuple[tuple[str, ...], ...] = (
    ("api_gateway", "websocket_hub"),
    ("assistantd",),
    ("chat",),
    ("memory",),
    ("llm_router",),
    ("vector_db",),
    ("fast_llm", "ml_inference", "vision"),
    ("cache_coordinator", "metrics_aggregator", "parameter_analytics", "load_balancer"),
    ("auth",),
)
"""Outermost first. Tests compare the callers in the contracts with it."""

METRICS_OFFSET = 10_000
"""A process's metrics port is its service's port plus this."""


@dataclass(frozen=True, slots=True)
class Target:
    """One service of the mesh."""

    name: str
    port: int

    def build(self, settings: Settings) -> App:
        """Builds the service. Its code is imported here and not before."""
        module = importlib.import_module(f"services.{self.name}.app")
        return cast("Callable[[Settings], App]", module.build)(settings)


TARGETS: dict[str, Target] = {
    t.name: t
    for t in (
        Target("api_gateway", 8010),
        Target("websocket_hub", 8018),
        Target("assistantd", 8086),
        Target("chat", 8016),
        Target("llm_router", 3033),
        Target("memory", 8017),
        Target("fast_llm", 3030),
        Target("ml_inference", 8091),
        Target("vision", 8084),
        Target("vector_db", 8085),
        Target("auth", 8015),
        Target("cache_coordinator", 8012),
        Target("metrics_aggregator", 8013),
        Target("parameter_analytics", 3032),
        Target("load_balancer", 8011),
    )
}

PORTS: dict[str, int] = {name: target.port for name, target in TARGETS.items()}
