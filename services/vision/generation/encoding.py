"""Encodes pixels as files, in a worker process."""

from __future__ import annotations

import io

import numpy as np
from numpy.typing import NDArray
from PIL import Image

MEDIA_TYPES = {"PNG": "image/png", "JPEG": "image/jpeg", "WEBP": "image/webp"}
PREVIEW_EDGE = 256
PREVIEW_QUALITY = 60


def encode(pixels: NDArray[np.uint8], kind: str, quality: int) -> bytes:
    """The pixels (height, width, 3) as PNG, JPEG or WEBP. PNG is lossless, and so is WebP at quality 100."""
    out = io.BytesIO()
    image = Image.fromarray(pixels)
    if kind == "PNG":
        image.save(out, "PNG", compress_level=6)
    elif kind == "JPEG":
        image.save(out, "JPEG", quality=max(1, quality), subsampling=0 if quality >= 90 else 2, optimize=True)
    else:
        image.save(out, "WEBP", quality=quality, lossless=quality == 100)
    return out.getvalue()


def preview(pixels: NDArray[np.uint8]) -> bytes:
    """A small JPEG of the pixels."""
    image = Image.fromarray(pixels)
    image.thumbnail((PREVIEW_EDGE, PREVIEW_EDGE))
    return encode(np.asarray(image), "JPEG", PREVIEW_QUALITY)
