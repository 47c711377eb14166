"""PNG: the header, that every chunk is there, and that what ancillary chunks unpack to stays small."""

from __future__ import annotations

import zlib

from services.vision.errors import ContentCorrupt, DecompressionBomb
from services.vision.headers.header import Frame, Reader, row_bytes

_CHANNELS = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}
_DEPTHS = {0: (1, 2, 4, 8, 16), 2: (8, 16), 3: (1, 2, 4, 8), 4: (8, 16), 6: (8, 16)}
_PACKED = frozenset((b"zTXt", b"iTXt", b"iCCP"))
MOST_ANCILLARY = 8 * 1024 * 1024
"""What all texts and profiles may unpack to."""


def frames(reader: Reader) -> tuple[Frame, ...]:
    """The picture. Raises ContentCorrupt, DecompressionBomb or Short."""
    length, name = reader.number(8, "I"), reader.bytes(12, 4)
    width, height, depth, color, *_ = reader.numbers(16, "IIBBBBB")
    if length != 13 or name != b"IHDR" or not width or not height or depth not in _DEPTHS.get(color, ()):
        raise ContentCorrupt("the header of the PNG contradicts itself")
    decoded = height * (1 + row_bytes(width, depth * _CHANNELS[color]))
    return (Frame(width, height, _data_bytes(reader) if reader.whole else 0, decoded),)


def _data_bytes(reader: Reader) -> int:
    at, data, unpacked = 33, 0, 0
    while True:
        length, kind = reader.number(at, "I"), reader.bytes(at + 4, 4)
        reader.need(at, length + 12)
        if kind == b"IDAT":
            data += length
        elif kind in _PACKED:
            unpacked += _unpacked(reader.bytes(at + 8, length), MOST_ANCILLARY - unpacked)
            if unpacked >= MOST_ANCILLARY:
                raise DecompressionBomb.over("texts and profiles in the PNG unpack to more than the limit", MOST_ANCILLARY, unpacked)
        elif kind == b"IEND":
            break
        at += length + 12
    if not data:
        raise ContentCorrupt("the PNG holds no picture")
    return data


def _unpacked(chunk: bytes, most: int) -> int:
    """How much the packed part unpacks to, told up to `most`."""
    start = chunk.find(b"\x78")
    while 0 <= start < 256 + 80 * 3:
        try:
            return len(zlib.decompressobj().decompress(chunk[start:], max(1, most)))
        except zlib.error:
            start = chunk.find(b"\x78", start + 1)
    return 0
