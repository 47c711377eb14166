"""EXIF's eight ways to hold a camera: turning pixels upright, and points back to where they are stored."""

from __future__ import annotations

import numpy as np

from services.vision.analysis.picture import Pixels

TRANSPOSED = frozenset((5, 6, 7, 8))
"""The orientations in which width and height change places."""


def upright(pixels: Pixels, orientation: int) -> Pixels:
    """The pixels as a person sees them."""
    if orientation in TRANSPOSED:
        pixels = pixels.swapaxes(0, 1)
    if orientation in (2, 3, 6, 7):
        pixels = pixels[:, ::-1]
    if orientation in (3, 4, 7, 8):
        pixels = pixels[::-1]
    return np.ascontiguousarray(pixels)


def stored(x: float, y: float, size: tuple[int, int], orientation: int) -> tuple[float, float]:
    """Where a point of the upright picture is in the stored one, which has this width and height."""
    width, height = size
    if orientation in TRANSPOSED:
        width, height = height, width
    if orientation in (2, 3, 6, 7):
        x = width - x
    if orientation in (3, 4, 7, 8):
        y = height - y
    return (y, x) if orientation in TRANSPOSED else (x, y)
