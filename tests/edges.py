"""Real edges for tests."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

from uat.auth.v1 import auth_service_pb2

from services.kit.app import App, Served
from services.kit.testing import Issuer
from services.mesh.edge import render
from services.mesh.parts.envoy import Envoy
from services.mesh.ports import Ports


class Auth:
    """What an edge asks of auth: the keys that tokens are checked with."""

    def __init__(self, issuer: Issuer) -> None:
        self.issuer = issuer

    async def GetJwks(self, request: Any, context: Any) -> auth_service_pb2.GetJwksResponse:
        return auth_service_pb2.GetJwksResponse(keys=[self.issuer.public()])


def auth_app(ports: Ports, issuer: Issuer) -> App:
    """The keys of an issuer, where the edge looks for them."""
    auth = auth_service_pb2.DESCRIPTOR.services_by_name["AuthService"]
    return App(name="auth", port=ports.service("auth"), served=[Served(auth, Auth(issuer))], trust=issuer.trust())


def envoy(ports: Ports, folder: Path) -> Envoy:
    """The edge that people meet."""
    return Envoy(folder / "envoy", ports.edge, ports.envoy_admin, partial(render, ports, folder), workers=1)
