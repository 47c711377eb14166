"""One model behind Triton."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import AsyncGenerator
from contextlib import aclosing, suppress
from dataclasses import dataclass, field

import numpy as np
from uat.fast_llm.v1 import engine_service_pb2 as pb
from uat.fast_llm.v1 import model_pb2
from uat.generation.v1 import event_pb2

from services.fast_llm.engines import triton_request
from services.fast_llm.engines.grammar import FIELD
from services.fast_llm.engines.model_set import Call, RunningModel
from services.fast_llm.engines.statistics import started, timings
from services.fast_llm.errors import EngineFailed, GenerationInvalid, PromptTooLong
from services.kit.errors import DependencyUnavailable, Fault
from services.kit.triton.client import Tensor, Triton, TritonFailed

_FINISH_REASONS = {
    "stop": event_pb2.FINISH_REASON_STOP,
    "length": event_pb2.FINISH_REASON_LENGTH,
    "tool_calls": event_pb2.FINISH_REASON_TOOL_CALLS,
    "abort": event_pb2.FINISH_REASON_CANCELLED,
}
_UNFINISHED = "None"
_TOO_LONG = re.compile(r"has (\d+) tokens, the context holds (\d+)")
_END_S = 1.0
"""Seconds to wait for the end of a stream after its last answer."""

Answer = dict[str, Tensor]


@dataclass(slots=True, eq=False)
class _Call(Call):
    """A task of its own reads Triton's answers; None in `answers` is the end."""

    answers: asyncio.Queue[Answer | Fault | None] = field(default_factory=asyncio.Queue)
    reading: asyncio.Task[None] | None = None


class TritonModel(RunningModel[_Call]):
    """Runs generations on a model of Triton."""

    def __init__(self, info: model_pb2.ModelInfo, triton: Triton, upstream: str, accepts: triton_request.ModelInputs, waiting: int) -> None:
        super().__init__(info, waiting)
        self._accepts = accepts
        self._triton = triton
        self._upstream = upstream
        self._readings: set[asyncio.Task[None]] = set()

    def generate(self, request: pb.GenerateRequest) -> AsyncGenerator[pb.GenerateResponse, None]:
        """Implements Engine.generate for this model."""
        triton_request.check(self._accepts, request)
        return self._generate(request)

    async def close(self) -> None:
        """Ends the tasks that wait for the end of streams. Every generation has ended before."""
        if readings := list(self._readings):
            for reading in readings:
                reading.cancel()
            await asyncio.wait(readings)

    async def _generate(self, request: pb.GenerateRequest) -> AsyncGenerator[pb.GenerateResponse, None]:
        arrived = time.monotonic()
        inputs = await asyncio.to_thread(triton_request.tensors, self._accepts, request, self._context_length)
        call = self._calls[request.request_id] = _Call(self._join(request))
        finished, first_token = event_pb2.Finished(), 0.0
        try:
            await call.ticket.wait()
            granted = time.monotonic()
            self.last_used_time = time.time()
            call.reading = asyncio.create_task(self._read(call, inputs))
            self._readings.add(call.reading)
            call.reading.add_done_callback(self._readings.discard)
            begun = False
            while not call.aborted and not finished.finish_reason and (answer := await self._next(call, request)) is not None:
                if not begun:
                    begun = True
                    yield started(self.name, granted - arrived)
                response = self._response(answer, finished, token_ids=request.return_token_ids)
                if response.delta.text or response.delta.token_ids:
                    first_token = first_token or time.monotonic()
                    yield response
            if not finished.finish_reason and not call.aborted:
                raise EngineFailed("Triton broke off")
            self._end(request.request_id, call)
            prefill = max(0.0, first_token - granted)
            self._learn(finished.usage, prefill)
            if call.aborted:
                finished.finish_reason = event_pb2.FINISH_REASON_CANCELLED
            decode = time.monotonic() - (first_token or granted)
            finished.timings.CopyFrom(timings(granted - arrived, first_token - arrived, prefill, decode))
            yield pb.GenerateResponse(finished=finished)
        finally:
            self._end(request.request_id, call)

    def _response(self, answer: Answer, finished: event_pb2.Finished, *, token_ids: bool) -> pb.GenerateResponse:
        """The response with an answer's delta; adds its tokens and its finish reason to `finished`."""
        read, made = (int(np.sum(np.asarray(answer.get(name, 0)))) for name in ("num_input_tokens", "num_output_tokens"))
        self._output.add(made)
        usage = finished.usage
        usage.input_tokens, usage.output_tokens = read or usage.input_tokens, usage.output_tokens + made
        if (reason := _FINISH_REASONS.get(_text(answer, "finish_reason"))) is not None:
            finished.finish_reason = reason
        response = pb.GenerateResponse()
        delta = response.delta
        delta.text, delta.output_tokens, delta.input_tokens = _text(answer, "text_output"), usage.output_tokens, usage.input_tokens
        if token_ids:
            delta.token_ids.extend(int(token) for token in answer["token_ids"])
        return response

    async def _read(self, call: _Call, inputs: dict[str, Tensor]) -> None:
        """Puts Triton's answers into the call, up to the last one, and then waits a moment for the end of the stream: Triton 2.51 never
        releases a request whose caller hangs up just as it ends.
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

    async def _next(self, call: _Call, request: pb.GenerateRequest) -> Answer | None:
        """The next answer; None at the end, and when the call was aborted meanwhile."""
        answer = await call.answers.get()
        if call.aborted:
            return None
        if isinstance(answer, TritonFailed):
            raise fault_of(answer, request) from answer
        if isinstance(answer, DependencyUnavailable):
            raise EngineFailed(str(answer)) from answer
        if isinstance(answer, Fault):
            raise answer
        return answer

    def _abort_running(self, request_id: str, call: _Call) -> None:
        call.answers.put_nowait(None)
        self._end(request_id, call)

    def _release(self, request_id: str, call: _Call) -> None:
        if call.reading is None or call.complete:
            self._leave(request_id, call)
        else:
            call.reading.cancel()  # closes the stream, which stops Triton
            call.reading.add_done_callback(lambda _: self._leave(request_id, call))


def fault_of(failed: TritonFailed, request: pb.GenerateRequest) -> Fault:
    """The fault for an error of Triton."""
    message = failed.triton_message
    if too_long := _TOO_LONG.search(message):
        return PromptTooLong.of(int(too_long[1]), int(too_long[2]))
    if failed.triton_code.name != "INVALID_ARGUMENT":
        return EngineFailed(message)
    response_format = request.options.response_format.WhichOneof("format")
    if response_format is not None and any(word in message for word in ("grammar", "schema", "guided_decoding")):
        return GenerationInvalid.of(f"{FIELD}.{response_format}", message)
    return GenerationInvalid.of("", message)


def _text(answer: Answer, name: str) -> str:
    return b"".join(answer.get(name, [])).decode("utf-8", "replace")
