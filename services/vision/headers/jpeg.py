"""JPEG: the frame header, and how many scans there are."""

from __future__ import annotations

from services.vision.errors import ContentCorrupt, DecompressionBomb
from services.vision.headers.header import Frame, Reader

_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_ALONE = frozenset((0x01, *range(0xD0, 0xD9)))
MOST_SCANS = 500
"""Each scan of a progressive JPEG is a pass over all of its pixels."""


def frames(reader: Reader) -> tuple[Frame, ...]:
    """The picture. Raises ContentCorrupt, DecompressionBomb or Short."""
    at = 2
    while True:
        marker, at = _marker(reader, at)
        if marker in _FRAMES:
            break
        if marker in (0xD9, 0xDA):
            raise ContentCorrupt("the JPEG has no frame header")
        at += 0 if marker in _ALONE else max(2, reader.number(at, "H"))
    precision, height, width, components = reader.numbers(at + 2, "BHHB")
    if not width or not height or not components:
        raise ContentCorrupt("the header of the JPEG contradicts itself")
    if reader.whole:
        scans = bytes(reader.data).count(b"\xff\xda")
        if not scans:
            raise ContentCorrupt("the JPEG holds no picture")
        if scans > MOST_SCANS:
            raise DecompressionBomb.over("the JPEG has more scans than the limit", MOST_SCANS, scans)
    return (Frame(width, height, reader.size, width * height * components * (precision + 7) // 8),)


def _marker(reader: Reader, at: int) -> tuple[int, int]:
    """The next marker and where it ends; fill bytes may stand before it."""
    if reader.number(at, "B") != 0xFF:
        raise ContentCorrupt("the JPEG breaks off or contradicts itself")
    while (marker := reader.number(at, "B")) == 0xFF:
        at += 1
    return marker, at + 1
