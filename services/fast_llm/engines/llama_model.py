"""One model in llama.cpp: its process, its slots, its calls."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field

from services.fast_llm.engines import llama_reader, llama_request
from services.fast_llm.engines.admission import Admission, Meter, Place
from services.fast_llm.engines.engine import (
    Chat,
    Delta,
    Event,
    Finished,
    FinishReason,
    GenerateInput,
    Guide,
    Load,
    Started,
    Timings,
)
from services.fast_llm.engines.errors import Aborted, EngineFailed, InvalidGeneration, RequestIdInUse
from services.fast_llm.engines.llama_process import LlamaProcess, Refused

_POLL_S = 0.002
"""How often llama.cpp is asked whether an ended call's slot is free; each answer comes between two of its batches."""


@dataclass(slots=True, eq=False)
class _Call:
    place: Place
    arrived: float
    reading: asyncio.Task[bytes | None] | None = None
    aborted: bool = False
    over: asyncio.Event = field(default_factory=asyncio.Event)


class LlamaModel:
    """Runs calls on a loaded model. Calls that come while every slot is taken wait in a bounded queue."""

    def __init__(self, name: str, process: LlamaProcess, slots: int, queue: int, context_length: int) -> None:
        self.name = name
        self.process = process
        self.admission = Admission(slots, queue)
        self.context_length = context_length
        self.last_used = 0.0
        self._calls: dict[str, _Call] = {}
        self._freeing: set[asyncio.Task[None]] = set()
        self._input = Meter()
        self._output = Meter()
        self._prefill_s = 0.0
        self._prefix_hits = 0.0

    async def generate(self, asked: GenerateInput) -> AsyncGenerator[Event, None]:
        """Is Engine.generate for this model."""
        if asked.request_id in self._calls:
            raise RequestIdInUse(asked.request_id)
        call = _Call(self.admission.join(asked.priority), time.monotonic())
        self._calls[asked.request_id] = call
        reader = llama_reader.Reader(asked)
        spent = False
        try:
            await call.place.granted
            self.last_used = time.time()
            granted = time.monotonic()
            path, body = llama_request.request(asked, await self._grammar(asked.guide))
            first_token = 0.0
            started = False
            spent = True
            async with aclosing(self.process.stream(path, body)) as stream:
                while (data := await self._next(call, stream)) is not None:
                    deltas = list(reader.read(data))
                    if not started:
                        started = True
                        yield Started(granted - call.arrived)
                    for delta in deltas:
                        first_token = first_token or time.monotonic()
                        self._output.add(1)
                        yield delta
            spent = call.aborted
            if reader.reason is None and not call.aborted:
                raise EngineFailed("llama.cpp broke off")
            self._learn(reader)
            timings = Timings(granted - call.arrived, max(0.0, first_token - call.arrived), reader.prefill, reader.decode)
            yield Finished(FinishReason.ABORTED if call.aborted else reader.reason or FinishReason.STOP, reader.usage, timings, reader.stop_text)
        except Refused as refused:
            spent = False
            raise llama_reader.fact(refused, asked) from refused
        finally:
            if spent:
                freeing = asyncio.create_task(self._free(asked.request_id, call))
                self._freeing.add(freeing)
                freeing.add_done_callback(self._freeing.discard)
            else:
                self._leave(asked.request_id, call)

    async def abort(self, request_ids: Sequence[str]) -> list[str]:
        """Is Engine.abort for this model."""
        ended = {request_id: call for request_id in request_ids if (call := self._calls.get(request_id))}
        for request_id, call in ended.items():
            call.aborted = True
            if not call.place.granted.done():
                call.place.granted.set_exception(Aborted(request_id))
            elif call.reading is not None:
                call.reading.cancel()
        for call in ended.values():
            await call.over.wait()
        return list(ended)

    async def abort_all(self) -> int:
        """Ends every call, and says how many that were."""
        return len(await self.abort(list(self._calls)))

    async def tokenize(self, source: Chat | str, add_special: bool) -> list[tuple[int, bytes]]:
        """Is Engine.tokenize for this model."""
        if isinstance(source, Chat):
            text = str((await self._asked("/apply-template", llama_request.chat(source)))["prompt"])
        else:
            text = source
        body = {"content": text, "add_special": add_special, "parse_special": isinstance(source, Chat), "with_pieces": True}
        tokens = (await self._asked("/tokenize", body))["tokens"]
        return [(token["id"], token["piece"].encode() if isinstance(token["piece"], str) else bytes(token["piece"])) for token in tokens]

    async def detokenize(self, token_ids: Sequence[int]) -> str:
        """Is Engine.detokenize for this model."""
        return str((await self._asked("/detokenize", {"tokens": list(token_ids)}))["content"])

    async def slots_in_use(self) -> int:
        """Counts the slots that llama.cpp says it works on."""
        return sum(slot["is_processing"] for slot in await self.process.get("/slots"))

    def load(self) -> Load:
        """Is Engine.load for this model."""
        admission = self.admission
        return Load(
            model=self.name,
            running=admission.running,
            waiting=admission.waiting,
            slots=admission.slots,
            queue_capacity=admission.capacity,
            output_tokens_per_second=self._output.per_second(),
            input_tokens_per_second=self._input.per_second(),
            predicted_time_to_first_token=admission.predicted_wait() + self._prefill_s,
            prefix_hit_ratio=self._prefix_hits,
            kv_tokens_total=admission.slots * self.context_length,
            draining=admission.draining,
        )

    async def close(self) -> None:
        """Ends every call and the process."""
        self.admission.draining = True
        await self.process.close()
        await self.abort_all()
        await asyncio.gather(*self._freeing)

    async def _next(self, call: _Call, stream: AsyncGenerator[bytes, None]) -> bytes | None:
        """Gives the stream's next event; None at its end and when the call is aborted."""
        if call.aborted:
            return None
        try:
            return await anext(stream)
        except StopAsyncIteration:
            return None

    async def _grammar(self, guide: Guide | None) -> str:
        if guide is None:
            return ""
        schema = llama_request.guide_schema(guide)
        try:
            return llama_request.guide_grammar(guide, await self.process.grammar(schema) if schema else "")
        except Refused as refused:
            raise InvalidGeneration(f"guide.{guide.kind}", str(refused)) from refused

    async def _asked(self, path: str, body: dict[str, object]) -> dict[str, object]:
        ...

    def _learn(self, reader: llama_reader.Reader) -> None:
        ...

    def _leave(self, request_id: str, call: _Call) -> None:
        self.admission.leave(call.place)
        del self._calls[request_id]
        call.over.set()

    async def _free(self, request_id: str, call: _Call) -> None:
        """Gives a slot back once llama.cpp says that it is free."""
        ...
