"""What replicas say to each other about a reply: stop it, and somebody reads it here."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import orjson
import structlog

from services.kit.errors import DependencyUnavailable
from services.kit.nats.connection import Nats

STOP = "chat.stop"
READING = "chat.reading"

_log = structlog.get_logger("uat.chat")


class Signals:
    """Said to all replicas; the one that writes the reply acts, and nobody answers."""

    def __init__(self, nats: Nats) -> None:
        self._nats = nats

    async def listen(self, stopped: Callable[[str], Awaitable[None]], reading: Callable[[str, str, bool], Awaitable[None]]) -> None:
        """Calls `stopped` with a reply's id, and `reading` with a reply's id, a reader's name and whether it still reads."""

        async def heard_stop(payload: bytes) -> None:
            await stopped(payload.decode())

        async def heard_reading(payload: bytes) -> None:
            await reading(*orjson.loads(payload))

        await self._nats.subscribe(STOP, heard_stop)
        await self._nats.subscribe(READING, heard_reading)

    async def stop(self, reply_id: str) -> None:
        """Asks whoever writes the reply to stop."""
        await self._say(STOP, reply_id.encode())

    async def reading(self, reply_id: str, reader: str, reads: bool) -> None:
        """Says that somebody reads the reply here, or no longer. Has to be said again every few seconds."""
        await self._say(READING, orjson.dumps([reply_id, reader, reads]))

    async def _say(self, subject: str, payload: bytes) -> None:
        try:
            await self._nats.publish(subject, payload)
        except DependencyUnavailable as fault:
            _log.warning("other replicas were not told", subject=subject, error=str(fault))
