"""Puts load_balancer together."""

from __future__ import annotations

from uat.load_balancer.v1 import load_balancer_service_pb2

from services.kit.app import App, Served
from services.kit.clients import Clients
from services.kit.config import Settings
from services.kit.identity.trust_watch import TrustWatch
from services.targets import PORTS


def build(settings: Settings) -> App:
    """The contract of load_balancer, answered honestly: nothing of it is built yet."""
    clients = Clients(settings, PORTS)
    trust = TrustWatch(clients, settings.trust_staleness_seconds)
    return App(
        name="load_balancer",
        port=PORTS["load_balancer"] + settings.port_offset,
        served=[
            Served(load_balancer_service_pb2.DESCRIPTOR.services_by_name["LoadBalancerService"]),
        ],
        trust=trust,
        resources=[clients, trust],
    )
