"""Many small pictures of all kinds, and how much memory those hold who work on them."""

from __future__ import annotations

import asyncio
import contextlib
import random
import re
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable, Sequence

import psutil
from uat.vision.v1 import document_pb2

from tests.vision import sheets

KINDS = (
    ("PNG", "RGB", {}), ("PNG", "L", {}), ("PNG", "P", {}), ("PNG", "RGBA", {}), ("PNG", "1", {}), ("PNG", "LA", {}),
    ("JPEG", "RGB", {}),
    ("JPEG", "CMYK", {}), ("JPEG", "L", {}), ("WEBP", "RGB", {}), ("WEBP", "RGBA", {"lossless": True}),
    ("GIF", "P", {}), ("BMP", "RGB", {}),
    ("TIFF", "RGB", {"compression": "tiff_lzw"}), ("TIFF", "1", {"compression": "group4"}), ("PDF", "RGB", {"resolution": 150}),
)  # fmt: skip


def picture(number: int) -> tuple[bytes, Sequence[str]]:
    """A picture of its own size, kind, colours and letters, and the words on it."""
    rnd = random.Random(number)
    width, height = rnd.randint(260, 800), rnd.randint(120, 700)
    light = rnd.random() < 0.8
    page = sheets.blank(width, height, (rnd.randint(220, 255),) * 3 if light else (rnd.randint(0, 40),) * 3)
    size = rnd.choice((18, 22, 28, 36))
    said = sheets.words(rnd.randint(1, max(1, min(30, width * height // (size * size * 12)))), number)
    sheets.write(page, said, at=(20, 20), width=width - 40, size=size, fill="black" if light else "white")
    if rnd.random() < 0.3:
        page = page.rotate(rnd.choice((90, 180, 270, 2, -3)), expand=True, fillcolor=page.getpixel((0, 0)))
    kind, mode, how = KINDS[number % len(KINDS)]
    return sheets.encoded(page.convert(mode), kind, **how), said


async def read(reader: Callable[[bytes], Awaitable[document_pb2.Document]], numbers: Sequence[int], at_once: int = 3) -> float:
    """Has pictures read, some at a time. Returns the share of their words that was read."""
    left, shares = iter(numbers), []

    async def work() -> None:
        for number in left:
            content, said = await asyncio.to_thread(picture, number)
            document = await reader(content)
            shares.append((sheets.accuracy(document.text, said) * len(said), len(said)))

    await asyncio.gather(*(work() for _ in range(at_once)))
    return sum(share for share, _ in shares) / sum(count for _, count in shares)


def resident(pids: Iterable[int]) -> dict[str, int]:
    """MiB of these processes: of each OCR model's in Triton, of vision's workers together, and of what else there is together."""
    held: Counter[str] = Counter()
    for pid in pids:
        with contextlib.suppress(psutil.NoSuchProcess):
            process = psutil.Process(pid)
            line = " ".join(process.cmdline())
            model = re.search(r"/(ocr_\w+)/1/model\.py", line)
            name = model.group(1) if model else "workers" if "services.vision.workers.process" in line else "others"
            held[name] += process.memory_info().rss
    return {name: size >> 20 for name, size in sorted(held.items())}
