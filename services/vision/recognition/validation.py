"""Validation of recognition options against a document's header, before the document is decoded."""

from __future__ import annotations

from uat.vision.v1 import document_pb2

from services.kit.errors import FieldViolation, InvalidRequest
from services.vision.content.header import Facts
from services.vision.errors import ImageTooSmall, PageNotFound, TooManyPages
from services.vision.recognition.engine import Engine

_MIN_EDGE = 8
_FIELD = "options.pages"


class Validation:
    """Checks options and facts against the engine and the limits."""

    def __init__(self, engine: Engine, max_pages: int) -> None:
        self._engine = engine
        self._max_pages = max_pages

    def check(self, options: document_pb2.RecognitionOptions) -> None:
        """Checks what does not depend on the content. Raises ModelNotFound or LanguageUnsupported."""
        self._engine.check(options.model, options.languages)

    def pages(self, facts: Facts, options: document_pb2.RecognitionOptions) -> list[int]:
        """The numbers of the pages to read. Raises ImageTooSmall, PageNotFound, TooManyPages or InvalidRequest."""
        if not facts.is_document and min(facts.width, facts.height) < _MIN_EDGE:
            actual = min(facts.width, facts.height)
            raise ImageTooSmall.over(f"{facts.width} x {facts.height} pixels are too few to hold text", _MIN_EDGE, actual)
        return selected(options.pages, facts.page_count, self._max_pages)


def selected(pages: str, page_count: int, max_pages: int) -> list[int]:
    """The pages that a text such as `1-3,7` names, in order, each once; an empty text names all."""
    wanted: set[int] = set()
    for part in filter(None, pages.split(",")):
        first, _, last = part.partition("-")
        start, end = int(first), int(last or first)
        if end < start:
            raise InvalidRequest.of(_FIELD, f"{part} runs backwards")
        for page in (start, end):
            if not 1 <= page <= page_count:
                raise PageNotFound.of(page, page_count)
        wanted.update(range(start, end + 1))
    count = len(wanted) or page_count
    if count > max_pages:
        description = f"{count} pages are requested, and the limit is {max_pages}"
        raise TooManyPages(
            f"{_FIELD}: {description}",
            metadata={"limit": str(max_pages), "actual": str(count)},
            fields=[FieldViolation(_FIELD, f"{description}; name fewer")],
        )
    return sorted(wanted) or list(range(1, page_count + 1))
