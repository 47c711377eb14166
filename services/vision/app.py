"""Puts vision together."""

from __future__ import annotations

from uat.vision.v1 import vision_service_pb2

from services.kit.app import App, Served
from services.kit.clients import Clients
from services.kit.config import Settings, load
from services.kit.trust import Trust
from services.kit.trust_watch import TrustWatch
from services.targets import PORTS
from services.vision.config import VisionConfig


def build(settings: Settings, config: VisionConfig | None = None) -> App:
    """vision over PostgreSQL, NATS and Triton."""
    config = config or load(VisionConfig, "UAT_VISION_")
    clients, trust = Clients(settings, PORTS), Trust()
    return App(
        name="vision",
        port=PORTS["vision"] + settings.port_offset,
        served=[Served(vision_service_pb2.DESCRIPTOR.services_by_name["VisionService"])],
        trust=trust,
        resources=[TrustWatch(trust, clients)],
    )
