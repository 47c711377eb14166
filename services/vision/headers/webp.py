"""WebP: the canvas."""

from __future__ import annotations

from services.vision.errors import ContentCorrupt
from services.vision.headers.header import Frame, Reader


def frames(reader: Reader) -> tuple[Frame, ...]:
    """The canvas. Raises ContentCorrupt or Short."""
    length = reader.number(4, "I") + 8
    if reader.whole:
        reader.need(0, length)
    kind, at = reader.bytes(12, 4), 20
    if kind == b"VP8X":
        width, height = _three(reader, at + 4) + 1, _three(reader, at + 7) + 1
        colors = 4 if reader.number(at, "B") & 0x10 else 3
    elif kind == b"VP8L":
        if reader.number(at, "B") != 0x2F:
            raise ContentCorrupt("the header of the WebP contradicts itself")
        bits = reader.number(at + 1, "I")
        width, height, colors = (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1, 4 if bits >> 28 & 1 else 3
    elif kind == b"VP8 ":
        if reader.bytes(at + 3, 3) != b"\x9d\x01\x2a":
            raise ContentCorrupt("the header of the WebP contradicts itself")
        width, height = (size & 0x3FFF for size in reader.numbers(at + 6, "HH"))
        colors = 3
    else:
        raise ContentCorrupt("the WebP holds no picture")
    if not width or not height:
        raise ContentCorrupt("the header of the WebP contradicts itself")
    return (Frame(width, height, length, width * height * colors),)


def _three(reader: Reader, at: int) -> int:
    low, high = reader.numbers(at, "HB")
    return low | high << 16
