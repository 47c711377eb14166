"""Faces, detected by the cascades that OpenCV ships.

The cascades detect upright frontal faces, not profiles, and the eyes in each face; not nose or mouth. Confidence grows with the sum of the
last stage: on the 200 pictures that it was calibrated with (100 faces, 100 others), the default bound of 0.6 keeps 96 faces and none of the
others.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cache

import cv2
import numpy as np
from cv2.data import haarcascades

from services.vision.content.picture import Picture, Pixels, fitted
from services.vision.recognition.layout.geometry import Turn

MODEL = "opencv-haar-frontalface-alt2"
_EDGE = 1024
_SMALLEST = 24
_MAX_FACES = 256
_EVEN_SUM = 55.4
"""The stage sum at which a detection is a face with probability 0.5."""


@dataclass(frozen=True, slots=True)
class FoundFace:
    """A face: its corners, clockwise from the top left of the upright picture, and the right and the left eye where both were found."""

    corners: tuple[tuple[float, float], ...]
    confidence: float
    eyes: tuple[tuple[float, float], ...]


def available() -> bool:
    """Whether the detector's files are installed."""
    return not _cascade("frontalface_alt2").empty() and not _cascade("eye").empty()


def version() -> str:
    """The version of OpenCV, which ships the cascades."""
    return str(cv2.__version__)


def faces(picture: Picture, least: float) -> list[FoundFace]:
    """The faces with at least this confidence, the largest first, in pixels of the picture as stored."""
    whole = Turn(picture.orientation).pixels(picture.grey)
    grey = fitted(whole, _EDGE)
    if min(grey.shape) < _SMALLEST:
        return []
    boxes, _, sums = _cascade("frontalface_alt2").detectMultiScale3(
        grey, scaleFactor=1.1, minNeighbors=2, minSize=(_SMALLEST, _SMALLEST), outputRejectLevels=True
    )
    scale = whole.shape[1] / grey.shape[1]
    found = []
    for box, weight in sorted(zip(boxes, np.ravel(sums), strict=True), key=lambda b: (-b[0][2], b[0][1], b[0][0])):
        confidence = 1 / (1 + math.exp(-2 * (float(weight) - _EVEN_SUM)))
        if confidence >= least:
            left, top, width, height = (int(v) for v in box)
            outline = ((left, top), (left + width, top), (left + width, top + height), (left, top + height))
            found.append(
                FoundFace(_in_stored(outline, scale, picture), confidence, _in_stored(_eyes(grey, left, top, width), scale, picture))
            )
    return found[:_MAX_FACES]


def _eyes(grey: Pixels, left: int, top: int, width: int) -> tuple[tuple[float, float], ...]:
    """The right eye (on the viewer's left) and the left one; empty unless both were found."""
    part = grey[top : top + round(width * 0.6), left : left + width]
    scale = 160 / width
    part = np.asarray(cv2.resize(part, None, fx=scale, fy=scale, interpolation=cv2.INTER_LINEAR), dtype=np.uint8)
    boxes, votes = _cascade("eye").detectMultiScale2(part, scaleFactor=1.05, minNeighbors=3, minSize=(20, 20))
    sides: dict[bool, tuple[int, float, float]] = {}
    for (x, y, w, h), vote in zip(boxes, np.ravel(votes), strict=True):
        middle = (float(x + w / 2), float(y + h / 2))
        on_the_right = middle[0] > 80
        sides[on_the_right] = max(sides.get(on_the_right, (-1, 0.0, 0.0)), (int(vote), *middle))
    if len(sides) < 2:
        return ()
    return tuple((left + sides[side][1] / scale, top + sides[side][2] / scale) for side in (False, True))


def _in_stored(points: tuple[tuple[float, float], ...], scale: float, picture: Picture) -> tuple[tuple[float, float], ...]:
    """Points of the scaled upright picture in the stored one."""
    if not points:
        return ()
    stored = Turn(picture.orientation).back(np.array(points, np.float32) * scale, *picture.size)
    return tuple((float(x), float(y)) for x, y in stored)


@cache
def _cascade(name: str) -> cv2.CascadeClassifier:
    return cv2.CascadeClassifier(f"{haarcascades}haarcascade_{name}.xml")
