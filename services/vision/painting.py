"""One picture, step by step, by a model in Triton."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from services.kit.errors import DependencyUnavailable, Fault, InvalidRequest
from services.kit.triton.client import RETRY_SECONDS, TritonFailed
from services.vision.errors import ProcessingFailed

Pixels = NDArray[np.uint8]


class Streamer(Protocol):
    """What is asked of Triton: one request, several answers. Closing the generator cancels the request."""

    def infer_stream(
        self, model: str, inputs: Mapping[str, Any], outputs: Sequence[str] = (), version: str = "", timeout: float | None = None
    ) -> AsyncGenerator[Mapping[str, Any], None]:
        """Yields the outputs of each answer."""


@dataclass(frozen=True, slots=True)
class Order:
    """One picture, with nothing left open."""

    model: str
    version: str
    prompt: str
    negative_prompt: str
    seed: int
    steps: int
    guidance: float
    width: int
    height: int
    previews: int


@dataclass(frozen=True, slots=True)
class Frame:
    """The picture after so many steps. `pixels` is None for a step of which nothing is shown."""

    step: int
    pixels: Pixels | None
    final: bool


class Painter:
    """Has models paint."""

    def __init__(self, triton: Streamer, seconds: float) -> None:
        self._triton = triton
        self._seconds = seconds

    async def paint(self, order: Order) -> AsyncGenerator[Frame, None]:
        """Yields the steps that the model tells, the last one with the finished picture. Closing the generator stops the model at its next
        step. Raises InvalidRequest with the model's reason where it refuses the order, DependencyUnavailable where it or its process went
        away, and ProcessingFailed when it fails or ends without a picture.
        """
        answers = self._triton.infer_stream(order.model, _inputs(order), version=order.version, timeout=self._seconds)
        try:
            async with aclosing(answers):
                async for answer in answers:
                    frame = _frame(answer)
                    yield frame
                    if frame.final:
                        return
        except TritonFailed as failed:
            raise _fault(failed, order.model) from failed
        raise ProcessingFailed(f"{order.model} ended without a picture", metadata={"model": order.model})


def _fault(failed: TritonFailed, model: str) -> Fault:
    if failed.triton_code.name == "INVALID_ARGUMENT":
        return InvalidRequest(f"{model} refuses: {failed.triton_message}", metadata={"model": model})
    if failed.triton_code.name == "CANCELLED":
        return DependencyUnavailable(f"{model} stopped before it was done; try again", metadata={"model": model}, retry_after=RETRY_SECONDS)
    return ProcessingFailed(f"{model} failed on this request", metadata={"model": model})


def _inputs(order: Order) -> dict[str, Any]:
    return {
        "prompt": [order.prompt.encode()],
        "negative_prompt": [order.negative_prompt.encode()],
        "seed": np.array([order.seed], np.int64),
        "steps": np.array([order.steps], np.int32),
        "guidance": np.array([order.guidance], np.float32),
        "width": np.array([order.width], np.int32),
        "height": np.array([order.height], np.int32),
        "previews": np.array([order.previews], np.int32),
    }


def _frame(answer: Mapping[str, Any]) -> Frame:
    pixels = answer.get("image")
    shown = pixels if pixels is not None and pixels.ndim == 3 and pixels.size else None
    final = bool(answer["final"][0])
    if final and shown is None:
        raise ProcessingFailed("the model's last answer has no picture")
    return Frame(int(answer["step"][0]), shown, final)
