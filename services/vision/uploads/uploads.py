"""Receives uploads, which come in chunks. A limit is enforced as soon as enough has arrived to tell that it is broken."""

from __future__ import annotations

import asyncio
import hashlib
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from datetime import timedelta
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Self

from uat.vision.v1 import source_pb2
from uat.vision.v1 import vision_service_pb2 as pb

from services.kit.context import Caller
from services.kit.ids import NewId
from services.kit.tasks import end, keep
from services.vision.content import media_types
from services.vision.content.header import Facts, glance, inspect
from services.vision.content.limits import PixelLimits
from services.vision.content.scratch import Scratch
from services.vision.errors import ContentTooLarge, UploadInvalid, UploadMismatch, UploadNotFound, UploadQuotaExceeded
from services.vision.uploads.store import UploadStore
from services.vision.workers.pool import WorkerPool

_PIECE_BYTES = 1024 * 1024
_MAX_GLANCE_BYTES = 256 * 1024
"""Where this much does not hold the header, the limits on the size are checked with the whole file."""
_DEFAULT_RETENTION = timedelta(hours=1)


class Uploads:
    """The uploads of all users. An async context manager; while it is entered, expired uploads are deleted."""

    def __init__(
        self,
        store: UploadStore,
        scratch: Scratch,
        workers: WorkerPool,
        limits: PixelLimits,
        new_id: NewId,
        *,
        max_bytes: int,
        max_user_bytes: int,
        sweep_seconds: float = 10.0,
    ) -> None:
        self._store = store
        self._scratch = scratch
        self._workers = workers
        self._limits = limits
        self._new_id = new_id
        self._max_bytes = max_bytes
        self._max_user_bytes = max_user_bytes
        self._sweep_seconds = sweep_seconds
        self._arriving: Counter[tuple[str, str]] = Counter()
        """Bytes that arrived here and are not stored yet, by user."""
        self._sweeping: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        self._sweeping = asyncio.create_task(keep(self._sweep, self._sweep_seconds, "expired uploads could not be deleted", at_once=True))
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        await end(self._sweeping)

    async def receive(self, caller: Caller, parts: AsyncIterator[pb.UploadImageRequest]) -> source_pb2.Upload:
        """Receives and stores an upload. Raises UploadInvalid, UploadMismatch, UploadQuotaExceeded, ContentTooLarge or the content's
        fault.
        """
        header = await _header(parts)
        if header.size_bytes > self._max_bytes:
            raise self._too_large(header.size_bytes)
        retention = header.retention.ToTimedelta() if header.HasField("retention") else _DEFAULT_RETENTION
        arriving = _Arriving(self._arriving, caller, self._max_user_bytes - await self._store.held(caller), self._max_user_bytes)
        async with self._scratch.path() as path:
            try:
                arriving.check(header.size_bytes)
                _compare(header, *await self._write(parts, header, path, arriving))
                facts: Facts = await self._workers.run(inspect, path, self._limits, True)
                stored = await self._store.add(caller, self._new_id("upl"), facts, retention, _pieces(path), self._max_user_bytes)
            finally:
                arriving.end()
        if stored is None:
            raise _quota_exceeded(self._max_user_bytes)
        return stored

    async def content(self, caller: Caller, upload_id: str) -> bytes:
        """The content of one of the caller's uploads. Raises UploadNotFound."""
        found = await self._store.content(caller, upload_id)
        if found is None:
            raise UploadNotFound.of(upload_id)
        return found

    async def delete(self, caller: Caller, upload_id: str) -> None:
        """Deletes one of the caller's uploads; does nothing when there is none with this id."""
        await self._store.delete(caller, upload_id)

    async def _write(
        self, parts: AsyncIterator[pb.UploadImageRequest], header: pb.UploadHeader, path: Path, arriving: _Arriving
    ) -> tuple[int, str]:
        """Writes the chunks to a file. Returns its length and SHA-256."""
        start, next_glance, size, digest = bytearray(), media_types.ENOUGH, 0, hashlib.sha256()
        with path.open("wb") as file:
            async for part in parts:
                if part.WhichOneof("part") != "chunk":
                    raise UploadInvalid("after the header every message is a chunk")
                size += len(part.chunk)
                if size > self._max_bytes:
                    raise self._too_large(size)
                if header.size_bytes and size > header.size_bytes:
                    raise UploadMismatch(f"more than the {header.size_bytes} bytes that the header declares arrived")
                arriving.add(len(part.chunk))
                if next_glance:
                    start += part.chunk
                    if len(start) >= next_glance:
                        # Each glance waits for twice as much, so that many small chunks cost no more than few large ones.
                        complete = len(start) >= _MAX_GLANCE_BYTES or await self._workers.run(glance, bytes(start), self._limits)
                        next_glance = 0 if complete else 2 * len(start)
                await asyncio.to_thread(_append, file, digest, part.chunk)
        return size, digest.hexdigest()

    def _too_large(self, size: int) -> ContentTooLarge:
        return ContentTooLarge.over(f"{size} bytes are more than an upload may have", self._max_bytes, size)

    async def _sweep(self) -> None:
        while await self._store.expire():
            pass


class _Arriving:
    """The bytes of one upload, counted together with the user's other uploads that are arriving here."""

    def __init__(self, counts: Counter[tuple[str, str]], caller: Caller, room: int, limit: int) -> None:
        self._counts = counts
        self._user = caller.tenant_id, caller.user_id
        self._room = room
        self._limit = limit
        self._own = 0

    def check(self, size: int) -> None:
        """Raises UploadQuotaExceeded where there is no room for so many more bytes."""
        if self._counts[self._user] + size > self._room:
            raise _quota_exceeded(self._limit)

    def add(self, size: int) -> None:
        """Counts bytes that arrived. Raises UploadQuotaExceeded."""
        self.check(size)
        self._counts[self._user] += size
        self._own += size

    def end(self) -> None:
        """Stops counting the upload: it is stored, or has failed."""
        self._counts[self._user] -= self._own
        if not self._counts[self._user]:
            del self._counts[self._user]


def _quota_exceeded(limit: int) -> UploadQuotaExceeded:
    description = f"your uploads may hold {limit} bytes together; delete one, or wait until one expires"
    return UploadQuotaExceeded(description, quota=("uploads", f"at most {limit} bytes"))


async def _header(parts: AsyncIterator[pb.UploadImageRequest]) -> pb.UploadHeader:
    async for part in parts:
        if part.HasField("header"):
            return part.header
        break
    raise UploadInvalid("the first message must be the header")


def _compare(header: pb.UploadHeader, size: int, sha256: str) -> None:
    if header.size_bytes and header.size_bytes != size:
        raise UploadMismatch(f"{size} bytes arrived, and the header declares {header.size_bytes}")
    if header.sha256 and header.sha256 != sha256:
        raise UploadMismatch(f"the SHA-256 of the content is {sha256}, and the header declares {header.sha256}")
    if not size:
        raise UploadInvalid("no chunk followed the header")


def _append(file: IO[bytes], digest: Any, chunk: bytes) -> None:
    digest.update(chunk)
    file.write(chunk)


def _pieces(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while piece := file.read(_PIECE_BYTES):
            yield piece
