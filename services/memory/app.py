"""Puts memory together."""

from __future__ import annotations

from uat.memory.v1 import memory_service_pb2

from services.kit.app import App, Served
from services.kit.clients import Clients
from services.kit.config import Settings
from services.kit.identity.trust_watch import TrustWatch
from services.targets import PORTS


def build(settings: Settings) -> App:
    """The contract of memory, answered honestly: nothing of it is built yet."""
    clients = Clients(settings, PORTS)
    trust = TrustWatch(clients, settings.trust_staleness_seconds)
    return App(
        name="memory",
        port=PORTS["memory"] + settings.port_offset,
        served=[
            Served(memory_service_pb2.DESCRIPTOR.services_by_name["MemoryService"]),
        ],
        trust=trust,
        resources=[clients, trust],
    )
