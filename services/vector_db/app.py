"""Puts vector_db together."""

from __future__ import annotations

from uat.vector_db.v1 import vector_db_service_pb2

from services.kit.app import App, Served
from services.kit.clients import Clients
from services.kit.config import Settings
from services.kit.identity.trust_watch import TrustWatch
from services.targets import PORTS


def build(settings: Settings) -> App:
    """The contract of vector_db, answered honestly: nothing of it is built yet."""
    clients = Clients(settings, PORTS)
    trust = TrustWatch(clients, settings.trust_staleness_seconds)
    return App(
        name="vector_db",
        port=PORTS["vector_db"] + settings.port_offset,
        served=[
            Served(vector_db_service_pb2.DESCRIPTOR.services_by_name["VectorDbService"]),
        ],
        trust=trust,
        resources=[clients, trust],
    )
