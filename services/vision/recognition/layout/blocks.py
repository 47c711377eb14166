"""Blocks of a column: paragraphs, headings and lists."""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from uat.vision.v1 import document_pb2 as pb

from services.vision.recognition.layout.tables import Box, Table
from services.vision.recognition.layout.words import Line

BULLET = re.compile(r"^(?:[•·●○▪■◦‣∙*]\s*|[-–—]\s+|\(?\d{1,3}[.)]\s+|\(?[a-zA-Z][.)]\s+)")
_HEADING = 1.25
"""A heading's lines are at least this many times as high as those of running text."""
_LONGEST_HEADING = 160


@dataclass(frozen=True, slots=True)
class Block:
    """A part of a page that belongs together. Its box is the one after the skew is removed."""

    kind: pb.BlockKind
    box: Box
    lines: tuple[Line, ...] = ()
    table: Table | None = None

    @property
    def confidence(self) -> float:
        """The mean of its characters."""
        parts = [(line.confidence, len(line.text)) for line in self.lines]
        if self.table is not None:
            parts = [(cell.confidence, len(cell.text)) for cell in self.table.cells]
        total = sum(length for _, length in parts)
        return sum(confidence * length for confidence, length in parts) / total if total else 0.0


def body_height(lines: Sequence[Line]) -> float:
    """The height of lines of running text: the median, weighted by characters."""
    if not lines:
        return 0.0
    heights, weights = np.array([line.height for line in lines]), np.array([len(line.text) for line in lines])
    order = np.argsort(heights)
    summed = np.cumsum(weights[order])
    return float(heights[order][int(np.searchsorted(summed, summed[-1] / 2))])


def blocks(region: Sequence[Line], body: float) -> list[Block]:
    """The blocks of one column, whose lines are in reading order."""
    made: list[Block] = []
    for group in _groups(region):
        height = float(np.median([line.height for line in group]))
        text = sum(len(line.text) for line in group)
        bullets = sum(bool(BULLET.match(line.text)) for line in group)
        if bullets >= 2 or (bullets == 1 and len(group) == 1 and not group[0].text[0].isalnum()):
            made.append(_block(pb.BLOCK_KIND_LIST, group))
        elif height > _HEADING * body and text <= _LONGEST_HEADING and len(group) <= 3 and text > 1:
            made.append(_block(pb.BLOCK_KIND_HEADING, group))
        else:
            made.append(_block(pb.BLOCK_KIND_PARAGRAPH, group))
    return made


def _block(kind: pb.BlockKind, lines: Sequence[Line]) -> Block:
    lefts, tops, rights, bottoms = zip(*(line.box for line in lines), strict=True)
    return Block(kind, (min(lefts), min(tops), max(rights), max(bottoms)), tuple(lines))


def _groups(region: Sequence[Line]) -> list[list[Line]]:
    groups: list[list[Line]] = []
    pitch = _pitch(region)
    right = max((line.right for line in region), default=0.0)
    for line in region:
        if groups and not _begins(groups[-1], line, pitch, right):
            groups[-1].append(line)
        else:
            groups.append([line])
    return groups


def _begins(group: Sequence[Line], line: Line, pitch: float, right: float) -> bool:
    """Whether a line begins a block of its own."""
    last = group[-1]
    step = line.middle - last.middle
    height = min(line.height, last.height)
    if step < 0.5 * height:
        return False
    if step > max(1.35 * pitch, 1.1 * height) or max(line.height, last.height) > 1.3 * height:
        return True
    listed = BULLET.match(group[0].text) is not None
    if BULLET.match(line.text):
        return not listed
    if listed:
        return line.left < group[0].left + 0.4 * height and last.right < right - 4 * height
    # An indented line after one that ends early.
    return line.left > min(other.left for other in group) + height and last.right < right - 3 * height


def _pitch(region: Sequence[Line]) -> float:
    """The distance between consecutive lines."""
    steps = [b.middle - a.middle for a, b in itertools.pairwise(region) if b.middle - a.middle > 0.5 * min(a.height, b.height)]
    heights = [line.height for line in region]
    return min(float(np.median(steps)), 2.5 * float(np.median(heights))) if steps else 0.0
