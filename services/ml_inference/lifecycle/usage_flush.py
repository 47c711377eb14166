"""Keeps in the store what changes with every request: when versions were used, and what memory they take by now."""

from __future__ import annotations

import asyncio
from pathlib import Path
from types import TracebackType
from typing import Self

from services.kit.tasks import end, keep
from services.ml_inference.lifecycle import memory
from services.ml_inference.registry.registry import Registry
from services.ml_inference.registry.store import Store

_SECONDS = 30.0


class UsageFlush:
    """Stores it now and then, while it is entered."""

    def __init__(self, registry: Registry, store: Store, repository: Path) -> None:
        self._registry = registry
        self._store = store
        self._repository = repository
        self._task: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        self._task = asyncio.create_task(keep(self._store_uses, _SECONDS, "use of models not stored"))
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        await end(self._task)

    async def _store_uses(self) -> None:
        loaded = [version for version in self._registry.versions() if version.ready]
        times = {(v.model, v.row.version): v.last_used for v in loaded if v.last_used is not None}
        sizes = {(v.model, v.row.version): size for v in loaded if (size := await memory.measure(self._repository, v)) is not None}
        async with self._store.transaction() as rows:
            await rows.used(times)
            await rows.grown(sizes)
