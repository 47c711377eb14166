"""Reading order: columns from left to right, with lines that run across them in between."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from services.vision.recognition.layout.words import Line

_GUTTER = 0.9
"""A gap between columns, as a share of the height of a line."""
_FEWEST = 3
"""The fewest lines of a column; fewer are read with the column beside them."""
_MAX_CUTS = 40


def regions(lines: Sequence[Line]) -> list[list[Line]]:
    """The lines in regions of one column each, in reading order; inside a region row by row."""
    if not lines:
        return []
    gap = _GUTTER * float(np.median([line.height for line in lines]))
    return _split(list(lines), gap)


def _split(lines: list[Line], gap: float) -> list[list[Line]]:
    if sides := _beside(lines, gap):
        return [region for side in sides for region in _split(side, gap)]
    for above, under in _above(lines):
        if _beside(above, gap) or _beside(under, gap):
            return _split(above, gap) + _split(under, gap)
    return [_rows(lines)]


def _beside(lines: list[Line], gap: float) -> list[list[Line]]:
    """Columns side by side over most of their height; empty when there are none."""
    groups: list[list[Line]] = []
    reach = float("-inf")
    for line in sorted(lines, key=lambda line: line.left):
        if line.left > reach + gap:
            groups.append([])
        groups[-1].append(line)
        reach = max(reach, line.right)
    if len(groups) < 2 or any(len(group) < _FEWEST for group in groups):
        return []
    spans = [(min(line.top for line in group), max(line.bottom for line in group)) for group in groups]
    shared = min(bottom for _, bottom in spans) - max(top for top, _ in spans)
    return groups if shared > 0.4 * min(bottom - top for top, bottom in spans) else []


def _above(lines: list[Line]) -> list[tuple[list[Line], list[Line]]]:
    """The cuts across the whole width, the widest gaps first."""
    ordered = sorted(lines, key=lambda line: line.top)
    cuts, reach = [], ordered[0].bottom
    for at in range(1, len(ordered)):
        # Detected boxes are slightly grown, so those of consecutive lines may touch.
        space = ordered[at].top - reach + 0.35 * min(ordered[at].height, ordered[at - 1].height)
        if space > 0:
            cuts.append((space, at))
        reach = max(reach, ordered[at].bottom)
    return [(ordered[:at], ordered[at:]) for _, at in sorted(cuts, reverse=True)[:_MAX_CUTS]]


def _rows(lines: list[Line]) -> list[Line]:
    """Row by row, each from left to right."""
    rows: list[list[Line]] = []
    for line in sorted(lines, key=lambda line: line.middle):
        if rows and line.middle - rows[-1][0].middle < 0.5 * min(line.height, rows[-1][0].height):
            rows[-1].append(line)
        else:
            rows.append([line])
    return [line for row in rows for line in sorted(row, key=lambda line: line.left)]
