"""Quadrilaterals (four corners, clockwise from the one at the top left of the text) and turned pages."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Pixels = NDArray[np.uint8]
Quad = NDArray[np.float32]
"""Shape (4, 2), x before y."""
Quads = NDArray[np.float32]
"""Shape (n, 4, 2)."""

_TURNED = {
    1: (1, 0, 0, 0, 1, 0),
    2: (-1, 0, 1, 0, 1, 0),
    3: (-1, 0, 1, 0, -1, 1),
    4: (1, 0, 0, 0, -1, 1),
    5: (0, 1, 0, 1, 0, 0),
    6: (0, 1, 0, -1, 0, 1),
    7: (0, -1, 1, -1, 0, 1),
    8: (0, -1, 1, 1, 0, 0),
}
"""The affine map from the upright picture to the stored one, both scaled to 1, by EXIF orientation."""
_QUARTERS = {0: 1, 1: 6, 2: 3, 3: 8}
"""The EXIF orientation of a picture that needs this many quarter turns clockwise."""


@dataclass(frozen=True, slots=True)
class Turn:
    """How a stored picture is turned upright: first by its EXIF orientation, then by quarters clockwise."""

    exif: int = 1
    quarters: int = 0

    def size(self, width: int, height: int) -> tuple[int, int]:
        """Width and height of a picture of this size after the turn."""
        return (height, width) if (self.exif in (5, 6, 7, 8)) != (self.quarters % 2 == 1) else (width, height)

    def pixels(self, stored: Pixels) -> Pixels:
        """The pixels after the turn."""
        return _upright(_upright(stored, self.exif), _QUARTERS[self.quarters % 4])

    def back(self, points: Quads, width: int, height: int) -> Quads:
        """Maps points of the turned picture back to the stored one, which has this width and height."""
        upright_size = Turn(self.exif).size(width, height)
        return _stored(_stored(points, _QUARTERS[self.quarters % 4], upright_size), self.exif, (width, height))

    @property
    def text_degrees(self) -> int:
        """How far clockwise the text is turned in the stored picture."""
        return (360 - 90 * ({1: 0, 2: 0, 3: 2, 4: 2, 5: 1, 6: 1, 7: 3, 8: 3}[self.exif] + self.quarters)) % 360


def _upright(pixels: Pixels, exif: int) -> Pixels:
    if exif in (5, 6, 7, 8):
        pixels = pixels.swapaxes(0, 1)
    if exif in (2, 3, 6, 7):
        pixels = pixels[:, ::-1]
    if exif in (3, 4, 7, 8):
        pixels = pixels[::-1]
    return np.ascontiguousarray(pixels)


def _stored(points: Quads, exif: int, size: tuple[int, int]) -> Quads:
    width, height = size
    upright = np.array((height, width) if exif in (5, 6, 7, 8) else (width, height), dtype=np.float32)
    a, b, c, d, e, f = _TURNED[exif]
    x, y = np.moveaxis(points / upright, -1, 0)
    return np.stack([(a * x + b * y + c) * width, (d * x + e * y + f) * height], axis=-1).astype(np.float32)


def rotated(points: Quads, degrees: float, center: tuple[float, float]) -> Quads:
    """The points, rotated clockwise about a centre."""
    cos, sin = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
    middle = np.array(center, dtype=np.float32)
    return ((points - middle) @ np.array([[cos, sin], [-sin, cos]], dtype=np.float32) + middle).astype(np.float32)


def lengths(quads: Quads) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """The lengths of each quadrilateral along the text and across it."""
    along = (np.linalg.norm(quads[:, 1] - quads[:, 0], axis=1) + np.linalg.norm(quads[:, 2] - quads[:, 3], axis=1)) / 2
    across = (np.linalg.norm(quads[:, 3] - quads[:, 0], axis=1) + np.linalg.norm(quads[:, 2] - quads[:, 1], axis=1)) / 2
    return along.astype(np.float32), across.astype(np.float32)


def angles(quads: Quads) -> NDArray[np.float32]:
    """How far clockwise each quadrilateral leans, in degrees."""
    run = quads[:, 1] - quads[:, 0] + quads[:, 2] - quads[:, 3]
    return np.asarray(np.degrees(np.arctan2(run[:, 1], run[:, 0])), np.float32)


def part(quad: Quad, start: float, end: float) -> Quad:
    """The part of a line between two shares of its length."""
    top, bottom = quad[1] - quad[0], quad[2] - quad[3]
    return np.stack([quad[0] + start * top, quad[0] + end * top, quad[3] + end * bottom, quad[3] + start * bottom]).astype(np.float32)
