"""The words that `shapes` understands, and captions as word numbers. A word that it doesn't know says nothing to it."""

from __future__ import annotations

import re

import numpy as np
from numpy.typing import NDArray

LENGTH = 24
"""The most words of a caption that are read."""
NONE, START, UNKNOWN = 0, 1, 2
_LIST = (
    "a an the and above over on top of below under beneath underneath left right to circle disc disk dot square box triangle star cross "
    "plus diamond rhombus red crimson scarlet green emerald blue navy cobalt yellow golden orange purple violet cyan turquoise pink rose "
    "small tiny little large big huge in centre center middle at bottom corner picture image draw show me there is paint background "
    "against white grey black"
)
WORDS = tuple(_LIST.split())
"""In the order of their numbers, which start after the three above. Only ever appended to: the weights know the numbers."""
_NUMBERS = {word: number for number, word in enumerate(WORDS, start=UNKNOWN + 1)}
COUNT = UNKNOWN + 1 + len(WORDS)
SHAPES = ("circle", "square", "triangle", "star", "cross", "diamond")
_SHAPE_NUMBERS = {_NUMBERS[word] for word in (*SHAPES, "disc", "disk", "dot", "box", "plus", "rhombus")}
_COLOR_NUMBERS = {_NUMBERS[word] for word in WORDS[WORDS.index("red") : WORDS.index("rose") + 1]}
_ALSO = {"gray": "grey", "gold": "golden", "circles": "circle", "squares": "square", "stars": "star", "crosses": "cross", "ball": "circle"}


def numbers(caption: str) -> NDArray[np.int64]:
    """The numbers of a caption's words: [24], from a start mark on, NONE after the last one. What is too long is cut off."""
    found = [_ALSO.get(word, word) for word in re.findall(r"[a-z]+", caption.lower())]
    read = [START, *(_NUMBERS.get(word, UNKNOWN) for word in found)][:LENGTH]
    return np.array(read + [NONE] * (LENGTH - len(read)), np.int64)


def telling(numbers: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Which words name a shape or a colour."""
    told: NDArray[np.bool_] = np.isin(numbers, sorted(_SHAPE_NUMBERS | _COLOR_NUMBERS))
    return told


def names_shape(caption: str) -> bool:
    """Whether a caption names anything that can be drawn. Every caption of the training did; without a shape a picture shows any."""
    return bool(set(numbers(caption).tolist()) & _SHAPE_NUMBERS)
