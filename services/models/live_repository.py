"""The model repository of one Triton: hard links to the built models, and the versions that were registered at run time."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from services.models import manifest


def link(cache: Path, live: Path, over: Path | None = None) -> dict[str, manifest.Model]:
    """Updates a live repository from the cache, and returns the built models in it.

    Models of the second cache, `over`, replace those of the same names. Versions of an earlier state of the caches are removed; registered
    versions stay. The manifest is written beside the repository. Where hard links aren't possible, files are copied.
    """
    models, overrides, before = manifest.read(cache), manifest.read(over) if over else {}, manifest.read(live.parent)
    built = {**models, **overrides}
    live.mkdir(parents=True, exist_ok=True)
    for name in before:
        for number, version in before[name].versions.items():
            now = built[name].versions.get(number) if name in built else None
            if now is None or now.sha256 != version.sha256:
                shutil.rmtree(live / name / str(number), ignore_errors=True)
    for name, model in built.items():
        source, target = (over if over and name in overrides else cache) / "repository" / name, live / name
        target.mkdir(exist_ok=True)
        (target / "config.pbtxt").unlink(missing_ok=True)
        _link(source / "config.pbtxt", target / "config.pbtxt")
        for number in model.versions:
            _tree(source / str(number), target / str(number))
    manifest.write(live.parent, built)
    return built


def _tree(source: Path, target: Path) -> None:
    """Replaces all links, so that a file that was damaged in place is repaired."""
    for path in source.rglob("*"):
        if path.is_file() and "__pycache__" not in path.parts:
            link = target / path.relative_to(source)
            link.parent.mkdir(parents=True, exist_ok=True)
            link.unlink(missing_ok=True)
            _link(path, link)


def _link(source: Path, target: Path) -> None:
    try:
        os.link(source, target)
    except OSError:  # another file system
        shutil.copyfile(source, target)
