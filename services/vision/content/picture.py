"""A picture decoded once, in the forms that the findings need."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFile

Pixels = NDArray[np.uint8]

_GREY = frozenset(("1", "L", "LA", "La", "I", "F", "I;16", "I;16B", "I;16L", "I;16N"))
_ANIMATED = frozenset(("GIF", "PNG", "WEBP", "AVIF"))


@dataclass(frozen=True)
class Picture:
    """The first frame of a picture. `header` is Pillow's decoded image, with the metadata of the file."""

    content: bytes
    header: ImageFile.ImageFile

    @property
    def color_space(self) -> str:
        """`grey`, `rgb`, `cmyk` or `palette`."""
        mode = self.header.mode
        if mode in ("P", "PA"):
            return "palette"
        if mode == "CMYK":
            return "cmyk"
        return "grey" if mode in _GREY else "rgb"

    @property
    def bits_per_channel(self) -> int:
        """As the file declares it; Pillow decodes most pictures to 8 bits."""
        kind, content = self.header.format, self.content
        if kind == "PNG":
            return content[24]
        if kind == "TIFF":
            bits = getattr(self.header, "tag_v2", {}).get(258, 8)
            return int(bits[0] if isinstance(bits, tuple) else bits)
        if kind == "JPEG2000" and (at := content.find(b"\xff\x51")) >= 0:
            return (content[at + 40] & 0x7F) + 1
        if kind == "AVIF" and (at := content.find(b"av1C")) >= 0:
            flags = content[at + 6]
            return 8 if not flags & 0x40 else 12 if flags & 0x20 else 10
        return {"1": 1, "I": 32, "F": 32}.get(self.header.mode, 16 if self.header.mode.startswith("I;16") else 8)

    @property
    def has_alpha(self) -> bool:
        """Whether it has an alpha channel or a transparent colour."""
        return bool(self.header.has_transparency_data)

    @property
    def frame_count(self) -> int:
        """Frames of an animation; 1 for everything else, also for files with several pages."""
        return int(getattr(self.header, "n_frames", 1)) if self.header.format in _ANIMATED else 1

    @cached_property
    def orientation(self) -> int:
        """The EXIF orientation; 1 where there is none or it can't be read."""
        try:
            value = self.header.getexif().get(0x0112, 1)
        except (OSError, SyntaxError, ValueError, struct.error):  # broken EXIF leaves the picture itself good
            return 1
        return value if isinstance(value, int) and 1 <= value <= 8 else 1

    @cached_property
    def opacity(self) -> Pixels | None:
        """The opacity of each pixel, 0 to 255; None where all are opaque."""
        if not self.has_alpha:
            return None
        return np.asarray(_eight_bits(self.header).convert("RGBA"))[:, :, 3]

    @cached_property
    def rgb(self) -> Pixels:
        """The pixels as stored, 8 bits per channel, on white where they are transparent."""
        image: Image.Image = _eight_bits(self.header)
        if self.has_alpha:
            image = image.convert("RGBA")
            white = Image.new("RGBA", image.size, "white")
            white.alpha_composite(image)
            image = white
        return np.asarray(image.convert("RGB"))

    @cached_property
    def grey(self) -> Pixels:
        """The luma (ITU-R 601) as stored."""
        grey: Any = cv2.cvtColor(self.rgb, cv2.COLOR_RGB2GRAY)
        return np.asarray(grey, dtype=np.uint8)

    @property
    def size(self) -> tuple[int, int]:
        """Width and height as stored."""
        return self.header.size


def _eight_bits(image: Image.Image) -> Image.Image:
    """Scales deeper greys to 8 bits; Pillow would clip them at 255."""
    if image.mode.startswith("I;16"):
        return Image.fromarray((np.asarray(image).astype(np.uint32) >> 8).astype(np.uint8))
    if image.mode in ("I", "F"):
        values = np.nan_to_num(np.asarray(image, dtype=np.float32), posinf=0.0, neginf=0.0)
        top = float(values.max(initial=0.0))
        scale = 255 / 65535 if 255 < top <= 65535 else 255.0 if top <= 1 else 1.0 if top <= 255 else 255 / top
        return Image.fromarray(np.clip(values * scale, 0, 255).astype(np.uint8))
    return image


def fitted(pixels: Pixels, edge: int) -> Pixels:
    """The pixels, scaled down where the longer edge exceeds `edge`."""
    scale = edge / max(pixels.shape[:2])
    if scale >= 1:
        return pixels
    size = (max(1, round(pixels.shape[1] * scale)), max(1, round(pixels.shape[0] * scale)))
    return np.asarray(cv2.resize(pixels, size, interpolation=cv2.INTER_AREA), dtype=np.uint8)
