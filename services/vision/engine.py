"""The models that read text, in Triton: what goes in and comes out, in batches."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterable, Sequence
from typing import Any, Protocol

import numpy as np
from inference import grpc_service_pb2 as oip
from numpy.typing import NDArray
from uat.vision.v1 import model_pb2

from services.kit.clients import timeout_within
from services.kit.errors import DeadlineTooShort, DependencyUnavailable, Fault
from services.kit.triton.client import ModelAway, ModelDied, TritonFailed
from services.vision.errors import LanguageUnsupported, ModelNotFound, ProcessingFailed
from services.vision.ocr.crops import Batch
from services.vision.ocr.geometry import Pixels
from services.vision.ocr.words import Said
from services.vision.together import together

DETECT, ORIENT, RECOGNIZE = "ocr_detect", "ocr_orient", "ocr_recognize"
NAME = "pp-ocrv6-small"
_TAGS = """
    en zh-Hans zh-Hant ja de fr es it pt nl sv da nb nn is fi et lv lt pl cs sk sl hr bs hu ro sq tr ca gl eu ga cy mt af id ms sw eo la
"""
LANGUAGES = tuple(_TAGS.split())
"""Those of which the recogniser's alphabet has every letter; a test holds it against the alphabet."""
_SECONDS = 30.0
"""The longest that a batch may take. More says nothing about the batch: the models have too much to do."""
_PATIENCE, _LOOK = 10.0, 0.05
"""How long a model is waited for that isn't loaded, and how often is looked. One whose process died is loaded again by ml_inference."""
_HARDLY = 0.5
"""Who has no more seconds than this was let down by their own deadline."""


class Inference(Protocol):
    """Asks Triton."""

    async def infer(self, model: str, inputs: Any, outputs: Any = (), version: str = "", timeout: float | None = None) -> dict[str, Any]:
        """The model's answer, by output."""

    async def index(self) -> Sequence[Any]:
        """The versions of all models, with their states."""

    async def ask(self, method: str, request: Any, *, timeout: float) -> Any:
        """Any other RPC of one answer, by name."""


class Engine:
    """Reads text. Where many pages are read at a time, as many batches are in the models' hands as they may hold."""

    def __init__(self, triton: Inference, name: str, at_once: int) -> None:
        self._triton = triton
        self.name = name
        self._turns = asyncio.Semaphore(at_once)

    def check(self, model: str, languages: Iterable[str]) -> None:
        """Raises ModelNotFound or LanguageUnsupported for what it can't do."""
        if model not in ("", self.name):
            raise ModelNotFound.named(model, "reads text", "options.model")
        for tag in languages:
            if not _reads(tag):
                raise LanguageUnsupported.of(tag, self.name)

    async def version(self) -> str:
        """The versions of its models, which say whether an answer of earlier is still one; models that are being loaded are waited for.
        Raises DependencyUnavailable.
        """
        wait = _Wait()
        while True:
            try:
                return await self._version()
            except ModelAway as away:
                await wait.after(away)

    async def _version(self) -> str:
        versions: dict[str, int] = {}
        for entry in await self._triton.index():
            if entry.name in (DETECT, ORIENT, RECOGNIZE) and entry.state == "READY":
                versions[entry.name] = max(int(entry.version or 1), versions.get(entry.name, 0))
        if len(versions) < 3:
            raise ModelAway("the models that read text are not loaded at the moment; try again", retry_after=2)
        return ".".join(str(versions[name]) for name in (DETECT, ORIENT, RECOGNIZE))

    async def describe(self) -> model_pb2.Model:
        """The engine, for people and for ListModels."""
        described = model_pb2.Model(
            id=self.name,
            description="PP-OCRv6 small: detection, orientation and recognition of printed text; Latin, Chinese and Japanese letters",
            uses=[model_pb2.MODEL_USE_RECOGNITION],
            is_default=True,
            device="cpu",
            languages=LANGUAGES,
        )
        try:
            described.version = await self._version()
            described.ready = True
        except Fault:
            described.ready = False
        return described

    async def detect(self, tiles: Pixels) -> list[Pixels]:
        """How likely each pixel belongs to text, 0 to 255, for pictures of one shape."""
        return [
            answer
            for tile in await self._each(DETECT, "image", [tiles[i : i + 1] for i in range(len(tiles))])
            for answer in tile["probability"]
        ]

    async def upside_down(self, lines: Pixels) -> NDArray[np.float32]:
        """How likely each line stands on its head, 0 to 1."""
        (answer,) = await self._each(ORIENT, "line", [lines])
        return np.asarray(answer["upside_down"], np.float32).reshape(-1)

    async def recognize(self, batches: Sequence[Batch]) -> dict[int, Said]:
        """What each line says, by its index."""
        said: dict[int, Said] = {}
        answers = await self._each(RECOGNIZE, "line", [batch.pixels for batch in batches])
        for batch, answer in zip(batches, answers, strict=True):
            parts = zip(batch.indexes, batch.filled, answer["text"], answer["columns"], answer["confidences"], answer["steps"], strict=True)
            for index, filled, text, columns, confidences, steps in parts:
                said[index] = Said.of(text.decode(), columns, confidences, int(np.ravel(steps)[0]), filled)
        return said

    async def _each(self, model: str, name: str, inputs: Sequence[Pixels]) -> list[dict[str, Any]]:
        async def one(pixels: Pixels) -> dict[str, Any]:
            async with self._turns:
                return await self._infer(model, {name: pixels})

        return await together([one(pixels) for pixels in inputs])

    async def _infer(self, model: str, inputs: dict[str, Pixels]) -> dict[str, Any]:
        wait, died = _Wait(), False
        while True:
            try:
                return await self._triton.infer(model, inputs, timeout=_SECONDS)
            except ModelDied as fault:
                if died:
                    raise ProcessingFailed("the model that was given this content died, and so did the next one") from fault
                died = True
                await self._next_process(model, wait, fault)
            except ModelAway as away:
                await wait.after(away)
            except DeadlineTooShort as fault:
                if (left := timeout_within(None)) is not None and left < _HARDLY:
                    raise
                raise DependencyUnavailable("the models take too long at the moment; try again", retry_after=2) from fault

    async def _next_process(self, model: str, wait: _Wait, fault: ModelDied) -> None:
        """Returns when the process that failed this is no longer the model's: Triton counts failures, a moment after it answers with one,
        and begins again with each process.
        """
        counted, looked = 0, False
        while True:
            now = await self._failures(model)
            if now < counted or (looked and not now):
                return
            counted, looked = max(counted, now), True
            await wait.after(fault)

    async def _failures(self, model: str) -> int:
        try:
            answer = await self._triton.ask("ModelStatistics", oip.ModelStatisticsRequest(name=model), timeout=_SECONDS)
        except (ModelAway, TritonFailed):  # it is between two lives
            return 0
        return sum(stats.inference_stats.fail.count for stats in answer.model_stats)


class _Wait:
    """Waits for models, in short sleeps, no longer than _PATIENCE and the current call's deadline."""

    def __init__(self) -> None:
        self._until = time.monotonic() + (timeout_within(_PATIENCE) or 0.0)

    async def after(self, fault: Fault) -> None:
        """One sleep; raises the fault when there is no time for another."""
        if time.monotonic() + _LOOK > self._until:
            raise fault
        await asyncio.sleep(_LOOK)


def _reads(tag: str) -> bool:
    wanted = tag.lower()
    return any(wanted == known or wanted.startswith(known + "-") or known.startswith(wanted + "-") for known in map(str.lower, LANGUAGES))
