"""What replicas say to each other about traffic: these rules changed, these are my figures, forget these cached responses."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import orjson
import structlog

from services.kit.errors import DependencyUnavailable
from services.kit.nats.connection import Nats

_CHANGED, _FIGURES, _CLEAR = "ml_inference.traffic.changed", "ml_inference.traffic.figures", "ml_inference.cache.clear"

_log = structlog.get_logger("uat.ml_inference")


class TrafficSignals:
    """Said to all replicas, heard by all but the one that said it. What nobody hears is made up for: rules are read again every few
    seconds, figures are said again.
    """

    def __init__(self, nats: Nats, owner: str) -> None:
        self._nats = nats
        self._owner = owner

    @property
    def heard(self) -> bool:
        """Whether others can be heard now."""
        return self._nats.connected

    async def listen_to_traffic(
        self, changed: Callable[[str], Awaitable[None]], figures: Callable[[str, str, Mapping[str, Any]], Awaitable[None]]
    ) -> None:
        """Calls `changed` with a model whose rules or events are new, and `figures` with replica, model and its counts."""

        async def heard_figures(owner: str, model: str, counts: Mapping[str, Any]) -> None:
            await figures(owner, model, counts)

        async def heard_change(_: str, model: str) -> None:
            await changed(model)

        await self._listen(_CHANGED, heard_change)
        await self._listen(_FIGURES, heard_figures)

    async def listen_to_clearing(self, clear: Callable[[str], object]) -> None:
        """Calls `clear` with a model whose cached responses are to be forgotten; empty for all."""

        async def heard(_: str, model: str) -> None:
            clear(model)

        await self._listen(_CLEAR, heard)

    async def changed(self, model: str) -> None:
        """Says that a model's rules or events are new."""
        await self._say(_CHANGED, model)

    async def figures(self, model: str, counts: Mapping[str, Any]) -> None:
        """Says what this replica counted."""
        await self._say(_FIGURES, model, counts)

    async def clear(self, model: str) -> None:
        """Has the others forget cached responses."""
        await self._say(_CLEAR, model)

    async def _listen(self, subject: str, heard: Callable[..., Awaitable[None]]) -> None:
        async def deliver(payload: bytes) -> None:
            owner, *said = orjson.loads(payload)
            if owner != self._owner:
                await heard(owner, *said)

        await self._nats.subscribe(subject, deliver)

    async def _say(self, subject: str, *said: Any) -> None:
        try:
            await self._nats.publish(subject, orjson.dumps([self._owner, *said]))
        except DependencyUnavailable as fault:
            _log.warning("other replicas were not told", subject=subject, error=str(fault))
