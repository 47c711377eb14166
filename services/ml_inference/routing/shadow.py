"""Shadow copies: a version whose responses no caller gets executes copies of requests, and its responses are compared."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from types import TracebackType
from typing import Any, Self

import numpy as np
import structlog
from inference import grpc_service_pb2 as oip

from services.kit.errors import Fault
from services.kit.triton.client import Tensor, arrays

_MOST_COPIES, _MOST_BYTES = 32, 64 * 1024 * 1024
_LARGE = 64 * 1024
"""Responses longer than this are compared outside the event loop."""

_log = structlog.get_logger("uat.ml_inference")

Infer = Callable[[oip.ModelInferRequest], Awaitable[oip.ModelInferResponse]]


class Shadows:
    """Executes copies in the background while it is entered. Copies beyond its bounds are dropped: no caller waits for a copy.

    `compared` is called with model, version, and whether the responses were equal.
    """

    def __init__(self, compared: Callable[[str, str, bool], None]) -> None:
        self._compared = compared
        self._tasks: set[asyncio.Task[None]] = set()
        self._bytes = 0
        self.dropped = 0

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def offer(self, request: oip.ModelInferRequest, version: str, tolerance: float, answered: oip.ModelInferResponse, infer: Infer) -> None:
        """Has `infer` execute a copy of the request on `version`, and compares the response with `answered`. Returns at once."""
        size = request.ByteSize() + answered.ByteSize()
        if len(self._tasks) >= _MOST_COPIES or self._bytes + size > _MOST_BYTES:
            self.dropped += 1
            return
        copy = oip.ModelInferRequest()
        copy.CopyFrom(request)
        copy.model_version = version
        self._bytes += size
        task = asyncio.create_task(self._run(copy, tolerance, answered, infer))
        self._tasks.add(task)
        task.add_done_callback(lambda done: self._ended(done, size))

    async def _run(self, copy: oip.ModelInferRequest, tolerance: float, answered: oip.ModelInferResponse, infer: Infer) -> None:
        try:
            other = await infer(copy)
        except Fault as fault:
            if fault.transient or fault.reason == "DEADLINE_TOO_SHORT":
                self.dropped += 1  # it got no slot, which says nothing about the version
            else:
                self._compared(copy.model_name, copy.model_version, False)
            return
        if answered.ByteSize() > _LARGE:
            equal = await asyncio.to_thread(same, answered, other, tolerance)
        else:
            equal = same(answered, other, tolerance)
        self._compared(copy.model_name, copy.model_version, equal)

    def _ended(self, task: asyncio.Task[None], size: int) -> None:
        self._tasks.discard(task)
        self._bytes -= size
        if not task.cancelled() and (error := task.exception()) is not None:
            _log.error("shadow copy failed", exc_info=error)


def same(one: oip.ModelInferResponse, other: oip.ModelInferResponse, tolerance: float) -> bool:
    """Whether two responses are equal: the same outputs, shapes and texts, and numbers within the tolerance."""
    if {(o.name, o.datatype, *o.shape) for o in one.outputs} != {(o.name, o.datatype, *o.shape) for o in other.outputs}:
        return False
    if any(o.datatype == "BF16" for o in one.outputs):
        return {o.name: r for o, r in _raw(one)} == {o.name: r for o, r in _raw(other)}
    left, right = arrays(one), arrays(other)
    return all(_close(tensor, right[name], tolerance) for name, tensor in left.items())


def _raw(response: oip.ModelInferResponse) -> Any:
    return zip(response.outputs, response.raw_output_contents, strict=True)


def _close(one: Tensor, other: Tensor, tolerance: float) -> bool:
    if isinstance(one, list) or isinstance(other, list):
        return one == other
    if one.dtype.kind != "f":
        if one.dtype.kind == "b":
            return bool(np.array_equal(one, other))
        one, other = one.astype(np.float64), other.astype(np.float64)
    larger = np.maximum(np.abs(one), np.abs(other))
    difference = np.abs(one.astype(np.float64) - other.astype(np.float64))
    equal = (difference <= tolerance * larger) | (one == other) | (np.isnan(one) & np.isnan(other))
    return bool(np.all(equal))
