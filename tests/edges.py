"""Real edges for tests, and ports for whole meshes: no two tests of one run share any, on however many workers they run."""

from __future__ import annotations

import os
import random
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

from uat.auth.v1 import auth_service_pb2

from services.kit.app import App, Served
from services.kit.testing import Issuer
from services.mesh.edge import render
from services.mesh.parts.envoy import Envoy
from services.mesh.ports import Ports, is_free

WORKER = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
WORKERS = int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))


def _apart() -> Iterator[Ports]:
    """Meshes none of which has a port of another one, beside those of a developer's mesh and of `make bench`."""
    taken: set[int] = set()
    for offset in range(1_100, 14_000):
        ports = Ports(offset)
        own = {port for _, port in ports.all()}
        if own.isdisjoint(taken):
            taken |= own
            yield ports


_of_this_worker = list(_apart())[WORKER::WORKERS]
random.shuffle(_of_this_worker)  # another run beside this one looks elsewhere first


def free_ports() -> Ports:
    """A mesh's ports on which nobody listens; each call gives others."""
    while _of_this_worker:
        ports = _of_this_worker.pop()
        if all(is_free(port) for _, port in ports.all()):
            return ports
    raise AssertionError("no ports are free for a mesh of the tests")


class Auth:
    """What an edge asks of auth: the keys that tokens are checked with."""

    def __init__(self, issuer: Issuer) -> None:
        self.issuer = issuer

    async def GetJwks(self, request: Any, context: Any) -> auth_service_pb2.GetJwksResponse:
        return auth_service_pb2.GetJwksResponse(keys=[self.issuer.public()])


def auth_app(ports: Ports, issuer: Issuer) -> App:
    """The keys of an issuer, where the edge looks for them."""
    auth = auth_service_pb2.DESCRIPTOR.services_by_name["AuthService"]
    return App("auth", ports.service("auth"), [Served(auth, Auth(issuer))], issuer.trust())


def envoy(ports: Ports, folder: Path) -> Envoy:
    """The edge that people meet."""
    return Envoy(folder / "envoy", ports.edge, ports.envoy_admin, partial(render, ports, folder), workers=1)
