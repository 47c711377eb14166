"""Runs services inside a test: one replica, several beside each other, or one in a process of its own that a test can kill."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import sys
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import grpc
from uat.auth.v1 import auth_service_pb2

from services.kit.app import App, Served, serving
from services.kit.config import Settings
from services.kit.identity.trust_watch import TrustWatch
from services.kit.testing.identities import Issuer

_ROOT = Path(__file__).parents[3]


@asynccontextmanager
async def running(app: App, settings: Settings) -> AsyncIterator[grpc.aio.Channel]:
    """Runs the app on a free port of the loopback interface and yields a channel to it."""
    settings = replace(settings, host="127.0.0.1", drain_seconds=0.5)
    async with serving(replace(app, port=0), settings) as port, grpc.aio.insecure_channel(f"127.0.0.1:{port}") as channel:
        yield channel


def trusting(app: App, issuer: Issuer) -> App:
    """The app, believing this issuer's users instead of asking auth."""
    return replace(app, trust=issuer.trust(), resources=[r for r in app.resources if not isinstance(r, TrustWatch)])


@asynccontextmanager
async def replicas(build: Callable[[], App], settings: Settings, issuer: Issuer, number: int = 2) -> AsyncIterator[list[grpc.aio.Channel]]:
    """Runs replicas of a service on the same parts and yields a channel to each. `build` is called once for each."""
    async with AsyncExitStack() as stack:
        yield [await stack.enter_async_context(running(trusting(build(), issuer), settings)) for _ in range(number)]


@dataclass(frozen=True, slots=True)
class ReplicaProcess:
    """A replica in a process of its own."""

    address: str
    process: asyncio.subprocess.Process

    def kill(self) -> None:
        """Ends it with SIGKILL: it closes nothing and releases nothing."""
        self.process.send_signal(signal.SIGKILL)


@asynccontextmanager
async def replica_process(
    service: str, settings: Settings, issuer: Issuer, *, port_offset: int, port: int, environment: Mapping[str, str]
) -> AsyncIterator[ReplicaProcess]:
    """Runs a service as it is deployed, `python -m services <name>`, on `port`, which `port_offset` gives it. It trusts the issuer.
    `environment` is added to what `settings` mean.
    """
    descriptor = auth_service_pb2.DESCRIPTOR.services_by_name["AuthService"]
    auth = App(name="auth", port=0, served=[Served(descriptor, _Auth(issuer))], trust=issuer.trust())
    async with serving(auth, replace(settings, host="127.0.0.1", drain_seconds=0.1)) as auth_port:
        given = {
            "UAT_PORT_OFFSET": str(port_offset),
            "UAT_POSTGRES_URL": settings.postgres_url,
            "UAT_REDIS_URL": settings.redis_url,
            "UAT_NATS_URL": settings.nats_url,
            "UAT_IDENTITY_KEY_FILE": str(settings.identity_key_file),
            "UAT_IDENTITY_JWKS_FILE": str(settings.identity_jwks_file),
            "UAT_AUTH_TARGET": f"127.0.0.1:{auth_port}",
            "PYTHONPATH": f"{_ROOT}:{_ROOT / 'gen'}",
        }
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "services", service),
            env={**os.environ, **given, **environment},
            cwd=_ROOT,
            stdout=asyncio.subprocess.DEVNULL,
        )
        try:
            yield ReplicaProcess(f"127.0.0.1:{port}", process)
        finally:
            with contextlib.suppress(ProcessLookupError):
                process.kill()
            await process.wait()


class _Auth:
    """An auth that publishes the issuer's key and revokes nothing."""

    def __init__(self, issuer: Issuer) -> None:
        self._issuer = issuer

    async def WatchTrust(self, request: Any, context: Any) -> AsyncIterator[auth_service_pb2.WatchTrustResponse]:
        """Sends the trust, and never a change."""
        yield auth_service_pb2.WatchTrustResponse(keys=[self._issuer.public()], current=True)
        await asyncio.Event().wait()
