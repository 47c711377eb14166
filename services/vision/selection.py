"""Which pages are wanted: `1-3,7`."""

from __future__ import annotations

from services.kit.errors import FieldViolation, InvalidRequest
from services.vision.errors import PageNotFound, TooManyPages

_FIELD = "options.pages"


def selected(pages: str, page_count: int, max_pages: int) -> list[int]:
    """The pages that are named, in order, each once; all when none is. Raises PageNotFound, TooManyPages or InvalidRequest."""
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
        said = f"{count} pages are asked for, and {max_pages} may be"
        raise TooManyPages(
            f"{_FIELD}: {said}",
            metadata={"limit": str(max_pages), "actual": str(count)},
            fields=[FieldViolation(_FIELD, f"{said}; name fewer")],
        )
    return sorted(wanted) or list(range(1, page_count + 1))
