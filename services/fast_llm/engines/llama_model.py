"""One model in llama.cpp: its queue, its generations and its statistics."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass, field
from typing import Any

from uat.fast_llm.v1 import engine_service_pb2 as pb
from uat.fast_llm.v1 import generation_pb2, model_pb2, server_pb2
from uat.generation.v1 import event_pb2, message_pb2

from services.fast_llm.engines import llama_api
from services.fast_llm.engines.grammar import grammar
from services.fast_llm.engines.llama_process import LlamaProcess, LlamaStream, Refused
from services.fast_llm.engines.model_set import demand, new_queue
from services.fast_llm.engines.statistics import Throughput, load, started, timings
from services.fast_llm.errors import Aborted, CapabilityMissing, EngineFailed, GenerationInvalid, RequestIdInUse
from services.kit.admission.queue import Ticket

_POLL_S = 0.002
"""Seconds between two checks whether the slot of an ended generation is free; llama.cpp answers between two of its batches."""
_WEIGHT = 0.2
"""The weight of the last generation in a moving average."""


@dataclass(slots=True, eq=False)
class _Call:
    """A generation that runs or waits."""

    ticket: Ticket
    stream: LlamaStream | None = None
    sent: bool = False
    complete: bool = False
    aborted: bool = False
    ended: bool = False
    gone: asyncio.Event = field(default_factory=asyncio.Event)


class LlamaModel:
    """Runs generations on a loaded model. A slot stays taken until llama.cpp itself reports that it is free."""

    def __init__(self, info: model_pb2.ModelInfo, process: LlamaProcess, waiting: int) -> None:
        self.name = info.name
        self.process = process
        self.queue = new_queue(info, waiting)
        self.last_used_time = 0.0
        self._context_length = info.context_length
        self._capabilities = info.capabilities
        self._calls: dict[str, _Call] = {}
        self._freeing: set[asyncio.Task[None]] = set()
        self._input, self._output = Throughput(), Throughput()
        self._prefill = 0.0
        self._prefix_hits = 0.0

    def generate(self, request: pb.GenerateRequest) -> AsyncGenerator[pb.GenerateResponse, None]:
        """Implements Engine.generate for this model."""
        if request.HasField("chat"):
            if not self._capabilities.chat:
                raise CapabilityMissing.of("chat", "the model has no chat template; use prompt")
            if request.chat.tools and request.chat.tool_choice != message_pb2.TOOL_CHOICE_NONE and not self._capabilities.tools:
                raise CapabilityMissing.of("chat.tools", "the model was not trained to call tools")
        return self._generate(request)

    async def abort(self, request_ids: Sequence[str]) -> list[str]:
        """Implements Engine.abort for this model."""
        found = {request_id: call for request_id in request_ids if (call := self._calls.get(request_id))}
        for request_id, call in found.items():
            call.aborted = True
            if call.ticket.granted_at is None:
                call.ticket.reject(Aborted.of(request_id))
            elif call.stream is not None:
                self._end(request_id, call)
        for call in found.values():
            await call.gone.wait()
        return list(found)

    async def abort_all(self) -> int:
        """Aborts every generation and returns their number."""
        return len(await self.abort(list(self._calls)))

    async def tokenize(self, source: generation_pb2.Chat | str, add_special: bool) -> list[tuple[int, bytes]]:
        """Implements Engine.tokenize for this model."""
        text, is_chat = source, not isinstance(source, str)
        if not isinstance(source, str):
            try:
                text = (await self.process.post("/apply-template", llama_api.chat(source)))["prompt"]
            except Refused as refused:
                raise GenerationInvalid.of("chat.messages", str(refused)) from refused
        body = {"content": text, "add_special": add_special, "parse_special": is_chat, "with_pieces": True}
        tokens = (await self._answer("/tokenize", body))["tokens"]
        return [(token["id"], token["piece"].encode() if isinstance(token["piece"], str) else bytes(token["piece"])) for token in tokens]

    async def detokenize(self, token_ids: Sequence[int]) -> str:
        """Implements Engine.detokenize for this model."""
        return str((await self._answer("/detokenize", {"tokens": list(token_ids)}))["content"])

    async def slots_in_use(self) -> int:
        """The slots that llama.cpp reports as working."""
        return sum(slot["is_processing"] for slot in await self._answer("/slots", None))

    def load(self) -> server_pb2.Load:
        """Implements Engine.load for this model."""
        found = load(self.name, self.queue, self._context_length, self._input, self._output, self._prefill)
        found.prefix_hit_ratio = self._prefix_hits
        return found

    async def close(self) -> None:
        """Ends every generation and the process."""
        self.queue.drain()
        for request_id, call in list(self._calls.items()):
            call.aborted = True
            call.ticket.reject(Aborted.of(request_id))
        await self.process.close()
        await asyncio.gather(*self._freeing)

    async def _generate(self, request: pb.GenerateRequest) -> AsyncGenerator[pb.GenerateResponse, None]:
        arrived = time.monotonic()
        options = request.options
        text = await asyncio.to_thread(grammar, options.response_format) if options.HasField("response_format") else ""
        path, body = llama_api.generation(request, text)
        if request.request_id in self._calls:
            raise RequestIdInUse.of(request.request_id)
        call = self._calls[request.request_id] = _Call(self.queue.join(demand(request)))
        reader = llama_api.EventReader(request)
        first_token = 0.0
        try:
            await call.ticket.wait()
            granted = time.monotonic()
            self.last_used_time = time.time()
            call.sent = True
            call.stream = await self.process.stream(path, body)
            begun = False
            while not call.aborted and (events := await self._read(call)):
                for event in events:
                    response = reader.read(event)
                    if not begun:
                        begun = True
                        yield started(self.name, granted - arrived)
                    if response is not None:
                        first_token = first_token or time.monotonic()
                        self._output.add(1)
                        yield response
            finished = reader.finished
            if not finished.finish_reason and not call.aborted:
                raise EngineFailed("llama.cpp broke off")
            call.complete = not call.aborted
            self._end(request.request_id, call)
            self._learn(reader)
            if call.aborted:
                finished.finish_reason = event_pb2.FINISH_REASON_CANCELLED
            finished.timings.CopyFrom(timings(granted - arrived, first_token - arrived, reader.prefill, reader.decode))
            yield pb.GenerateResponse(finished=finished)
        except Refused as refused:
            call.complete = True
            raise llama_api.fault_of(refused, request) from refused
        finally:
            self._end(request.request_id, call)

    async def _read(self, call: _Call) -> list[bytes]:
        """The next events; none at the end, and none when the call was aborted meanwhile."""
        assert call.stream is not None
        try:
            return await call.stream.read()
        except EngineFailed:
            if call.aborted:
                return []
            raise

    async def _answer(self, path: str, body: dict[str, Any] | None) -> Any:
        try:
            return await (self.process.get(path) if body is None else self.process.post(path, body))
        except Refused as refused:
            raise EngineFailed(str(refused)) from refused

    def _end(self, request_id: str, call: _Call) -> None:
        """Ends a call, once: closes its connection, and frees its slot when llama.cpp does."""
        if call.ended:
            return
        call.ended = True
        if call.stream is not None:
            call.stream.close()
        if call.sent and not call.complete:
            freeing = asyncio.create_task(self._free(request_id, call))
            self._freeing.add(freeing)
            freeing.add_done_callback(self._freeing.discard)
        else:
            self._leave(request_id, call)

    async def _free(self, request_id: str, call: _Call) -> None:
        """Frees a slot once llama.cpp works on no more slots than there are other calls."""
        with contextlib.suppress(EngineFailed):  # the process is gone, and every slot with it
            while await self.slots_in_use() > self.queue.running - len(self._freeing):  # noqa: ASYNC110 - only llama.cpp knows
                await asyncio.sleep(_POLL_S)
        self._leave(request_id, call)

    def _leave(self, request_id: str, call: _Call) -> None:
        call.ticket.leave()
        del self._calls[request_id]
        call.gone.set()

    def _learn(self, reader: llama_api.EventReader) -> None:
        usage = reader.finished.usage
        self._input.add(usage.input_tokens - usage.cached_input_tokens)
        self._prefill += _WEIGHT * (reader.prefill - self._prefill)
        if usage.input_tokens:
            self._prefix_hits += _WEIGHT * (usage.cached_input_tokens / usage.input_tokens - self._prefix_hits)
