"""The models of an engine: what both engines do in the same way."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

from uat.fast_llm.v1 import engine_service_pb2 as pb
from uat.fast_llm.v1 import generation_pb2, model_pb2, server_pb2

from services.fast_llm.errors import CapabilityMissing, ModelNotFound, ModelNotReady
from services.kit.admission.queue import AdmissionQueue, Demand, Limits
from services.kit.context import current


class RunningModel(Protocol):
    """A model that takes generations."""

    @property
    def queue(self) -> AdmissionQueue:
        """Its slots and the queue in front of them."""

    @property
    def last_used_time(self) -> float:
        """The Unix time of its last generation; 0 for never."""

    def generate(self, request: pb.GenerateRequest) -> AsyncGenerator[pb.GenerateResponse, None]:
        """See Engine."""

    def load(self) -> server_pb2.Load:
        """See Engine."""

    async def abort(self, request_ids: Sequence[str]) -> list[str]:
        """See Engine."""

    async def abort_all(self) -> int:
        """Aborts every generation and returns their number."""


M = TypeVar("M", bound=RunningModel)


@dataclass(slots=True, eq=False)
class Entry(Generic[M]):
    """A known model. `supervisor` restarts or reloads it for as long as it should run."""

    info: model_pb2.ModelInfo
    path: str
    options: model_pb2.LoadOptions
    model: M | None = None
    supervisor: asyncio.Task[None] | None = None


class ModelSet(Generic[M]):
    """The part of `Engine` that needs nothing from the engine itself. The model that was loaded first is the default."""

    def __init__(self) -> None:
        self._entries: dict[str, Entry[M]] = {}
        self._changing = asyncio.Lock()
        self._draining = False

    def generate(self, request: pb.GenerateRequest) -> AsyncGenerator[pb.GenerateResponse, None]:
        """See Engine."""
        model = self._ready(request.model)
        if request.lora:
            raise CapabilityMissing.of("lora", "adapters can't be used yet")
        if request.phase in (generation_pb2.GENERATION_PHASE_PREFILL, generation_pb2.GENERATION_PHASE_DECODE):
            raise CapabilityMissing.of("phase", "prefill and decode run in one engine here")
        return model.generate(request)

    async def abort(self, request_ids: Sequence[str]) -> list[str]:
        """See Engine."""
        return [request_id for model in self._running("") for request_id in await model.abort(request_ids)]

    def load(self, model: str = "") -> list[server_pb2.Load]:
        """See Engine."""
        return [running.load() for running in self._running(model)]

    def models(self) -> list[model_pb2.ModelInfo]:
        """See Engine."""
        return [self.model(name) for name in sorted(self._entries)]

    def model(self, name: str = "") -> model_pb2.ModelInfo:
        """See Engine."""
        entry, info = self._entry(name), model_pb2.ModelInfo()
        info.CopyFrom(entry.info)
        if entry.model is not None and entry.model.last_used_time:
            info.last_used_time.FromNanoseconds(int(entry.model.last_used_time * 1e9))
        return info

    def path(self, name: str) -> str:
        """See Engine."""
        return self._entry(name).path

    async def drain(self, timeout: float) -> int:
        """See Engine."""
        self._draining = True
        return sum(await asyncio.gather(*(emptied(model, timeout) for model in self._running(""))))

    def undrain(self) -> None:
        """See Engine."""
        self._draining = False
        for model in self._running(""):
            model.queue.resume()

    def _is_loaded(self, name: str, path: str, options: model_pb2.LoadOptions) -> bool:
        """Whether the model is ready, from this path and with these options."""
        known = self._entries.get(name)
        return known is not None and known.info.state == model_pb2.MODEL_STATE_READY and (known.path, known.options) == (path, options)

    def _started(self, entry: Entry[M], model: M) -> None:
        """Notes that an entry's model runs."""
        if self._draining:
            model.queue.drain()
        entry.model = model

    def _entry(self, name: str) -> Entry[M]:
        name = name or next(iter(self._entries), "")
        if name not in self._entries:
            raise ModelNotFound.named(name)
        return self._entries[name]

    def _ready(self, name: str) -> M:
        entry = self._entry(name)
        if entry.model is None or entry.info.state != model_pb2.MODEL_STATE_READY:
            raise ModelNotReady.of(entry.info.name, state_name(entry.info))
        return entry.model

    def _running(self, name: str) -> list[M]:
        entries = [self._entry(name)] if name else self._entries.values()
        return [entry.model for entry in entries if entry.model is not None]


def new_queue(info: model_pb2.ModelInfo, waiting: int) -> AdmissionQueue:
    """The queue in front of a model's slots."""
    return AdmissionQueue(f"the model {info.name}", Limits(running=info.slots, waiting=waiting), metadata={"model": info.name})


def demand(request: pb.GenerateRequest) -> Demand:
    """A generation's demand: its priority and its tenant. It has no deadline, because its length is unknown."""
    call = current()
    return Demand(call.caller.tenant_id if call is not None and call.caller is not None else "", request.priority)


def check_load_options(options: model_pb2.LoadOptions) -> None:
    """Raises CapabilityMissing for an option that no engine here has."""
    for field in ("keep_alive", "draft_model", "embeddings"):
        if any(descriptor.name == field for descriptor, _ in options.ListFields()):
            raise CapabilityMissing.of(f"options.{field}", "is not supported by this engine")


def state_name(info: model_pb2.ModelInfo) -> str:
    """The state in lower case, for messages."""
    return model_pb2.ModelState.Name(info.state).removeprefix("MODEL_STATE_").lower()


async def emptied(model: RunningModel, timeout: float) -> int:
    """Waits until a model has no generation, and aborts the rest after the timeout."""
    model.queue.drain()
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(timeout):
            await model.queue.idle()
    return await model.abort_all()
