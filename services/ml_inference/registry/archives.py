"""Folders and archives from outside, taken in without following any path out of them and without growing past what is allowed."""

from __future__ import annotations

import gzip
import hashlib
import os
import stat
import tarfile
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import IO, Any

from services.ml_inference.errors import SourceRefused

_CHUNK = 1024 * 1024
_LARGEST_HEADER = 1024 * 1024
_MOST_RATIO, _FREE = 100, 64 * 1024 * 1024
"""An archive may unpack to so many times its own size, and to this much in any case."""
_LONGEST_PATH = 1000


class Room:
    """What may still be written: bytes and files."""

    def __init__(self, most_bytes: int, most_files: int) -> None:
        self._bytes = self._most_bytes = most_bytes
        self._files = self._most_files = most_files

    def file(self) -> None:
        """Takes the place of one file."""
        self._files -= 1
        if self._files < 0:
            raise SourceRefused(f"the source has more than {self._most_files} files")

    def take(self, count: int) -> None:
        """Takes room for bytes."""
        self._bytes -= count
        if self._bytes < 0:
            raise SourceRefused(f"the source unpacks to more than {self._most_bytes} bytes")

    def skip(self, count: int) -> None:
        """Refuses to unpack more than there is room for only to throw it away."""
        if count > self._bytes:
            raise SourceRefused(f"the source unpacks to more than {self._most_bytes} bytes")

    def bounded(self, archive_bytes: int) -> None:
        """Allows no more than an honest archive of this size unpacks to."""
        most = archive_bytes * _MOST_RATIO + _FREE
        if most < self._bytes:
            self._bytes = self._most_bytes = most


def open_plain(path: Path) -> IO[bytes]:
    """Opens a plain file; a link or a device is refused."""
    descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise SourceRefused(f"{path.name} is no plain file")
    return os.fdopen(descriptor, "rb")


def sha256_of(file: IO[bytes]) -> str:
    """The digest of a whole file, which is at its beginning again afterwards."""
    digest = hashlib.sha256()
    while chunk := file.read(_CHUNK):
        digest.update(chunk)
    file.seek(0)
    return digest.hexdigest()


def copy_folder(source: Path, target: Path, room: Room) -> None:
    """Copies a folder's plain files. Raises SourceRefused for a link or anything else in it."""
    target.mkdir(parents=True)
    for root, folders, files, descriptor in os.fwalk(source, follow_symlinks=False):
        here = target / Path(root).relative_to(source)
        folders[:] = [name for name in folders if name != "__pycache__"]
        for name in folders:
            if stat.S_ISLNK(os.stat(name, dir_fd=descriptor, follow_symlinks=False).st_mode):
                raise SourceRefused(f"{name} is a link; a source holds folders and plain files")
            (here / name).mkdir()
        for name in files:
            room.file()
            _copy_file(name, descriptor, here / name, room)


def unpack(file: IO[bytes], target: Path, room: Room) -> None:
    """Unpacks a `.tar.gz` or `.zip`, told apart by how it begins. Raises SourceRefused."""
    room.bounded(os.fstat(file.fileno()).st_size)
    head = file.read(4)
    file.seek(0)
    target.mkdir(parents=True)
    with _honest():
        if head.startswith(b"\x1f\x8b"):
            _untar(file, target, room)
        elif head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
            _unzip(file, target, room)
        else:
            raise SourceRefused("the source is neither a folder nor a .tar.gz or .zip")


def _copy_file(name: str, folder: int, target: Path, room: Room) -> None:
    try:
        descriptor = os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK, dir_fd=folder)
    except OSError as error:
        raise SourceRefused(f"{name} can't be read, or is a link; a source holds folders and plain files") from error
    with os.fdopen(descriptor, "rb") as source:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise SourceRefused(f"{name} is no plain file")
        _pour(source, target, room)


def _untar(file: IO[bytes], target: Path, room: Room) -> None:
    with gzip.GzipFile(fileobj=file) as whole, tarfile.open(fileobj=_Stream(whole, room), mode="r:") as archive:
        for member in archive:
            if not (member.isreg() or member.isdir()):
                raise SourceRefused(f"{member.name!r} in the archive is a link or a device; an archive holds folders and plain files")
            place = _place(target, member.name, room)
            if member.isdir():
                place.mkdir(parents=True, exist_ok=True)
            elif (content := archive.extractfile(member)) is not None:
                with content:
                    _pour(content, place, room)


def _unzip(file: IO[bytes], target: Path, room: Room) -> None:
    with zipfile.ZipFile(file) as archive:
        for member in archive.infolist():
            mode = member.external_attr >> 16
            if mode and not (stat.S_ISREG(mode) or stat.S_ISDIR(mode) or stat.S_IFMT(mode) == 0):
                raise SourceRefused(f"{member.filename!r} in the archive is a link or a device; an archive holds folders and plain files")
            if member.flag_bits & 1:
                raise SourceRefused("the archive is encrypted")
            place = _place(target, member.filename, room)
            if member.is_dir():
                place.mkdir(parents=True, exist_ok=True)
            else:
                with archive.open(member) as content:
                    _pour(content, place, room)


def _place(target: Path, name: str, room: Room) -> Path:
    room.file()
    path = PurePosixPath(name)
    if path.is_absolute() or ".." in path.parts or "\\" in name or "\0" in name or len(name) > _LONGEST_PATH:
        raise SourceRefused(f"{name[:100]!r} in the archive is no path inside it")
    return target / path


def _pour(source: IO[bytes], target: Path, room: Room) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    with target.open("xb") as fresh:  # an archive that holds a name twice is broken
        while chunk := source.read(_CHUNK):
            room.take(len(chunk))
            fresh.write(chunk)


@contextmanager
def _honest() -> Iterator[None]:
    try:
        yield
    except (tarfile.TarError, zipfile.BadZipFile, gzip.BadGzipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as error:
        raise SourceRefused(f"the archive can't be read: {error}") from error
    except (FileExistsError, NotADirectoryError, IsADirectoryError) as error:
        raise SourceRefused(f"the archive holds a name twice: {Path(str(error.filename)).name!r}") from error


class _Stream:
    """A tar as it comes out of gzip. A header that says it is very long is not believed."""

    def __init__(self, whole: gzip.GzipFile, room: Room) -> None:
        self._whole = whole
        self._room = room

    def read(self, size: int = -1) -> bytes:
        """Reads a piece."""
        if not 0 <= size <= max(_LARGEST_HEADER, _CHUNK):
            raise SourceRefused("a header in the archive is too long")
        return self._whole.read(size)

    def seek(self, offset: int, whence: int = 0) -> int:
        """Goes on to a place; gzip has to unpack all that lies before it."""
        if whence == 0 and offset > self._whole.tell():
            self._room.skip(offset - self._whole.tell())
        return self._whole.seek(offset, whence)

    def tell(self) -> int:
        """Where it is."""
        return self._whole.tell()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._whole, name)
