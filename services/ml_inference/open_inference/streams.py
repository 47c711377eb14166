"""ModelStreamInfer: executes the requests of one stream concurrently, and sends their responses as they come."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from contextlib import aclosing

import structlog
from inference import grpc_service_pb2 as oip

from services.kit.errors import Fault
from services.ml_inference.inference.request import sequence_of

MOST_AT_ONCE = 64
"""Requests of one stream in flight; the next one is read when there are fewer."""

_MOST_UNSENT = 16

Answer = Callable[[oip.ModelInferRequest], AsyncGenerator[oip.ModelInferResponse, None]]
_log = structlog.get_logger("uat.ml_inference")


class InferStream:
    """One stream. `answer` generates the responses to one request.

    A failed request has a response with `error_message`. With `strict` it ends the stream with its status, as Triton does for a caller that
    sends `triton_grpc_error: true`.
    """

    def __init__(self, answer: Answer, *, strict: bool) -> None:
        self._answer = answer
        self._strict = strict
        self._unsent: asyncio.Queue[oip.ModelStreamInferResponse | Exception | None] = asyncio.Queue(_MOST_UNSENT)
        self._slots = asyncio.Semaphore(MOST_AT_ONCE)
        self._tasks: set[asyncio.Task[None]] = set()
        self._last_of: dict[str, asyncio.Task[None]] = {}

    async def responses(self, requests: AsyncIterator[oip.ModelInferRequest]) -> AsyncGenerator[oip.ModelStreamInferResponse, None]:
        """Yields responses until the requests have ended and all are answered. Closing the generator cancels requests in flight."""
        reader = asyncio.create_task(self._read(requests))
        try:
            while (item := await self._unsent.get()) is not None:
                if isinstance(item, Exception):
                    raise item
                yield item
        finally:
            await _end([reader, *self._tasks])

    async def _read(self, requests: AsyncIterator[oip.ModelInferRequest]) -> None:
        try:
            async for request in requests:
                await self._slots.acquire()
                self._begin(request)
            while self._tasks:
                await asyncio.wait(self._tasks)
            await self._unsent.put(None)
        except Exception as error:  # a request that violates the contract, or a broken stream, ends all
            await self._unsent.put(error)

    def _begin(self, request: oip.ModelInferRequest) -> None:
        sequence = sequence_of(request)
        task = asyncio.create_task(self._work(request, self._last_of.get(sequence) if sequence else None))
        self._tasks.add(task)
        if sequence:
            self._last_of[sequence] = task
        task.add_done_callback(lambda done: self._ended(done, sequence))

    def _ended(self, task: asyncio.Task[None], sequence: str) -> None:
        self._slots.release()
        self._tasks.discard(task)
        if sequence and self._last_of.get(sequence) is task:
            del self._last_of[sequence]

    async def _work(self, request: oip.ModelInferRequest, before: asyncio.Task[None] | None) -> None:
        if before is not None:
            await asyncio.wait([before])  # requests of a sequence are executed in order
        request_id = request.id
        try:
            async with aclosing(self._answer(request)) as responses:
                async for response in responses:
                    await self._unsent.put(oip.ModelStreamInferResponse(infer_response=response))
        except Fault as fault:
            await self._unsent.put(fault if self._strict else _failed(fault.message, request_id))
        except Exception as error:
            _log.exception("a request of a stream failed unexpectedly")
            await self._unsent.put(error if self._strict else _failed("something went wrong on our side", request_id))


def _failed(message: str, request_id: str) -> oip.ModelStreamInferResponse:
    return oip.ModelStreamInferResponse(error_message=message, infer_response=oip.ModelInferResponse(id=request_id))


async def _end(tasks: list[asyncio.Task[None]]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
