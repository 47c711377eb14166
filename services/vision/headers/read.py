"""One way in to all headers, and the limits that they are held against."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass

from services.vision.errors import DecompressionBomb, TooManyPixels
from services.vision.headers import bmp, gif, jpeg, kinds, png, tiff, webp
from services.vision.headers.header import Bytes, Frame, Header, Reader, Short

_READERS: dict[str, tuple[Callable[[Reader], tuple[Frame, ...]], bool]] = {
    kinds.PNG: (png.frames, False),
    kinds.JPEG: (jpeg.frames, False),
    kinds.GIF: (gif.frames, True),
    kinds.WEBP: (webp.frames, True),
    kinds.BMP: (bmp.frames, True),
}
"""How each kind is read, and whether its numbers are little-endian."""
HARMLESS_BYTES = 64 * 1024 * 1024
"""What decodes to no more than this is no bomb, however well it was packed: an empty page packs better than 1000 to 1."""


@dataclass(frozen=True, slots=True)
class PixelLimits:
    """What a picture may have."""

    max_pixels: int
    max_edge: int
    max_decompression_ratio: int

    def check(self, frames: Collection[Frame]) -> None:
        """Raises TooManyPixels or DecompressionBomb for the first that breaks one."""
        for frame in frames:
            self.check_size(frame.width, frame.height)
            if frame.decoded_bytes > HARMLESS_BYTES and frame.encoded_bytes:
                ratio = frame.decoded_bytes // frame.encoded_bytes
                if ratio > self.max_decompression_ratio:
                    said = f"{frame.encoded_bytes} bytes would grow to {frame.decoded_bytes}, more than the limit allows"
                    raise DecompressionBomb.over(said, self.max_decompression_ratio, ratio)

    def check_size(self, width: int, height: int) -> None:
        """Raises TooManyPixels."""
        if max(width, height) > self.max_edge:
            raise TooManyPixels.over(f"{width} x {height} pixels: an edge is longer than the limit", self.max_edge, max(width, height))
        if width * height > self.max_pixels:
            raise TooManyPixels.over(f"{width} x {height} pixels are more than the limit", self.max_pixels, width * height)


def read(data: Bytes) -> Header:
    """The header of the whole of some content that is no PDF. Raises NotAnImage, FormatUnsupported, ContentCorrupt and the like."""
    kind = kinds.media_type(bytes(data[: kinds.ENOUGH]))
    if kind == kinds.PDF:
        return Header(kind, ())
    if kind == kinds.TIFF:
        pages = tiff.frames(data)
        return Header(kind, pages, len(pages))
    function, little = _READERS[kind]
    return Header(kind, function(Reader(data, whole=True, little=little)))


def glance(start: Bytes) -> Header:
    """What can be told from the start of some content, of which more will come. Raises as `read` does."""
    kind = kinds.media_type(bytes(start[: kinds.ENOUGH]))
    if kind not in _READERS:
        return Header(kind, ())
    function, little = _READERS[kind]
    try:
        return Header(kind, function(Reader(start, whole=False, little=little)))
    except Short:
        return Header(kind, ())
