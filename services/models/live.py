"""The live repository of one Triton: the built models by hard links, beside the versions that were registered while it ran."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from services.models import manifest


def link(cache: Path, live: Path, over: Path | None = None) -> dict[str, manifest.Model]:
    """Brings a live repository up to date with the cache and returns what it now holds of it.

    A model that the second cache `over` has is taken from there. What came from an earlier state of the caches and is no longer there goes
    away; a version that somebody else put there stays. The manifest is written beside the repository. Where hard links aren't possible
    files are copied.
    """
    models, instead, before = manifest.read(cache), manifest.read(over) if over else {}, manifest.read(live.parent)
    built = {**models, **instead}
    live.mkdir(parents=True, exist_ok=True)
    for name in before:
        for number, version in before[name].versions.items():
            now = built[name].versions.get(number) if name in built else None
            if now is None or now.sha256 != version.sha256:
                shutil.rmtree(live / name / str(number), ignore_errors=True)
    for name, model in built.items():
        source, target = (over if over and name in instead else cache) / "repository" / name, live / name
        target.mkdir(exist_ok=True)
        (target / "config.pbtxt").unlink(missing_ok=True)
        _link(source / "config.pbtxt", target / "config.pbtxt")
        for number in model.versions:
            _tree(source / str(number), target / str(number))
    manifest.write(live.parent, built)
    return built


def _tree(source: Path, target: Path) -> None:
    """Links all files anew, so that one that was damaged in place doesn't stay."""
    for path in source.rglob("*"):
        if path.is_file() and "__pycache__" not in path.parts:
            there = target / path.relative_to(source)
            there.parent.mkdir(parents=True, exist_ok=True)
            there.unlink(missing_ok=True)
            _link(path, there)


def _link(source: Path, target: Path) -> None:
    try:
        os.link(source, target)
    except OSError:  # another file system
        shutil.copyfile(source, target)
