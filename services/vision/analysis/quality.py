"""Picture quality, in figures from 0 to 1 that are comparable between pictures.

Sharpness is the root of the Laplacian's energy over the gradient's, along the strongest twentieth of the edges: the inverse of an edge's
width, independent of contrast and content. It is measured with a longer edge of at most 1,024 pixels, as on
a screen. Photographs that are in focus have 0.7 to 1.9, the same ones blurred by two pixels 0.3 to 0.5; 0.3 becomes 0 and 1.3 becomes 1.
Noise is Immerkær's estimate at full resolution, away from edges: a standard deviation of a tenth of the range becomes 1.
"""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np

from services.vision.content.picture import Picture, Pixels, fitted

_EDGE = 1024
_TILE = 512
_IMMERKAER = np.array([[1, -2, 1], [-2, 4, -2], [1, -2, 1]], np.float32)
_FLAT_GRADIENT = 2.0
"""Grey levels per pixel below which a gradient is quantisation and not an edge."""


def quality(picture: Picture) -> dict[str, float]:
    """The figures, by their field in `ImageQuality`."""
    small = fitted(picture.grey, _EDGE)
    rgb = fitted(picture.rgb, _EDGE)
    dark, light = np.percentile(small, (2, 98))
    return {
        "sharpness": sharpness(small),
        "brightness": float(small.mean()) / 255,
        "contrast": float(light - dark) / 255,
        "noise": noise(picture.grey),
        "clipped_shadows": float((rgb.max(axis=2) <= 2).mean()),
        "clipped_highlights": float((rgb.min(axis=2) >= 253).mean()),
    }


def sharpness(grey: Pixels) -> float:
    """The sharpness; 0 for a picture without edges."""
    soft: Any = cv2.GaussianBlur(grey, (3, 3), 0.6).astype(np.float32)
    gradient = np.hypot(cv2.Sobel(soft, cv2.CV_32F, 1, 0, ksize=3), cv2.Sobel(soft, cv2.CV_32F, 0, 1, ksize=3)) / 8
    laplacian = cv2.Laplacian(soft, cv2.CV_32F)
    strong = max(float(np.percentile(gradient, 95)), _FLAT_GRADIENT)
    edges = cv2.dilate((gradient >= strong).astype(np.uint8), np.ones((3, 3), np.uint8)) > 0
    if int(edges.sum()) < 20:
        return 0.0
    ratio = float(np.sqrt(np.square(laplacian[edges]).mean() / (np.square(gradient[edges]).mean() + 1e-6)))
    return min(1.0, max(0.0, ratio - 0.3))


def noise(grey: Pixels) -> float:
    """The noise; 0 for pictures under 3 × 3 pixels."""
    if min(grey.shape) < 3:
        return 0.0
    found = [_deviation(tile) for tile in _tiles(grey)]
    return min(1.0, float(np.median(found)) / 25.5)


def _tiles(grey: Pixels) -> list[Pixels]:
    """Nine tiles spread over the picture, at full resolution; a small picture is one tile."""
    height, width = grey.shape
    if max(height, width) <= 2 * _TILE:
        return [grey]
    tops = np.linspace(0, max(0, height - _TILE), 3).astype(int)
    lefts = np.linspace(0, max(0, width - _TILE), 3).astype(int)
    return [grey[top : top + _TILE, left : left + _TILE] for top in tops for left in lefts]


def _deviation(grey: Pixels) -> float:
    values = grey.astype(np.float32)
    answer = np.abs(cv2.filter2D(values, -1, _IMMERKAER))[1:-1, 1:-1]
    gradient = np.hypot(cv2.Sobel(values, cv2.CV_32F, 1, 0), cv2.Sobel(values, cv2.CV_32F, 0, 1))[1:-1, 1:-1]
    calm = answer[gradient <= np.percentile(gradient, 80)]
    return float(np.sqrt(np.pi / 2) * calm.mean() / 6) if calm.size else 0.0
