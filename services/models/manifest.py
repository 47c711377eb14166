"""The manifest of built models: `.models/manifest.json`, and a copy beside each live repository."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

NAME = "manifest.json"


@dataclass(frozen=True)
class Version:
    """What a model's `build` returns of one version."""

    precision: str
    platform: str = "python"
    scores: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Built:
    """One version on disk. `sha256` is the digest of its folder."""

    sha256: str
    precision: str
    platform: str
    size_bytes: int
    scores: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Model:
    """One model. `inputs` is the digest of everything that it was built from, `config` that of its config.pbtxt."""

    task: str
    description: str
    default_versions: tuple[int, ...]
    inputs: str
    config: str
    versions: Mapping[int, Built]


def read(folder: Path) -> dict[str, Model]:
    """The manifest in a folder, by model; empty when it is missing or malformed, which causes a rebuild of all models."""
    try:
        data: dict[str, dict[str, Any]] = json.loads((folder / NAME).read_text(encoding="utf-8"))
        return {name: _model(entry) for name, entry in data.items()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return {}


def write(folder: Path, models: Mapping[str, Model]) -> None:
    """Replaces the manifest atomically."""
    fresh = folder / f".{NAME}.{os.getpid()}"
    fresh.write_text(json.dumps({name: asdict(models[name]) for name in sorted(models)}, indent=1) + "\n", encoding="utf-8")
    fresh.replace(folder / NAME)


def digest(folder: Path) -> tuple[str, int]:
    """The SHA-256 over the names and contents of all files below a folder, and their size. Python's bytecode is left out."""
    whole, size = hashlib.sha256(), 0
    for path in sorted(file for file in folder.rglob("*") if file.is_file() and "__pycache__" not in file.parts):
        whole.update(path.relative_to(folder).as_posix().encode() + b"\0")
        whole.update(bytes.fromhex(file_digest(path)))
        size += path.stat().st_size
    return whole.hexdigest(), size


def file_digest(path: Path) -> str:
    """The SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _model(entry: dict[str, Any]) -> Model:
    versions = {int(number): Built(**version) for number, version in entry["versions"].items()}
    return Model(**{**entry, "default_versions": tuple(entry["default_versions"]), "versions": versions})
