"""Pages with known words, drawn with the letters that Pillow carries."""

from __future__ import annotations

import io
import random
import re
from collections import Counter
from collections.abc import Sequence
from typing import Any

from PIL import Image, ImageDraw, ImageFont

_WORDS = """
    about above account across action after again against almost along already amount answer around because become before began
    behind believe below between bridge brought building business cannot carry center certain change children city clear close
    common company complete consider continue country course cover current decide develop difference direction distance doctor
    during early enough evening every example experience family father figure finally follow forest friend garden general government
    great ground happen harvest history house however hundred important include interest island journey kitchen knowledge language
    large letter library little machine market material measure meeting member method middle minute moment money morning mother
    mountain music natural nothing notice number object office often opinion orange order outside paper particular people perhaps
    person picture place pleasure point position possible present problem produce program public purpose question quickly quite
    rather reason record remember report result river school science season second sentence service several simple sister society
    sometimes special station story street strong student subject summer system table teacher theory thought through together toward
    travel understand usually value various village voice walk water weather whether window winter without woman wonder world write
    yellow young Berlin Lisbon Vienna 1905 2026 48 17.5 300 9,450 A4 X200
"""
WORDS = tuple(_WORDS.split())


def words(count: int, seed: int = 7) -> list[str]:
    """So many words, always the same ones."""
    return random.Random(seed).choices(WORDS, k=count)


def blank(width: int = 1240, height: int = 1754, colour: Any = "white") -> Image.Image:
    """A4 at 150 dots per inch."""
    return Image.new("RGB", (width, height), colour)


def write(
    page: Image.Image, said: Sequence[str], at: tuple[int, int] = (100, 100), width: int = 1040, size: int = 28, fill: Any = "black"
) -> int:
    """Writes words into a column, broken into lines. Returns where the next line would be."""
    draw, font = ImageDraw.Draw(page), ImageFont.load_default(size)
    x, y = at
    line: list[str] = []
    for word in said:
        if line and draw.textlength(" ".join([*line, word]), font=font) > width:
            draw.text((x, y), " ".join(line), fill, font=font)
            y, line = y + round(size * 1.5), []
        line.append(word)
    draw.text((x, y), " ".join(line), fill, font=font)
    return y + round(size * 1.5)


def page(count: int = 200, seed: int = 7, **how: Any) -> Image.Image:
    """A page with so many words."""
    made = blank()
    write(made, words(count, seed), **how)
    return made


def encoded(image: Image.Image, kind: str = "PNG", **how: Any) -> bytes:
    """As a file."""
    out = io.BytesIO()
    image.save(out, kind, **how)
    return out.getvalue()


def accuracy(text: str, wanted: Sequence[str]) -> float:
    """The share of the wanted words that are in the text, each as often as it is wanted."""
    found = Counter(re.split(r"\s+", text))
    return sum((found & Counter(wanted)).values()) / len(wanted)
