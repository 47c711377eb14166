"""Detection of text lines: a page is cut into tiles of few shapes for the detector, whose answers become quadrilaterals."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
import pyclipper
from numpy.typing import NDArray

from services.vision.recognition.layout.geometry import Pixels, Quads, lengths

EDGES = (160, 320, 480, 640, 800, 960, 1152, 1344, 1600)
"""The possible edges of a tile, multiples of 32. They are few, because the model's memory grows with each new shape."""
PLAIN_EDGE = EDGES[-1]
_OVERLAP = 128

_INK, _MIN_CONFIDENCE, _SMALLEST = 0.3, 0.5, 3
_GROWTH = 1.6
"""The detector marks the cores of lines; each is grown by this factor times its area over its circumference."""
_MAX_LINES = 3000


@dataclass(frozen=True, slots=True)
class Plan:
    """How a page is cut: it is scaled, then covered with tiles of one shape."""

    width: int
    height: int
    """The scaled page."""
    scale: float
    tile: tuple[int, int]
    """Width and height of each tile."""
    corners: tuple[tuple[int, int], ...]
    """The top left corner of each tile in the scaled page."""


def plan_for(width: int, height: int, *, edge: int = PLAIN_EDGE, smallest: int = 0) -> Plan:
    """The plan for a page of this size. The longer edge is scaled down to `edge`, the shorter one up to `smallest`; an edge longer than a
    tile is covered by several.
    """
    scale = min(1.0, edge / max(width, height))
    if smallest:
        scale = min(max(scale, smallest / min(width, height)), edge / max(width, height))
    scaled = max(1, round(width * scale)), max(1, round(height * scale))
    across, tile_width = _cover(scaled[0])
    down, tile_height = _cover(scaled[1])
    return Plan(*scaled, scale, (tile_width, tile_height), tuple((x, y) for y in down for x in across))


def _cover(length: int) -> tuple[list[int], int]:
    for edge in EDGES:
        if length <= edge:
            return [0], edge
    edge = EDGES[-1]
    pieces = -(-(length - _OVERLAP) // (edge - _OVERLAP))
    return [round(i * (length - edge) / (pieces - 1)) for i in range(pieces)], edge


def tiles(page: Pixels, plan: Plan) -> Pixels:
    """The tiles, shape (n, height, width, 3)."""
    if plan.scale != 1.0:
        method = cv2.INTER_AREA if plan.scale < 1 else cv2.INTER_CUBIC
        page = np.asarray(cv2.resize(page, (plan.width, plan.height), interpolation=method), dtype=np.uint8)
    width, height = plan.tile
    made = np.empty((len(plan.corners), height, width, 3), dtype=np.uint8)
    for tile, (x, y) in zip(made, plan.corners, strict=True):
        piece = page[y : y + height, x : x + width]
        tile[:] = _border(piece)
        tile[: piece.shape[0], : piece.shape[1]] = piece
    return made


def _border(piece: Pixels) -> NDArray[Any]:
    """The median colour at the edges, used as padding so that the padding does not look like text."""
    edge = np.concatenate([piece[0], piece[-1], piece[:, 0], piece[:, -1]])
    return np.asarray(np.median(edge, axis=0))


def stitched(probabilities: Sequence[Pixels], plan: Plan) -> Pixels:
    """One map of the scaled page from the answers for its tiles. Where tiles overlap, each counts up to the middle."""
    if len(plan.corners) == 1:
        return probabilities[0][: plan.height, : plan.width]
    whole = np.zeros((plan.height, plan.width), dtype=np.uint8)
    lefts, tops = sorted({x for x, _ in plan.corners}), sorted({y for _, y in plan.corners})
    for answer, (x, y) in zip(probabilities, plan.corners, strict=True):
        left, right = _share(lefts, x, plan.tile[0], plan.width)
        top, bottom = _share(tops, y, plan.tile[1], plan.height)
        whole[top:bottom, left:right] = answer[top - y : bottom - y, left - x : right - x]
    return whole


def _share(starts: list[int], start: int, length: int, most: int) -> tuple[int, int]:
    at = starts.index(start)
    first = 0 if at == 0 else (starts[at - 1] + length + start) // 2
    last = most if at == len(starts) - 1 else (start + length + starts[at + 1]) // 2
    return first, min(last, most)


def lines(probability: Pixels, plan: Plan) -> tuple[Quads, NDArray[np.float32]]:
    """The lines' quadrilaterals in pixels of the page, and the detector's confidence in each."""
    mask = cv2.dilate((probability > _INK * 255).astype(np.uint8), np.ones((2, 2), np.uint8))
    contours, _ = cv2.findContours(mask, cv2.RETR_LIST, cv2.CHAIN_APPROX_SIMPLE)
    quads, confidences = [], []
    for contour in contours[:_MAX_LINES]:
        corners, shorter = _rectangle(contour)
        if shorter < _SMALLEST:
            continue
        share = _mean_inside(probability, corners)
        if share < _MIN_CONFIDENCE:
            continue
        corners, shorter = _rectangle(_grown(corners))
        if shorter >= _SMALLEST + 2:
            quads.append(corners / plan.scale)
            confidences.append(share)
    if not quads:
        return np.zeros((0, 4, 2), np.float32), np.zeros(0, np.float32)
    found = np.stack(quads).astype(np.float32)
    limit = np.array([plan.width, plan.height], np.float32) / plan.scale
    return np.clip(found, 0, limit), np.array(confidences, np.float32)


def _rectangle(points: Any) -> tuple[NDArray[np.float32], float]:
    """The smallest rectangle around points, its corners clockwise from the top left, and its shorter edge."""
    box = cv2.minAreaRect(points)
    corners = np.asarray(cv2.boxPoints(box), dtype=np.float32)
    # The first corner is the one whose edge to the next runs furthest to the right.
    edges = np.roll(corners, -1, axis=0) - corners
    first = int(np.argmax(edges[:, 0]))
    corners = np.roll(corners, -first, axis=0)
    return corners, float(min(box[1]))


def _mean_inside(probability: Pixels, corners: NDArray[np.float32]) -> float:
    height, width = probability.shape
    left, top = np.clip(np.floor(corners.min(axis=0)).astype(int), 0, (width - 1, height - 1))
    right, bottom = np.clip(np.ceil(corners.max(axis=0)).astype(int), 0, (width - 1, height - 1))
    mask = np.zeros((bottom - top + 1, right - left + 1), np.uint8)
    cv2.fillPoly(mask, [(corners - (left, top)).astype(np.int32)], 1)
    return float(cv2.mean(probability[top : bottom + 1, left : right + 1], mask)[0]) / 255


def _grown(corners: NDArray[np.float32]) -> NDArray[np.float32]:
    along, across = (float(length[0]) for length in lengths(corners[None]))
    offset = pyclipper.PyclipperOffset()  # works in integers: here eighths of a pixel
    offset.AddPath((corners * 8).astype(np.int64).tolist(), pyclipper.JT_ROUND, pyclipper.ET_CLOSEDPOLYGON)
    grown = offset.Execute(8 * along * across * _GROWTH / max(2 * (along + across), 1e-6))
    return np.asarray(np.array(grown[0]) / 8, np.float32) if grown else corners
