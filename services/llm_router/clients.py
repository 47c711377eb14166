"""The service below that llm_router asks about pictures."""

from __future__ import annotations

from collections.abc import Sequence

from uat.vision.v1 import analysis_pb2, vision_service_pb2, vision_service_pb2_grpc

from services.kit.clients import Clients

SECONDS = 60.0
"""The longest that one picture may take."""


class Vision:
    """Asks vision what is in a picture. Every call carries the user's token and ours."""

    def __init__(self, clients: Clients) -> None:
        self._clients = clients
        self._stub = vision_service_pb2_grpc.VisionServiceStub(clients.channel("vision"))

    async def analyze(self, content: bytes, features: Sequence[analysis_pb2.AnalysisFeature]) -> analysis_pb2.Analysis:
        """Fulfils `Eyes`."""
        request = vision_service_pb2.AnalyzeImageRequest(source={"content": content}, options={"features": features})
        response: vision_service_pb2.AnalyzeImageResponse = await self._clients.unary(self._stub.AnalyzeImage, request, timeout=SECONDS)
        return response.analysis
