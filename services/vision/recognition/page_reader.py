"""Reads one page, in a worker process: draw, detect lines, turn upright, recognise, compose.

The worker calls the models in Triton itself, so that a page crosses from the service to a worker once, and its pixels stay there.
"""

from __future__ import annotations

import functools
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from uat.vision.v1 import document_pb2 as pb

from services.kit.triton.blocking import BlockingTriton
from services.vision.content.limits import PixelLimits
from services.vision.recognition.drawing import Drawn, draw
from services.vision.recognition.layout import crops, detect, orientation, page, rulings, words
from services.vision.recognition.layout.detect import Plan
from services.vision.recognition.layout.geometry import Pixels, Quads, Turn, lengths
from services.vision.recognition.layout.words import RecognizedLine
from services.vision.recognition.models import OcrModels
from services.vision.recognition.text_layer import TextLayer

FIRST_EDGE = 960
"""The longer edge of the page in its first detection."""
_MIN_EDGE, _MAX_EDGE = 64, 4096
_SMALL_HEIGHT = 13.5
"""Lines lower than this in a detection call for another one, larger; detected boxes are grown, so letters are half as high."""
_WANTED_HEIGHT = 22.0
_COVERED = 0.85
_MAX_DETECTIONS = 3
_FEW_SAMPLES = 4


@dataclass(frozen=True, slots=True)
class ModelAccess:
    """How a worker reaches the OCR models."""

    triton_url: str
    in_flight: int
    seconds: float | None = None
    """What is left of the caller's deadline."""


@dataclass(frozen=True, slots=True)
class PageRequest:
    """One page to read, with every option resolved."""

    content: Path
    media_type: str
    number: int
    limits: PixelLimits
    options: pb.RecognitionOptions


def read_page(request: PageRequest, access: ModelAccess) -> pb.Page:
    """The page, without its number. Raises what `draw` and `OcrModels` raise."""
    options = request.options
    turnable = not options.skip_orientation
    drawn = draw(request.content, request.media_type, request.number, options.dots_per_inch, options.text_layer, request.limits)
    if drawn.pixels is None:
        return _from_text_layer(drawn, options)
    ocr = OcrModels(_triton(access.triton_url), access.in_flight, access.seconds)

    turn = Turn(drawn.orientation)
    upright = turn.pixels(drawn.pixels)
    plan, quads = _detected(ocr, upright, FIRST_EDGE)
    if drawn.layer is not None and _covers(drawn.layer, drawn, quads):
        return _from_text_layer(drawn, options)
    for _ in range(_MAX_DETECTIONS - 1):
        if turnable and not turn.quarters and len(quads) and orientation.on_side(quads):
            turn = Turn(turn.exif, turn.quarters + 1)
            upright = turn.pixels(drawn.pixels)
            plan, quads = _detected(ocr, upright, max(plan.width, plan.height))
        elif (edge := _closer(quads, plan)) is not None:
            plan, quads = _detected(ocr, upright, edge)
        else:
            break

    recognized: dict[int, RecognizedLine] = {}
    if len(quads):
        quads = orientation.readable(quads)
        if turnable and _is_upside_down(ocr, upright, quads):
            turn, quads = Turn(turn.exif, turn.quarters + 2), _half_turned(upright, quads)
            upright = turn.pixels(drawn.pixels)
        recognized = ocr.recognize(crops.batches(upright, quads, range(len(quads))))
    return _composed(drawn, turn, upright, quads, [recognized[index] for index in range(len(quads))], options)


@functools.lru_cache(maxsize=1)
def _triton(url: str) -> BlockingTriton:
    """The process's connection to Triton, kept for its next page."""
    return BlockingTriton(url)


def _detected(ocr: OcrModels, upright: Pixels, edge: int) -> tuple[Plan, Quads]:
    """The lines of a page whose longer edge is scaled to `edge` pixels for detection."""
    plan = detect.plan_for(upright.shape[1], upright.shape[0], edge=edge, smallest=_MIN_EDGE)
    quads, _ = detect.lines(detect.stitched(ocr.detect(detect.tiles(upright, plan)), plan), plan)
    return plan, quads


def _closer(quads: Quads, plan: Plan) -> int | None:
    """The longer edge that shows letters large enough; None when they are, or when there is nothing more to see."""
    if plan.scale >= 1.0:
        return None
    longer = max(plan.width, plan.height)
    most = min(_MAX_EDGE, round(longer / plan.scale))
    if not len(quads):
        return min(most, 2 * longer) if longer < FIRST_EDGE * 1.5 else None
    height = float(np.percentile(lengths(quads)[1] * plan.scale, 30))
    return min(most, round(longer * min(3.0, _WANTED_HEIGHT / max(height, 1.0)))) if height < _SMALL_HEIGHT else None


def _is_upside_down(ocr: OcrModels, upright: Pixels, quads: Quads) -> bool:
    """Whether the page stands upside down; where the orientation model is not sure, a few lines are recognised both ways."""
    sampled = orientation.samples(quads)
    if not sampled:
        return False
    verdict = orientation.upside_down(ocr.upside_down(crops.samples(upright, quads, sampled)))
    if verdict is not None and not (verdict and len(sampled) < _FEW_SAMPLES):
        return verdict
    some = sampled[:_FEW_SAMPLES]
    turned = Turn(quarters=2).pixels(upright)
    ways = [
        ocr.recognize(crops.batches(pixels, lines, some)) for pixels, lines in ((upright, quads), (turned, _half_turned(upright, quads)))
    ]
    confidences = [sum(way[i].confidence * len(way[i].text) for i in some) / max(1, sum(len(way[i].text) for i in some)) for way in ways]
    return confidences[1] > confidences[0] + 0.05


def _half_turned(pixels: Pixels, quads: Quads) -> Quads:
    """Where lines are after the page is turned by a half. The corner where a line begins was its last one before."""
    size = np.array([pixels.shape[1], pixels.shape[0]], np.float32)
    return np.roll(size - quads, 2, axis=1)


def _composed(
    drawn: Drawn, turn: Turn, upright: Pixels, quads: Quads, recognized: Sequence[RecognizedLine], options: pb.RecognitionOptions
) -> pb.Page:
    pairs = zip(recognized, quads, strict=True)
    kept = [(line, quad) for line, quad in pairs if line.text.strip() and line.confidence >= options.min_confidence]
    skew = orientation.skew(np.stack([quad for _, quad in kept])) if kept else 0.0
    grids = rulings.grids(upright, skew) if kept and not options.skip_tables else None
    sheet = page.Sheet(drawn.width, drawn.height, turn)
    return page.compose(sheet, [words.line(line, quad) for line, quad in kept], skew, grids, options.languages)


def _from_text_layer(drawn: Drawn, options: pb.RecognitionOptions) -> pb.Page:
    layer = drawn.layer
    assert layer is not None
    grids = None
    if not options.skip_tables:
        grids = [] if drawn.pixels is None else rulings.grids(layer.turn.pixels(drawn.pixels), 0.0)
    sheet = page.Sheet(drawn.width, drawn.height, layer.turn)
    made = page.compose(sheet, layer.lines, 0.0, grids, options.languages)
    made.origin = pb.TEXT_ORIGIN_TEXT_LAYER
    return made


def _covers(layer: TextLayer, drawn: Drawn, quads: Quads) -> bool:
    """Whether the text layer has text wherever text was detected."""
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
