"""TIFF and BigTIFF: the pages, and that their pixels are there."""

from __future__ import annotations

from services.vision.errors import ContentCorrupt, TooManyPages
from services.vision.headers.header import Frame, Reader, row_bytes

_WIDTH, _HEIGHT, _BITS, _SAMPLES = 256, 257, 258, 277
_STRIPS, _STRIP_BYTES, _TILES, _TILE_BYTES = 273, 279, 324, 325
_TILE_WIDTH, _TILE_HEIGHT, _JPEG_BYTES = 322, 323, 514
_KINDS = {1: "B", 3: "H", 4: "I", 16: "Q", 13: "I"}
_SIZES = {"B": 1, "H": 2, "I": 4, "Q": 8}
_MOST_PIECES = 1_000_000
MOST_PAGES = 10_000
"""So many are counted; what has more is refused."""


def frames(data: bytes | memoryview) -> tuple[Frame, ...]:
    """The pages. Raises ContentCorrupt or TooManyPages. Needs the whole of it: a TIFF says where its pages are anywhere."""
    reader = Reader(data, whole=True, little=bytes(data[:2]) == b"II")
    big = reader.number(2, "H") == 43
    at = reader.number(8, "Q") if big else reader.number(4, "I")
    found: list[Frame] = []
    seen: set[int] = set()
    while at:
        if at in seen:
            raise ContentCorrupt("the pages of the TIFF run in a circle")
        if len(found) >= MOST_PAGES:
            raise TooManyPages.over("the TIFF has more pages than can be counted", MOST_PAGES, len(found) + 1)
        seen.add(at)
        tags, at = _directory(reader, at, big)
        found.append(_frame(tags, len(data)))
    if not found:
        raise ContentCorrupt("the TIFF holds no picture")
    return tuple(found)


def _directory(reader: Reader, at: int, big: bool) -> tuple[dict[int, tuple[int, ...]], int]:
    """A page's values, those that are numbers, and where the next page is."""
    count, at = (reader.number(at, "Q"), at + 8) if big else (reader.number(at, "H"), at + 2)
    step, inline, layout = (20, 8, "HHQ") if big else (12, 4, "HHI")
    reader.need(at, count * step)
    tags: dict[int, tuple[int, ...]] = {}
    for entry in range(at, at + count * step, step):
        tag, kind, length = reader.numbers(entry, layout)
        if (code := _KINDS.get(kind)) is None or not 0 < length <= _MOST_PIECES:
            continue
        place = entry + step - inline
        if length * _SIZES[code] > inline:
            place = reader.number(place, "Q" if big else "I")
        if tag in (_WIDTH, _HEIGHT, _BITS, _SAMPLES, _STRIPS, _STRIP_BYTES, _TILES, _TILE_BYTES, _TILE_WIDTH, _TILE_HEIGHT, _JPEG_BYTES):
            tags[tag] = reader.numbers(place, f"{length}{code}")
    return tags, reader.number(at + count * step, "Q" if big else "I")


def _frame(tags: dict[int, tuple[int, ...]], size: int) -> Frame:
    width, height = tags.get(_WIDTH, (0,))[0], tags.get(_HEIGHT, (0,))[0]
    samples = tags.get(_SAMPLES, (1,))[0]
    bits = max(tags.get(_BITS, (1,)))
    if not width or not height or not 0 < samples <= 64 or not 0 < bits <= 64:
        raise ContentCorrupt("the header of the TIFF contradicts itself")
    places, lengths = tags.get(_STRIPS, ()) or tags.get(_TILES, ()), tags.get(_STRIP_BYTES, ()) or tags.get(_TILE_BYTES, ())
    if any(place + length > size for place, length in zip(places, lengths, strict=False)):
        raise ContentCorrupt("the TIFF breaks off")
    # Pixels are decoded tile by tile, so a page is at least as large as one of them.
    width_held, height_held = max(width, tags.get(_TILE_WIDTH, (0,))[0]), max(height, tags.get(_TILE_HEIGHT, (0,))[0])
    encoded = sum(lengths) or tags.get(_JPEG_BYTES, (size,))[0]
    return Frame(width_held, height_held, encoded, row_bytes(width_held, bits * samples) * height_held)
