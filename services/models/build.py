"""Builds models into the cache; run in Triton's environment as `python -m services.models.build CACHE NAME…`.

A model is built beside its place and moved there when whole, and the manifest is written after that, so what a killed build leaves is
noticed and built again. One line of progress for each model, on standard output.
"""

from __future__ import annotations

import argparse
import importlib
import os
import shutil
import sys
import sysconfig
import time
import traceback
from pathlib import Path

from services.models import cache, manifest


def main() -> None:
    """Builds the named models. Whoever calls has made sure that nobody else builds in this cache."""
    parser = argparse.ArgumentParser(prog="services.models.build")
    parser.add_argument("cache", type=Path)
    parser.add_argument("names", nargs="+")
    given = parser.parse_args()
    models = cache.sources()
    failed = False
    for name in given.names:
        begun = time.monotonic()
        print(f"building {name}", flush=True)
        try:
            built = build(given.cache, models[name])
        except Exception as error:  # of whatever kind: the others are built all the same
            failed = True
            traceback.print_exc()
            print(f"failed {name}: {error}", flush=True)
            continue
        size = sum(version.size_bytes for version in built.versions.values()) / 2**20
        scores = "".join(f"; {n}: " + ", ".join(f"{k} {v:g}" for k, v in b.scores.items()) for n, b in built.versions.items() if b.scores)
        print(f"built {name}: {len(built.versions)} version(s), {size:.0f} MiB, {time.monotonic() - begun:.1f} s{scores}", flush=True)
    sys.exit(1 if failed else 0)


def build(root: Path, source: cache.Source) -> manifest.Model:
    """Builds one model and puts it in its place in the cache."""
    inputs = cache.inputs_of(source, Path(sysconfig.get_path("purelib")))
    fresh, place = root / "fresh" / source.name, root / "repository" / source.name
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir(parents=True)
    module = importlib.import_module(f"services.models.{source.name}.build")
    made: dict[int, manifest.Version] = module.build(fresh)
    for number in made:
        (fresh / str(number)).mkdir(exist_ok=True)
        shutil.copyfile(source.folder / "model.py", fresh / str(number) / "model.py")
    config = (source.folder / "config.pbtxt").read_text(encoding="utf-8")
    (fresh / "config.pbtxt").write_text(config + version_policy(source.default_versions), encoding="utf-8")
    built = manifest.Model(
        task=source.task,
        description=source.description,
        default_versions=source.default_versions,
        inputs=inputs,
        config=manifest.file_digest(fresh / "config.pbtxt"),
        versions={number: _built(fresh / str(number), version) for number, version in made.items()},
    )
    _replace(place, fresh)
    manifest.write(root, {**manifest.read(root), source.name: built})
    return built


def version_policy(default_versions: tuple[int, ...]) -> str:
    """The end of config.pbtxt: which versions become ready when the model is loaded without saying which."""
    policy = f"specific {{ versions: [{', '.join(map(str, default_versions))}] }}" if default_versions else "latest { num_versions: 1 }"
    return f"\nversion_policy {{ {policy} }}\n"


def _built(folder: Path, version: manifest.Version) -> manifest.Built:
    sha256, size = manifest.digest(folder)
    return manifest.Built(sha256, version.precision, version.platform, size, version.scores)


def _replace(place: Path, fresh: Path) -> None:
    place.parent.mkdir(parents=True, exist_ok=True)
    old = place.with_name(f".{place.name}.{os.getpid()}")
    if place.exists():
        place.rename(old)
    fresh.rename(place)
    shutil.rmtree(old, ignore_errors=True)


if __name__ == "__main__":
    main()
