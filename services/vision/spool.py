"""Files that live as long as a request: content for the workers, and pages between their steps."""

from __future__ import annotations

import asyncio
import contextlib
import fcntl
import itertools
import os
import shutil
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from types import TracebackType
from typing import Self

_PREFIX = "uat-vision-"
_LOCK = "lock"


class Spool:
    """A folder of this process. An async context manager; leaving it deletes the folder, and entering it those of processes that died."""

    def __init__(self, parent: Path | None = None) -> None:
        self._parent = parent or Path(tempfile.gettempdir())
        self._names = itertools.count()
        self._folder = Path()
        self._lock = -1

    async def __aenter__(self) -> Self:
        await asyncio.to_thread(self._begin)
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        await asyncio.to_thread(shutil.rmtree, self._folder, ignore_errors=True)
        os.close(self._lock)

    def _begin(self) -> None:
        for left in self._parent.glob(_PREFIX + "*"):
            with contextlib.suppress(OSError):
                lock = os.open(left / _LOCK, os.O_RDWR)
                try:
                    fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    shutil.rmtree(left, ignore_errors=True)
                finally:
                    os.close(lock)
        self._folder = Path(tempfile.mkdtemp(prefix=_PREFIX, dir=self._parent))
        self._lock = os.open(self._folder / _LOCK, os.O_RDWR | os.O_CREAT, 0o600)
        fcntl.flock(self._lock, fcntl.LOCK_EX)

    @asynccontextmanager
    async def place(self) -> AsyncIterator[Path]:
        """A path where nothing is yet. What lies there after the block is deleted."""
        path = self._folder / str(next(self._names))
        try:
            yield path
        finally:
            with contextlib.suppress(FileNotFoundError):
                path.unlink()

    @asynccontextmanager
    async def holding(self, content: bytes) -> AsyncIterator[Path]:
        """A file with this content."""
        async with self.place() as path:
            await asyncio.to_thread(path.write_bytes, content)
            yield path
