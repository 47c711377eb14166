"""The text layer of a PDF page: the characters that the document carries, as lines and words with their positions. Runs in a worker."""

from __future__ import annotations

import ctypes
import math
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
import pypdfium2
import pypdfium2.raw as pdfium
from numpy.typing import NDArray
from uat.vision.v1 import document_pb2 as pb

from services.vision.content import pdf
from services.vision.recognition.layout.geometry import Turn
from services.vision.recognition.layout.rulings import strokes
from services.vision.recognition.layout.words import Line, Word

_COARSE = 72
"""Dots per inch of the drawing that shows whether text covers all that can be seen."""
_MAX_GARBAGE = 0.2
_MAX_UNCOVERED = 0.02
_MAX_CHARACTERS = 200_000


@dataclass(frozen=True, slots=True)
class TextLayer:
    """The text that a PDF carries for a page: lines whose quads are in the drawn page after `turn`."""

    lines: tuple[Line, ...]
    turn: Turn
    covers: bool
    """Whether the text is all that can be seen, so that the page need not be drawn."""


def text_layer(page: pypdfium2.PdfPage, size: tuple[int, int], use: pb.TextLayerUse) -> TextLayer | None:
    """The text layer of a page that is drawn at this size; None where there is none that may be used."""
    text = page.get_textpage()
    try:
        codes, boxes, slants = _characters(text, page, size)
    finally:
        text.close()
    seen = [code for code in codes if code > 32]
    if not seen or (use != pb.TEXT_LAYER_USE_ALWAYS and sum(_garbage(code) for code in seen) > _MAX_GARBAGE * len(seen)):
        return None
    turn = _turn(codes, slants)
    lines = _lines(codes, _turned(boxes, turn, size))
    if not lines:
        return None
    return TextLayer(tuple(lines), turn, use == pb.TEXT_LAYER_USE_ALWAYS or _covers(page, boxes, size))


def _characters(text: Any, page: pypdfium2.PdfPage, size: tuple[int, int]) -> tuple[list[int], NDArray[np.float32], NDArray[np.float32]]:
    """All characters, their boxes (left, top, right, bottom) in the drawn page, and their slants in radians."""
    count = min(text.count_chars(), _MAX_CHARACTERS)
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
    """The position of a PDF point in the drawn page. PDFium answers in whole pixels, so the page is drawn a hundred times as large here."""
    across, down = ctypes.c_int(), ctypes.c_int()
    width, height = size
    pdfium.FPDF_PageToDevice(page, 0, 0, width * 100, height * 100, 0, x, y, ctypes.byref(across), ctypes.byref(down))
    return np.array([across.value / 100, down.value / 100])


def _garbage(code: int) -> bool:
    """Whether a character means nothing: private use, control and replacement characters."""
    return 0xE000 <= code < 0xF900 or code >= 0xF0000 or code == 0xFFFD or code < 32


def _turn(codes: list[int], slants: NDArray[np.float32]) -> Turn:
    """The turn that makes most characters stand upright."""
    visible = np.array(codes) > 32
    quarters = np.round(slants[visible] / (math.pi / 2)).astype(int) % 4
    # PDF counts slants anticlockwise: text at 90 degrees reads upright after one quarter turn clockwise.
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
            # Blanks that PDFium inserted have no box; they take the one of the character before.
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
    """Whether hardly anything but this text and ruled lines can be seen on the page."""
    width, height = page.get_size()
    drawn = pdf.render(page, min(_COARSE / pdf.POINTS_PER_INCH, 2000 / max(width, height)))
    grey = cv2.cvtColor(drawn, cv2.COLOR_RGB2GRAY)
    ink = np.asarray(np.abs(grey.astype(np.int16) - int(np.median(grey))) > 48, np.uint8)
    across, down = strokes(ink * 255)
    ink[(across | down) > 0] = 0
    total = int(ink.sum())
    factor = np.array([drawn.shape[1] / size[0], drawn.shape[0] / size[1]] * 2, np.float32)
    for left, top, right, bottom in (boxes * factor).tolist():
        ink[max(0, int(top) - 1) : int(bottom) + 2, max(0, int(left) - 1) : int(right) + 2] = 0
    return int(ink.sum()) <= _MAX_UNCOVERED * max(total, 1) or int(ink.sum()) < 20
