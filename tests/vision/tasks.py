"""Tasks that tests give to workers."""

from __future__ import annotations

import hashlib
import os
import signal
import time
from pathlib import Path

from services.vision.errors import ContentCorrupt


def pid() -> int:
    return os.getpid()


def fail() -> None:
    raise ContentCorrupt.over("broken", 1, 2)


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def die_once(mark: Path) -> str:
    if not mark.exists():
        mark.touch()
        die()
    return "alive"


def spin(begun: Path) -> None:
    """Computes in C code that no Python signal handler can interrupt."""
    begun.write_text(str(len(begun.read_text()) + 1 if begun.exists() else 1))
    hashlib.pbkdf2_hmac("sha256", b"a", b"b", 1_000_000_000)


def wait(seconds: float, begun: Path | None = None) -> float:
    if begun is not None:
        begun.touch()
    time.sleep(seconds)
    return seconds


def allocate(size: int) -> int:
    return len(bytearray(size))
