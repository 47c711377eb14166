"""Puts assistantd together."""

from __future__ import annotations

from uat.assistantd.v1 import assistantd_service_pb2, openai_service_pb2

from services.kit.app import App, Served
from services.kit.clients import Clients
from services.kit.config import Settings
from services.kit.identity.trust_watch import TrustWatch
from services.targets import PORTS


def build(settings: Settings) -> App:
    """The contract of assistantd, answered honestly: nothing of it is built yet."""
    clients = Clients(settings, PORTS)
    trust = TrustWatch(clients, settings.trust_staleness_seconds)
    return App(
        name="assistantd",
        port=PORTS["assistantd"] + settings.port_offset,
        served=[
            Served(assistantd_service_pb2.DESCRIPTOR.services_by_name["AssistantdService"]),
            Served(openai_service_pb2.DESCRIPTOR.services_by_name["OpenaiService"]),
        ],
        trust=trust,
        resources=[clients, trust],
    )
