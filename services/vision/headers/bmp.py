"""BMP: the header, and that the pixels are there where they aren't packed."""

from __future__ import annotations

from services.vision.errors import ContentCorrupt
from services.vision.headers.header import Frame, Reader, row_bytes

_PLAIN = frozenset((0, 3, 6))


def frames(reader: Reader) -> tuple[Frame, ...]:
    """The picture. Raises ContentCorrupt or Short."""
    offset, size = reader.numbers(10, "II")
    if size == 12:
        width, height, _, bits = reader.numbers(18, "HHHH")
        packing = 0
    else:
        width, height, _, bits, packing = reader.numbers(18, "iiHHI")
    width, height = abs(width), abs(height)
    if not width or not height or bits not in (1, 2, 4, 8, 16, 24, 32):
        raise ContentCorrupt("the header of the BMP contradicts itself")
    if reader.whole and packing in _PLAIN:
        reader.need(offset, (row_bytes(width, bits) + 3) // 4 * 4 * height)
    return (Frame(width, height, max(1, reader.size - offset), row_bytes(width, bits) * height),)
