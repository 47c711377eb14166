"""Pictures that tests draw: with EXIF, codes, depths and frames as they need them."""

from __future__ import annotations

import io
import struct
import zlib
from typing import Any

import numpy as np
import zxingcpp
from PIL import Image, ImageDraw, ImageFilter, TiffImagePlugin


def photo(width: int = 640, height: int = 480, seed: int = 1) -> Image.Image:
    """Something like a photograph: soft colours with edges in it."""
    random = np.random.default_rng(seed)
    small = Image.fromarray(random.integers(0, 255, (6, 8, 3), np.uint8))
    image = small.resize((width, height), Image.Resampling.BICUBIC)
    draw = ImageDraw.Draw(image)
    for _ in range(12):
        x, y, w = int(random.integers(width)), int(random.integers(height)), int(random.integers(20, 120))
        color = tuple(int(v) for v in random.integers(0, 255, 3))
        draw.ellipse((x, y, x + w, y + w), fill=color, outline="black")
    return image


def saved(image: Image.Image, kind: str, **options: Any) -> bytes:
    """The picture as a file."""
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def exif(*, place: bool = False, orientation: int = 1) -> Image.Exif:
    """EXIF of a camera, and of a place: 48°51'30" N, 2°17'40" W."""
    made = Image.Exif()
    made[0x010F], made[0x0110], made[0x0112] = "Acme", "Model 7", orientation
    if place:
        thirds = [TiffImagePlugin.IFDRational(v) for v in (48, 51, 30, 2, 17, 40)]
        made.get_ifd(0x8825).update({1: "N", 2: tuple(thirds[:3]), 3: "W", 4: tuple(thirds[3:])})
    return made


def code(kind: str, text: str, scale: int = 4) -> Image.Image:
    """A code with a margin."""
    made = zxingcpp.create_barcode(text, getattr(zxingcpp.BarcodeFormat, kind))
    pixels = np.asarray(made.to_image(scale=scale))
    return Image.fromarray(np.pad(pixels, 20, constant_values=255))


def blurred(image: Image.Image, radius: float) -> Image.Image:
    return image.filter(ImageFilter.GaussianBlur(radius))


def png_claiming(width: int, height: int, data: bytes = b"\0" * 64) -> bytes:
    """A PNG whose header says this size, with next to nothing in it."""

    def chunk(name: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(data)) + chunk(b"IEND", b"")
