"""PDF, in a worker: counted, drawn, and the text that it carries. PDFium knows no threads; a worker does one thing at a time."""

from __future__ import annotations

import ctypes
import functools
import math
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pypdfium2
import pypdfium2.raw as pdfium
from numpy.typing import NDArray

from services.vision.errors import ContentCorrupt, DocumentEncrypted, TooManyPixels
from services.vision.headers.read import PixelLimits
from services.vision.ocr.geometry import Pixels, Turn
from services.vision.ocr.rulings import strokes
from services.vision.ocr.words import Line, Word

_POINTS = 72.0
_COARSE = 72
"""Dots per inch at which is looked whether text covers what can be seen."""
_FEWEST_DOTS = 36
"""A page is drawn no coarser than this, so as to fit the limits."""
_MOST_GARBAGE = 0.2
_MOST_UNCOVERED = 0.02
_MOST_CHARACTERS = 200_000


class Use(Enum):
    """When the text that a PDF carries is taken."""

    AUTO = "auto"
    ALWAYS = "always"
    NEVER = "never"


@dataclass(frozen=True, slots=True)
class Layer:
    """The text that a PDF carries for a page: lines whose quads are in the drawn page, turned upright."""

    lines: tuple[Line, ...]
    turn: Turn
    covers: bool
    """Whether it is all that can be seen, so that there is no need to look for more."""


@functools.lru_cache(maxsize=1)
def _document(path: Path) -> pypdfium2.PdfDocument:
    """The document, kept open for its next page."""
    try:
        return pypdfium2.PdfDocument(path)
    except pypdfium2.PdfiumError as error:
        if getattr(error, "err_code", None) == pdfium.FPDF_ERR_PASSWORD:
            raise DocumentEncrypted("the document can't be opened without a password") from error
        raise ContentCorrupt("the document breaks off or contradicts itself") from error


def page_count(path: Path) -> int:
    """How many pages there are. Raises DocumentEncrypted or ContentCorrupt."""
    count = len(_document(path))
    if not count:
        raise ContentCorrupt("the document has no pages")
    return count


def draw(path: Path, number: int, dots: int, limits: PixelLimits, use: Use) -> tuple[int, int, Layer | None, Pixels | None]:
    """One page: its width and height as it is drawn, the text that it carries where that may be taken, and its pixels unless that text
    already is all.
    """
    try:
        page = _document(path)[number - 1]
    except pypdfium2.PdfiumError as error:
        raise ContentCorrupt(f"page {number} can't be opened") from error
    try:
        scale = _scale(page, dots, limits)
        width, height = (max(1, math.ceil(edge * scale)) for edge in page.get_size())
        layer = None if use is Use.NEVER else _layer(page, (width, height), use)
        if layer is not None and layer.covers:
            return width, height, layer, None
        _check_pictures(page, limits)
        pixels = page.render(scale=scale, rev_byteorder=True, fill_color=(255, 255, 255, 255), prefer_bgrx=False).to_numpy()
        drawn = _rgb(pixels)
        return drawn.shape[1], drawn.shape[0], layer, drawn
    except pypdfium2.PdfiumError as error:
        raise ContentCorrupt(f"page {number} can't be drawn") from error
    finally:
        page.close()


def _rgb(pixels: NDArray[Any]) -> Pixels:
    if pixels.ndim == 2 or pixels.shape[2] == 1:
        return np.repeat(pixels.reshape(*pixels.shape[:2], 1), 3, axis=2)
    return np.ascontiguousarray(pixels[:, :, :3])


def _scale(page: pypdfium2.PdfPage, dots: int, limits: PixelLimits) -> float:
    """Pixels a point: as many as asked for, less where the page would break a limit."""
    width, height = page.get_size()
    if not (width > 0 and height > 0 and math.isfinite(width * height)):
        raise ContentCorrupt("the page has no size")
    most = min(math.sqrt(limits.max_pixels / (width * height)), limits.max_edge / max(width, height)) * 0.999
    if most < _FEWEST_DOTS / _POINTS:
        pixels = round(width * height * (_FEWEST_DOTS / _POINTS) ** 2)
        raise TooManyPixels.over(
            f"the page is {width:.0f} x {height:.0f} points large", limits.max_pixels, max(pixels, limits.max_pixels + 1)
        )
    return float(min(dots / _POINTS, most))


def _check_pictures(page: pypdfium2.PdfPage, limits: PixelLimits) -> None:
    """Pictures inside a page are decoded whole, however small they are drawn. Raises TooManyPixels."""
    for found in page.get_objects(filter=[pdfium.FPDF_PAGEOBJ_IMAGE], max_depth=4):
        facts = pdfium.FPDF_IMAGEOBJ_METADATA()
        if pdfium.FPDFImageObj_GetImageMetadata(found, page, ctypes.byref(facts)):
            limits.check_size(facts.width, facts.height)


def _layer(page: pypdfium2.PdfPage, size: tuple[int, int], use: Use) -> Layer | None:
    text = page.get_textpage()
    try:
        codes, boxes, slants = _characters(text, page, size)
    finally:
        text.close()
    seen = [code for code in codes if code > 32]
    if not seen or (use is Use.AUTO and sum(_garbage(code) for code in seen) > _MOST_GARBAGE * len(seen)):
        return None
    turn = _turn(codes, slants)
    lines = _lines(codes, _turned(boxes, turn, size))
    if not lines:
        return None
    return Layer(tuple(lines), turn, use is Use.ALWAYS or _covers(page, boxes, size))


def _characters(text: Any, page: pypdfium2.PdfPage, size: tuple[int, int]) -> tuple[list[int], NDArray[np.float32], NDArray[np.float32]]:
    """Every character, its box (left, top, right, bottom) in the drawn page, and its slant in radians."""
    count = min(text.count_chars(), _MOST_CHARACTERS)
    codes, slants = [0] * count, np.zeros(count, np.float32)
    corners = np.zeros((count, 2, 2), np.float64)
    box = pdfium.FS_RECTF()
    for i in range(count):
        codes[i] = pdfium.FPDFText_GetUnicode(text, i)
        slants[i] = pdfium.FPDFText_GetCharAngle(text, i)
        if pdfium.FPDFText_GetLooseCharBox(text, i, ctypes.byref(box)):
            corners[i] = (box.left, box.top), (box.right, box.bottom)
    origin, along, up = (_device(page, size, x, y) for x, y in ((0, 0), (1000, 0), (0, 1000)))
    matrix = np.stack([along - origin, up - origin]) / 1000
    placed = corners @ matrix + origin
    return codes, np.concatenate([placed.min(axis=1), placed.max(axis=1)], axis=1).astype(np.float32), slants


def _device(page: pypdfium2.PdfPage, size: tuple[int, int], x: float, y: float) -> NDArray[np.float64]:
    """Where a point of the page is in the drawn one; told in whole pixels, so of a page drawn a hundred times as large."""
    across, down = ctypes.c_int(), ctypes.c_int()
    width, height = size
    pdfium.FPDF_PageToDevice(page, 0, 0, width * 100, height * 100, 0, x, y, ctypes.byref(across), ctypes.byref(down))
    return np.array([across.value / 100, down.value / 100])


def _garbage(code: int) -> bool:
    """Whether a character says nothing: private ones, and those that stand for unknown ones."""
    return 0xE000 <= code < 0xF900 or code >= 0xF0000 or code == 0xFFFD or code < 32


def _turn(codes: list[int], slants: NDArray[np.float32]) -> Turn:
    """The turn that makes most characters stand upright."""
    visible = np.array(codes) > 32
    quarters = np.round(slants[visible] / (math.pi / 2)).astype(int) % 4
    # PDF counts slants to the left; text that is slanted to the left by a quarter is turned to the right by one to be read.
    return Turn(1, int(np.bincount(quarters, minlength=4).argmax())) if len(quarters) else Turn()


def _turned(boxes: NDArray[np.float32], turn: Turn, size: tuple[int, int]) -> NDArray[np.float32]:
    width, height = size
    if turn.quarters == 0:
        return boxes
    left, top, right, bottom = boxes.T
    if turn.quarters == 1:
        return np.stack([height - bottom, left, height - top, right], axis=1)
    if turn.quarters == 2:
        return np.stack([width - right, height - bottom, width - left, height - top], axis=1)
    return np.stack([top, width - right, bottom, width - left], axis=1)


def _lines(codes: list[int], boxes: NDArray[np.float32]) -> list[Line]:
    lines: list[Line] = []
    run: list[int] = []
    for i, code in enumerate(codes):
        if code > 32 and run and _apart(boxes[run[-1]], boxes[i]):
            lines += _line(codes, boxes, run)
            run = []
        if code in (10, 13):
            lines += _line(codes, boxes, run)
            run = []
        elif code > 32 or (run and codes[run[-1]] > 32 and code == 32):
            # Blanks that PDFium put in have no place of their own; they are taken along by their neighbour.
            if code == 32:
                boxes[i] = boxes[run[-1]]
            run.append(i)
    return lines + _line(codes, boxes, run)


def _apart(last: NDArray[np.float32], box: NDArray[np.float32]) -> bool:
    height = max(1.0, float(min(last[3] - last[1], box[3] - box[1])))
    return abs(float(last[1] + last[3] - box[1] - box[3])) > height or not -height < float(box[0] - last[2]) < height


def _line(codes: list[int], boxes: NDArray[np.float32], run: list[int]) -> list[Line]:
    words: list[Word] = []
    group: list[int] = []
    for i in [*run, -1]:
        if i >= 0 and codes[i] > 32:
            group.append(i)
        elif group:
            words.append(Word("".join(map(_character, (codes[k] for k in group))), _quad(boxes[group]), 1.0))
            group = []
    if not words:
        return []
    return [Line(" ".join(word.text for word in words), _quad(boxes[[i for i in run if codes[i] > 32]]), 1.0, tuple(words))]


def _character(code: int) -> str:
    return "-" if code in (0x02, 0xAD) else "�" if code > 0x10FFFF or 0xD800 <= code < 0xE000 else chr(code)


def _quad(boxes: NDArray[np.float32]) -> NDArray[np.float32]:
    (left, top), (right, bottom) = boxes[:, :2].min(axis=0), boxes[:, 2:].max(axis=0)
    return np.array([[left, top], [right, top], [right, bottom], [left, bottom]], np.float32)


def _covers(page: pypdfium2.PdfPage, boxes: NDArray[np.float32], size: tuple[int, int]) -> bool:
    """Whether next to nothing can be seen on the page but this text and rules."""
    width, height = page.get_size()
    scale = min(_COARSE / _POINTS, 2000 / max(width, height))
    drawn = _rgb(page.render(scale=scale, fill_color=(255, 255, 255, 255)).to_numpy())
    grey = cv2.cvtColor(drawn, cv2.COLOR_RGB2GRAY)
    ink = np.asarray(np.abs(grey.astype(np.int16) - int(np.median(grey))) > 48, np.uint8)
    across, down = strokes(ink * 255)
    ink[(across | down) > 0] = 0
    total = int(ink.sum())
    factor = np.array([drawn.shape[1] / size[0], drawn.shape[0] / size[1]] * 2, np.float32)
    for left, top, right, bottom in (boxes * factor).tolist():
        ink[max(0, int(top) - 1) : int(bottom) + 2, max(0, int(left) - 1) : int(right) + 2] = 0
    return int(ink.sum()) <= _MOST_UNCOVERED * max(total, 1) or int(ink.sum()) < 20
