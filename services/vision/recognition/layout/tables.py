"""Tables: ruled ones are found by their rules, others by columns that stay apart row after row."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from services.vision.recognition.layout.rulings import Grid
from services.vision.recognition.layout.words import Line, Word

Box = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell. Its box, like those of lines, is the one after the skew is removed."""

    row: int
    column: int
    row_span: int
    column_span: int
    text: str
    box: Box
    confidence: float
    header: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """A table, its cells row by row."""

    rows: int
    columns: int
    cells: tuple[Cell, ...]
    box: Box


@dataclass(frozen=True, slots=True)
class _Piece:
    """A line, or a part of one, that goes into one cell."""

    text: str
    box: Box
    confidence: float


def ruled(grid: Grid, lines: Sequence[Line], boxes: dict[int, list[tuple[Word, Box]]]) -> tuple[Table, set[int]] | None:
    """The table of these rules with its text, and the lines that it contains; None when it is nearly empty. `boxes` are the words of each
    line, by its index, with their boxes.
    """
    left, top, right, bottom = grid.xs[0], grid.ys[0], grid.xs[-1], grid.ys[-1]
    inside = {i for i, line in enumerate(lines) if left <= (line.left + line.right) / 2 <= right and top <= line.middle <= bottom}
    cells = [_filled(cell, []) for cell in _cells(grid)]
    if len(cells) < 2 or not inside:
        return None
    held: list[list[_Piece]] = [[] for _ in cells]
    for i in sorted(inside, key=lambda i: (lines[i].middle, lines[i].left)):
        for piece in _pieces(lines[i], boxes[i], grid.xs):
            held[_home(piece.box, cells)].append(piece)
    if sum(bool(pieces) for pieces in held) < 2:
        return None
    made = [_filled(cell, pieces) for cell, pieces in zip(cells, held, strict=True)]
    return _table(len(grid.ys) - 1, len(grid.xs) - 1, made, (left, top, right, bottom)), inside


def _cells(grid: Grid) -> Iterable[Cell]:
    rows, columns = len(grid.ys) - 1, len(grid.xs) - 1
    taken = np.zeros((rows, columns), np.bool_)
    for row in range(rows):
        for column in range(columns):
            if taken[row, column]:
                continue
            wide, high = 1, 1
            while column + wide < columns and not grid.right_of[row, column + wide - 1] and not taken[row, column + wide]:
                wide += 1
            while row + high < rows and not grid.below[row + high - 1, column : column + wide].any():
                high += 1
            taken[row : row + high, column : column + wide] = True
            box = grid.xs[column], grid.ys[row], grid.xs[column + wide], grid.ys[row + high]
            yield Cell(row, column, high, wide, "", box, 0.0)


def _pieces(line: Line, words: list[tuple[Word, Box]], xs: Sequence[float]) -> Iterable[_Piece]:
    """The parts of a line, divided where a rule runs between two words."""
    group: list[tuple[Word, Box]] = []
    for word, box in words:
        if group and _column(box, xs) != _column(group[-1][1], xs):
            yield _joined(group)
            group = []
        group.append((word, box))
    if group:
        yield _joined(group)


def _column(box: Box, xs: Sequence[float]) -> int:
    return int(np.searchsorted(np.array(xs), (box[0] + box[2]) / 2))


def _joined(words: Sequence[tuple[Word, Box]]) -> _Piece:
    box = _around([box for _, box in words])
    return _Piece(" ".join(word.text for word, _ in words), box, float(np.mean([word.confidence for word, _ in words])))


def _home(box: Box, cells: Sequence[Cell]) -> int:
    x, y = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
    return min(range(len(cells)), key=lambda i: _outside(cells[i].box, x, y))


def _outside(box: Box, x: float, y: float) -> float:
    return max(box[0] - x, 0, x - box[2]) + max(box[1] - y, 0, y - box[3])


def aligned(lines: Sequence[Line], free: Iterable[int]) -> list[tuple[Table, set[int]]]:
    """Tables without rules: three or more rows whose pieces stand in columns, each with the lines that it contains."""
    rows = _rows(lines, free)
    found, start = [], 0
    while start < len(rows):
        end = _run(lines, rows, start)
        table = _of_rows(lines, rows[start:end]) if end - start >= 3 else None
        if table is not None:
            found.append((table, {i for row in rows[start:end] for i in row}))
        start = end if table is not None else start + 1
    return found


def _rows(lines: Sequence[Line], free: Iterable[int]) -> list[list[int]]:
    rows: list[list[int]] = []
    for i in sorted(free, key=lambda i: lines[i].middle):
        if rows and abs(lines[rows[-1][0]].middle - lines[i].middle) < 0.5 * min(lines[i].height, lines[rows[-1][0]].height):
            rows[-1].append(i)
        else:
            rows.append([i])
    return [sorted(row, key=lambda i: lines[i].left) for row in rows]


def _run(lines: Sequence[Line], rows: Sequence[Sequence[int]], start: int) -> int:
    """The end of the rows, from `start` on, that keep at least two columns apart."""
    if len(rows[start]) < 2:
        return start + 1
    taken = list(rows[start])
    columns = len(_columns([lines[i] for i in taken]))
    end = start + 1
    while end < len(rows) and columns >= 2:
        row, height = rows[end], float(np.median([lines[i].height for i in taken]))
        far = min(lines[i].top for i in row) - max(lines[i].bottom for i in rows[end - 1]) > 2.0 * height
        now = len(_columns([lines[i] for i in [*taken, *row]]))
        if far or len(row) < 2 or now < max(2, columns - 1):
            break
        taken.extend(row)
        columns = now
        end += 1
    return end


def _columns(lines: Sequence[Line]) -> list[tuple[float, float]]:
    """The left and right edges of columns: the lines projected on the horizontal axis."""
    columns: list[tuple[float, float]] = []
    gap = 0.4 * float(np.median([line.height for line in lines]))
    for line in sorted(lines, key=lambda line: line.left):
        if columns and line.left < columns[-1][1] + gap:
            columns[-1] = columns[-1][0], max(columns[-1][1], line.right)
        else:
            columns.append((line.left, line.right))
    return columns


def _of_rows(lines: Sequence[Line], rows: Sequence[Sequence[int]]) -> Table | None:
    every = [lines[i] for row in rows for i in row]
    columns = _columns(every)
    if len(columns) < 2 or len(every) < 0.6 * len(rows) * len(columns) or _prose(every, columns):
        return None
    cells = []
    for r, row in enumerate(rows):
        top, bottom = min(lines[i].top for i in row), max(lines[i].bottom for i in row)
        for c, (left, right) in enumerate(columns):
            own = [lines[i] for i in row if left <= (lines[i].left + lines[i].right) / 2 <= right]
            pieces = [_Piece(line.text, line.box, line.confidence) for line in own]
            cells.append(_filled(Cell(r, c, 1, 1, "", (left, top, right, bottom), 0.0), pieces))
    return _table(len(rows), len(columns), cells, _around([line.box for line in every]))


def _prose(lines: Sequence[Line], columns: Sequence[tuple[float, float]]) -> bool:
    """Whether the columns are text columns: long lines, most of which fill their column."""
    full = [
        line
        for line in lines
        for left, right in columns
        if left <= line.left and line.right <= right and line.right - line.left > 0.75 * (right - left)
    ]
    return len(full) > 0.6 * len(lines) and float(np.mean([len(line.text) for line in lines])) > 18


def _filled(cell: Cell, pieces: Sequence[_Piece]) -> Cell:
    confidence = float(np.mean([piece.confidence for piece in pieces])) if pieces else 0.0
    return replace(cell, text=" ".join(piece.text for piece in pieces), confidence=confidence)


def _table(rows: int, columns: int, cells: Sequence[Cell], box: Box) -> Table:
    heads = [cell for cell in cells if cell.row == 0]
    below = [cell for cell in cells if cell.row > 0 and cell.text]
    # The first row is a header when it has no figures, over columns of figures or over several rows.
    is_header = all(cell.text and not _figure(cell.text) for cell in heads) and rows > 1
    is_header = is_header and (any(_figure(cell.text) for cell in below) or rows > 2)
    return Table(rows, columns, tuple(replace(cell, header=is_header and cell.row == 0) for cell in cells), box)


def _figure(text: str) -> bool:
    return sum(character.isdigit() for character in text) * 2 >= sum(not character.isspace() for character in text)


def _around(boxes: Sequence[Box]) -> Box:
    lefts, tops, rights, bottoms = zip(*boxes, strict=True)
    return min(lefts), min(tops), max(rights), max(bottoms)
