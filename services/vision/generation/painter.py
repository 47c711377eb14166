"""Paints one picture, step by step, with a model in Triton."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Mapping
from contextlib import aclosing
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from uat.vision.v1.generation_pb2 import GenerationSpec

from services.kit.errors import DependencyUnavailable, Fault, InvalidRequest
from services.kit.triton.client import RETRY_SECONDS, Triton, TritonFailed
from services.vision.errors import ProcessingFailed

Pixels = NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Frame:
    """The picture after a step. `pixels` is None for a step without a preview."""

    step: int
    pixels: Pixels | None
    final: bool


class Painter:
    """Streams pictures from models."""

    def __init__(self, triton: Triton, seconds: float) -> None:
        self._triton = triton
        self._seconds = seconds

    async def paint(self, spec: GenerationSpec, index: int, version: str) -> AsyncGenerator[Frame, None]:
        """Paints one picture of a complete spec and yields the steps that the model reports, the last one with the finished picture.

        Closing the generator stops the model at its next step. Raises InvalidRequest with the model's reason where it refuses the request,
        DependencyUnavailable where it or its process is gone, and ProcessingFailed when it fails or ends without a picture.
        """
        answers = self._triton.infer_stream(spec.model, _inputs(spec, index), version=version, timeout=self._seconds)
        try:
            async with aclosing(answers):
                async for answer in answers:
                    frame = _frame(answer)
                    yield frame
                    if frame.final:
                        return
        except TritonFailed as failed:
            raise _fault(failed, spec.model) from failed
        raise ProcessingFailed(f"{spec.model} ended without a picture", metadata={"model": spec.model})


def _fault(failed: TritonFailed, model: str) -> Fault:
    if failed.triton_code.name == "INVALID_ARGUMENT":
        return InvalidRequest(f"{model} refuses: {failed.triton_message}", metadata={"model": model})
    if failed.triton_code.name == "CANCELLED":
        return DependencyUnavailable(f"{model} stopped before it was done; try again", metadata={"model": model}, retry_after=RETRY_SECONDS)
    return ProcessingFailed(f"{model} failed on this request", metadata={"model": model})


def _inputs(spec: GenerationSpec, index: int) -> dict[str, Any]:
    return {
        "prompt": [spec.prompt.encode()],
        "negative_prompt": [spec.negative_prompt.encode()],
        "seed": np.array([spec.seed + index], np.int64),
        "steps": np.array([spec.steps], np.int32),
        "guidance": np.array([spec.guidance], np.float32),
        "width": np.array([spec.width], np.int32),
        "height": np.array([spec.height], np.int32),
        "previews": np.array([spec.previews], np.int32),
    }


def _frame(answer: Mapping[str, Any]) -> Frame:
    pixels = answer.get("image")
    shown = pixels if pixels is not None and pixels.ndim == 3 and pixels.size else None
    final = bool(answer["final"][0])
    if final and shown is None:
        raise ProcessingFailed("the model's last answer has no picture")
    return Frame(int(answer["step"][0]), shown, final)
