"""Puts api_gateway together."""

from __future__ import annotations

from uat.api_gateway.v1 import api_gateway_service_pb2

from services.api_gateway.descriptors import load
from services.api_gateway.service import ApiGatewayServicer
from services.kit.app import App, Served
from services.kit.clients import Clients
from services.kit.config import Settings
from services.kit.identity.trust_watch import TrustWatch
from services.targets import PORTS


def build(settings: Settings) -> App:
    """The API document, and reflection over every contract."""
    clients, contracts = Clients(settings, PORTS), load()
    trust = TrustWatch(clients, settings.trust_staleness_seconds)
    return App(
        name="api_gateway",
        port=PORTS["api_gateway"] + settings.port_offset,
        served=[Served(api_gateway_service_pb2.DESCRIPTOR.services_by_name["ApiGatewayService"], ApiGatewayServicer(contracts.openapi))],
        trust=trust,
        resources=[clients, trust],
        reflected=contracts.pool,
        reflected_services=contracts.services,
    )
