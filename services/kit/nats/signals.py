"""Signals: small typed messages between the replicas of one service, over NATS.

Delivery is at most once: a replica that is starting, or whose connection is down, misses a signal. So a signal only makes something happen
sooner (a watcher rereads now instead of at its next interval), or it is repeated every few seconds (a heartbeat, counts). State that has
to arrive belongs in a store; see `replicated.py`.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import is_dataclass
from typing import Any, Generic, TypeVar

import orjson
import structlog

from services.kit.errors import Fault
from services.kit.nats.connection import Nats

T = TypeVar("T")

_log = structlog.get_logger("uat.nats")


class Signal(Generic[T]):
    """One kind of signal. `payload` is what it carries: a dataclass of JSON values, or a plain `str`, `int`, `list` or `dict`.

    `replica` names the sender; a replica does not receive its own signals.
    """

    def __init__(self, nats: Nats, subject: str, payload: type[T], replica: str) -> None:
        self._nats = nats
        self._subject = subject
        self._payload = payload
        self._replica = replica

    @property
    def connected(self) -> bool:
        """Whether other replicas can be reached now."""
        return self._nats.connected

    async def publish(self, payload: T) -> None:
        """Sends the signal to the other replicas. Never raises for a broker that is down: that is one warning in the log."""
        try:
            await self._nats.publish(self._subject, orjson.dumps([self._replica, payload]))
        except Fault as fault:
            _log.warning("a signal was not sent to other replicas", subject=self._subject, error=str(fault))

    async def subscribe(self, handler: Callable[[T, str], Awaitable[object]]) -> None:
        """Calls `handler(payload, sender)` for each signal of another replica, one at a time, until the connection closes.

        A handler that fails is logged, and the next signal is handled. So is a payload that this version doesn't understand.
        """

        async def receive(data: bytes) -> None:
            try:
                sender, payload = orjson.loads(data)
                if sender != self._replica:
                    await handler(self._decode(payload), sender)
            except Fault as fault:
                _log.warning("a signal was not handled", subject=self._subject, error=str(fault))
            except Exception:
                _log.exception("a signal was not handled", subject=self._subject)

        await self._nats.subscribe(self._subject, receive)

    def _decode(self, payload: Any) -> T:
        return self._payload(**payload) if is_dataclass(self._payload) else payload
