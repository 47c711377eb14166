"""Whether text may be read of some content as it is asked for; told from what is known without decoding it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

from uat.vision.v1 import document_pb2

from services.vision.content import Facts
from services.vision.errors import ImageTooSmall
from services.vision.selection import selected

SMALLEST_EDGE = 8


class Engine(Protocol):
    """What reads text."""

    def check(self, model: str, languages: Iterable[str]) -> None:
        """Raises ModelNotFound or LanguageUnsupported for what it can't do."""


class Terms:
    """Holds content and options against the limits."""

    def __init__(self, engine: Engine, max_pages: int) -> None:
        self._engine = engine
        self._max_pages = max_pages

    def check(self, options: document_pb2.RecognitionOptions) -> None:
        """What is wrong with the options, whatever the content is. Raises ModelNotFound or LanguageUnsupported."""
        self._engine.check(options.model, options.languages)

    def pages(self, facts: Facts, options: document_pb2.RecognitionOptions) -> list[int]:
        """The pages that are asked for. Raises ImageTooSmall, PageNotFound, TooManyPages or InvalidRequest."""
        if not facts.is_document and min(facts.width, facts.height) < SMALLEST_EDGE:
            actual = min(facts.width, facts.height)
            raise ImageTooSmall.over(f"{facts.width} x {facts.height} pixels are too few to hold text", SMALLEST_EDGE, actual)
        return selected(options.pages, facts.page_count, self._max_pages)
