"""The dominant colours: deterministic k-means in CIE Lab over the histogram."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from services.vision.content.picture import Picture

_SAMPLES = 65_536
_ROUNDS = 16
_MIN_DISTANCE = 4.0
"""Colours nearer than this in Lab look the same."""

Table = NDArray[np.float32]


def palette(picture: Picture, size: int) -> list[tuple[str, float]]:
    """Up to `size` colours with their share of the opaque pixels, the most frequent first; empty where no pixel is opaque."""
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
        # In flat graphics most of a cluster has one colour, and the soft edges around it would shift the mean.
        color = colors[heaviest] if weights[heaviest] >= share / 2 else mean
        found.append(("#{:02x}{:02x}{:02x}".format(*np.rint(color).astype(int)), share))
    return sorted(found, key=lambda c: (-c[1], c[0]))


def _histogram(picture: Picture) -> tuple[Table, Table]:
    """The mean colour and the share of each non-empty one of 32³ bins. Pixels are sampled on a grid."""
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
    """The cluster of each colour. Starts from the heaviest colour, then the ones that are far from all others and heavy."""
    centers = lab[[int(np.argmax(weights))]]
    while len(centers) < min(size, len(lab)):
        distances = _distances(lab, centers).min(axis=1)
        if distances.max() < _MIN_DISTANCE**2:
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
