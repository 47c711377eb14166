"""One page as pixels, in a worker: pictures are decoded, pages of a PDF are drawn."""

from __future__ import annotations

import io
import math
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image
from uat.vision.v1 import document_pb2 as pb

from services.vision.content import pdf
from services.vision.content.decoding import decoding
from services.vision.content.limits import PixelLimits
from services.vision.content.media_types import PDF
from services.vision.content.picture import Picture
from services.vision.recognition.layout.geometry import Pixels
from services.vision.recognition.text_layer import TextLayer, text_layer


@dataclass(frozen=True, slots=True)
class Drawn:
    """A page. `orientation` is how the camera was held, as EXIF numbers it."""

    width: int
    height: int
    pixels: Pixels | None
    """None where the text layer covers all that can be seen, so that nothing had to be drawn."""
    orientation: int = 1
    layer: TextLayer | None = None
    """The text that a PDF carries for the page, where it may be used."""


def draw(content: Path, media_type: str, number: int, dots: int, use: pb.TextLayerUse, limits: PixelLimits) -> Drawn:
    """Draws one page, counted from 1. Raises ContentCorrupt, TooManyPixels, ProcessingFailed."""
    with decoding():
        return _pdf(content, number, dots, use, limits) if media_type == PDF else _picture(content, number)


def _pdf(content: Path, number: int, dots: int, use: pb.TextLayerUse, limits: PixelLimits) -> Drawn:
    with pdf.page(content, number) as page:
        scale = pdf.scale(page, dots, limits)
        width, height = (max(1, math.ceil(edge * scale)) for edge in page.get_size())
        layer = None if use == pb.TEXT_LAYER_USE_NEVER else text_layer(page, (width, height), use)
        if layer is not None and layer.covers:
            return Drawn(width, height, None, layer=layer)
        pdf.check_pictures(page, limits)
        pixels = pdf.render(page, scale, rev_byteorder=True, prefer_bgrx=False)
        return Drawn(pixels.shape[1], pixels.shape[0], pixels, layer=layer)


def _picture(content: Path, number: int) -> Drawn:
    header = Image.open(io.BytesIO(content.read_bytes()))
    if number > 1:
        header.seek(number - 1)
    header.load()
    picture = Picture(b"", header)
    pixels = np.ascontiguousarray(picture.rgb)
    return Drawn(pixels.shape[1], pixels.shape[0], pixels, picture.orientation)
