"""The models of an engine, and the generations of each: what both engines do in the same way."""

from __future__ import annotations

import asyncio
import contextlib
from abc import ABC, abstractmethod
from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from uat.fast_llm.v1 import engine_service_pb2 as pb
from uat.fast_llm.v1 import generation_pb2, model_pb2, server_pb2
from uat.generation.v1 import event_pb2

from services.fast_llm.engines.statistics import Throughput, duration
from services.fast_llm.errors import Aborted, CapabilityMissing, ModelNotFound, ModelNotReady, RequestIdInUse
from services.kit.admission.queue import AdmissionQueue, Demand, Limits, Ticket
from services.kit.context import current

_WEIGHT = 0.2
"""The weight of the last generation in a moving average."""


@dataclass(slots=True, eq=False)
class Call:
    """A generation that runs or waits."""

    ticket: Ticket
    complete: bool = False
    """Whether the engine has ended it: its slot is free already."""
    aborted: bool = False
    ended: bool = False
    gone: asyncio.Event = field(default_factory=asyncio.Event)


C = TypeVar("C", bound=Call)


class RunningModel(ABC, Generic[C]):
    """A model that takes generations: its queue, its calls and its statistics."""

    def __init__(self, info: model_pb2.ModelInfo, waiting: int) -> None:
        self.name = info.name
        self.queue = AdmissionQueue(f"the model {info.name}", Limits(running=info.slots, waiting=waiting), metadata={"model": info.name})
        self.last_used_time = 0.0
        """The Unix time of its last generation; 0 for never."""
        self._context_length = info.context_length
        self._calls: dict[str, C] = {}
        self._input, self._output = Throughput(), Throughput()
        self._prefill = 0.0
        self._prefix_hits = 0.0

    @abstractmethod
    def generate(self, request: pb.GenerateRequest) -> AsyncGenerator[pb.GenerateResponse, None]:
        """See Engine."""

    async def abort(self, request_ids: Sequence[str]) -> list[str]:
        """See Engine."""
        found = {request_id: call for request_id in request_ids if (call := self._calls.get(request_id))}
        for request_id, call in found.items():
            call.aborted = True
            if call.ticket.granted_at is None:
                call.ticket.reject(Aborted.of(request_id))
            else:
                self._abort_running(request_id, call)
        for call in found.values():
            await call.gone.wait()
        return list(found)

    async def abort_all(self) -> int:
        """Aborts every generation and returns their number."""
        return len(await self.abort(list(self._calls)))

    def load(self) -> server_pb2.Load:
        """See Engine."""
        queue = self.queue
        found = server_pb2.Load(
            model=self.name,
            running=queue.running,
            waiting=queue.waiting,
            slots=queue.limits.running,
            queue_capacity=queue.limits.waiting,
            output_tokens_per_second=self._output.per_second(),
            input_tokens_per_second=self._input.per_second(),
            predicted_time_to_first_token=duration(queue.expected_wait + self._prefill),
            prefix_hit_ratio=self._prefix_hits,
            kv_tokens_total=queue.limits.running * self._context_length,
            draining=queue.draining,
        )
        found.time.GetCurrentTime()
        return found

    def _join(self, request: pb.GenerateRequest) -> Ticket:
        """Takes a slot or a place in the queue, which is fair between tenants. Its length is unknown, so there it has no deadline.
        Raises RequestIdInUse, Overloaded or Draining.
        """
        if request.request_id in self._calls:
            raise RequestIdInUse.of(request.request_id)
        served = current()
        tenant = served.caller.tenant_id if served is not None and served.caller is not None else ""
        return self.queue.join(Demand(tenant, request.priority))

    def _end(self, request_id: str, call: C) -> None:
        """Ends a call, once: stops the engine if it still works on it, and frees the slot when the engine does."""
        if not call.ended:
            call.ended = True
            self._release(request_id, call)

    def _leave(self, request_id: str, call: C) -> None:
        """Frees the slot of a call."""
        call.ticket.leave()
        del self._calls[request_id]
        call.gone.set()

    def _learn(self, usage: event_pb2.Usage, prefill: float) -> None:
        """Updates the statistics with a finished generation."""
        self._input.add(usage.input_tokens - usage.cached_input_tokens)
        self._prefill += _WEIGHT * (prefill - self._prefill)
        if usage.input_tokens:
            self._prefix_hits += _WEIGHT * (usage.cached_input_tokens / usage.input_tokens - self._prefix_hits)

    @abstractmethod
    def _abort_running(self, request_id: str, call: C) -> None:
        """Ends a call that has a slot."""

    @abstractmethod
    def _release(self, request_id: str, call: C) -> None:
        """Stops the engine, and leaves once it has freed the slot."""


M = TypeVar("M", bound=RunningModel[Any])


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


def check_load_options(options: model_pb2.LoadOptions) -> None:
    """Raises CapabilityMissing for an option that no engine here has."""
    for name in ("keep_alive", "draft_model", "embeddings"):
        if any(descriptor.name == name for descriptor, _ in options.ListFields()):
            raise CapabilityMissing.of(f"options.{name}", "is not supported by this engine")


def state_name(info: model_pb2.ModelInfo) -> str:
    """The state in lower case, for messages."""
    return model_pb2.ModelState.Name(info.state).removeprefix("MODEL_STATE_").lower()


async def emptied(model: RunningModel[Any], timeout: float) -> int:
    """Waits until a model has no generation, and aborts the rest after the timeout."""
    model.queue.drain()
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(timeout):
            await model.queue.idle()
    return await model.abort_all()
