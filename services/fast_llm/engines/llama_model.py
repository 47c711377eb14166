"""One model in llama.cpp: its slots, its queue, its calls."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass, field
from typing import Any

from services.fast_llm.engines import llama_guide, llama_request
from services.fast_llm.engines.admission import Admission, Meter, Place
from services.fast_llm.engines.engine import Chat, Event, Finished, FinishReason, GenerateInput, Load, Started, Timings
from services.fast_llm.engines.errors import Aborted, EngineFailed, InvalidGeneration, RequestIdInUse
from services.fast_llm.engines.llama_process import LlamaProcess, LlamaStream, Refused
from services.fast_llm.engines.llama_reader import Reader, fact

_POLL_S = 0.002
"""How often llama.cpp is asked whether an ended call's slot is free; it answers between two of its batches."""
_LEARN = 0.2
"""How much the last call counts in an average."""


@dataclass(slots=True, eq=False)
class _Call:
    """A call that runs or waits."""

    place: Place
    stream: LlamaStream | None = None
    asked: bool = False
    complete: bool = False
    aborted: bool = False
    ended: bool = False
    gone: asyncio.Event = field(default_factory=asyncio.Event)


class LlamaModel:
    """Runs calls on a loaded model. A slot is taken for as long as llama.cpp says so, never shorter."""

    def __init__(self, name: str, process: LlamaProcess, slots: int, queue: int, context_length: int) -> None:
        self.name = name
        self.process = process
        self.admission = Admission(slots, queue)
        self.last_used_time = 0.0
        self._context_length = context_length
        self._calls: dict[str, _Call] = {}
        self._freeing: set[asyncio.Task[None]] = set()
        self._input = Meter()
        self._output = Meter()
        self._prefill = 0.0
        self._prefix_hits = 0.0

    async def generate(self, asked: GenerateInput) -> AsyncGenerator[Event, None]:
        """Is Engine.generate for this model."""
        arrived = time.monotonic()
        path, body = llama_request.request(asked, await asyncio.to_thread(llama_guide.grammar, asked.guide) if asked.guide else "")
        if asked.request_id in self._calls:
            raise RequestIdInUse(asked.request_id)
        call = self._calls[asked.request_id] = _Call(self.admission.join(asked.priority))
        reader = Reader(asked)
        first_token = 0.0
        try:
            await call.place.granted
            granted = time.monotonic()
            self.last_used_time = time.time()
            call.asked = True
            call.stream = await self.process.stream(path, body)
            started = False
            while not call.aborted and (events := await self._read(call)):
                for event in events:
                    delta = reader.read(event)
                    if not started:
                        started = True
                        yield Started(granted - arrived)
                    if delta is not None:
                        first_token = first_token or time.monotonic()
                        self._output.add(1)
                        yield delta
            if reader.reason is None and not call.aborted:
                raise EngineFailed("llama.cpp broke off")
            call.complete = not call.aborted
            self._end(asked.request_id, call)
            self._learn(reader)
            timings = Timings(granted - arrived, max(0.0, first_token - arrived), reader.prefill, reader.decode)
            reason = FinishReason.ABORTED if call.aborted or reader.reason is None else reader.reason
            yield Finished(reason, reader.usage, timings, reader.stop_text)
        except Refused as refused:
            call.complete = True
            raise fact(refused, asked) from refused
        finally:
            self._end(asked.request_id, call)

    async def abort(self, request_ids: Sequence[str]) -> list[str]:
        """Is Engine.abort for this model."""
        found = {request_id: call for request_id in request_ids if (call := self._calls.get(request_id))}
        for request_id, call in found.items():
            call.aborted = True
            if not call.place.granted.done():
                call.place.granted.set_exception(Aborted(request_id))
            elif call.stream is not None:
                self._end(request_id, call)
        for call in found.values():
            await call.gone.wait()
        return list(found)

    async def abort_all(self) -> int:
        """Ends every call, and says how many that were."""
        return len(await self.abort(list(self._calls)))

    async def tokenize(self, source: Chat | str, add_special: bool) -> list[tuple[int, bytes]]:
        """Is Engine.tokenize for this model."""
        text = source
        if isinstance(source, Chat):
            try:
                text = (await self.process.post("/apply-template", llama_request.chat(source)))["prompt"]
            except Refused as refused:
                raise InvalidGeneration("chat.messages", str(refused)) from refused
        body = {"content": text, "add_special": add_special, "parse_special": isinstance(source, Chat), "with_pieces": True}
        tokens = (await self._answer("/tokenize", body))["tokens"]
        return [(token["id"], token["piece"].encode() if isinstance(token["piece"], str) else bytes(token["piece"])) for token in tokens]

    async def detokenize(self, token_ids: Sequence[int]) -> str:
        """Is Engine.detokenize for this model."""
        return str((await self._answer("/detokenize", {"tokens": list(token_ids)}))["content"])

    async def slots_in_use(self) -> int:
        """Counts the slots that llama.cpp says it works on."""
        return sum(slot["is_processing"] for slot in await self._answer("/slots", None))

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
            predicted_time_to_first_token=admission.predicted_wait() + self._prefill,
            prefix_hit_ratio=self._prefix_hits,
            kv_tokens_total=admission.slots * self._context_length,
            draining=admission.draining,
        )

    async def close(self) -> None:
        """Ends every call and the process."""
        self.admission.draining = True
        for request_id, call in list(self._calls.items()):
            call.aborted = True
            if not call.place.granted.done():
                call.place.granted.set_exception(Aborted(request_id))
        await self.process.close()
        await asyncio.gather(*self._freeing)

    async def _read(self, call: _Call) -> list[bytes]:
        """Gives the next events; none at the end, and none when the call was aborted meanwhile."""
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
        """Ends a call, once: closes its connection, and gives its slot back when it is free."""
        if call.ended:
            return
        call.ended = True
        if call.stream is not None:
            call.stream.close()
        if call.asked and not call.complete:
            freeing = asyncio.create_task(self._free(request_id, call))
            self._freeing.add(freeing)
            freeing.add_done_callback(self._freeing.discard)
        else:
            self._leave(request_id, call)

    async def _free(self, request_id: str, call: _Call) -> None:
        """Gives a slot back once llama.cpp says that it works on no more slots than there are other calls."""
        with contextlib.suppress(EngineFailed):  # the process is gone, and every slot with it
            while await self.slots_in_use() > self.admission.running - len(self._freeing):  # noqa: ASYNC110 - only llama.cpp knows
                await asyncio.sleep(_POLL_S)
        self._leave(request_id, call)

    def _leave(self, request_id: str, call: _Call) -> None:
        self.admission.leave(call.place)
        del self._calls[request_id]
        call.gone.set()

    def _learn(self, reader: Reader) -> None:
        usage = reader.usage
        self._input.add(usage.input_tokens - usage.cached_input_tokens)
        self._prefill += _LEARN * (reader.prefill - self._prefill)
        if usage.input_tokens:
            self._prefix_hits += _LEARN * (usage.cached_input_tokens / usage.input_tokens - self._prefix_hits)
