"""Puts cache_coordinator together."""

from __future__ import annotations

from uat.cache_coordinator.v1 import cache_coordinator_service_pb2

from services.kit.app import App, Served
from services.kit.clients import Clients
from services.kit.config import Settings
from services.kit.identity.trust_watch import TrustWatch
from services.targets import PORTS


def build(settings: Settings) -> App:
    """The contract of cache_coordinator, answered honestly: nothing of it is built yet."""
    clients = Clients(settings, PORTS)
    trust = TrustWatch(clients, settings.trust_staleness_seconds)
    return App(
        name="cache_coordinator",
        port=PORTS["cache_coordinator"] + settings.port_offset,
        served=[
            Served(cache_coordinator_service_pb2.DESCRIPTOR.services_by_name["CacheCoordinatorService"]),
        ],
        trust=trust,
        resources=[clients, trust],
    )
