"""Puts metrics_aggregator together."""

from __future__ import annotations

from uat.metrics_aggregator.v1 import metrics_aggregator_service_pb2, prometheus_service_pb2

from services.kit.app import App, Served
from services.kit.clients import Clients
from services.kit.config import Settings
from services.kit.identity.trust_watch import TrustWatch
from services.targets import PORTS


def build(settings: Settings) -> App:
    """The contract of metrics_aggregator, answered honestly: nothing of it is built yet."""
    clients = Clients(settings, PORTS)
    trust = TrustWatch(clients, settings.trust_staleness_seconds)
    return App(
        name="metrics_aggregator",
        port=PORTS["metrics_aggregator"] + settings.port_offset,
        served=[
            Served(metrics_aggregator_service_pb2.DESCRIPTOR.services_by_name["MetricsAggregatorService"]),
            Served(prometheus_service_pb2.DESCRIPTOR.services_by_name["PrometheusService"]),
        ],
        trust=trust,
        resources=[clients, trust],
    )
