"""The models that an engine has, and what every engine does alike with them."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Generic, Protocol, TypeVar

from services.fast_llm.engines.admission import Admission
from services.fast_llm.engines.engine import Load, LoadOptions, ModelInfo, ModelState
from services.fast_llm.engines.errors import ModelNotFound, ModelNotReady


class Running(Protocol):
    """A model that takes calls."""

    @property
    def admission(self) -> Admission:
        """Its slots and its queue."""

    @property
    def last_used_time(self) -> float:
        """When it was given its last call, in Unix time; 0 for never."""

    def load(self) -> Load:
        """How much it has to do."""

    async def abort(self, request_ids: Sequence[str]) -> list[str]:
        """Ends calls, and gives those that there were."""

    async def abort_all(self) -> int:
        """Ends every call, and says how many that were."""


M = TypeVar("M", bound=Running)


@dataclass(slots=True, eq=False)
class Entry(Generic[M]):
    """A model that is known. `keeper` looks after it while it runs."""

    info: ModelInfo
    options: LoadOptions
    model: M | None = None
    keeper: asyncio.Task[None] | None = None


class Shelf(Generic[M]):
    """The part of `Engine` that is the same for all. The model that was loaded first is the default one."""

    def __init__(self) -> None:
        self._entries: dict[str, Entry[M]] = {}
        self._changing = asyncio.Lock()
        self._draining = False

    async def abort(self, request_ids: Sequence[str]) -> list[str]:
        """See Engine."""
        return [request_id for model in self._running("") for request_id in await model.abort(request_ids)]

    def load(self, model: str = "") -> list[Load]:
        """See Engine."""
        return [running.load() for running in self._running(model)]

    def models(self) -> list[ModelInfo]:
        """See Engine."""
        return [self.model(name) for name in sorted(self._entries)]

    def model(self, name: str = "") -> ModelInfo:
        """See Engine."""
        entry = self._entry(name)
        return replace(entry.info, last_used_time=entry.model.last_used_time) if entry.model else entry.info

    async def drain(self, timeout: float) -> int:
        """See Engine."""
        self._draining = True
        return sum(await asyncio.gather(*(emptied(model, timeout) for model in self._running(""))))

    def undrain(self) -> None:
        """See Engine."""
        self._draining = False
        for model in self._running(""):
            model.admission.draining = False

    def _loaded_so(self, name: str, path: str, options: LoadOptions) -> bool:
        """Whether the model is ready, from this path and with these options."""
        known = self._entries.get(name)
        return known is not None and known.info.state is ModelState.READY and (known.info.path, known.options) == (path, options)

    def _runs(self, entry: Entry[M], model: M) -> None:
        """Takes in that an entry's model runs."""
        model.admission.draining = self._draining
        entry.model = model

    def _entry(self, name: str) -> Entry[M]:
        name = name or next(iter(self._entries), "")
        if name not in self._entries:
            raise ModelNotFound(name)
        return self._entries[name]

    def _ready(self, name: str) -> M:
        entry = self._entry(name)
        if entry.model is None or entry.info.state is not ModelState.READY:
            raise ModelNotReady(entry.info.name, entry.info.state)
        return entry.model

    def _running(self, name: str) -> list[M]:
        entries = [self._entry(name)] if name else self._entries.values()
        return [entry.model for entry in entries if entry.model is not None]


async def emptied(model: Running, timeout: float) -> int:
    """Waits until a model has no call, and aborts what is left after the timeout."""
    model.admission.draining = True
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(timeout):
            await model.admission.empty()
    return await model.abort_all()
