"""A page's orientation: whether it lies on a side or upside down, and how far it leans besides."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from services.vision.recognition.layout.geometry import Quads, angles, lengths

_SAMPLES = 12
_LONG = 1.5
"""A line is at least this many times longer than high; nearly square boxes say nothing about the orientation."""


def on_side(quads: Quads) -> bool:
    """Whether most of the text runs up or down. The first edge of a detected box runs to the right, so such text has boxes that are higher
    than wide.
    """
    along, across = lengths(quads)
    flat, steep = along > _LONG * across, across > _LONG * along
    return float(across[steep].sum()) > 1.2 * float(along[flat].sum()) + 1e-3


def samples(quads: Quads) -> list[int]:
    """The indexes of the lines that show best whether the page is upside down: the longest ones."""
    along, across = lengths(quads)
    ratio = along / np.maximum(across, 1)
    good = [int(i) for i in np.argsort(-along) if ratio[i] >= 2.0]
    return (good or [int(i) for i in np.argsort(-along)])[:_SAMPLES]


def upside_down(votes: NDArray[np.float32]) -> bool | None:
    """The verdict of the model's votes on the samples; None when they disagree."""
    if not len(votes):
        return False
    share = float(((votes > 0.5) * np.abs(votes - 0.5)).sum() / max(float(np.abs(votes - 0.5).sum()), 1e-6))
    return None if 0.2 < share < 0.8 else share >= 0.8


def skew(quads: Quads) -> float:
    """How far the lines lean clockwise, in degrees: the median, weighted by length."""
    along, across = lengths(quads)
    good = along > 2.5 * across
    if not good.any():
        return 0.0
    degrees, weights = angles(quads)[good], along[good]
    order = np.argsort(degrees)
    summed = np.cumsum(weights[order])
    return float(degrees[order][int(np.searchsorted(summed, summed[-1] / 2))])


def readable(quads: Quads) -> Quads:
    """The boxes, with the first corner at the start of the text also where a line runs up the page (a box much higher than wide)."""
    along, across = lengths(quads)
    steep = across > _LONG * along
    turned = quads.copy()
    turned[steep] = np.roll(quads[steep], 1, axis=1)
    return turned
