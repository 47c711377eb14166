"""Finds headers, footers and page numbers: text that is repeated at the top or bottom of a document's pages."""

from __future__ import annotations

import re
from collections import Counter

from uat.vision.v1 import document_pb2 as pb

from services.vision.recognition.layout.page import write

_EDGE = 0.12
_MAX_LENGTH = 200
_NUMBER = re.compile(
    r"^[\W_]*(?:(?:page|seite|página|pagina|p\.?)\s*)?(?:\d{1,4}|[ivxl]{1,6})(?:\s*(?:/|of|von|de|di)\s*\d{1,4})?[\W_]*$", re.IGNORECASE
)
_DIGITS = re.compile(r"\d+")


class Margins:
    """Collects the blocks at the edges of the pages of one document."""

    def __init__(self) -> None:
        self._seen: Counter[tuple[bool, str]] = Counter()

    def observe(self, page: pb.Page) -> None:
        """Adds a page."""
        self._seen.update({(top, _masked(block.text)) for block, top in _at_edges(page)})

    def mark(self, page: pb.Page) -> None:
        """Marks the page's blocks that another page repeats, or that hold only a page number."""
        marked = False
        for block, top in _at_edges(page):
            repeated = self._seen[top, _masked(block.text)] >= 2
            if repeated or (_NUMBER.match(block.text) and len(page.blocks) > 1):
                block.kind = pb.BLOCK_KIND_MARGIN
                marked = True
        if marked:
            write(page)


def _at_edges(page: pb.Page) -> list[tuple[pb.Block, bool]]:
    """The first block near the top and the last one near the bottom, each with whether it is at the top."""
    if not page.blocks or page.orientation or not page.height:
        return []
    found = []
    ordered = sorted(page.blocks, key=lambda block: block.region.corners[0].y)
    for block, top in ((ordered[0], True), (ordered[-1], False)):
        middle = sum(corner.y for corner in block.region.corners) / 4 / page.height
        if block.kind != pb.BLOCK_KIND_TABLE and len(block.text) <= _MAX_LENGTH and (middle < _EDGE if top else middle > 1 - _EDGE):
            found.append((block, top))
    return found


def _masked(text: str) -> str:
    """A text with its digits masked, so that page numbers compare equal."""
    return _DIGITS.sub("0", " ".join(text.lower().split()))
