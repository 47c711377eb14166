"""One supervisor for each mesh: the kernel frees its lock when it dies, however it dies."""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class Lock:
    """A lock on a file, held for as long as this process lives."""

    def __init__(self, path: Path, descriptor: int) -> None:
        """Use `acquire`."""
        self._path = path
        self._descriptor = descriptor

    @classmethod
    def acquire(cls, path: Path, patience_s: float = 1.0) -> Lock | None:
        """Takes the lock, or returns None when another process holds it for longer than the patience."""
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        give_up = time.monotonic() + patience_s
        while True:
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                if time.monotonic() > give_up:
                    os.close(descriptor)
                    return None
                time.sleep(0.02)
            else:
                return cls(path, descriptor)

    def is_in_place(self) -> bool:
        """Whether the locked file is still the one at the path: not when the folder was removed or made anew."""
        try:
            there = self._path.stat()
        except OSError:
            return False
        mine = os.fstat(self._descriptor)
        return (there.st_dev, there.st_ino) == (mine.st_dev, mine.st_ino)

    def release(self) -> None:
        """Gives the lock back."""
        os.close(self._descriptor)


def is_held(path: Path) -> bool:
    """Whether another process holds the lock at this moment."""
    try:
        descriptor = os.open(path, os.O_RDONLY)
    except FileNotFoundError:
        return False
    try:
        # Shared, so that two who ask don't see each other; the supervisor's patience covers the moment that this takes.
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(descriptor)
    return False


@contextmanager
def alone(path: Path) -> Iterator[None]:
    """Waits for its turn, then holds the lock for the block."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)
