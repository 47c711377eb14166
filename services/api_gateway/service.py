"""The wire side of api_gateway."""

from __future__ import annotations

from typing import Any

from google.api import httpbody_pb2
from uat.api_gateway.v1 import api_gateway_service_pb2 as pb


class ApiGatewayServicer:
    """Answers `uat.api_gateway.v1.ApiGatewayService`."""

    def __init__(self, openapi: bytes) -> None:
        self._openapi = openapi

    async def GetOpenApiDocument(self, request: pb.GetOpenApiDocumentRequest, context: Any) -> httpbody_pb2.HttpBody:
        return httpbody_pb2.HttpBody(content_type="application/json", data=self._openapi)
