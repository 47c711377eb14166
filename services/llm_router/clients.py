"""Clients of the services that llm_router calls beside its providers."""

from __future__ import annotations

from collections.abc import Sequence

from uat.vision.v1 import analysis_pb2, vision_service_pb2, vision_service_pb2_grpc

from services.kit.clients import Clients

SECONDS = 60.0
"""Seconds that one picture may take."""


class Vision:
    """Analyses pictures with vision. Every call carries the user's token and the service's own."""

    def __init__(self, clients: Clients) -> None:
        self._clients = clients
        self._stub = vision_service_pb2_grpc.VisionServiceStub(clients.channel("vision"))

    async def analyze(self, content: bytes, features: Sequence[analysis_pb2.AnalysisFeature]) -> analysis_pb2.Analysis:
        """The analysis of one picture. Raises a Fault."""
        request = vision_service_pb2.AnalyzeImageRequest(source={"content": content}, options={"features": features})
        response: vision_service_pb2.AnalyzeImageResponse = await self._clients.unary(self._stub.AnalyzeImage, request, timeout=SECONDS)
        return response.analysis
