"""Scratch files: content as files that the workers can open. A file lasts as long as the request or job that made it."""

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


class Scratch:
    """This process's scratch folder. An async context manager: entering deletes the folders of dead processes, leaving deletes its own."""

    def __init__(self, parent: Path | None = None) -> None:
        self._parent = parent or Path(tempfile.gettempdir())
        self._names = itertools.count()
        self._folder = Path()
        self._lock = -1

    async def __aenter__(self) -> Self:
        await asyncio.to_thread(self._open)
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        await asyncio.to_thread(shutil.rmtree, self._folder, ignore_errors=True)
        os.close(self._lock)

    def _open(self) -> None:
        for folder in self._parent.glob(_PREFIX + "*"):
            with contextlib.suppress(OSError):
                lock = os.open(folder / _LOCK, os.O_RDWR)
                try:
                    fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)  # a living process holds the lock of its folder
                    shutil.rmtree(folder, ignore_errors=True)
                finally:
                    os.close(lock)
        self._folder = Path(tempfile.mkdtemp(prefix=_PREFIX, dir=self._parent))
        self._lock = os.open(self._folder / _LOCK, os.O_RDWR | os.O_CREAT, 0o600)
        fcntl.flock(self._lock, fcntl.LOCK_EX)

    @asynccontextmanager
    async def path(self) -> AsyncIterator[Path]:
        """A path where no file is yet. A file that is there after the block is deleted."""
        path = self._folder / str(next(self._names))
        try:
            yield path
        finally:
            path.unlink(missing_ok=True)

    @asynccontextmanager
    async def holding(self, content: bytes) -> AsyncIterator[Path]:
        """A file with this content."""
        async with self.path() as path:
            await asyncio.to_thread(path.write_bytes, content)
            yield path
