"""Ends open streams from the server's side: when the process drains, and when the caller's credential no longer holds."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from google.protobuf.message import Message

from services.kit.errors import CredentialEnded, Draining, Fault, Unauthenticated
from services.kit.identity.trust import Trust
from services.kit.rpc.call import Call, Handler
from services.kit.tasks import end, keep

INTERVAL_SECONDS = 0.5
"""How often the credentials of open streams are checked again."""


class OpenStreams:
    """The streaming calls that this server has open. One periodic task checks all of them."""

    def __init__(self, trust: Trust) -> None:
        self._trust = trust
        self._open: dict[asyncio.Task[object], Call] = {}
        self._ended: dict[asyncio.Task[object], tuple[Fault, int]] = {}
        """Why a stream was ended, and how often its task was cancelled for that."""

    def wrap(self, handler: Handler) -> Handler:
        """The handler of a streaming RPC, so that the stream can be ended with a fault."""

        async def tracked(call: Call) -> Message | None:
            task = asyncio.current_task()
            assert task is not None
            self._open[task] = call
            try:
                return await handler(call)
            except asyncio.CancelledError:
                fault, times = self._ended.get(task, (None, 0))
                if fault is not None and [task.uncancel() for _ in range(times)][-1] == 0 and not call.wire.cancelled():
                    raise fault from None
                raise
            finally:
                del self._open[task]
                self._ended.pop(task, None)

        return tracked

    @asynccontextmanager
    async def checking(self) -> AsyncIterator[None]:
        """Inside the block, a stream ends with CredentialEnded within a second after its caller's credential expired or was revoked."""
        task = asyncio.create_task(keep(self._check, INTERVAL_SECONDS, "the credentials of open streams were not checked"))
        try:
            yield
        finally:
            await end(task)

    def drain(self) -> None:
        """Ends the streams of reads with UNAVAILABLE, so that clients open them again on another replica. Other streams may finish."""
        for task, call in self._open.items():
            if call.method.read_only:
                self._end(task, Draining("this process shuts down; open the stream again", retry_after=0.1))

    async def _check(self) -> None:
        for task, call in self._open.items():
            if call.context.caller is not None:
                try:
                    self._trust.check(call.context.caller)
                except Unauthenticated as fault:
                    self._end(task, CredentialEnded(f"{fault.message}: sign in again, then resume the stream"))
                except Fault as fault:
                    self._end(task, fault)

    def _end(self, task: asyncio.Task[object], fault: Fault) -> None:
        self._ended[task] = fault, self._ended.get(task, (fault, 0))[1] + 1
        task.cancel()
