"""A page's blocks as plain text and as Markdown."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

import numpy as np
from uat.vision.v1 import document_pb2 as pb
from uat.vision.v1 import source_pb2

from services.vision.recognition.layout.blocks import BULLET

_WIDE = re.compile(r"[\u3000-\u9fff\uff00-\uff60]")
_NUMBER = re.compile(r"^\(?(\d{1,3})[.)]\s+")
_MARKUP = re.compile(r"^(#{1,6}\s|>|\s*[-+*]\s|\s*\d+\.\s)|([\\`*_<>|])")


def text(block: pb.Block) -> str:
    """The block's text line by line; a table's row by row, with tabs."""
    if block.kind == pb.BLOCK_KIND_TABLE:
        return "\n".join("\t".join(row) for row in _rows(block.table))
    return "\n".join(line.text for line in block.lines)


def markdown(page: pb.Page) -> str:
    """The page as Markdown, without margins."""
    body = _body_height(page)
    written = (_block(block, body) for block in page.blocks if block.kind != pb.BLOCK_KIND_MARGIN)
    return "\n\n".join(block for block in written if block)


def _block(block: pb.Block, body: float) -> str:
    if block.kind == pb.BLOCK_KIND_TABLE:
        return _table(block.table)
    if block.kind == pb.BLOCK_KIND_LIST:
        return "\n".join(_item(item) for item in _items(block.lines))
    running = _plain(flowing([line.text for line in block.lines]))
    if block.kind == pb.BLOCK_KIND_HEADING:
        ratio = float(np.median([_height(line.region) for line in block.lines])) / body if body else 1.0
        return f"{'#' if ratio > 1.8 else '##' if ratio > 1.45 else '###'} {running}"
    return running


def _body_height(page: pb.Page) -> float:
    """The median height of lines of running text."""
    lines = [line for block in page.blocks if block.kind != pb.BLOCK_KIND_HEADING for line in block.lines]
    return float(np.median([_height(line.region) for line in lines])) if lines else 0.0


def _height(region: source_pb2.Region) -> float:
    first, last = region.corners[0], region.corners[3]
    return float(np.hypot(first.x - last.x, first.y - last.y))


def flowing(lines: Sequence[str]) -> str:
    """Lines as running text: words hyphenated at a line end are joined, and scripts without blanks get none."""
    made = ""
    for line in lines:
        if not made or not line:
            made += line
        elif made.endswith("-") and len(made) > 1 and made[-2].isalpha() and line[0].islower():
            made = made[:-1] + line
        elif _WIDE.match(made[-1]) and _WIDE.match(line[0]):
            made += line
        else:
            made += " " + line
    return made


def _items(lines: Iterable[pb.Line]) -> list[list[str]]:
    items: list[list[str]] = []
    for line in lines:
        if not items or BULLET.match(line.text):
            items.append([])
        items[-1].append(line.text)
    return items


def _item(lines: Sequence[str]) -> str:
    whole = flowing(lines)
    number, mark = _NUMBER.match(whole), BULLET.match(whole)
    rest = _plain(whole[mark.end() :] if mark else whole)
    return f"{number[1]}. {rest}" if number else f"- {rest}"


def _table(table: pb.Table) -> str:
    rows = [[_plain(cell, inline=True) for cell in row] for row in _rows(table)]
    has_header = any(cell.header for cell in table.cells)
    head = rows[0] if has_header else [""] * table.columns
    body = rows[1:] if has_header else rows
    return "\n".join(_row(row) for row in (head, ["---"] * table.columns, *body))


def _row(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cells) + " |"


def _rows(table: pb.Table) -> list[list[str]]:
    rows = [[""] * table.columns for _ in range(table.rows)]
    for cell in table.cells:
        rows[cell.row][cell.column] = cell.text
    return rows


def _plain(words: str, *, inline: bool = False) -> str:
    """Escapes text that Markdown would take for markup."""
    return _MARKUP.sub(lambda found: "\\" + found[0] if found[2] or not inline else found[0], words)
