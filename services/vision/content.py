"""What some content is, and whether it keeps every limit that can be told without decoding it. Runs in a worker."""

from __future__ import annotations

import hashlib
import mmap
from dataclasses import dataclass
from pathlib import Path

from services.vision import pdf
from services.vision.drawing import decoding
from services.vision.headers import kinds
from services.vision.headers.read import PixelLimits, read


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of content that keeps the limits."""

    media_type: str
    sha256: str
    size_bytes: int
    page_count: int
    width: int
    """Of a picture, in pixels; 0 for documents."""
    height: int

    @property
    def is_document(self) -> bool:
        """Whether it is no picture."""
        return self.media_type == kinds.PDF


def inspect(path: Path, limits: PixelLimits) -> Facts:
    """The facts. Raises the fault for what it is not, and for the first limit that it breaks."""
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as mapped, memoryview(mapped) as data:
        header = read(data)
        limits.check(header.frames)
        digest = hashlib.sha256(data).hexdigest()
        size = len(data)
    if header.media_type == kinds.PDF:
        with decoding():
            return Facts(header.media_type, digest, size, pdf.page_count(path), 0, 0)
    first = header.frames[0]
    return Facts(header.media_type, digest, size, header.page_count, first.width, first.height)
