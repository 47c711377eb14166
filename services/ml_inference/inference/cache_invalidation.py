"""ClearResponseCache: clears the response cache of every replica."""

from __future__ import annotations

from types import TracebackType
from typing import Self

from services.kit.nats.connection import Nats
from services.kit.nats.signals import Signal
from services.ml_inference.inference.response_cache import ResponseCache


class CacheInvalidation:
    """Takes part while it is entered. A replica that misses the signal keeps its responses until they expire."""

    def __init__(self, cache: ResponseCache, nats: Nats, replica: str) -> None:
        self._cache = cache
        self._signal = Signal(nats, "ml_inference.cache.clear", str, replica)

    async def __aenter__(self) -> Self:
        await self._signal.subscribe(self._clear)
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        return

    async def clear(self, model: str) -> int:
        """Clears the responses of a model, or of all models for "". Returns how many bytes that freed on this replica."""
        freed = self._cache.clear(model)
        await self._signal.publish(model)
        return freed

    async def _clear(self, model: str, _: str) -> None:
        self._cache.clear(model)
