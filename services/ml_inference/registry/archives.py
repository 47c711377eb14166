"""Copies folders and unpacks archives safely: nothing leads out of the target, and nothing exceeds the budget of bytes and files."""

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
"""An archive may unpack to so many times its own size, and in any case to so many bytes."""
_LONGEST_PATH = 1000


class Budget:
    """The bytes and files that may still be written. Its methods raise SourceRefused when they run out."""

    def __init__(self, most_bytes: int, most_files: int) -> None:
        self._bytes = self._most_bytes = most_bytes
        self._files = self._most_files = most_files

    def take_file(self) -> None:
        """Counts a file."""
        self._files -= 1
        if self._files < 0:
            raise SourceRefused(f"the source has more than {self._most_files} files")

    def take_bytes(self, count: int) -> None:
        """Counts bytes."""
        self._bytes -= count
        if self._bytes < 0:
            raise SourceRefused(f"the source unpacks to more than {self._most_bytes} bytes")

    def check_bytes(self, count: int) -> None:
        """Checks bytes that are decompressed only to be skipped."""
        if count > self._bytes:
            raise SourceRefused(f"the source unpacks to more than {self._most_bytes} bytes")

    def limit_ratio(self, archive_bytes: int) -> None:
        """Limits the budget to what an archive of this size may unpack to."""
        most = archive_bytes * _MOST_RATIO + _FREE
        if most < self._bytes:
            self._bytes = self._most_bytes = most


def open_regular(path: Path) -> IO[bytes]:
    """Opens a regular file. Raises SourceRefused for a link or a device."""
    descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise SourceRefused(f"{path.name} is not a regular file")
    return os.fdopen(descriptor, "rb")


def sha256_of(file: IO[bytes]) -> str:
    """The digest of a file, which is rewound afterwards."""
    digest = hashlib.sha256()
    while chunk := file.read(_CHUNK):
        digest.update(chunk)
    file.seek(0)
    return digest.hexdigest()


def copy_folder(source: Path, target: Path, budget: Budget) -> None:
    """Copies the regular files of a folder. Raises SourceRefused for links and devices in it."""
    target.mkdir(parents=True)
    for root, folders, files, descriptor in os.fwalk(source, follow_symlinks=False):
        here = target / Path(root).relative_to(source)
        folders[:] = [name for name in folders if name != "__pycache__"]
        for name in folders:
            if stat.S_ISLNK(os.stat(name, dir_fd=descriptor, follow_symlinks=False).st_mode):
                raise SourceRefused(f"{name} is a link; a source has only folders and regular files")
            (here / name).mkdir()
        for name in files:
            budget.take_file()
            _copy_file(name, descriptor, here / name, budget)


def unpack(file: IO[bytes], target: Path, budget: Budget) -> None:
    """Unpacks a `.tar.gz` or `.zip`, recognised by its first bytes. Raises SourceRefused."""
    budget.limit_ratio(os.fstat(file.fileno()).st_size)
    head = file.read(4)
    file.seek(0)
    target.mkdir(parents=True)
    with _as_refusals():
        if head.startswith(b"\x1f\x8b"):
            _untar(file, target, budget)
        elif head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
            _unzip(file, target, budget)
        else:
            raise SourceRefused("the source is neither a folder nor a .tar.gz or .zip")


def _copy_file(name: str, folder: int, target: Path, budget: Budget) -> None:
    try:
        descriptor = os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK, dir_fd=folder)
    except OSError as error:
        raise SourceRefused(f"{name} can't be read, or is a link; a source has only folders and regular files") from error
    with os.fdopen(descriptor, "rb") as source:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise SourceRefused(f"{name} is not a regular file")
        _write(source, target, budget)


def _untar(file: IO[bytes], target: Path, budget: Budget) -> None:
    with gzip.GzipFile(fileobj=file) as whole, tarfile.open(fileobj=_Stream(whole, budget), mode="r:") as archive:
        for member in archive:
            if not (member.isreg() or member.isdir()):
                raise SourceRefused(f"{member.name!r} in the archive is a link or a device; an archive has only folders and regular files")
            path = _member_path(target, member.name, budget)
            if member.isdir():
                path.mkdir(parents=True, exist_ok=True)
            elif (content := archive.extractfile(member)) is not None:
                with content:
                    _write(content, path, budget)


def _unzip(file: IO[bytes], target: Path, budget: Budget) -> None:
    with zipfile.ZipFile(file) as archive:
        for member in archive.infolist():
            mode = member.external_attr >> 16
            if mode and not (stat.S_ISREG(mode) or stat.S_ISDIR(mode) or stat.S_IFMT(mode) == 0):
                raise SourceRefused(
                    f"{member.filename!r} in the archive is a link or a device; an archive has only folders and regular files"
                )
            if member.flag_bits & 1:
                raise SourceRefused("the archive is encrypted")
            path = _member_path(target, member.filename, budget)
            if member.is_dir():
                path.mkdir(parents=True, exist_ok=True)
            else:
                with archive.open(member) as content:
                    _write(content, path, budget)


def _member_path(target: Path, name: str, budget: Budget) -> Path:
    budget.take_file()
    member = PurePosixPath(name)
    if member.is_absolute() or ".." in member.parts or "\\" in name or "\0" in name or len(name) > _LONGEST_PATH:
        raise SourceRefused(f"{name[:100]!r} is not a path inside the archive")
    return target / member


def _write(source: IO[bytes], target: Path, budget: Budget) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    with target.open("xb") as fresh:  # fails for a name that is twice in the archive
        while chunk := source.read(_CHUNK):
            budget.take_bytes(len(chunk))
            fresh.write(chunk)


@contextmanager
def _as_refusals() -> Iterator[None]:
    try:
        yield
    except (tarfile.TarError, zipfile.BadZipFile, gzip.BadGzipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as error:
        raise SourceRefused(f"the archive can't be read: {error}") from error
    except (FileExistsError, NotADirectoryError, IsADirectoryError) as error:
        raise SourceRefused(f"a name is twice in the archive: {Path(str(error.filename)).name!r}") from error


class _Stream:
    """A decompressed tar. Long headers are refused, and skipped bytes are bounded."""

    def __init__(self, whole: gzip.GzipFile, budget: Budget) -> None:
        self._whole = whole
        self._budget = budget

    def read(self, size: int = -1) -> bytes:
        """Reads bytes."""
        if not 0 <= size <= max(_LARGEST_HEADER, _CHUNK):
            raise SourceRefused("a header in the archive is too long")
        return self._whole.read(size)

    def seek(self, offset: int, whence: int = 0) -> int:
        """Moves forward, for which gzip decompresses everything in between."""
        if whence == 0 and offset > self._whole.tell():
            self._budget.check_bytes(offset - self._whole.tell())
        return self._whole.seek(offset, whence)

    def tell(self) -> int:
        """The position."""
        return self._whole.tell()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._whole, name)
