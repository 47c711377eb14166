"""Scenes as the numbers that a plan consists of."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from services.models.shapes.scenes import BACKGROUNDS, COLORS, SHAPES, SIZE, Scene

Values = NDArray[np.float32]
Numbers = NDArray[np.int64]
ITEMS = 3
_SHAPES, _COLORS = list(SHAPES), list(COLORS)
_BRIGHTNESS = dict(zip(BACKGROUNDS, (1.0, 0.0, -1.0), strict=True))


def plan(scene: Scene) -> tuple[Values, Numbers, Numbers]:
    """What lies where, in the order of the caption: the state [10], with x and y from the middle in 16ths of a pixel row and the radius
    around 9.5; the shapes [3], from 1 on and 0 for none; the colours [3].
    """
    state = np.zeros(3 * ITEMS + 1, np.float32)
    shapes, colors = np.zeros(ITEMS, np.int64), np.zeros(ITEMS, np.int64)
    for number, item in enumerate(scene.items):
        state[3 * number : 3 * number + 3] = ((item.x - SIZE / 2) / 16, (item.y - SIZE / 2) / 16, (item.radius - 9.5) / 2)
        shapes[number], colors[number] = 1 + _SHAPES.index(item.shape), _COLORS.index(item.color)
    state[-1] = _BRIGHTNESS[scene.background]
    return state, shapes, colors
