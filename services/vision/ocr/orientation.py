"""How a page lies: on a side, on its head, and how far it leans besides."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from services.vision.ocr.geometry import Quads, angles, lengths

_SAMPLES = 12
_LONG = 1.5
"""A line is at least so much longer than it is high; what is nearly square says nothing about how the page lies."""


def on_side(quads: Quads) -> bool:
    """Whether most of the text runs up or down. Boxes are as the detector found them: their first edge runs to the right, so text that
    runs down has boxes that are higher than wide.
    """
    along, across = lengths(quads)
    flat, steep = along > _LONG * across, across > _LONG * along
    return float(across[steep].sum()) > 1.2 * float(along[flat].sum()) + 1e-3


def samples(quads: Quads) -> list[int]:
    """The lines that tell best whether the page stands on its head: long ones, and not the longest alone."""
    along, across = lengths(quads)
    ratio = along / np.maximum(across, 1)
    good = [int(i) for i in np.argsort(-along) if ratio[i] >= 2.0]
    return (good or [int(i) for i in np.argsort(-along)])[:_SAMPLES]


def head_down(votes: NDArray[np.float32]) -> bool | None:
    """What the model says of the samples; None when they disagree."""
    if not len(votes):
        return False
    share = float(((votes > 0.5) * np.abs(votes - 0.5)).sum() / max(float(np.abs(votes - 0.5).sum()), 1e-6))
    return None if 0.2 < share < 0.8 else share >= 0.8


def skew(quads: Quads) -> float:
    """How far lines lean clockwise, in degrees: the median, long lines counting more."""
    along, across = lengths(quads)
    good = along > 2.5 * across
    if not good.any():
        return 0.0
    leaning, weights = angles(quads)[good], along[good]
    order = np.argsort(leaning)
    summed = np.cumsum(weights[order])
    return float(leaning[order][int(np.searchsorted(summed, summed[-1] / 2))])


def readable(quads: Quads) -> Quads:
    """Boxes that are much higher than wide hold a line that runs down: their first corner becomes the one where it starts to be read, as
    if the page were turned to the left by a quarter.
    """
    along, across = lengths(quads)
    steep = across > _LONG * along
    turned = quads.copy()
    turned[steep] = np.roll(quads[steep], 1, axis=1)
    return turned
