"""GIF: the first frame."""

from __future__ import annotations

from services.vision.errors import ContentCorrupt
from services.vision.headers.header import Frame, Reader

_EXTENSION, _IMAGE = 0x21, 0x2C


def frames(reader: Reader) -> tuple[Frame, ...]:
    """The first frame, and what it reaches over. Raises ContentCorrupt or Short."""
    width, height, flags = reader.numbers(6, "HHB")
    at = 13 + _palette(flags)
    while (block := reader.number(at, "B")) == _EXTENSION:
        at, _ = _blocks(reader, at + 2)
    if block != _IMAGE:
        raise ContentCorrupt("the GIF holds no picture")
    left, top, across, down, flags = reader.numbers(at + 1, "HHHHB")
    if not across or not down:
        raise ContentCorrupt("the header of the GIF contradicts itself")
    width, height = max(width, left + across), max(height, top + down)
    encoded = _blocks(reader, at + 11 + _palette(flags))[1] if reader.whole else 0
    return (Frame(width, height, encoded, width * height),)


def _palette(flags: int) -> int:
    return 3 << (1 + (flags & 7)) if flags & 0x80 else 0


def _blocks(reader: Reader, at: int) -> tuple[int, int]:
    """Where a chain of blocks ends, and how much is in it."""
    held = 0
    while length := reader.number(at, "B"):
        at += 1 + length
        held += length
    return at + 1, held
