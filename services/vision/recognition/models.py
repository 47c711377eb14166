"""Synchronous client of the three OCR models in Triton, for worker processes: batches in, probabilities and texts out."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
from inference import grpc_service_pb2 as oip
from numpy.typing import NDArray

from services.kit.errors import DeadlineTooShort, DependencyUnavailable, Fault
from services.kit.triton.blocking import BlockingTriton, PendingAnswer
from services.kit.triton.client import ModelAway, ModelDied, TritonFailed, arrays, infer_request
from services.vision.errors import ProcessingFailed
from services.vision.recognition.layout.crops import Batch
from services.vision.recognition.layout.geometry import Pixels
from services.vision.recognition.layout.words import RecognizedLine

DETECT, ORIENT, RECOGNIZE = "ocr_detect", "ocr_orient", "ocr_recognize"
_BATCH_SECONDS = 30.0
"""The longest that one batch may take. A slower one means overloaded models, not a bad batch."""
_PATIENCE_SECONDS, _POLL_SECONDS = 10.0, 0.05
"""How long to wait for a model that is not loaded, and how often to look. ml_inference restarts models whose process died."""
_OWN_DEADLINE_SECONDS = 0.5
"""With less time left than this, the caller's deadline was too short; with more, the models were too slow."""


class OcrModels:
    """The OCR models of one Triton. Keeps up to `in_flight` batches of a page in Triton's queue, so that the model never idles.

    `seconds` bounds all calls of one page together; None: no bound. All methods raise DependencyUnavailable while Triton or a model is away
    for longer than ml_inference takes to restart it, DeadlineTooShort, and ProcessingFailed when a model fails on this content.
    """

    def __init__(self, triton: BlockingTriton, in_flight: int, seconds: float | None = None) -> None:
        self._triton = triton
        self._in_flight = in_flight
        self._deadline = None if seconds is None else time.monotonic() + seconds

    def detect(self, tiles: Pixels) -> list[Pixels]:
        """The probability, 0 to 255, that each pixel belongs to text; for tiles of one shape."""
        return [answer["probability"][0] for answer in self._each(DETECT, "image", (tiles[i : i + 1] for i in range(len(tiles))))]

    def upside_down(self, lines: Pixels) -> NDArray[np.float32]:
        """The probability, 0 to 1, that each line stands upside down."""
        (answer,) = self._each(ORIENT, "line", [lines])
        return np.asarray(answer["upside_down"], np.float32).reshape(-1)

    def recognize(self, batches: Sequence[Batch]) -> dict[int, RecognizedLine]:
        """The text of each line, by its index."""
        found: dict[int, RecognizedLine] = {}
        for batch, answer in zip(batches, self._each(RECOGNIZE, "line", (batch.pixels for batch in batches)), strict=True):
            parts = zip(batch.indexes, batch.filled, answer["text"], answer["columns"], answer["confidences"], answer["steps"], strict=True)
            for index, filled, text, columns, confidences, steps in parts:
                found[index] = RecognizedLine.of(text.decode(), columns, confidences, int(np.ravel(steps)[0]), filled)
        return found

    def _each(self, model: str, name: str, inputs: Iterable[Pixels]) -> list[dict[str, Any]]:
        answers: list[dict[str, Any]] = []
        calls: deque[tuple[oip.ModelInferRequest, PendingAnswer]] = deque()
        try:
            for pixels in inputs:
                request = infer_request(model, {name: pixels})
                calls.append((request, self._call(request)))
                if len(calls) >= self._in_flight:
                    answers.append(self._answer(*calls[0]))
                    calls.popleft()
            while calls:
                answers.append(self._answer(*calls[0]))
                calls.popleft()
            return answers
        finally:
            for _, call in calls:
                call.cancel()

    def _call(self, request: oip.ModelInferRequest) -> PendingAnswer:
        return self._triton.send(request, timeout=self._within(_BATCH_SECONDS))

    def _answer(self, request: oip.ModelInferRequest, call: PendingAnswer) -> dict[str, Any]:
        """The answer of a call. A model that is away is waited for; a request whose model died is tried once more with its next process."""
        give_up, died = time.monotonic() + self._within(_PATIENCE_SECONDS), False
        while True:
            try:
                return arrays(call.wait())
            except ModelDied as fault:
                if died:
                    raise ProcessingFailed("the model that was given this content died, and so did the next one") from fault
                died = True
                self._wait_for_next_process(request.model_name, give_up, fault)
            except ModelAway as fault:
                _pause(give_up, fault)
            except DeadlineTooShort as fault:
                if self._within(_BATCH_SECONDS) < _OWN_DEADLINE_SECONDS:
                    raise
                raise DependencyUnavailable("the models take too long at the moment; try again", retry_after=2) from fault
            except TritonFailed as fault:
                raise ProcessingFailed(f"{request.model_name} failed on this content") from fault
            call = self._call(request)

    def _wait_for_next_process(self, model: str, give_up: float, fault: ModelDied) -> None:
        """Returns once the model runs in a new process. Triton counts failures per process, a moment after each; a count that falls, or
        that stays 0, is a new process's.
        """
        highest, looked = 0, False
        while True:
            count = self._failures(model)
            if count < highest or (looked and not count):
                return
            highest, looked = max(highest, count), True
            _pause(give_up, fault)

    def _failures(self, model: str) -> int:
        try:
            return self._triton.failures(model, timeout=self._within(_BATCH_SECONDS))
        except (ModelAway, TritonFailed):  # it is being loaded
            return 0

    def _within(self, seconds: float) -> float:
        return seconds if self._deadline is None else max(0.0, min(seconds, self._deadline - time.monotonic()))


def _pause(give_up: float, fault: Fault) -> None:
    """Sleeps for a moment; raises the fault when there is no time for it."""
    if time.monotonic() + _POLL_SECONDS > give_up:
        raise fault
    time.sleep(_POLL_SECONDS)
