"""PDF documents in a worker: opened, counted and drawn with PDFium, which knows no threads; a worker runs one task at a time."""

from __future__ import annotations

import ctypes
import functools
import math
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pypdfium2
import pypdfium2.raw as pdfium
from numpy.typing import NDArray

from services.vision.content.limits import PixelLimits
from services.vision.errors import ContentCorrupt, DocumentEncrypted, TooManyPixels

POINTS_PER_INCH = 72.0
_MIN_DOTS = 36
"""A page that would break the limits is drawn more coarsely, but no coarser than this."""


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
    """The number of pages. Raises DocumentEncrypted or ContentCorrupt."""
    count = len(_document(path))
    if not count:
        raise ContentCorrupt("the document has no pages")
    return count


@contextmanager
def page(path: Path, number: int) -> Iterator[pypdfium2.PdfPage]:
    """An open page, counted from 1. Raises ContentCorrupt, also for what PDFium raises inside the block."""
    try:
        opened = _document(path)[number - 1]
    except pypdfium2.PdfiumError as error:
        raise ContentCorrupt(f"page {number} can't be opened") from error
    try:
        yield opened
    except pypdfium2.PdfiumError as error:
        raise ContentCorrupt(f"page {number} can't be drawn") from error
    finally:
        opened.close()


def scale(opened: pypdfium2.PdfPage, dots: int, limits: PixelLimits) -> float:
    """Pixels per point at which a page is drawn: `dots` per inch, fewer where the page would break a limit. Raises TooManyPixels."""
    width, height = opened.get_size()
    if not (width > 0 and height > 0 and math.isfinite(width * height)):
        raise ContentCorrupt("the page has no size")
    most = min(math.sqrt(limits.max_pixels / (width * height)), limits.max_edge / max(width, height)) * 0.999
    if most < _MIN_DOTS / POINTS_PER_INCH:
        pixels = round(width * height * (_MIN_DOTS / POINTS_PER_INCH) ** 2)
        raise TooManyPixels.over(
            f"the page is {width:.0f} x {height:.0f} points large", limits.max_pixels, max(pixels, limits.max_pixels + 1)
        )
    return float(min(dots / POINTS_PER_INCH, most))


def check_pictures(opened: pypdfium2.PdfPage, limits: PixelLimits) -> None:
    """Raises TooManyPixels for a picture inside the page: PDFium decodes it whole, however small it is drawn."""
    for found in opened.get_objects(filter=[pdfium.FPDF_PAGEOBJ_IMAGE], max_depth=4):
        facts = pdfium.FPDF_IMAGEOBJ_METADATA()
        if pdfium.FPDFImageObj_GetImageMetadata(found, opened, ctypes.byref(facts)):
            limits.check_size(facts.width, facts.height)


def render(opened: pypdfium2.PdfPage, pixels_per_point: float, **options: Any) -> NDArray[np.uint8]:
    """The page's pixels on white, shape (height, width, 3)."""
    pixels = opened.render(scale=pixels_per_point, fill_color=(255, 255, 255, 255), **options).to_numpy()
    if pixels.ndim == 2 or pixels.shape[2] == 1:
        return np.repeat(pixels.reshape(*pixels.shape[:2], 1), 3, axis=2)
    return np.ascontiguousarray(pixels[:, :, :3])
