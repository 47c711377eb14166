"""What the recogniser said about a line, as words with their places."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from services.vision.ocr.geometry import Quad, part

_WORD = re.compile(r"\S+")


@dataclass(frozen=True, slots=True)
class Said:
    """The recogniser's answer for one line: its characters, where each was seen as a share of the line's length, and how surely."""

    text: str
    places: NDArray[np.float32]
    confidences: NDArray[np.float32]

    @classmethod
    def of(cls, text: str, columns: NDArray[np.int32], confidences: NDArray[np.float32], steps: int, filled: float) -> Said:
        """From the model's tensors. `filled` is the share of the picture's width that is the line and not filling."""
        count = min(len(text), int((columns >= 0).sum()))
        places = np.clip((columns[:count] + 0.5) / max(1, steps) / filled, 0, 1).astype(np.float32)
        return cls(text[:count], places, confidences[:count])

    @property
    def confidence(self) -> float:
        """Of its characters on average; 0 when there are none."""
        return float(self.confidences.mean()) if len(self.confidences) else 0.0


@dataclass(frozen=True, slots=True)
class Word:
    """A word of a line."""

    text: str
    quad: Quad
    confidence: float


@dataclass(frozen=True, slots=True)
class Line:
    """A line of text on a page that was turned upright. Boxes are (left, top, right, bottom), straightened for reading; quads are where it
    really lies.
    """

    text: str
    quad: Quad
    confidence: float
    words: tuple[Word, ...] = ()
    box: tuple[float, float, float, float] = field(default=(0.0, 0.0, 0.0, 0.0))

    @property
    def left(self) -> float:
        """The left edge."""
        return self.box[0]

    @property
    def top(self) -> float:
        """The upper edge."""
        return self.box[1]

    @property
    def right(self) -> float:
        """The right edge."""
        return self.box[2]

    @property
    def bottom(self) -> float:
        """The lower edge."""
        return self.box[3]

    @property
    def height(self) -> float:
        """How high it is."""
        return self.box[3] - self.box[1]

    @property
    def middle(self) -> float:
        """The middle of its height."""
        return (self.box[1] + self.box[3]) / 2


def line(said: Said, quad: Quad) -> Line:
    """The line with its words. Words are divided by blanks; where a script has none, a line is one word."""
    text = said.text.strip()
    words = tuple(Word(said.text[a:b], part(quad, start, end), float(said.confidences[a:b].mean())) for a, b, start, end in _extents(said))
    return Line(text, quad, said.confidence, words)


def _extents(said: Said) -> list[tuple[int, int, float, float]]:
    """Each word's characters and its share of the line. Characters are seen at their middles, so edges are half a character further out,
    and never beyond the middle between neighbours.
    """
    spans: Sequence[tuple[int, int]] = [found.span() for found in _WORD.finditer(said.text)]
    pitch = _pitch(said)
    extents = []
    for at, (a, b) in enumerate(spans):
        start = float(said.places[a]) - pitch / 2
        end = float(said.places[b - 1]) + pitch / 2
        start = 0.0 if at == 0 and start < pitch else max(start, _between(said, spans[at - 1][1] - 1, a)) if at else max(start, 0.0)
        end = (
            1.0
            if at == len(spans) - 1 and end > 1 - pitch
            else min(end, _between(said, b - 1, spans[at + 1][0]) if b < spans[-1][1] else 1.0)
        )
        extents.append((a, b, start, max(end, start)))
    return extents


def _between(said: Said, left: int, right: int) -> float:
    return (float(said.places[left]) + float(said.places[right])) / 2


def _pitch(said: Said) -> float:
    """How wide a character is, as a share of the line."""
    return float(np.median(np.diff(said.places))) if len(said.places) > 1 else 1.0
