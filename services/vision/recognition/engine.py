"""The OCR engine as callers see it: its name, version and languages, and whether its models are loaded."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterable

from uat.vision.v1 import model_pb2

from services.kit.context import timeout_within
from services.kit.errors import Fault
from services.kit.triton.client import ModelAway, Triton
from services.vision.errors import LanguageUnsupported, ModelNotFound

_MODELS = ("ocr_detect", "ocr_orient", "ocr_recognize")
_PATIENCE_SECONDS, _POLL_SECONDS = 10.0, 0.05
"""How long to wait for models that are being loaded, and how often to look."""
_TAGS = """
    en zh-Hans zh-Hant ja de fr es it pt nl sv da nb nn is fi et lv lt pl cs sk sl hr bs hu ro sq tr ca gl eu ga cy mt af id ms sw eo la
"""
LANGUAGES = tuple(_TAGS.split())
"""The languages whose letters the recogniser's alphabet has; a test compares them with the alphabet."""


class Engine:
    """The OCR engine, by the name under which callers choose it."""

    def __init__(self, triton: Triton, name: str) -> None:
        self._triton = triton
        self.name = name

    def check(self, model: str, languages: Iterable[str]) -> None:
        """Raises ModelNotFound for another engine, and LanguageUnsupported for a language that it does not read."""
        if model not in ("", self.name):
            raise ModelNotFound.named(model, "reads text", "options.model")
        for tag in languages:
            if not _reads(tag):
                raise LanguageUnsupported.of(tag, self.name)

    async def version(self) -> str:
        """The versions of the three models, which are part of a cached page's key. Waits for models that are being loaded. Raises
        DependencyUnavailable.
        """
        give_up = time.monotonic() + (timeout_within(_PATIENCE_SECONDS) or 0.0)
        while True:
            try:
                return await self._version()
            except ModelAway:
                if time.monotonic() + _POLL_SECONDS > give_up:
                    raise
            await asyncio.sleep(_POLL_SECONDS)

    async def describe(self) -> model_pb2.Model:
        """The engine's entry in ListModels; not ready while its models are away."""
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

    async def _version(self) -> str:
        versions: dict[str, int] = {}
        for entry in await self._triton.index():
            if entry.name in _MODELS and entry.state == "READY":
                versions[entry.name] = max(int(entry.version or 1), versions.get(entry.name, 0))
        if len(versions) < len(_MODELS):
            raise ModelAway("the models that read text are not loaded at the moment; try again", retry_after=2)
        return ".".join(str(versions[name]) for name in _MODELS)


def _reads(tag: str) -> bool:
    wanted = tag.lower()
    return any(wanted == known or wanted.startswith(known + "-") or known.startswith(wanted + "-") for known in map(str.lower, LANGUAGES))
