"""Puts websocket_hub together."""

from __future__ import annotations

from uat.websocket_hub.v1 import websocket_hub_service_pb2

from services.kit.app import App, Served
from services.kit.clients import Clients
from services.kit.config import Settings
from services.kit.identity.trust_watch import TrustWatch
from services.targets import PORTS


def build(settings: Settings) -> App:
    """The contract of websocket_hub, answered honestly: nothing of it is built yet."""
    clients = Clients(settings, PORTS)
    trust = TrustWatch(clients, settings.trust_staleness_seconds)
    return App(
        name="websocket_hub",
        port=PORTS["websocket_hub"] + settings.port_offset,
        served=[
            Served(websocket_hub_service_pb2.DESCRIPTOR.services_by_name["WebsocketHubService"]),
        ],
        trust=trust,
        resources=[clients, trust],
    )
