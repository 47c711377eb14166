"""Puts api_gateway together."""

from __future__ import annotations

from uat.api_gateway.v1 import api_gateway_service_pb2

from services.kit.app import App, Served
from services.kit.clients import Clients
from services.kit.config import Settings
from services.kit.trust import Trust
from services.kit.trust_watch import TrustWatch
from services.targets import PORTS


def build(settings: Settings) -> App:
    """The contract of api_gateway, answered honestly: nothing of it is built yet."""
    trust = Trust()
    return App(
        name="api_gateway",
        port=PORTS["api_gateway"] + settings.port_offset,
        served=[
            Served(api_gateway_service_pb2.DESCRIPTOR.services_by_name["ApiGatewayService"]),
        ],
        trust=trust,
        resources=[TrustWatch(trust, Clients(settings, PORTS))],
    )
