"""Tells what a picture shows, and whether that is what a caption says: classical computer vision, which knows nothing of any network.

The background is the colour that the picture's edge has most often; what differs from it falls into connected components; a component's
colour is named by its inner pixels; its shape by geometry alone: how the covered area is spread around its middle (moments and the
angular waves of the area), which must come near to one shape and not only nearer to it than to the others. A smear, a blend of two
colours and two shapes that touch are therefore no shape at all, and a picture with one of them doesn't match.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from services.models.shapes.scenes import BACKGROUNDS, PLACES, RGB, SIZE, Item, Scene, holds

Pixels = NDArray[np.uint8]
Values = NDArray[np.float32]
Mask = NDArray[np.bool_]

_SEEN = 0.25
"""A pixel belongs to a shape from this share of the way on, from the background to the colour nearest to it."""
_SPECK, _LEAST_AREA = 3, 9
_COLOR_TOLERANCE, _PIXEL_TOLERANCE, _PURE = 45.0, 60.0, 0.85
_CORE = 5
_SHAPE_TOLERANCE = {"circle": 0.1, "square": 0.1, "triangle": 0.1, "star": 0.16, "cross": 0.1, "diamond": 0.1}
"""How far a shape's features may be from the known ones; small stars vary most, and nothing else is near them."""
_FEATURES = {
    "circle": (1.00, 0, 0, 0, 0, 0, 0, 0, 0),
    "square": (1.05, 0, 0, 0, 0, -0.165, 0, 0, 0),
    "triangle": (1.22, 0, 0, 0, 0.38, 0, 0, 0, -0.01),
    "star": (1.31, 0, 0, 0, 0, 0, 0, 0, -0.35),
    "cross": (1.23, 0, 0, 0, 0, 0.318, 0, 0, 0),
    "diamond": (1.11, -0.176, 0, 0, 0, 0.243, 0, 0, 0),
}
"""What `features` gives for each shape; it depends little on how large the pixels are."""
_AREAS = {"circle": 3.142, "square": 2.89, "triangle": 1.753, "star": 1.24, "cross": 2.207, "diamond": 1.443}
"""The area of each shape with half-width 1."""
_SMALL_UP_TO, _LARGE_FROM = 7.9, 10.9
_BESIDE, _CENTRAL = 8.0, 8.0
"""In pixels from the middle of the picture: what lies at its side, and what lies in the middle."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What a picture shows. `faults` says what is there and is no shape."""

    background: str
    items: tuple[Item, ...]
    faults: tuple[str, ...] = ()


def see(picture: Pixels) -> Seen:
    """Names what is in a picture [64, 64, 3]."""
    pixels = picture.astype(np.float32)
    edge = np.concatenate((pixels[0], pixels[-1], pixels[1:-1, 0], pixels[1:-1, -1]))
    ground: Values = np.median(edge, axis=0)
    background, far = _nearest(ground, BACKGROUNDS)
    items: list[Item] = []
    faults = [] if far < _COLOR_TOLERANCE else ["a background of no known colour"]
    apart = np.linalg.norm(pixels - ground, axis=2)
    least = _SEEN * min(float(np.linalg.norm(np.array(color) - ground)) for color in RGB.values())
    for where in _components(apart > least):
        if where.sum() < _LEAST_AREA:
            if where.sum() >= _SPECK:
                faults.append("a speck")
            continue
        found = _item(pixels, ground, where)
        if isinstance(found, Item):
            items.append(found)
        else:
            faults.append(found)
    return Seen(background, tuple(items), tuple(faults))


def complaints(scene: Scene, picture: Pixels) -> list[str]:
    """Why a picture doesn't show what the caption of a scene says; empty when it does. What the caption leaves open may be anything."""
    seen = see(picture)
    found = list(seen.faults)
    if scene.says_background and seen.background != scene.background:
        found.append(f"the background is {seen.background}")
    kinds, wanted = sorted(item.kind for item in seen.items), sorted(item.kind for item in scene.items)
    if kinds != wanted:
        return [*found, f"it shows {', '.join(kinds) or 'nothing'}"]
    by_kind = {item.kind: item for item in seen.items}
    items = [by_kind[item.kind] for item in scene.items]
    for said, item in zip(scene.items, items, strict=True):
        if (said.size == "small" and item.radius > _SMALL_UP_TO) or (said.size == "large" and item.radius < _LARGE_FROM):
            found.append(f"the {item.kind} isn't {said.size}")
    if scene.relation and not holds(scene.relation, items[0], items[1]):
        found.append(f"the relation isn't {scene.relation}")
    if scene.place and not _in_place(items[0], scene.place):
        found.append(f"it isn't {scene.place}")
    return found


def features(cover: Values) -> tuple[Values, float, float, float]:
    """How the area of one shape is spread, however large it is and wherever it lies, with its area and its middle.

    `cover` [H, W] is the share of each pixel that it covers. The first value is the mean square distance from the middle against that of a
    disc of this area; then come the waves of 2 to 5 turns around the middle, each as a cosine and a sine part.
    """
    area = float(cover.sum())
    down, across = np.indices(cover.shape, np.float32) + 0.5
    x, y = float((cover * across).sum()) / area, float((cover * down).sum()) / area
    point = ((across - x) + 1j * (down - y)) / np.sqrt(area / np.pi)
    found = [2 * float((cover * np.abs(point) ** 2).sum()) / area]
    for turns in (2, 3, 4, 5):
        wave = complex((cover * point**turns).sum()) / area
        found += [wave.real, wave.imag]
    values: Values = np.array(found, np.float32)
    values[7:] /= 2  # the sharpest waves depend most on the size of the pixels
    return values, area, x, y


def _item(pixels: Values, ground: Values, where: Mask) -> Item | str:
    """The shape that a component is, or what it is instead."""
    core = _eroded(where)
    if core.sum() < _CORE:
        apart = np.where(where, np.linalg.norm(pixels - ground, axis=2), 0)
        core = apart >= np.sort(apart, axis=None)[-_CORE]
    color, far = _nearest(np.median(pixels[core], axis=0), RGB)
    ideal = np.array(RGB[color], np.float32)
    if far > _COLOR_TOLERANCE or float((np.linalg.norm(pixels[core] - ideal, axis=1) < _PIXEL_TOLERANCE).mean()) < _PURE:
        return "something of no one colour"
    way = ideal - ground
    cover: Values = np.where(_dilated(where), np.clip((pixels - ground) @ way / float(way @ way), 0, 1), 0)
    values, area, x, y = features(cover)
    off = {shape: float(np.linalg.norm(values - np.array(known, np.float32))) for shape, known in _FEATURES.items()}
    shape = min(off, key=off.__getitem__)
    if off[shape] > _SHAPE_TOLERANCE[shape]:
        return f"something {color} of no known shape"
    radius = (area / _AREAS[shape]) ** 0.5
    size = "small" if radius <= _SMALL_UP_TO else "large" if radius >= _LARGE_FROM else ""
    return Item(shape, color, size, x, y, radius)


def _in_place(item: Item, place: str) -> bool:
    """Whether an item lies at this side of the picture, or in its middle, along both axes."""
    offsets = (item.x - SIZE / 2, item.y - SIZE / 2)
    return all(abs(off) <= _CENTRAL if step == 0 else off * step >= _BESIDE for off, step in zip(offsets, PLACES[place], strict=True))


def _nearest(color: Values, names: Mapping[str, tuple[int, int, int]]) -> tuple[str, float]:
    """The name of the colour nearest to one, and how far it is."""
    far = {name: float(np.linalg.norm(color - np.array(known, np.float32))) for name, known in names.items()}
    name = min(far, key=far.__getitem__)
    return name, far[name]


def _components(seen: Mask) -> Iterator[Mask]:
    """The parts that hang together, by edges or corners."""
    left = seen.copy()
    while left.any():
        part = np.zeros_like(left)
        part.flat[int(left.argmax())] = True
        while (grown := _dilated(part) & left).sum() > part.sum():
            part = grown
        left &= ~part
        yield part


def _dilated(mask: Mask) -> Mask:
    """A mask with all neighbours of its pixels."""
    wide = np.pad(mask, 1)
    wide = wide[:-2] | wide[1:-1] | wide[2:]
    return wide[:, :-2] | wide[:, 1:-1] | wide[:, 2:]


def _eroded(mask: Mask) -> Mask:
    """Those pixels of a mask whose four neighbours belong to it."""
    wide = np.pad(mask, 1)
    return mask & wide[:-2, 1:-1] & wide[2:, 1:-1] & wide[1:-1, :-2] & wide[1:-1, 2:]
