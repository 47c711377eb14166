"""One model in llama.cpp."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass
from typing import Any

from uat.fast_llm.v1 import engine_service_pb2 as pb
from uat.fast_llm.v1 import generation_pb2, model_pb2
from uat.generation.v1 import event_pb2, message_pb2

from services.fast_llm.engines import llama_api
from services.fast_llm.engines.grammar import grammar
from services.fast_llm.engines.llama_process import LlamaProcess, LlamaStream, Refused
from services.fast_llm.engines.model_set import Call, RunningModel
from services.fast_llm.engines.statistics import started, timings
from services.fast_llm.errors import Aborted, CapabilityMissing, EngineFailed, GenerationInvalid

_POLL_S = 0.002
"""Seconds between two checks whether the slot of an ended generation is free; llama.cpp answers between two of its batches."""


@dataclass(slots=True, eq=False)
class _Call(Call):
    stream: LlamaStream | None = None
    sent: bool = False


class LlamaModel(RunningModel[_Call]):
    """Runs generations on a loaded model. A slot stays taken until llama.cpp itself reports that it is free."""

    def __init__(self, info: model_pb2.ModelInfo, process: LlamaProcess, waiting: int) -> None:
        super().__init__(info, waiting)
        self.process = process
        self._capabilities = info.capabilities
        self._freeing: set[asyncio.Task[None]] = set()

    def generate(self, request: pb.GenerateRequest) -> AsyncGenerator[pb.GenerateResponse, None]:
        """Implements Engine.generate for this model."""
        if request.HasField("chat"):
            if not self._capabilities.chat:
                raise CapabilityMissing.of("chat", "the model has no chat template; use prompt")
            if request.chat.tools and request.chat.tool_choice != message_pb2.TOOL_CHOICE_NONE and not self._capabilities.tools:
                raise CapabilityMissing.of("chat.tools", "the model was not trained to call tools")
        return self._generate(request)

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
        call = self._calls[request.request_id] = _Call(self._join(request))
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
            self._learn(reader.finished.usage, reader.prefill)
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

    def _abort_running(self, request_id: str, call: _Call) -> None:
        if call.stream is not None:  # else it ends as soon as it has one
            self._end(request_id, call)

    def _release(self, request_id: str, call: _Call) -> None:
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
