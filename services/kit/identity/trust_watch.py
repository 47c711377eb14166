"""Keeps a process's `Trust` current from auth's stream."""

from __future__ import annotations

import asyncio
from types import TracebackType
from typing import Self

import structlog
from uat.auth.v1 import auth_service_pb2, auth_service_pb2_grpc

from services.kit.clients import Clients
from services.kit.errors import Fault, causes
from services.kit.identity.trust import Trust
from services.kit.tasks import end

_log = structlog.get_logger("uat.trust")
_PAUSE = 0.25


class TrustWatch(Trust):
    """Trust that follows `AuthService.WatchTrust` while it is entered.

    Entering waits for the first full state, so a process that can't verify anyone doesn't report itself healthy. While auth is away the
    last known state remains in force, for the time that `Trust` allows."""

    def __init__(self, clients: Clients, most_stale: float) -> None:
        super().__init__(most_stale)
        self._clients = clients
        self._following: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        self._following = asyncio.create_task(self._follow())
        await self.known.wait()
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        await end(self._following)

    async def _follow(self) -> None:
        stub = auth_service_pb2_grpc.AuthServiceStub(self._clients.channel("auth"))
        logged = False
        while True:
            try:
                async for update in self._clients.stream(stub.WatchTrust, auth_service_pb2.WatchTrustRequest(), timeout=None):
                    self.apply(update)
                    logged = False
            except Fault as fault:
                if not logged:
                    _log.warning(
                        "auth is unavailable; the last known keys and revocations remain in force", error=str(fault), **causes(fault)
                    )
                    logged = True
            except Exception:
                _log.exception("a message of auth's stream can't be applied; the last known keys and revocations remain in force")
            await asyncio.sleep(_PAUSE)
