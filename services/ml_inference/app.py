"""Puts ml_inference together."""

from __future__ import annotations

from inference import grpc_service_pb2
from uat.ml_inference.v1 import ml_inference_service_pb2, open_inference_service_pb2

from services.kit.app import App, Served
from services.kit.clients import Clients
from services.kit.config import Settings
from services.kit.trust import Trust
from services.kit.trust_watch import TrustWatch
from services.targets import PORTS


def build(settings: Settings) -> App:
    """The contract of ml_inference, answered honestly: nothing of it is built yet."""
    trust = Trust()
    return App(
        name="ml_inference",
        port=PORTS["ml_inference"] + settings.port_offset,
        served=[
            Served(grpc_service_pb2.DESCRIPTOR.services_by_name["GRPCInferenceService"]),
            Served(ml_inference_service_pb2.DESCRIPTOR.services_by_name["MlInferenceService"]),
            Served(open_inference_service_pb2.DESCRIPTOR.services_by_name["OpenInferenceService"]),
        ],
        trust=trust,
        resources=[TrustWatch(trust, Clients(settings, PORTS))],
    )
