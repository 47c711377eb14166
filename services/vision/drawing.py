"""Content becomes pixels, in a worker: pictures are decoded, pages of a PDF drawn. Pixels go to a file, so that every worker can go on with
them and none has to be asked twice.
"""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image, PngImagePlugin

from services.vision import pdf
from services.vision.analysis.picture import Picture
from services.vision.errors import ContentCorrupt, ProcessingFailed
from services.vision.headers import kinds
from services.vision.headers.png import MOST_ANCILLARY
from services.vision.headers.read import PixelLimits
from services.vision.ocr.geometry import Pixels

# The header was held against our own limits before.
Image.MAX_IMAGE_PIXELS = None
PngImagePlugin.MAX_TEXT_CHUNK = MOST_ANCILLARY

_BROKEN = (OSError, ValueError, SyntaxError, EOFError, IndexError, KeyError, TypeError, AttributeError, struct.error, zlib.error)
"""What decoders raise on content that is broken."""


@dataclass(frozen=True, slots=True)
class Drawn:
    """A page's pixels: where they are, and how the camera was held, as EXIF numbers it."""

    path: Path
    width: int
    height: int
    held: int = 1
    layer: pdf.Layer | None = None
    """The text that a PDF carries for the page, where it may be taken."""

    def pixels(self) -> Pixels:
        """The pixels, as they are on disk."""
        return np.memmap(self.path, np.uint8, "r", shape=(self.height, self.width, 3))


@dataclass(frozen=True, slots=True)
class Drawing:
    """How pages of a document are to be drawn."""

    content: Path
    media_type: str
    limits: PixelLimits
    dots_per_inch: int
    layer: pdf.Use


def draw(asked: Drawing, number: int, out: Path) -> Drawn:
    """Draws one page, counted from 1, to a file. A page whose text layer is all that is needed isn't drawn, and has no pixels. Raises
    ContentCorrupt, TooManyPixels and the like.
    """
    with decoding():
        if asked.media_type == kinds.PDF:
            width, height, layer, pixels = pdf.draw(asked.content, number, asked.dots_per_inch, asked.limits, asked.layer)
            held = 1
        else:
            header = Image.open(io.BytesIO(asked.content.read_bytes()))
            if number > 1:
                header.seek(number - 1)
            header.load()
            picture = Picture(b"", header)
            pixels, layer, held = picture.rgb, None, picture.orientation
            height, width = pixels.shape[:2]
    if pixels is not None:
        np.ascontiguousarray(pixels).tofile(out)
    return Drawn(out, width, height, held, layer)


@contextmanager
def decoding() -> Iterator[None]:
    """What a decoder raises inside the block is raised as ContentCorrupt or ProcessingFailed."""
    try:
        yield
    except MemoryError as error:
        raise ProcessingFailed("the content needs more memory than it may have") from error
    except _BROKEN as error:
        raise ContentCorrupt(f"the content can't be decoded: {error}") from error
