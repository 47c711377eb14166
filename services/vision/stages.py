"""The steps of reading a page that a worker does; between them the models are asked. Each step finds the page's pixels where the first one
left them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from uat.vision.v1 import document_pb2 as pb

from services.vision.drawing import Drawn
from services.vision.ocr import crops, detect, orientation, page, rulings, words
from services.vision.ocr.crops import Batch
from services.vision.ocr.detect import Plan
from services.vision.ocr.geometry import Pixels, Quads, Turn, lengths
from services.vision.ocr.words import Said

FIRST_EDGE = 960
"""The longer edge of what the detector sees first."""
_SMALLEST_EDGE = 64
_SMALL = 13.5
"""Lines that are lower than this in what the detector saw are looked for again, larger; boxes are grown, so letters are half of it."""
_WANTED = 22.0
_MOST_EDGE = 4096
_COVERED = 0.85


@dataclass(frozen=True, slots=True)
class Look:
    """What the detector is to see."""

    turn: Turn
    plan: Plan
    tiles: Pixels


@dataclass(frozen=True, slots=True)
class Found:
    """What the detector's answer means: the lines, or another look that has to be taken first."""

    quads: Quads
    again: Look | None = None
    samples: Pixels | None = None
    """Lines that tell whether the page stands on its head."""
    sampled: tuple[int, ...] = ()
    batches: tuple[Batch, ...] = ()
    """All lines for the recogniser, as the page is turned now."""


def look(drawn: Drawn, turn: Turn, edge: int = FIRST_EDGE) -> Look:
    """What the detector is to see of a page that is turned so."""
    pixels = turn.pixels(drawn.pixels())
    cut = detect.plan(pixels.shape[1], pixels.shape[0], edge=edge, smallest=_SMALLEST_EDGE)
    return Look(turn, cut, detect.tiles(pixels, cut))


def find(drawn: Drawn, seen: Look, answers: Sequence[Pixels], turnable: bool, last: bool) -> Found:
    """The lines of a page. Unless it is the `last` look, another one is wanted where the page lies on a side or its letters are small."""
    turn, cut = seen.turn, seen.plan
    quads, _ = detect.lines(detect.stitched(answers, cut), cut)
    if not last:
        if turnable and not turn.quarters and len(quads) and orientation.on_side(quads):
            edge = max(cut.width, cut.height)
            return Found(quads, look(drawn, Turn(turn.held, turn.quarters + 1), edge))
        if (closer := _closer(quads, cut)) is not None:
            return Found(quads, look(drawn, turn, closer))
    if not len(quads):
        return Found(quads)
    quads = orientation.readable(quads)
    pixels = turn.pixels(drawn.pixels())
    sampled = tuple(orientation.samples(quads)) if turnable else ()
    samples = crops.samples(pixels, quads, sampled) if sampled else None
    return Found(quads, None, samples, sampled, tuple(crops.batches(pixels, quads, range(len(quads)))))


def _closer(quads: Quads, cut: Plan) -> int | None:
    """The longer edge that shows letters large enough; None when they are, or when there is nothing more to see."""
    if cut.scale >= 1.0:
        return None
    longer = max(cut.width, cut.height)
    most = min(_MOST_EDGE, round(longer / cut.scale))
    if not len(quads):
        return min(most, 2 * longer) if longer < FIRST_EDGE * 1.5 else None
    height = float(np.percentile(lengths(quads)[1] * cut.scale, 30))
    return min(most, round(longer * min(3.0, _WANTED / max(height, 1.0)))) if height < _SMALL else None


def half_turn(drawn: Drawn, turn: Turn, quads: Quads, wanted: Sequence[int] | None = None) -> tuple[Turn, Quads, tuple[Batch, ...]]:
    """The page turned by a half: the turn, its lines, and those that are wanted (all of them by default) for the recogniser."""
    turned = Turn(turn.held, turn.quarters + 2)
    pixels = turned.pixels(drawn.pixels())
    size = np.array([pixels.shape[1], pixels.shape[0]], np.float32)
    # The corner where a line is read from was its last one before.
    flipped = np.roll(size - quads, 2, axis=1)
    return turned, flipped, tuple(crops.batches(pixels, flipped, range(len(quads)) if wanted is None else wanted))


def compose(
    drawn: Drawn,
    turn: Turn,
    quads: Quads,
    said: Sequence[Said],
    min_confidence: float,
    tables: bool,
    languages: Sequence[str],
) -> bytes:
    """The page of these lines, as a message."""
    kept = [(one, quad) for one, quad in zip(said, quads, strict=True) if one.text.strip() and one.confidence >= min_confidence]
    lines = [words.line(one, quad) for one, quad in kept]
    skew = orientation.skew(np.stack([quad for _, quad in kept])) if kept else 0.0
    grids = rulings.grids(turn.pixels(drawn.pixels()), skew) if tables and kept else None
    made = page.compose(page.Sheet(drawn.width, drawn.height, turn), lines, skew, grids, languages)
    return bytes(made.SerializeToString())


def covered(drawn: Drawn, seen: Look, answers: Sequence[Pixels]) -> bool:
    """Whether the text that the PDF carries stands wherever the detector finds some."""
    layer = drawn.layer
    if layer is None:
        return False
    quads, _ = detect.lines(detect.stitched(answers, seen.plan), seen.plan)
    if not len(quads):
        return True
    width, height = layer.turn.size(drawn.width, drawn.height)
    mask = np.zeros((height + 1, width + 1), np.bool_)
    for line in layer.lines:
        mask[_window(line.quad)] = True
    shares = [_share(mask, quad) for quad in quads]
    areas = [float(np.prod(length)) for length in zip(*lengths(quads), strict=True)]
    return float(np.average(shares, weights=areas)) >= _COVERED * 0.7 and min(shares) > 0.2


def _window(quad: NDArray[np.float32]) -> tuple[slice, slice]:
    left, top = np.maximum(np.floor(quad.min(axis=0)).astype(int), 0)
    right, bottom = np.ceil(quad.max(axis=0)).astype(int)
    return slice(top, bottom + 1), slice(left, right + 1)


def _share(mask: NDArray[np.bool_], quad: NDArray[np.float32]) -> float:
    window = mask[_window(quad)]
    return float(window.mean()) if window.size else 0.0


def compose_layer(drawn: Drawn, tables: bool, languages: Sequence[str]) -> bytes:
    """The page of the text that the PDF carries for it, as a message."""
    layer = drawn.layer
    if layer is None:
        raise ValueError("the page carries no text")
    grids = rulings.grids(layer.turn.pixels(drawn.pixels()), 0.0) if tables and drawn.path.exists() else [] if tables else None
    made = page.compose(page.Sheet(drawn.width, drawn.height, layer.turn), layer.lines, 0.0, grids, languages)
    made.origin = pb.TEXT_ORIGIN_TEXT_LAYER
    return bytes(made.SerializeToString())
