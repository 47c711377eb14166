"""Builds routing and its automation."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from services.kit.ids import NewId
from services.kit.nats.connection import Nats
from services.kit.postgres.database import Database
from services.ml_inference.registry.registry import Registry
from services.ml_inference.routing.automation import Automation
from services.ml_inference.routing.control import TrafficControl
from services.ml_inference.routing.router import Router
from services.ml_inference.routing.store import TrafficStore
from services.ml_inference.routing.traffic import PATIENCE, Traffic
from services.ml_inference.scheduling.queues import Queues


@dataclass(frozen=True, slots=True)
class RoutingParts:
    """What the other packages use."""

    store: TrafficStore
    router: Router
    traffic: Traffic
    automation: Automation
    control: TrafficControl


def build(
    registry: Registry,
    queues: Queues,
    database: Database,
    nats: Nats,
    replica: str,
    new_id: NewId,
    clock: Callable[[], float],
    patience: float = PATIENCE,
    router: Router | None = None,
) -> RoutingParts:
    """Routing by the rules in PostgreSQL. `patience` is for how many seconds a canary may be not ready."""
    store, router = TrafficStore(database, new_id), router or Router(registry.model)
    traffic = Traffic(router, queues, store, nats, replica, clock, patience)
    return RoutingParts(store, router, traffic, Automation(registry, traffic, store, clock), TrafficControl(registry, traffic, store))
