"""Line crops: lines cut out of a page and straightened, in batches of the shapes that the models read."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from services.vision.recognition.layout.geometry import Pixels, Quad, Quads, lengths

HEIGHT = 48
WIDTHS = (*range(160, 801, 80), *range(960, 1601, 160), *range(1920, 3201, 320))
ORIENT_WIDTH = 192
FILL = 127
"""The padding at the right of lines: the middle of the range, as in the models' training."""
_MAX_BATCH_PIXELS = 16 * HEIGHT * 1600
_MAX_BATCH = 16


@dataclass(frozen=True, slots=True)
class Batch:
    """Lines of one width, for one call of the recogniser."""

    indexes: tuple[int, ...]
    """The lines' indexes on the page."""
    pixels: Pixels
    """Shape (n, 48, width, 3)."""
    filled: tuple[float, ...]
    """The share of the width that each line takes; the rest is padding."""


def cut(page: Pixels, quad: Quad) -> Pixels:
    """One line, 48 pixels high, its width in proportion up to the models' limit."""
    along, across = (float(length[0]) for length in lengths(quad[None]))
    width = int(np.clip(round(HEIGHT * along / max(across, 1.0)), 8, WIDTHS[-1]))
    # Large letters are reduced by area first: warping alone would skip most of their pixels.
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
    """The wanted lines in batches for the recogniser, each of one width."""
    found: dict[int, list[tuple[int, Pixels]]] = {}
    for index in wanted:
        line = cut(page, quads[index])
        bucket = next(width for width in WIDTHS if width >= line.shape[1])
        found.setdefault(bucket, []).append((index, line))
    return [batch for width, lines in sorted(found.items()) for batch in _of_width(lines, width)]


def _of_width(lines: Sequence[tuple[int, Pixels]], width: int) -> Iterable[Batch]:
    most = max(1, min(_MAX_BATCH, _MAX_BATCH_PIXELS // (HEIGHT * width)))
    for start in range(0, len(lines), most):
        some = lines[start : start + most]
        pixels = np.full((len(some), HEIGHT, width, 3), FILL, np.uint8)
        for row, (_, line) in zip(pixels, some, strict=True):
            row[:, : line.shape[1]] = line
        yield Batch(tuple(index for index, _ in some), pixels, tuple(line.shape[1] / width for _, line in some))


def samples(page: Pixels, quads: Quads, wanted: Sequence[int]) -> Pixels:
    """The starts of the wanted lines for the orientation model, shape (n, 48, 192, 3)."""
    pixels = np.full((len(wanted), HEIGHT, ORIENT_WIDTH, 3), FILL, np.uint8)
    for row, index in zip(pixels, wanted, strict=True):
        # Not the whole line squeezed: to the model, squeezed letters look the same either way up.
        line = cut(page, quads[index])[:, :ORIENT_WIDTH]
        row[:, : line.shape[1]] = line
    return pixels
