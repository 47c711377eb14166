"""A sheet of pictures with their captions beneath, to be looked at. Needs Pillow, so it runs in the main environment."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

ACROSS = 8
_PICTURE, _TEXT, _MARGIN = 160, 58, 10
_GREEN, _RED, _INK, _PAPER = (30, 140, 60), (205, 40, 40), (30, 30, 30), (255, 255, 255)
_LETTERS, _LINES = 27, 4


def contact_sheet(images: Sequence[NDArray[np.uint8]], captions: Sequence[str], matches: Sequence[bool], path: Path) -> None:
    """Writes a PNG with each picture, framed green where it matches its caption and red where it doesn't, and the caption below it."""
    across = min(ACROSS, max(1, len(images)))
    down = -(-len(images) // across)
    wide, high = _PICTURE + _MARGIN, _PICTURE + _TEXT + _MARGIN
    sheet = Image.new("RGB", (across * wide + _MARGIN, down * high + _MARGIN), _PAPER)
    draw = ImageDraw.Draw(sheet)
    font = ImageFont.load_default(11)
    for number, (image, caption, match) in enumerate(zip(images, captions, matches, strict=True)):
        left, top = _MARGIN + number % across * wide, _MARGIN + number // across * high
        sheet.paste(Image.fromarray(image).resize((_PICTURE, _PICTURE), Image.Resampling.NEAREST), (left, top))
        color = _GREEN if match else _RED
        draw.rectangle((left - 3, top - 3, left + _PICTURE + 2, top + _PICTURE + 2), outline=color, width=3)
        lines = textwrap.wrap(("match: " if match else "no match: ") + caption, _LETTERS, max_lines=_LINES, placeholder="…")
        draw.multiline_text((left, top + _PICTURE + 5), "\n".join(lines), fill=_INK if match else _RED, font=font, spacing=2)
    sheet.save(path, "PNG")
