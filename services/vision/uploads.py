"""Uploads: files that come in pieces. Every limit strikes as soon as enough has come to tell."""

from __future__ import annotations

import asyncio
import hashlib
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Protocol, Self

import structlog
from uat.vision.v1 import source_pb2
from uat.vision.v1 import vision_service_pb2 as pb

from services.kit.context import Caller
from services.kit.ids import NewId
from services.kit.tasks import end, keep
from services.vision.content import Facts, inspect
from services.vision.errors import ContentTooLarge, UploadInvalid, UploadMismatch, UploadNotFound, UploadQuotaExceeded
from services.vision.headers import kinds
from services.vision.headers.read import PixelLimits, glance
from services.vision.spool import Spool
from services.vision.store import UploadStore

_PIECE = 1024 * 1024
_LONGEST_GLANCE = 256 * 1024
"""Where the header doesn't say the size within so many bytes, the limits on it are held against the whole."""
_DEFAULT_RETENTION = timedelta(hours=1)
_log = structlog.get_logger("uat.vision.uploads")


class Workers(Protocol):
    """Processes for what would hold the event loop up."""

    async def run(self, function: Callable[..., Any], *arguments: Any) -> Any:
        """What the function returns; raises what it raises."""


class Take(Protocol):
    """Takes room for bytes that come."""

    def __call__(self, size: int, *, only_ask: bool = False) -> None:
        """Raises UploadQuotaExceeded where there is none."""


class Uploads:
    """The uploads of all users. An async context manager: while it is entered, those past their time are cleared away."""

    def __init__(
        self,
        store: UploadStore,
        spool: Spool,
        workers: Workers,
        limits: PixelLimits,
        new_id: NewId,
        *,
        max_bytes: int,
        max_held: int,
        sweep_seconds: float = 10.0,
    ) -> None:
        self._store = store
        self._spool = spool
        self._workers = workers
        self._limits = limits
        self._new_id = new_id
        self._max_bytes = max_bytes
        self._max_held = max_held
        self._sweep_seconds = sweep_seconds
        self._coming: Counter[tuple[str, str]] = Counter()
        """Bytes that have come here and are not stored yet, by user."""
        self._sweeping: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        self._sweeping = asyncio.create_task(
            keep(self._sweep, self._sweep_seconds, "uploads past their time wait to be deleted", at_once=True)
        )
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        await end(self._sweeping)

    async def receive(self, caller: Caller, parts: AsyncIterator[pb.UploadImageRequest]) -> source_pb2.Upload:
        """Takes an upload. Raises UploadInvalid, UploadMismatch, UploadQuotaExceeded, ContentTooLarge or what is wrong with the content."""
        header = await _header(parts)
        if header.size_bytes > self._max_bytes:
            raise self._too_large(header.size_bytes)
        room = self._max_held - await self._store.held(caller)
        retention = header.retention.ToTimedelta() if header.HasField("retention") else _DEFAULT_RETENTION
        async with self._spool.place() as place:
            with self._counted(caller, room) as take:
                if header.size_bytes:
                    take(header.size_bytes, only_ask=True)
                _compare(header, *await self._write(parts, header, place, take))
                facts: Facts = await self._workers.run(inspect, place, self._limits)
                stored = await self._store.add(caller, self._new_id("upl"), facts, retention, _pieces(place), self._max_held)
        if stored is None:
            raise self._quota_exceeded()
        return stored

    async def content(self, caller: Caller, upload_id: str) -> bytes:
        """What one of the caller's uploads holds. Raises UploadNotFound."""
        found = await self._store.content(caller, upload_id)
        if found is None:
            raise UploadNotFound.of(upload_id)
        return found

    async def delete(self, caller: Caller, upload_id: str) -> None:
        """Deletes one of the caller's uploads; one that is gone is fine."""
        await self._store.delete(caller, upload_id)

    async def _write(
        self, parts: AsyncIterator[pb.UploadImageRequest], header: pb.UploadHeader, place: Path, take: Take
    ) -> tuple[int, str]:
        """Writes what comes to a file. Returns its length and SHA-256."""
        start, look_at, size, digest = bytearray(), kinds.ENOUGH, 0, hashlib.sha256()
        with place.open("wb") as file:
            async for part in parts:
                if part.WhichOneof("part") != "chunk":
                    raise UploadInvalid("after the header every message is a chunk")
                size += len(part.chunk)
                if size > self._max_bytes:
                    raise self._too_large(size)
                if header.size_bytes and size > header.size_bytes:
                    raise UploadMismatch(f"more came than the {header.size_bytes} bytes that the header says")
                take(len(part.chunk))
                if look_at:
                    start += part.chunk
                    if len(start) >= look_at:  # each time twice as much, so that many small chunks cost no more than few large ones
                        look_at = 0 if self._tells(bytes(start)) else 2 * len(start)
                await asyncio.to_thread(_append, file, digest, part.chunk)
        return size, digest.hexdigest()

    def _tells(self, start: bytes) -> bool:
        """Whether the start of some content has told all that it can. Raises what it already says is wrong."""
        seen = glance(start)
        self._limits.check(seen.frames)
        return bool(seen.frames) or seen.media_type in (kinds.PDF, kinds.TIFF) or len(start) >= _LONGEST_GLANCE

    @contextmanager
    def _counted(self, caller: Caller, room: int) -> Iterator[Take]:
        """Counts the bytes of one upload together with the user's others that come at the same time."""
        who, own = (caller.tenant_id, caller.user_id), 0

        def take(size: int, *, only_ask: bool = False) -> None:
            nonlocal own
            if self._coming[who] + size > room:
                raise self._quota_exceeded()
            if not only_ask:
                self._coming[who] += size
                own += size

        try:
            yield take
        finally:
            self._coming[who] -= own
            if not self._coming[who]:
                del self._coming[who]

    def _too_large(self, size: int) -> ContentTooLarge:
        return ContentTooLarge.over(f"{size} bytes are more than an upload may have", self._max_bytes, size)

    def _quota_exceeded(self) -> UploadQuotaExceeded:
        said = f"your uploads may hold {self._max_held} bytes together; delete one, or wait until one is past its time"
        return UploadQuotaExceeded(said, quota=("uploads", f"at most {self._max_held} bytes"))

    async def _sweep(self) -> None:
        while await self._store.expire():
            pass


async def _header(parts: AsyncIterator[pb.UploadImageRequest]) -> pb.UploadHeader:
    async for part in parts:
        if part.HasField("header"):
            return part.header
        break
    raise UploadInvalid("the first message must be the header")


def _compare(header: pb.UploadHeader, size: int, sha256: str) -> None:
    if header.size_bytes and header.size_bytes != size:
        raise UploadMismatch(f"{size} bytes came, and the header says {header.size_bytes}")
    if header.sha256 and header.sha256 != sha256:
        raise UploadMismatch(f"the SHA-256 of what came is {sha256}, and the header says {header.sha256}")
    if not size:
        raise UploadInvalid("no chunk came after the header")


def _append(file: IO[bytes], digest: Any, chunk: bytes) -> None:
    digest.update(chunk)
    file.write(chunk)


def _pieces(place: Path) -> Iterator[bytes]:
    with place.open("rb") as file:
        while piece := file.read(_PIECE):
            yield piece
