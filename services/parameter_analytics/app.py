"""Puts parameter_analytics together."""

from __future__ import annotations

from uat.parameter_analytics.v1 import parameter_analytics_service_pb2

from services.kit.app import App, Served
from services.kit.clients import Clients
from services.kit.config import Settings
from services.kit.identity.trust_watch import TrustWatch
from services.targets import PORTS


def build(settings: Settings) -> App:
    """The contract of parameter_analytics, answered honestly: nothing of it is built yet."""
    clients = Clients(settings, PORTS)
    trust = TrustWatch(clients, settings.trust_staleness_seconds)
    return App(
        name="parameter_analytics",
        port=PORTS["parameter_analytics"] + settings.port_offset,
        served=[
            Served(parameter_analytics_service_pb2.DESCRIPTOR.services_by_name["ParameterAnalyticsService"]),
        ],
        trust=trust,
        resources=[clients, trust],
    )
