"""Captions: a sentence or two composed from the other findings."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import cv2
import numpy as np
from uat.vision.v1 import analysis_pb2 as pb

from services.vision.recognition.layout.geometry import Turn

MODEL, VERSION = "findings", "1"
NEEDED = frozenset((pb.ANALYSIS_FEATURE_QUALITY, pb.ANALYSIS_FEATURE_PALETTE, pb.ANALYSIS_FEATURE_BARCODES, pb.ANALYSIS_FEATURE_FACES))
"""The findings that a caption is made of. It also quotes the text, where that was requested."""

_MAX_QUOTED = 160
_NAMED = {
    "black": "000000", "dark grey": "404040", "grey": "808080", "light grey": "c4c4c4", "white": "ffffff", "red": "e01b24",
    "dark red": "7a1218", "orange": "f58220", "brown": "7a4a21", "beige": "d8c3a0", "yellow": "f5d90a", "olive": "77781f",
    "green": "2e9e3f", "dark green": "1d4a25", "light green": "98d98e", "teal": "178a8a", "cyan": "35d0e0", "light blue": "8fbce6",
    "blue": "2253d6", "dark blue": "172a5e", "purple": "7a35b5", "magenta": "d62ad0", "pink": "f2a0b9",
}  # fmt: skip
_NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")


def caption(found: pb.Analysis) -> str:
    """The caption. `found` has the findings in NEEDED, and the document where text was recognized."""
    sentences = [_looks(found)]
    if shown := [*_faces(found), *_codes(found)]:
        sentences.append(f"It shows {_listed(shown)}.")
    if text := _quoted(found.document.text):
        sentences.append(f"Its text reads: {text}.")
    return " ".join(sentences)


def _looks(found: pb.Analysis) -> str:
    width, height = Turn(found.exif_orientation or 1).size(found.width, found.height)
    shape = "square" if width == height else "landscape" if width > height else "portrait"
    kind = f"animation of {found.frame_count} frames" if found.frame_count > 1 else "picture"
    colors = list(dict.fromkeys(_name(c.hex) for c in found.palette if c.share >= 0.08))[:3]
    looks = f"A {shape} {kind}, {width} by {height} pixels"
    if colors:
        looks += f", mostly {_listed(colors)}" if len(colors) > 1 else f", nearly all {colors[0]}"
    qualities = _quality(found.quality) if found.HasField("quality") else []
    return f"{looks}; it is {_listed(qualities)}." if qualities else f"{looks}."


def _quality(quality: pb.ImageQuality) -> list[str]:
    found = []
    if quality.contrast < 0.04:
        return ["almost without contrast"]
    if quality.sharpness < 0.2:
        found.append("blurred")
    elif quality.sharpness >= 0.4:
        found.append("sharp")
    if quality.brightness < 0.2:
        found.append("dark")
    elif quality.brightness > 0.85:
        found.append("bright")
    if quality.noise > 0.4:
        found.append("noisy")
    return found


def _faces(found: pb.Analysis) -> Iterable[str]:
    if found.faces:
        yield f"{_count(len(found.faces))} face{'s' if len(found.faces) > 1 else ''}"


def _codes(found: pb.Analysis) -> Iterable[str]:
    for code in found.barcodes[:3]:
        name = "QR code" if code.format == "qr_code" else f"{code.format.replace('_', ' ')} code"
        says = f" that says {_quoted(code.text)}" if code.text else ""
        yield f"a{'n' if name[0] in 'aei' else ''} {name}{says}"
    if len(found.barcodes) > 3:
        yield f"{_count(len(found.barcodes) - 3)} more codes"


def _quoted(text: str) -> str:
    words = " ".join(text.split())
    return f"“{words[:_MAX_QUOTED]}{'…' if len(words) > _MAX_QUOTED else ''}”" if words else ""


def _count(number: int) -> str:
    return _NUMBERS[number] if number < len(_NUMBERS) else str(number)


def _listed(parts: Sequence[str]) -> str:
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"


def _lab(colors: Iterable[str]) -> np.ndarray[tuple[int, ...], np.dtype[np.float32]]:
    values = [[int(color[i : i + 2], 16) / 255 for i in (0, 2, 4)] for color in colors]
    return np.asarray(cv2.cvtColor(np.array([values], np.float32), cv2.COLOR_RGB2Lab)[0], dtype=np.float32)


_NAMED_LAB = _lab(_NAMED.values())


def _name(color: str) -> str:
    distances = np.square(_NAMED_LAB - _lab([color.removeprefix("#")])).sum(axis=1)
    return list(_NAMED)[int(np.argmin(distances))]
