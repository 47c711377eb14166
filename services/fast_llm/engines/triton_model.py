"""One model behind Triton: its slots, its queue, its calls."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing, suppress
from dataclasses import dataclass, field

import numpy as np

from services.fast_llm.engines import triton_request
from services.fast_llm.engines.admission import Admission, Meter, Place
from services.fast_llm.engines.engine import Delta, Event, Finished, FinishReason, GenerateInput, Load, Started, Timings, Usage
from services.fast_llm.engines.errors import Aborted, EngineError, EngineFailed, InvalidGeneration, PromptTooLong, RequestIdInUse
from services.kit.errors import DependencyUnavailable, Fault
from services.kit.triton.client import Tensor, Triton, TritonFailed

_REASONS = {"stop": FinishReason.STOP, "length": FinishReason.LENGTH, "tool_calls": FinishReason.TOOL_CALLS, "abort": FinishReason.ABORTED}
_UNFINISHED = "None"
_TOO_LONG = re.compile(r"has (\d+) tokens, the context holds (\d+)")
_END_S = 1.0
_LEARN = 0.2
"""How much the last call counts in an average."""

Answer = dict[str, Tensor]


@dataclass(slots=True, eq=False)
class _Call:
    """A call that runs or waits. A task of its own reads what Triton answers; None in `answers` is the end."""

    place: Place
    answers: asyncio.Queue[Answer | Fault | None] = field(default_factory=asyncio.Queue)
    reading: asyncio.Task[None] | None = None
    complete: bool = False
    """The last answer is there, or the fault that came instead."""
    aborted: bool = False
    gone: asyncio.Event = field(default_factory=asyncio.Event)


class TritonModel:
    """Fulfils what `Engine` promises for one model."""

    def __init__(self, name: str, triton: Triton, upstream: str, takes: triton_request.Takes, slots: int, queue: int, context: int) -> None:
        self.name = name
        self.takes = takes
        self.admission = Admission(slots, queue)
        self.last_used_time = 0.0
        self._triton = triton
        self._upstream = upstream
        self._context = context
        self._calls: dict[str, _Call] = {}
        self._input, self._output = Meter(), Meter()
        self._first = 0.0
        self._readings: set[asyncio.Task[None]] = set()

    async def generate(self, asked: GenerateInput) -> AsyncGenerator[Event, None]:
        """Is Engine.generate for this model."""
        arrived = time.monotonic()
        inputs = await asyncio.to_thread(triton_request.tensors, self.takes, asked, self._context)
        if asked.request_id in self._calls:
            raise RequestIdInUse(asked.request_id)
        call = self._calls[asked.request_id] = _Call(self.admission.join(asked.priority))
        usage, reason, first_token = Usage(), None, 0.0
        try:
            await call.place.granted
            granted = time.monotonic()
            self.last_used_time = time.time()
            call.reading = asyncio.create_task(self._read(call, inputs))
            self._readings.add(call.reading)
            call.reading.add_done_callback(self._readings.discard)
            started = False
            while not call.aborted and reason is None and (answer := await self._next(call, asked)) is not None:
                if not started:
                    started = True
                    yield Started(granted - arrived)
                text, reason, counted = _text(answer, "text_output"), _REASONS.get(_text(answer, "finish_reason")), _counted(answer)
                usage = Usage(counted[0] or usage.input_tokens, usage.output_tokens + counted[1])
                self._output.add(counted[1])
                if text or (asked.token_ids and len(answer["token_ids"])):
                    first_token = first_token or time.monotonic()
                    token_ids = tuple(int(token) for token in answer["token_ids"]) if asked.token_ids else ()
                    yield Delta(text, usage.output_tokens, token_ids=token_ids, input_tokens=usage.input_tokens)
            if reason is None and not call.aborted:
                raise EngineFailed("Triton broke off")
            self._end(asked.request_id, call)
            prefill = max(0.0, first_token - granted)
            self._learn(usage, prefill)
            timings = Timings(granted - arrived, max(0.0, first_token - arrived), prefill, time.monotonic() - (first_token or granted))
            yield Finished(FinishReason.ABORTED if call.aborted or reason is None else reason, usage, timings)
        finally:
            self._end(asked.request_id, call)

    async def abort(self, request_ids: Sequence[str]) -> list[str]:
        """Is Engine.abort for this model."""
        found = {request_id: call for request_id in request_ids if (call := self._calls.get(request_id))}
        for request_id, call in found.items():
            call.aborted = True
            if not call.place.granted.done():
                call.place.granted.set_exception(Aborted(request_id))
            else:
                call.answers.put_nowait(None)
                self._end(request_id, call)
        for call in found.values():
            await call.gone.wait()
        return list(found)

    async def abort_all(self) -> int:
        """Ends every call, and says how many that were."""
        return len(await self.abort(list(self._calls)))

    async def close(self) -> None:
        """Ends what still listens for the end of streams. Every call has ended before."""
        if readings := list(self._readings):
            for reading in readings:
                reading.cancel()
            await asyncio.wait(readings)

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
            predicted_time_to_first_token=admission.predicted_wait() + self._first,
            prefix_hit_ratio=0.0,
            kv_tokens_total=admission.slots * self._context,
            draining=admission.draining,
        )

    async def _read(self, call: _Call, inputs: dict[str, Tensor]) -> None:
        """Puts what Triton answers into the call, up to the last answer, and then waits a moment for the stream's own end.

        Triton 2.51 never lets go of a request whose caller hangs up in the moment in which it ends.
        """
        outputs = (*triton_request.OUTPUTS, *(("token_ids",) if "return_token_ids" in inputs else ()))
        try:
            async with aclosing(self._triton.infer_stream(self._upstream, inputs, outputs)) as answers:
                async for answer in answers:
                    call.answers.put_nowait(answer)
                    if _text(answer, "finish_reason") != _UNFINISHED:
                        call.complete = True
                        break
                with suppress(TimeoutError):
                    async with asyncio.timeout(_END_S):
                        async for _ in answers:
                            pass
        except Fault as fault:
            call.complete = True
            call.answers.put_nowait(fault)
        else:
            call.answers.put_nowait(None)

    async def _next(self, call: _Call, asked: GenerateInput) -> Answer | None:
        """The next answer; None at the end, and when the call was aborted meanwhile."""
        answer = await call.answers.get()
        if call.aborted:
            return None
        if isinstance(answer, TritonFailed):
            raise fact(answer, asked) from answer
        if isinstance(answer, DependencyUnavailable):
            raise EngineFailed(str(answer)) from answer
        if isinstance(answer, Fault):
            raise answer
        return answer

    def _end(self, request_id: str, call: _Call) -> None:
        """Ends a call, once: closes its stream, which is how Triton learns that nobody reads, and gives its slot back."""
        if self._calls.get(request_id) is not call:
            return
        del self._calls[request_id]
        if call.reading is None or call.complete:
            self._leave(call)
        else:
            call.reading.cancel()
            call.reading.add_done_callback(lambda _: self._leave(call))

    def _leave(self, call: _Call) -> None:
        self.admission.leave(call.place)
        call.gone.set()

    def _learn(self, usage: Usage, prefill: float) -> None:
        self._input.add(usage.input_tokens)
        self._first += _LEARN * (prefill - self._first)


def fact(failed: TritonFailed, asked: GenerateInput) -> EngineError:
    """What a refusal means."""
    said = failed.triton_message
    if too_long := _TOO_LONG.search(said):
        return PromptTooLong(int(too_long[1]), int(too_long[2]))
    if failed.triton_code.name != "INVALID_ARGUMENT":
        return EngineFailed(said)
    if asked.guide is not None and any(word in said for word in ("grammar", "schema", "guided_decoding")):
        return InvalidGeneration(f"guided.{asked.guide.kind}", said)
    return InvalidGeneration("", said)


def _text(answer: Answer, name: str) -> str:
    return b"".join(answer.get(name, [])).decode("utf-8", "replace")


def _counted(answer: Answer) -> tuple[int, int]:
    """The prompt's tokens, and those that were made since the last answer."""
    return tuple(int(np.sum(np.asarray(answer.get(name, 0)))) for name in ("num_input_tokens", "num_output_tokens"))  # type: ignore[return-value]
