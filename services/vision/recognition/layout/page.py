"""Composes a page from its lines: reading order, blocks, text and Markdown, with regions in the page as it was given."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from uat.vision.v1 import document_pb2 as pb
from uat.vision.v1 import source_pb2

from services.vision.recognition.layout import markdown, tables
from services.vision.recognition.layout.blocks import Block, blocks, body_height
from services.vision.recognition.layout.geometry import Quad, Turn, rotated
from services.vision.recognition.layout.language import language
from services.vision.recognition.layout.order import regions
from services.vision.recognition.layout.rulings import Grid
from services.vision.recognition.layout.words import Line, Word

_NEAR = 0.3
"""Pieces of a row closer than this share of their height are one line."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """A page as it was given: its size in pixels, and the turn that makes it upright."""

    width: int
    height: int
    turn: Turn


def compose(sheet: Sheet, lines: Sequence[Line], skew: float, grids: Sequence[Grid] | None, languages: Collection[str] = ()) -> pb.Page:
    """The page of these lines, whose quads are on the upright page. With `grids` None tables stay lines."""
    straight = _Straight(sheet, skew)
    placed = _with_pieces_joined([replace(line, box=straight.box(line.quad)) for line in lines])
    parts = _blocks(placed, grids, straight)
    page = pb.Page(width=sheet.width, height=sheet.height, orientation=sheet.turn.text_degrees, skew=skew)
    page.origin = pb.TEXT_ORIGIN_RECOGNIZED if placed else pb.TEXT_ORIGIN_NONE
    for block in parts:
        page.blocks.append(_message(block, straight))
    total = sum(len(line.text) for line in placed)
    page.confidence = sum(line.confidence * len(line.text) for line in placed) / total if total else 0.0
    write(page)
    page.language = language(page.text, languages)
    return page


def write(page: pb.Page) -> None:
    """Writes the page's text and Markdown from its blocks."""
    page.text = "\n\n".join(block.text for block in page.blocks)
    page.markdown = markdown.markdown(page)


class _Straight:
    """The page after its skew is removed."""

    def __init__(self, sheet: Sheet, skew: float) -> None:
        self._sheet = sheet
        self._skew = skew
        width, height = sheet.turn.size(sheet.width, sheet.height)
        self._center = width / 2, height / 2

    def box(self, quad: Quad) -> tables.Box:
        """The box of a quad of the upright page."""
        level = rotated(quad, -self._skew, self._center)
        (left, top), (right, bottom) = level.min(axis=0), level.max(axis=0)
        return float(left), float(top), float(right), float(bottom)

    def region(self, box: tables.Box) -> source_pb2.Region:
        """The region of a box in the page as it was given."""
        left, top, right, bottom = box
        corners = np.array([[left, top], [right, top], [right, bottom], [left, bottom]], np.float32)
        return self.given(rotated(corners, self._skew, self._center))

    def given(self, quad: Quad) -> source_pb2.Region:
        """The region of an upright page's quad in the page as it was given."""
        points = self._sheet.turn.back(quad[None], self._sheet.width, self._sheet.height)[0]
        points = np.clip(points, 0, (self._sheet.width, self._sheet.height))
        return source_pb2.Region(corners=[source_pb2.Point(x=float(x), y=float(y)) for x, y in points])


def _blocks(lines: Sequence[Line], grids: Iterable[Grid] | None, straight: _Straight) -> list[Block]:
    found: list[tuple[tables.Table, set[int]]] = []
    free = set(range(len(lines)))
    if grids is not None:
        boxes = {i: [(word, straight.box(word.quad)) for word in line.words] for i, line in enumerate(lines)}
        for grid in grids:
            if made := tables.ruled(grid, lines, boxes):
                found.append((made[0], made[1] & free))
                free -= made[1]
        for made in tables.aligned(lines, free):
            found.append(made)
            free -= made[1]
    # In the reading order a table counts as one line of its size.
    body = body_height([lines[i] for i in free])
    stand_ins = [_stand_in(table, lines, taken) for table, taken in found]
    standing = {id(line): table for line, (table, _) in zip(stand_ins, found, strict=True)}
    parts: list[Block] = []
    for region in regions([*(lines[i] for i in sorted(free)), *stand_ins]):
        run: list[Line] = []
        for line in region:
            if (table := standing.get(id(line))) is None:
                run.append(line)
                continue
            parts += [*blocks(run, body), Block(pb.BLOCK_KIND_TABLE, table.box, table=table)]
            run = []
        parts += blocks(run, body)
    return parts


def _stand_in(table: tables.Table, lines: Sequence[Line], taken: Collection[int]) -> Line:
    first = lines[min(taken)] if taken else None
    quad = first.quad if first is not None else np.zeros((4, 2), np.float32)
    return Line("", quad, 0.0, box=table.box)


def _with_pieces_joined(lines: Sequence[Line]) -> list[Line]:
    """The lines, with pieces of one line that the detector separated joined."""
    made: list[Line] = []
    for line in sorted(lines, key=lambda line: (line.left, line.top)):
        at = next((i for i, other in enumerate(made) if _continues(other, line)), None)
        if at is None:
            made.append(line)
        else:
            made[at] = _join(made[at], line)
    return made


def _continues(left: Line, right: Line) -> bool:
    height = min(left.height, right.height)
    level = abs(left.middle - right.middle) < 0.4 * height and max(left.height, right.height) < 1.6 * height
    return level and -0.6 * height < right.left - left.right < _NEAR * height and right.right > left.right


def _join(left: Line, right: Line) -> Line:
    quad = np.stack([left.quad[0], right.quad[1], right.quad[2], left.quad[3]])
    box = left.left, min(left.top, right.top), right.right, max(left.bottom, right.bottom)
    count = len(left.text), len(right.text)
    confidence = (left.confidence * count[0] + right.confidence * count[1]) / max(1, sum(count))
    return Line(markdown.flowing([left.text, right.text]), quad, confidence, left.words + right.words, box)


def _message(block: Block, straight: _Straight) -> pb.Block:
    made = pb.Block(kind=block.kind, region=straight.region(block.box), confidence=block.confidence)
    if block.table is not None:
        made.table.CopyFrom(_table(block.table, straight))
    made.lines.extend(_line(line, straight) for line in block.lines)
    made.text = markdown.text(made)
    return made


def _line(line: Line, straight: _Straight) -> pb.Line:
    words = [_word(word, straight) for word in line.words]
    return pb.Line(text=line.text, region=straight.given(line.quad), confidence=line.confidence, words=words)


def _word(word: Word, straight: _Straight) -> pb.Word:
    return pb.Word(text=word.text, region=straight.given(word.quad), confidence=word.confidence)


def _table(table: tables.Table, straight: _Straight) -> pb.Table:
    made = pb.Table(rows=table.rows, columns=table.columns)
    for cell in table.cells:
        made.cells.add(
            row=cell.row,
            column=cell.column,
            row_span=cell.row_span,
            column_span=cell.column_span,
            header=cell.header,
            text=cell.text,
            region=straight.region(cell.box),
            confidence=cell.confidence,
        )
    return made
