"""Decoder set-up for untrusted files, and the faults that decoder errors become. Used in workers."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from contextlib import contextmanager

from PIL import Image, PngImagePlugin

from services.vision.errors import ContentCorrupt, DecompressionBomb, ProcessingFailed

MAX_ANCILLARY_BYTES = 8 * 1024 * 1024
"""The most that the texts and profiles inside a PNG may unpack to."""
# `header` checks pictures against the service's own limits before they are decoded.
Image.MAX_IMAGE_PIXELS = None
PngImagePlugin.MAX_TEXT_CHUNK = PngImagePlugin.MAX_TEXT_MEMORY = MAX_ANCILLARY_BYTES

BROKEN = (
    OSError,
    ValueError,
    SyntaxError,
    EOFError,
    IndexError,
    KeyError,
    TypeError,
    AttributeError,
    OverflowError,
    struct.error,
    zlib.error,
)
"""What Pillow and PDFium raise on broken content."""


@contextmanager
def decoding() -> Iterator[None]:
    """Raises ContentCorrupt, DecompressionBomb or ProcessingFailed for what a decoder raises inside the block."""
    try:
        yield
    except MemoryError as error:
        raise ProcessingFailed("decoding the content takes more memory than a worker may have") from error
    except BROKEN as error:
        if "MAX_TEXT" in str(error):
            said = "texts or profiles in the PNG unpack to more than the limit"
            raise DecompressionBomb.over(said, MAX_ANCILLARY_BYTES, MAX_ANCILLARY_BYTES + 1) from error
        raise ContentCorrupt(f"the content can't be decoded: {error}") from error
