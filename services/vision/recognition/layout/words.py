"""Lines and words: what the recogniser answered for a line, divided into words with their positions."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from services.vision.recognition.layout.geometry import Quad, part

_WORD = re.compile(r"\S+")


@dataclass(frozen=True, slots=True)
class RecognizedLine:
    """The recogniser's answer for one line: its characters, each with its position as a share of the line's length and its confidence."""

    text: str
    positions: NDArray[np.float32]
    confidences: NDArray[np.float32]

    @classmethod
    def of(cls, text: str, columns: NDArray[np.int32], confidences: NDArray[np.float32], steps: int, filled: float) -> RecognizedLine:
        """Converts the model's tensors. `filled` is the share of the picture's width that the line takes; the rest is padding."""
        count = min(len(text), int((columns >= 0).sum()))
        positions = np.clip((columns[:count] + 0.5) / max(1, steps) / filled, 0, 1).astype(np.float32)
        return cls(text[:count], positions, confidences[:count])

    @property
    def confidence(self) -> float:
        """The mean of its characters; 0 when there are none."""
        return float(self.confidences.mean()) if len(self.confidences) else 0.0


@dataclass(frozen=True, slots=True)
class Word:
    """A word of a line."""

    text: str
    quad: Quad
    confidence: float


@dataclass(frozen=True, slots=True)
class Line:
    """A line of text on an upright page. `quad` is its outline on the page; `box` is (left, top, right, bottom) after the page's skew is
    removed.
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
        """The height of the box."""
        return self.box[3] - self.box[1]

    @property
    def middle(self) -> float:
        """The vertical middle."""
        return (self.box[1] + self.box[3]) / 2


def line(recognized: RecognizedLine, quad: Quad) -> Line:
    """The line with its words, which blanks divide; in a script without blanks a line is one word."""
    text = recognized.text.strip()
    words = tuple(
        Word(recognized.text[a:b], part(quad, start, end), float(recognized.confidences[a:b].mean()))
        for a, b, start, end in _extents(recognized)
    )
    return Line(text, quad, recognized.confidence, words)


def _extents(line: RecognizedLine) -> list[tuple[int, int, float, float]]:
    """Each word's characters and its share of the line. Positions are the middles of characters, so a word's edges are half a character
    further out, but not beyond the middle between two words.
    """
    spans: Sequence[tuple[int, int]] = [found.span() for found in _WORD.finditer(line.text)]
    pitch = _pitch(line)
    extents = []
    for at, (a, b) in enumerate(spans):
        start = float(line.positions[a]) - pitch / 2
        end = float(line.positions[b - 1]) + pitch / 2
        start = 0.0 if at == 0 and start < pitch else max(start, _between(line, spans[at - 1][1] - 1, a)) if at else max(start, 0.0)
        end = (
            1.0
            if at == len(spans) - 1 and end > 1 - pitch
            else min(end, _between(line, b - 1, spans[at + 1][0]) if b < spans[-1][1] else 1.0)
        )
        extents.append((a, b, start, max(end, start)))
    return extents


def _between(line: RecognizedLine, left: int, right: int) -> float:
    return (float(line.positions[left]) + float(line.positions[right])) / 2


def _pitch(line: RecognizedLine) -> float:
    """The width of a character as a share of the line."""
    return float(np.median(np.diff(line.positions))) if len(line.positions) > 1 else 1.0
