"""Lines cut out of a page, straightened, in the shapes that the models read."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from services.vision.ocr.geometry import Pixels, Quad, Quads, lengths

HEIGHT = 48
WIDTHS = (*range(160, 801, 80), *range(960, 1601, 160), *range(1920, 3201, 320))
ORIENT_WIDTH = 192
FILL = 127
"""What lines are filled up with at their right; the models were trained with the middle of their range there."""
MOST_BATCH_PIXELS = 16 * HEIGHT * 1600
MOST_BATCH = 16


@dataclass(frozen=True, slots=True)
class Batch:
    """Lines of one shape."""

    indexes: tuple[int, ...]
    """Which lines they are."""
    pixels: Pixels
    """Shape (n, 48, width, 3)."""
    filled: tuple[float, ...]
    """The share of the width that each line really has."""


def cut(page: Pixels, quad: Quad) -> Pixels:
    """The line, 48 high, as wide as that makes it, and at most as wide as the models read."""
    along, across = (float(length[0]) for length in lengths(quad[None]))
    width = int(np.clip(round(HEIGHT * along / max(across, 1.0)), 8, WIDTHS[-1]))
    # Large letters are made small by area first: a perspective alone would step over most of their pixels.
    shrink = max(1.0, across / (HEIGHT * 1.5))
    left, top = np.maximum(np.floor(quad.min(axis=0)).astype(int) - 2, 0)
    right, bottom = np.ceil(quad.max(axis=0)).astype(int) + 2
    piece = page[top:bottom, left:right]
    corners = quad - (left, top)
    if shrink > 1.0 and min(piece.shape[:2]) > 2:
        size = max(1, round(piece.shape[1] / shrink)), max(1, round(piece.shape[0] / shrink))
        corners = corners * (size[0] / piece.shape[1], size[1] / piece.shape[0])
        piece = np.asarray(cv2.resize(piece, size, interpolation=cv2.INTER_AREA), dtype=np.uint8)
    if min(piece.shape[:2]) < 1:
        return np.full((HEIGHT, width, 3), FILL, np.uint8)
    target = np.array([[0, 0], [width, 0], [width, HEIGHT], [0, HEIGHT]], np.float32)
    matrix = cv2.getPerspectiveTransform(corners.astype(np.float32), target)
    line = cv2.warpPerspective(piece, matrix, (width, HEIGHT), flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(line, dtype=np.uint8)


def batches(page: Pixels, quads: Quads, wanted: Iterable[int]) -> list[Batch]:
    """The wanted lines in batches for recognition, each of one width."""
    found: dict[int, list[tuple[int, Pixels]]] = {}
    for index in wanted:
        line = cut(page, quads[index])
        bucket = next(width for width in WIDTHS if width >= line.shape[1])
        found.setdefault(bucket, []).append((index, line))
    return [batch for width, lines in sorted(found.items()) for batch in _of_width(lines, width)]


def _of_width(lines: Sequence[tuple[int, Pixels]], width: int) -> Iterable[Batch]:
    most = max(1, min(MOST_BATCH, MOST_BATCH_PIXELS // (HEIGHT * width)))
    for start in range(0, len(lines), most):
        some = lines[start : start + most]
        pixels = np.full((len(some), HEIGHT, width, 3), FILL, np.uint8)
        for place, (_, line) in zip(pixels, some, strict=True):
            place[:, : line.shape[1]] = line
        yield Batch(tuple(index for index, _ in some), pixels, tuple(line.shape[1] / width for _, line in some))


def samples(page: Pixels, quads: Quads, wanted: Sequence[int]) -> Pixels:
    """The starts of the wanted lines for the model that tells whether they stand on their head, shape (n, 48, 192, 3)."""
    pixels = np.full((len(wanted), HEIGHT, ORIENT_WIDTH, 3), FILL, np.uint8)
    for place, index in zip(pixels, wanted, strict=True):
        # Not the whole line made narrow: letters that are squeezed look the same either way to the model.
        line = cut(page, quads[index])[:, :ORIENT_WIDTH]
        place[:, : line.shape[1]] = line
    return pixels
