"""Ruled lines: the long straight strokes that tables are drawn with."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from services.vision.recognition.layout.geometry import Pixels

_EDGE = 1600
_SHORTEST = 0.02
"""The shortest stroke that counts, as a share of the page's longer edge."""


@dataclass(frozen=True, slots=True)
class Grid:
    """A ruled table: the positions of its rules, and which pieces of them are drawn."""

    xs: tuple[float, ...]
    ys: tuple[float, ...]
    right_of: NDArray[np.bool_]
    """Shape (rows, columns - 1): whether there is a rule between a cell and the next one in its row."""
    below: NDArray[np.bool_]
    """Shape (rows - 1, columns): whether there is a rule between a cell and the one below."""


def grids(page: Pixels, skew: float) -> list[Grid]:
    """The ruled tables of a page, in pixels of the page after its skew (in degrees) is removed."""
    scale = min(1.0, _EDGE / max(page.shape[:2]))
    size = max(1, round(page.shape[1] * scale)), max(1, round(page.shape[0] * scale))
    grey = cv2.cvtColor(cv2.resize(page, size, interpolation=cv2.INTER_AREA), cv2.COLOR_RGB2GRAY)
    if abs(skew) > 0.1:
        matrix = cv2.getRotationMatrix2D((size[0] / 2, size[1] / 2), skew, 1.0)
        grey = cv2.warpAffine(grey, matrix, size, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    ink = np.asarray(cv2.adaptiveThreshold(grey, 255, cv2.ADAPTIVE_THRESH_MEAN_C, cv2.THRESH_BINARY_INV, 25, 12), np.uint8)
    shortest = _shortest(ink)
    across, down = strokes(ink)
    if not across.any() or not down.any():
        return []
    count, labels, boxes, _ = cv2.connectedComponentsWithStats(cv2.dilate(across | down, np.ones((3, 3), np.uint8)))
    found = []
    for label in range(1, count):
        left, top, width, height, _ = (int(value) for value in boxes[label])
        if width < 2 * shortest or height < shortest // 2:
            continue
        window = np.s_[top : top + height, left : left + width]
        own = labels[window] == label
        grid = _grid(across[window] * own, down[window] * own, left, top, scale)
        if grid is not None:
            found.append(grid)
    return found


def strokes(ink: Pixels) -> tuple[Pixels, Pixels]:
    """The long horizontal and vertical strokes of a picture whose ink is above 0."""
    shortest = _shortest(ink)
    return _strokes(ink, (shortest, 1)), _strokes(ink, (1, shortest))


def _shortest(ink: Pixels) -> int:
    return max(12, round(_SHORTEST * int(max(ink.shape))))


def _strokes(ink: Pixels, shape: tuple[int, int]) -> Pixels:
    kernel = cv2.getStructuringElement(cv2.MORPH_RECT, shape)
    # A scanned rule is never quite straight: gaps of a pixel are closed first.
    joined = cv2.dilate(ink, np.ones((1, 3) if shape[1] > shape[0] else (3, 1), np.uint8))
    return np.asarray(cv2.morphologyEx(joined, cv2.MORPH_OPEN, kernel) > 0, dtype=np.uint8)


def _grid(across: Pixels, down: Pixels, left: int, top: int, scale: float) -> Grid | None:
    height, width = across.shape
    ys, xs = _positions(across.sum(axis=1), 0.25 * width), _positions(down.sum(axis=0), 0.25 * height)
    if len(ys) < 2 or len(xs) < 2 or len(ys) + len(xs) < 5:
        return None
    rows, columns = len(ys) - 1, len(xs) - 1
    right_of = np.zeros((rows, columns - 1), np.bool_)
    below = np.zeros((rows - 1, columns), np.bool_)
    for row in range(rows):
        for column in range(columns):
            if column < columns - 1:
                right_of[row, column] = _drawn(down[ys[row] : ys[row + 1], xs[column + 1] - 3 : xs[column + 1] + 4].max(axis=1))
            if row < rows - 1:
                below[row, column] = _drawn(across[ys[row + 1] - 3 : ys[row + 1] + 4, xs[column] : xs[column + 1]].max(axis=0))
    return Grid(tuple((x + left) / scale for x in xs), tuple((y + top) / scale for y in ys), right_of, below)


def _positions(counts: NDArray[np.int64], least: float) -> list[int]:
    """The positions of strokes: the middle of each group of rows or columns with enough ink."""
    groups: list[list[int]] = []
    for at in np.flatnonzero(counts >= least):
        if groups and at - groups[-1][-1] <= 6:
            groups[-1].append(int(at))
        else:
            groups.append([int(at)])
    return [sum(group) // len(group) for group in groups]


def _drawn(pieces: NDArray[np.uint8]) -> bool:
    return len(pieces) > 0 and float(pieces.mean()) > 0.6
