"""The colours that prevail: k-means in CIE Lab over the histogram, with nothing left to chance."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from services.vision.analysis.picture import Picture

_SAMPLES = 65_536
_ROUNDS = 16
_ALIKE = 4.0
"""Colours nearer than this in Lab look the same side by side."""

Table = NDArray[np.float32]


def palette(picture: Picture, size: int) -> list[tuple[str, float]]:
    """Up to `size` colours with their share of the pixels that can be seen, the most frequent first. Empty where nothing can be seen."""
    colors, weights = _histogram(picture)
    if not len(colors):
        return []
    lab = _lab(colors)
    nearest = _clusters(lab, weights, size)
    found = []
    for cluster in np.unique(nearest):
        members = nearest == cluster
        share = float(weights[members].sum())
        heaviest = int(np.argmax(np.where(members, weights, 0)))
        mean = np.average(colors[members], axis=0, weights=weights[members])
        # Flat graphics have a colour that most of the cluster is of; the mean would be tinged by the soft edges around it.
        color = colors[heaviest] if weights[heaviest] >= share / 2 else mean
        found.append(("#{:02x}{:02x}{:02x}".format(*np.rint(color).astype(int)), share))
    return sorted(found, key=lambda c: (-c[1], c[0]))


def _histogram(picture: Picture) -> tuple[Table, Table]:
    """The mean colour and the share of each of 32³ boxes of colours that has any. Pixels are picked from a grid, not mixed."""
    step = max(1, int(np.ceil(np.sqrt(picture.rgb.shape[0] * picture.rgb.shape[1] / _SAMPLES))))
    pixels = picture.rgb[::step, ::step].reshape(-1, 3)
    if picture.opacity is not None:
        pixels = pixels[picture.opacity[::step, ::step].reshape(-1) >= 128]
    boxes = (pixels >> 3).astype(np.int32) @ np.array([1024, 32, 1], np.int32)
    counts = np.bincount(boxes, minlength=32**3)
    used = np.flatnonzero(counts)
    sums = np.stack([np.bincount(boxes, weights=pixels[:, channel], minlength=32**3)[used] for channel in range(3)], axis=1)
    total = max(1, len(pixels))
    return (sums / counts[used, None]).astype(np.float32), (counts[used] / total).astype(np.float32)


def _lab(colors: Table) -> Table:
    return np.asarray(cv2.cvtColor((colors / 255).reshape(1, -1, 3), cv2.COLOR_RGB2Lab), dtype=np.float32).reshape(-1, 3)


def _clusters(lab: Table, weights: Table, size: int) -> NDArray[np.intp]:
    """Which cluster each colour belongs to. Begins with the heaviest colour, then what is far from all and heavy."""
    centers = lab[[int(np.argmax(weights))]]
    while len(centers) < min(size, len(lab)):
        distances = _distances(lab, centers).min(axis=1)
        if distances.max() < _ALIKE**2:
            break
        centers = np.vstack([centers, lab[int(np.argmax(distances * weights))]])
    for _ in range(_ROUNDS):
        nearest = _distances(lab, centers).argmin(axis=1)
        kept = np.unique(nearest)
        moved = np.stack([np.average(lab[nearest == c], axis=0, weights=weights[nearest == c]) for c in kept])
        if moved.shape == centers.shape and np.allclose(moved, centers, atol=0.01):
            break
        centers = moved
    return np.asarray(_distances(lab, centers).argmin(axis=1))


def _distances(lab: Table, centers: Table) -> Table:
    return np.asarray(np.square(lab[:, None, :] - centers[None, :, :]).sum(axis=2), dtype=np.float32)
