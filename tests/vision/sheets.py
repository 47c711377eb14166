"""Pages with known words, drawn with the letters that Pillow carries."""

from __future__ import annotations

import io
import random
import re
import struct
import zlib
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


def pdf(pages: Sequence[Sequence[str]], *, font: str = "Helvetica", locked: bool = False) -> bytes:
    """A PDF that carries its text: the lines of each page. A `locked` one asks for a password that nobody knows."""
    parts = ["<< /Type /Catalog /Pages 2 0 R >>", ""]
    parts.append(f"<< /Type /Font /Subtype /Type1 /BaseFont /{font} /Encoding /WinAnsiEncoding >>")
    kids = []
    for lines in pages:
        shown = "".join(f"1 0 0 1 72 {720 - 20 * row} Tm ({line}) Tj\n" for row, line in enumerate(lines))
        stream = f"BT /F1 12 Tf\n{shown}ET"
        parts.append(f"<< /Length {len(stream)} >>\nstream\n{stream}\nendstream")
        kids.append(len(parts) + 1)
        parts.append(
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents {len(parts)} 0 R /Resources << /Font << /F1 3 0 R >> >> >>"
        )
    parts[1] = f"<< /Type /Pages /Count {len(kids)} /Kids [{' '.join(f'{kid} 0 R' for kid in kids)}] >>"
    body, places = b"%PDF-1.4\n", []
    for number, part in enumerate(parts, 1):
        places.append(len(body))
        body += f"{number} 0 obj\n{part}\nendobj\n".encode("latin-1")
    lock = f"/ID [<{'00' * 16}> <{'00' * 16}>] /Encrypt << /Filter /Standard /V 1 /R 2 /P -44 /O <{'11' * 32}> /U <{'22' * 32}> >>"
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    trailer = f"trailer\n<< /Size {len(parts) + 1} /Root 1 0 R {lock if locked else ''} >>\n"
    end = f"xref\n0 {len(parts) + 1}\n0000000000 65535 f \n{table}{trailer}"
    return body + f"{end}startxref\n{len(body)}\n%%EOF\n".encode()


def png_header(width: int, height: int) -> bytes:
    """A PNG whose header says this size, with next to nothing in it."""
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return _png(head, zlib.compress(bytes(1000)))


def bomb(width: int, height: int) -> bytes:
    """A whole PNG of black pixels, packed as tightly as they can be: a little over 1000 to 1."""
    packer = zlib.compressobj(9)
    row = bytes(1 + width * 6)
    data = b"".join([*(packer.compress(row) for _ in range(height)), packer.flush()])
    return _png(struct.pack(">IIBBBBB", width, height, 16, 2, 0, 0, 0), data)


def _png(head: bytes, data: bytes) -> bytes:
    pieces = ((b"IHDR", head), (b"IDAT", data), (b"IEND", b""))
    chunks = (struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data)) for kind, data in pieces)
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


def table(rows: Sequence[Sequence[str]], *, ruled: bool = True) -> Image.Image:
    """A page with a table."""
    made, font = blank(1000, 700), ImageFont.load_default(26)
    draw, across, down = ImageDraw.Draw(made), 260, 64
    for row, cells in enumerate(rows):
        for column, cell in enumerate(cells):
            x, y = 100 + column * across, 120 + row * down
            draw.text((x + 16, y + 16), cell, "black", font=font)
            if ruled:
                draw.rectangle((x, y, x + across, y + down), outline="black", width=2)
    return made
