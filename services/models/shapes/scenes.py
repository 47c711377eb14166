"""Captioned pictures made by rule: what `shapes` is trained on, and what its pictures are held against.

A scene is one to three coloured shapes on a plain background, with a caption that says some of what is to be seen: colours and shapes
always, a relation of two, a place of one, sizes and the background now and then. One pair of coloured shapes in ten is held out: such a
pair is in no training picture, so that a caption with one shows whether the model composes or remembers.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

SIZE = 64
"""Width and height of a picture, in pixels."""
SHAPES = {
    "circle": ("circle", "disc", "disk", "dot"),
    "square": ("square", "box"),
    "triangle": ("triangle",),
    "star": ("star",),
    "cross": ("cross", "plus"),
    "diamond": ("diamond", "rhombus"),
}
"""Each shape with the words for it, the usual one first."""
COLORS = {
    "red": ("red", "crimson", "scarlet"),
    "green": ("green", "emerald"),
    "blue": ("blue", "navy", "cobalt"),
    "yellow": ("yellow", "golden"),
    "orange": ("orange",),
    "purple": ("purple", "violet"),
    "cyan": ("cyan", "turquoise"),
    "pink": ("pink", "rose"),
}
RGB = {
    "red": (215, 40, 40),
    "green": (45, 165, 70),
    "blue": (45, 85, 215),
    "yellow": (245, 215, 50),
    "orange": (245, 130, 25),
    "purple": (130, 55, 175),
    "cyan": (65, 200, 215),
    "pink": (245, 135, 185),
}
BACKGROUNDS = {"white": (246, 246, 246), "grey": (150, 150, 150), "black": (22, 22, 22)}
RELATIONS = {
    "above": ("above", "over", "on top of"),
    "below": ("below", "under", "beneath", "underneath"),
    "left": ("left of", "to the left of"),
    "right": ("right of", "to the right of"),
}
PLACES = {
    "in the centre": (0, 0),
    "in the center": (0, 0),
    "in the middle": (0, 0),
    "at the top": (0, -1),
    "at the bottom": (0, 1),
    "on the left": (-1, 0),
    "on the right": (1, 0),
    "in the top left corner": (-1, -1),
    "in the top right corner": (1, -1),
    "in the bottom left corner": (-1, 1),
    "in the bottom right corner": (1, 1),
}
SIZES = {"small": ("small", "tiny", "little"), "large": ("large", "big", "huge")}
RADII = {"small": (6.0, 7.5), "": (8.0, 10.5), "large": (11.5, 14.0)}
"""Half of a shape's width in pixels, by its size."""
_LEADS = ("", "", "", "", "a picture of ", "an image of ", "draw ", "show me ", "there is ", "paint ")
_GAP = 3.0
_HELD_OUT_OF_TEN = 1


@dataclass(frozen=True, slots=True)
class Item:
    """One shape of a scene; `x` and `y` are its middle and `radius` is half of its width, in pixels."""

    shape: str
    color: str
    size: str
    x: float = 0.0
    y: float = 0.0
    radius: float = 0.0

    @property
    def kind(self) -> str:
        """Colour and shape."""
        return f"{self.color} {self.shape}"


@dataclass(frozen=True, slots=True)
class Scene:
    """What is to be seen. `relation` is how the first item lies to the second, `place` where the only one is; empty: nothing is said."""

    items: tuple[Item, ...]
    background: str
    caption: str
    relation: str = ""
    place: str = ""
    says_background: bool = False

    @property
    def held_out(self) -> bool:
        """Whether it holds a pair that no training picture holds."""
        kinds = sorted(item.kind for item in self.items)
        return any(is_held_out(a, b) for i, a in enumerate(kinds) for b in kinds[i + 1 :])


def is_held_out(kind: str, other: str) -> bool:
    """Whether these two, such as `red circle` and `blue square`, never meet in training."""
    pair = "+".join(sorted((kind, other)))
    return hashlib.sha256(pair.encode()).digest()[0] % 10 < _HELD_OUT_OF_TEN


def sample(random: np.random.Generator, *, held_out: bool = False, count: int | None = None) -> Scene:
    """Makes a scene by chance; with `held_out` one of two or three items with a held-out pair, else one without."""
    while True:
        scene = _draft(random, count or int(random.choice((1, 2, 3), p=(0, 0.75, 0.25) if held_out else (0.3, 0.55, 0.15))))
        if scene is not None and scene.held_out == held_out:
            return scene


def render(scene: Scene) -> NDArray[np.uint8]:
    """Draws a scene, with soft edges: [64, 64, 3], RGB."""
    picture = np.empty((SIZE, SIZE, 3), np.float32)
    picture[:] = BACKGROUNDS[scene.background]
    for item in scene.items:
        down, across = (slice(max(0, int(at - item.radius) - 1), int(at + item.radius) + 3) for at in (item.y, item.x))
        cover = coverage(item.shape, item.x, item.y, item.radius, (down, across))[..., None]
        picture[down, across] += cover * (np.array(RGB[item.color], np.float32) - picture[down, across])
    return (picture + 0.5).astype(np.uint8)


def kinds(scene: Scene, patch: int = 8) -> NDArray[np.uint8]:
    """How much of each patch is covered by each coloured shape, in 255ths: [patches, 49], the first for what none covers."""
    across = SIZE // patch
    held = np.zeros((across * across, 1 + len(SHAPES) * len(COLORS)), np.float32)
    for item in scene.items:
        cover = coverage(item.shape, item.x, item.y, item.radius)
        number = 1 + list(SHAPES).index(item.shape) * len(COLORS) + list(COLORS).index(item.color)
        held[:, number] = cover.reshape(across, patch, across, patch).mean(axis=(1, 3)).ravel()
    held[:, 0] = np.clip(1 - held.sum(axis=1), 0, 1)
    return (held * 255 + 0.5).astype(np.uint8)


_AT = np.stack(np.meshgrid(np.arange(SIZE) + 0.5, np.arange(SIZE) + 0.5), axis=-1).astype(np.float32)
_EVERYWHERE = (slice(None), slice(None))


def coverage(shape: str, x: float, y: float, radius: float, window: tuple[slice, slice] = _EVERYWHERE) -> NDArray[np.float32]:
    """How much of each pixel of a window a shape covers, 0 to 1; by default of the whole picture, [64, 64]."""
    at = _AT[window] - np.array((x, y), np.float32)
    round_ = shape == "circle"
    distance = np.hypot(at[..., 0], at[..., 1]) - radius if round_ else _polygon_distance(at, corners(shape) * radius)
    return np.clip(0.5 - distance, 0.0, 1.0).astype(np.float32)


def corners(shape: str) -> NDArray[np.float32]:
    """The corners of a shape with straight sides, around (0, 0), within -1 to 1; y grows downwards."""
    if shape == "star":
        turns = np.arange(10) * np.pi / 5 - np.pi / 2
        reach = np.where(np.arange(10) % 2 == 0, 1.0, 0.42)
        return np.stack((np.cos(turns) * reach, np.sin(turns) * reach), axis=1).astype(np.float32)
    return np.array(_CORNERS[shape], np.float32)


_CORNERS = {
    "square": ((-0.85, -0.85), (0.85, -0.85), (0.85, 0.85), (-0.85, 0.85)),
    "triangle": ((0, -0.95), (1, 0.8), (-1, 0.8)),
    "diamond": ((0, -1), (0.72, 0), (0, 1), (-0.72, 0)),
    "cross": tuple(
        (x, y)
        for x, y in (
            (-0.33, -1), (0.33, -1), (0.33, -0.33), (1, -0.33), (1, 0.33), (0.33, 0.33),
            (0.33, 1), (-0.33, 1), (-0.33, 0.33), (-1, 0.33), (-1, -0.33), (-0.33, -0.33),
        )
    ),
}  # fmt: skip


def _polygon_distance(at: NDArray[np.float32], points: NDArray[np.float32]) -> NDArray[np.float32]:
    """The distance of each pixel to a polygon's edge, negative inside."""
    nearest = np.full(at.shape[:2], np.inf, np.float32)
    inside = np.zeros(at.shape[:2], bool)
    for a, b in zip(points, np.roll(points, -1, axis=0), strict=True):
        edge, to = b - a, at - a
        along = np.clip((to @ edge) / float(edge @ edge), 0, 1)
        rest = to - along[..., None] * edge
        nearest = np.minimum(nearest, rest[..., 0] ** 2 + rest[..., 1] ** 2)
        if a[1] != b[1]:
            crosses = (at[..., 1] < a[1]) != (at[..., 1] < b[1])
            inside ^= crosses & (to[..., 0] < to[..., 1] * edge[0] / edge[1])
    distance: NDArray[np.float32] = np.sqrt(nearest)
    return np.where(inside, -distance, distance)


def _draft(random: np.random.Generator, count: int) -> Scene | None:
    """One try; None when there was no room."""
    background = _any(random, BACKGROUNDS)
    items: list[Item] = []
    for _ in range(count):
        size = str(random.choice(("", "small", "large"), p=(0.7, 0.15, 0.15) if count < 3 else (0.85, 0.15, 0.0)))
        items.append(Item(_any(random, SHAPES), _any(random, COLORS), size))
    if len({item.kind for item in items}) < count:
        return None
    place, relation = "", ""
    if count == 1 and random.random() < 0.6:
        place = _any(random, PLACES)
    if count == 2 and random.random() < 0.85:
        relation = _any(random, RELATIONS)
    placed = _placed(random, items, place, relation)
    if placed is None:
        return None
    says = bool(random.random() < 0.35)
    return Scene(tuple(placed), background, _caption(random, placed, place, relation, background if says else ""), relation, place, says)


def _placed(random: np.random.Generator, items: list[Item], place: str, relation: str) -> list[Item] | None:
    for _ in range(30):
        placed = [_put(random, item, place) for item in items]
        if relation and not holds(relation, placed[0], placed[1], margin=4.0):
            continue
        if all(_apart(a, b) for i, a in enumerate(placed) for b in placed[i + 1 :]):
            return placed
    return None


def _put(random: np.random.Generator, item: Item, place: str) -> Item:
    radius = float(random.uniform(*RADII[item.size]))
    low, high = radius + 2, SIZE - radius - 2
    if place:
        middle, reach = SIZE / 2, SIZE / 2 - radius - 4
        across, down = PLACES[place]
        x, y = (middle + step * reach + float(random.uniform(-2, 2)) for step in (across, down))
    else:
        x, y = float(random.uniform(low, high)), float(random.uniform(low, high))
    return Item(item.shape, item.color, item.size, min(max(x, low), high), min(max(y, low), high), radius)


def _apart(a: Item, b: Item) -> bool:
    """Whether two items leave room between them, as the squares around them."""
    return max(abs(a.x - b.x), abs(a.y - b.y)) >= a.radius + b.radius + _GAP


def holds(relation: str, a: Item, b: Item, margin: float = 0.0) -> bool:
    """Whether `a` lies so to `b`; it must be more that than anything else."""
    across, down = a.x - b.x, a.y - b.y
    wanted = {"above": -down, "below": down, "left": -across, "right": across}[relation]
    other = abs(across) if relation in ("above", "below") else abs(down)
    return wanted > other + margin


def _caption(random: np.random.Generator, items: list[Item], place: str, relation: str, background: str) -> str:
    words = [_phrase(random, item) for item in items]
    if len(words) == 1:
        text = words[0] + (f" {place}" if place else "")
    elif len(words) == 2:
        text = f"{words[0]} {_any(random, RELATIONS[relation])} {words[1]}" if relation else f"{words[0]} and {words[1]}"
    else:
        text = f"{words[0]}, {words[1]} and {words[2]}"
    text = str(random.choice(_LEADS)) + text
    if background:
        text += str(random.choice((" on a {} background", " on {}", " against a {} background"))).format(background)
    return text


def _phrase(random: np.random.Generator, item: Item) -> str:
    parts = [_word(random, SIZES[item.size])] if item.size else []
    parts += [_word(random, COLORS[item.color]), _word(random, SHAPES[item.shape])]
    article = str(random.choice(("a", "a", "a", "the", "")))
    if article == "a" and parts[0][0] in "aeiou":
        article = "an"
    return " ".join([article, *parts]).strip()


def _word(random: np.random.Generator, words: tuple[str, ...]) -> str:
    return words[0] if random.random() < 0.7 else _any(random, words)


def _any(random: np.random.Generator, options: Any) -> str:
    options = tuple(options)
    return str(options[int(random.integers(len(options)))])
