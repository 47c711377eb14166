"""Checks content by its header, in a worker, before any pixel is decoded: its media type, its size, and the limits on both.

Pillow reads headers lazily, so the worker that decodes the content later also reads its header; nothing runs in the service's own process.
"""

from __future__ import annotations

import hashlib
import io
import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PIL import Image

from services.vision.content import pdf
from services.vision.content.decoding import BROKEN, decoding
from services.vision.content.limits import PixelLimits
from services.vision.content.media_types import BMP, ENOUGH, GIF, JPEG, PDF, PNG, TIFF, WEBP, media_type
from services.vision.errors import DecompressionBomb, TooManyPages

_FORMATS = {JPEG: "JPEG", PNG: "PNG", WEBP: "WEBP", GIF: "GIF", TIFF: "TIFF", BMP: "BMP"}
_MAX_TIFF_PAGES = 10_000
_MAX_JPEG_SCANS = 500
"""Each scan of a progressive JPEG is one more pass over all of its pixels."""
_BITS, _STRIP_BYTES, _TILE_WIDTH, _TILE_HEIGHT, _TILE_BYTES = 258, 279, 322, 323, 325
"""Tags of TIFF."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of content that keeps the limits. Documents (PDF) have no width and height."""

    media_type: str
    sha256: str
    size_bytes: int
    page_count: int
    width: int = 0
    height: int = 0

    @property
    def is_document(self) -> bool:
        """Whether it is a document and not a picture."""
        return self.media_type == PDF


def inspect(path: Path, limits: PixelLimits, decode: bool = False) -> Facts:
    """Checks a file and returns its facts. `decode` also decodes the first picture, so that a truncated one is found here already.

    Raises the fault for content of no or an unsupported kind, for the first limit that it breaks, and for content that is corrupt.
    """
    content = path.read_bytes()
    digest = hashlib.sha256(content).hexdigest()
    kind = media_type(content[:ENOUGH])
    if kind == PDF:
        with decoding():
            return Facts(kind, digest, len(content), pdf.page_count(path))
    image, page_count = opened(content, kind, limits)
    width, height = image.size
    if decode:
        with decoding():
            image.load()
    return Facts(kind, digest, len(content), page_count, width, height)


def glance(start: bytes, limits: PixelLimits) -> bool:
    """Checks the first bytes of content that is still being uploaded, and returns whether more bytes could not tell more. Raises as
    `inspect` does.
    """
    kind = media_type(start[:ENOUGH])
    if kind in (PDF, TIFF):
        return True
    try:
        image = Image.open(io.BytesIO(start), formats=(_FORMATS[kind],))
    except BROKEN:
        return False  # the header is not complete yet
    limits.check_size(*image.size)
    return True


def opened(content: bytes, kind: str, limits: PixelLimits, *, all_pages: bool = True) -> tuple[Any, int]:
    """A picture at its first page, not decoded, and how many pages there are; every page (or the first one alone) keeps the limits."""
    if kind == JPEG and (scans := content.count(b"\xff\xda")) > _MAX_JPEG_SCANS:
        raise DecompressionBomb.over("the JPEG has more scans than the limit", _MAX_JPEG_SCANS, scans)
    with decoding():
        image = Image.open(io.BytesIO(content), formats=(_FORMATS[kind],))
        count = 0
        for _ in _pages(image):
            count += 1
            tags = image.tag_v2 if kind == TIFF else {}  # type: ignore[attr-defined]
            width, height = image.size
            # A tile is decoded whole, also where it reaches beyond the picture.
            width, height = max(width, tags.get(_TILE_WIDTH, 0)), max(height, tags.get(_TILE_HEIGHT, 0))
            limits.check_size(width, height)
            depth = content[24] if kind == PNG else max(tags.get(_BITS, (8,)))
            encoded = sum(tags.get(_STRIP_BYTES) or tags.get(_TILE_BYTES) or (len(content),))
            limits.check_growth(encoded, -(-width * depth * len(image.getbands()) // 8) * height)
            if not all_pages:
                break
        if count > 1:
            image.seek(0)
    return image, count


def _pages(image: Image.Image) -> Iterator[None]:
    """Moves a TIFF from page to page; everything else, animations included, has one page: its first picture."""
    yield
    if image.format != "TIFF":
        return
    for number in itertools.count(2):
        try:
            image.seek(number - 1)
        except EOFError:
            return
        if number > _MAX_TIFF_PAGES:
            raise TooManyPages.over("the TIFF has more pages than the limit", _MAX_TIFF_PAGES, number)
        yield
