"""A service of the mesh: a process with the standard gRPC health check, which includes its readiness."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import grpc
from grpc_health.v1.health_pb2 import HealthCheckRequest, HealthCheckResponse
from grpc_health.v1.health_pb2_grpc import HealthStub

from services.mesh.parts.part import NotReady, NotServing
from services.mesh.supervisor.child import Command

_OPTIONS = [
    ("grpc.enable_http_proxy", 0),  # the user's proxy isn't meant for the loopback
    ("grpc.use_local_subchannel_pool", 1),  # each probe tries anew, whatever the back-off of an earlier one
]


@dataclass(frozen=True)
class Service:
    """One of the targets of `python -m services`."""

    name: str
    port: int
    root: Path
    env: Mapping[str, str] = field(repr=False)

    def prepare(self) -> None:
        """Nothing to prepare."""

    def command(self) -> Command:
        """The service in a process of its own."""
        return Command(argv=(sys.executable, "-m", "services", self.name), env=self.env, cwd=self.root)

    async def ready(self) -> None:
        """Asks the health of the whole server (grpc.health.v1)."""
        await ask(f"127.0.0.1:{self.port}")

    async def drain(self) -> None:
        """Nothing: the service drains itself on the stop signal."""


async def ask(address: str) -> None:
    """Checks the health of a gRPC server. Raises NotReady, or NotServing when it answers anything but SERVING."""
    async with grpc.aio.insecure_channel(address, options=_OPTIONS) as channel:
        try:
            answer = await HealthStub(channel).Check(HealthCheckRequest(service=""), timeout=5)
        except grpc.aio.AioRpcError as error:
            reason = f"{error.code().name}: {error.details()}"
            # These two come from the caller's side; any other status was sent by a living server.
            silent = error.code() in (grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.DEADLINE_EXCEEDED)
            raise (NotReady if silent else NotServing)(reason) from error
    if answer.status != HealthCheckResponse.SERVING:
        raise NotServing(f"it reports {HealthCheckResponse.ServingStatus.Name(answer.status)}")
