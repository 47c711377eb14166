"""Has every replica forget cached responses."""

from __future__ import annotations

from types import TracebackType
from typing import Self

from services.ml_inference.inference.response_cache import ResponseCache
from services.ml_inference.routing.signals import TrafficSignals


class CacheInvalidation:
    """Clears the cache of this replica when another one is asked to. A replica that can't be heard keeps its answers for their time."""

    def __init__(self, cache: ResponseCache, signals: TrafficSignals) -> None:
        self._cache = cache
        self._signals = signals

    async def __aenter__(self) -> Self:
        await self._signals.listen_to_clearing(self._cache.clear)
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        return

    async def clear(self, model: str) -> int:
        """Forgets the answers of a model, or of every one, here and elsewhere. Returns how many bytes that freed here."""
        freed = self._cache.clear(model)
        await self._signals.clear(model)
        return freed
