"""The cache of built models: which models exist, and which must be built. Uses only the standard library, to run in any environment."""

from __future__ import annotations

import fcntl
import hashlib
import math
import time
import tomllib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from services.models import manifest

SOURCES = Path(__file__).parent


@dataclass(frozen=True)
class Source:
    """A model's folder and the metadata of its `model.toml`."""

    name: str
    folder: Path
    task: str
    description: str
    default_versions: tuple[int, ...]
    wheels: tuple[str, ...]
    shared: tuple[str, ...]
    on_demand: bool

    @property
    def engine(self) -> bool:
        """Whether it can be built for TensorRT."""
        return (self.folder / "engine.py").is_file()


def sources() -> dict[str, Source]:
    """Every model that can be built, by name."""
    return {file.parent.name: _source(file.parent) for file in sorted(SOURCES.glob("*/model.toml"))}


def inputs_of(source: Source, packages: Path) -> str:
    """The digest of everything that a model is built from: its folder, the files that it shares with other models, and the versions of its
    wheels in the folder of Triton's packages.
    """
    whole = hashlib.sha256(manifest.digest(source.folder)[0].encode())
    for name in source.shared:
        whole.update(manifest.file_digest(SOURCES / name).encode())
    for wheel in source.wheels:
        found = sorted(path.name for path in packages.glob(f"{wheel.replace('-', '_')}-*.dist-info"))
        whole.update(f"{wheel} {found}".encode())
    return whole.hexdigest()


def stale(cache: Path, packages: Path, names: Iterable[str]) -> list[str]:
    """Those of the named models that are missing in the cache, were built from other inputs, or are damaged."""
    known, models = manifest.read(cache), sources()
    return [name for name in names if not _intact(cache / "repository" / name, known.get(name), inputs_of(models[name], packages))]


@contextmanager
def exclusive(cache: Path, limit_s: float = math.inf) -> Iterator[bool]:
    """Locks the cache against other builds for the block. Yields False if another process still holds the lock after `limit_s`."""
    cache.mkdir(parents=True, exist_ok=True)
    give_up = time.monotonic() + limit_s
    with (cache / "lock").open("w") as file:
        while not (mine := _locked(file.fileno())) and time.monotonic() < give_up:
            time.sleep(0.05)
        yield mine


def _locked(file: int) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _intact(folder: Path, built: manifest.Model | None, inputs: str) -> bool:
    if built is None or built.inputs != inputs or not (folder / "config.pbtxt").is_file():
        return False
    if manifest.file_digest(folder / "config.pbtxt") != built.config:
        return False
    return all(manifest.digest(folder / str(number))[0] == version.sha256 for number, version in built.versions.items())


def _source(folder: Path) -> Source:
    data = tomllib.loads((folder / "model.toml").read_text(encoding="utf-8"))
    return Source(
        name=folder.name,
        folder=folder,
        task=data["task"],
        description=data["description"],
        default_versions=tuple(data["default_versions"]),
        wheels=tuple(data["wheels"]),
        shared=tuple(data.get("shared", ())),
        on_demand=data.get("on_demand", False),
    )
