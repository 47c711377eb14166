"""Keeps a process's `Trust` current from auth's stream."""

from __future__ import annotations

import asyncio
from types import TracebackType
from typing import Self

import structlog
from uat.auth.v1 import auth_service_pb2, auth_service_pb2_grpc

from services.kit.clients import Clients
from services.kit.errors import Fault
from services.kit.identity.trust import Trust
from services.kit.tasks import end

_log = structlog.get_logger("uat.trust")
_PAUSE = 0.25


class TrustWatch:
    """Follows `AuthService.WatchTrust` for as long as it is entered. Entering waits for the first whole state, so that a process that
    can't verify
    anybody does not call itself healthy. When auth goes away later, what was known last goes on holding, and the staleness metric grows."""

    def __init__(self, trust: Trust, clients: Clients) -> None:
        self._trust = trust
        self._clients = clients
        self._task: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        self._task = asyncio.create_task(self._follow())
        await self._trust.known.wait()
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        await end(self._task)
        await self._clients.close()

    async def _follow(self) -> None:
        stub = auth_service_pb2_grpc.AuthServiceStub(self._clients.channel("auth"))
        complained = False
        while True:
            try:
                async for update in self._clients.stream(stub.WatchTrust, auth_service_pb2.WatchTrustRequest(), timeout=None):
                    self._trust.apply(update)
                    complained = False
            except Fault as fault:
                if not complained:
                    _log.warning("auth is not there; what was known holds", error=str(fault))
                    complained = True
            except Exception:
                _log.exception("what auth said is not understood; what was known holds")
            await asyncio.sleep(_PAUSE)
