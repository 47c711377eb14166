"""Stores periodically when versions were last used, and how much memory they take."""

from __future__ import annotations

import asyncio
from pathlib import Path
from types import TracebackType
from typing import Self

from services.kit.tasks import end, keep
from services.ml_inference.registry.registry import Registry
from services.ml_inference.registry.store import Store
from services.ml_inference.triton import memory

_INTERVAL = 30.0


class UsageFlush:
    """Runs while it is entered."""

    def __init__(self, registry: Registry, store: Store, repository: Path) -> None:
        self._registry = registry
        self._store = store
        self._repository = repository
        self._task: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        self._task = asyncio.create_task(keep(self._flush, _INTERVAL, "usage of models not stored"))
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        await end(self._task)

    async def _flush(self) -> None:
        loaded = [version for version in self._registry.versions() if version.ready]
        times = {(v.model, v.row.version): v.last_used for v in loaded if v.last_used is not None}
        sizes = {}
        for version in loaded:
            size = await memory.measure(self._repository / version.row.folder / version.number, version.device)
            if size is not None:
                sizes[version.model, version.row.version] = size
        async with self._store.transaction() as rows:
            await rows.used(times)
            await rows.measured(sizes)
