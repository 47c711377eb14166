"""What a header says."""

from __future__ import annotations

import struct
from dataclasses import dataclass

from services.vision.errors import ContentCorrupt

Bytes = bytes | memoryview


@dataclass(frozen=True, slots=True)
class Frame:
    """One picture of a file: its size in pixels, and the bytes of its pixels before and after decoding; 0 where that can't be told."""

    width: int
    height: int
    encoded_bytes: int
    decoded_bytes: int


@dataclass(frozen=True, slots=True)
class Header:
    """What is known of some content."""

    media_type: str
    frames: tuple[Frame, ...]
    """The pages of a file that has some; otherwise the picture, or the first one of an animation. Empty for PDF, and while too little has
    come to tell."""
    page_count: int = 1


class Reader:
    """Reads numbers out of bytes. Raises ContentCorrupt where there are none, or Short while more may still come."""

    def __init__(self, data: Bytes, *, whole: bool, little: bool = False) -> None:
        self.data = data
        self.size = len(data)
        self.whole = whole
        self._order = "<" if little else ">"

    def number(self, at: int, kind: str) -> int:
        """The number at a place; kinds are those of `struct`."""
        return int(self.numbers(at, kind)[0])

    def numbers(self, at: int, kinds: str) -> tuple[int, ...]:
        """Numbers that follow each other."""
        layout = self._order + kinds
        self.need(at, struct.calcsize(layout))
        return struct.unpack_from(layout, self.data, at)

    def bytes(self, at: int, length: int) -> bytes:
        """Bytes at a place."""
        self.need(at, length)
        return bytes(self.data[at : at + length])

    def need(self, at: int, length: int) -> None:
        """Sees that there are so many bytes at a place."""
        if at < 0 or length < 0 or at + length > self.size:
            raise ContentCorrupt("the content breaks off") if self.whole or at < 0 or length < 0 else Short


class Short(Exception):
    """Too little has come to tell."""


def row_bytes(width: int, bits_per_pixel: int) -> int:
    """How long a row is, rounded up to bytes."""
    return (width * bits_per_pixel + 7) // 8
