"""Barcodes and QR codes, read with zxing-cpp at any angle and contrast."""

from __future__ import annotations

import re
from dataclasses import dataclass

import cv2
import numpy as np
import zxingcpp

from services.vision.content.picture import Picture, Pixels, fitted

_LONGEST_EDGE = 4096
"""Larger pictures are scaled down; printed codes stay readable."""
_SMALL_EDGE = 1200
"""Smaller pictures are also tried at twice their size: a module of one or two pixels is too small to be read."""
_MAX_CODES = 64
_NAMES = {
    "PDF417": "pdf_417",
    "QRCodeModel1": "qr_code",
    "QRCodeModel2": "qr_code",
    "RMQRCode": "rmqr_code",
    "MicroPDF417": "micro_pdf_417",
}
_TEXTS = frozenset((zxingcpp.ContentType.Text, zxingcpp.ContentType.GS1, zxingcpp.ContentType.ISO15434))


@dataclass(frozen=True, slots=True)
class Code:
    """A code. Its corners go clockwise from its own top left one."""

    format: str
    text: str
    data: bytes
    corners: tuple[tuple[float, float], ...]


def codes(picture: Picture) -> list[Code]:
    """All codes, in pixels of the picture as stored."""
    grey = fitted(picture.grey, _LONGEST_EDGE)
    found = _read(grey, picture.grey.shape[1] / grey.shape[1])
    if not found and max(grey.shape) < _SMALL_EDGE:
        twice = np.asarray(cv2.resize(grey, None, fx=2, fy=2, interpolation=cv2.INTER_CUBIC), dtype=np.uint8)
        found = _read(twice, 0.5)
    return found[:_MAX_CODES]


def _read(grey: Pixels, scale: float) -> list[Code]:
    return [_code(barcode, scale) for barcode in zxingcpp.read_barcodes(grey, text_mode=zxingcpp.TextMode.Plain)]


def _code(barcode: zxingcpp.Barcode, scale: float) -> Code:
    at = barcode.position
    corners = tuple((p.x * scale, p.y * scale) for p in (at.top_left, at.top_right, at.bottom_right, at.bottom_left))
    text = barcode.text if barcode.content_type in _TEXTS else ""
    return Code(_name(barcode.format.name), text, bytes(barcode.bytes), corners)


def _name(name: str) -> str:
    """`EAN13` is `ean_13`, `QRCode` is `qr_code`."""
    if name in _NAMES:
        return _NAMES[name]
    words: list[str] = re.findall(r"[A-Z]+(?=[A-Z][a-z]|\d|$)|[A-Z][a-z]+|[A-Z]+|\d+", re.sub(r"^UPC", "Upc", name))
    return "_".join(words).lower()
