"""Builds models into the cache; run in Triton's environment as `python -m services.models.build CACHE NAME… [--engines [--int8]]`.

A model is built in a temporary folder and moved into the cache when it is complete, and then the manifest is written, so models of a killed
build are built again. Prints one line of progress for each model.
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
from collections.abc import Mapping, Sequence
from pathlib import Path

from services.models import cache, engines, manifest

CAN_NOT = "can not: "
"""Prefix of the one line that is printed when this machine can't build the requested models; the reason follows."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Builds the named models and returns the exit status. The caller holds the lock of the cache."""
    parser = argparse.ArgumentParser(prog="services.models.build")
    parser.add_argument("cache", type=Path)
    parser.add_argument("names", nargs="+")
    parser.add_argument("--engines", action="store_true", help="build for TensorRT")
    parser.add_argument("--int8", action="store_true", help="with --engines, a version in int8 as well")
    options = parser.parse_args(arguments)
    if options.engines and (reason := engines.missing()):
        print(CAN_NOT + reason, flush=True)
        return 1
    models = cache.sources()
    failed = False
    for name in options.names:
        began = time.monotonic()
        print(f"building {name}{' for TensorRT' if options.engines else ''}", flush=True)
        try:
            built = (
                build_engines(options.cache, models[name], int8=options.int8)
                if options.engines
                else {name: build(options.cache, models[name])}
            )
        except Exception as error:  # the other models are still built
            failed = True
            traceback.print_exc()
            print(f"failed {name}: {error}", flush=True)
            continue
        for made, model in built.items():
            print(f"built {made}: {_summary(model, time.monotonic() - began)}", flush=True)
    return 1 if failed else 0


def build(root: Path, source: cache.Source) -> manifest.Model:
    """Builds one model into the cache."""
    inputs = cache.inputs_of(source, Path(sysconfig.get_path("purelib")))
    fresh = _fresh(root, source.name)
    module = importlib.import_module(f"services.models.{source.name}.build")
    made: dict[int, manifest.Version] = module.build(fresh)
    for number in made:
        (fresh / str(number)).mkdir(exist_ok=True)
        shutil.copyfile(source.folder / "model.py", fresh / str(number) / "model.py")
    config = (source.folder / "config.pbtxt").read_text(encoding="utf-8")
    (fresh / "config.pbtxt").write_text(config + version_policy(source.default_versions), encoding="utf-8")
    return _put(root, fresh, made, source, source.default_versions, inputs)


def build_engines(root: Path, source: cache.Source, *, int8: bool) -> dict[str, manifest.Model]:
    """Builds the TensorRT engines of one model, and the model of the same name that calls them, into the cache."""
    inputs = cache.inputs_of(source, Path(sysconfig.get_path("purelib")))
    fresh = _fresh(root, source.name)
    module = importlib.import_module(f"services.models.{source.name}.engine")
    made: dict[str, dict[int, manifest.Version]] = module.build(fresh, int8=int8)
    built = {}
    for name, versions in made.items():
        with (fresh / name / "config.pbtxt").open("a", encoding="utf-8") as config:
            config.write(version_policy(tuple(versions)))
        built[name] = _put(root, fresh / name, versions, source, tuple(versions), inputs)
    shutil.rmtree(fresh)
    return built


def version_policy(default_versions: tuple[int, ...]) -> str:
    """The end of config.pbtxt: the versions that are loaded by default."""
    policy = f"specific {{ versions: [{', '.join(map(str, default_versions))}] }}" if default_versions else "latest { num_versions: 1 }"
    return f"\nversion_policy {{ {policy} }}\n"


def _fresh(root: Path, name: str) -> Path:
    folder = root / "fresh" / name
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder


def _put(
    root: Path, fresh: Path, made: Mapping[int, manifest.Version], source: cache.Source, default_versions: tuple[int, ...], inputs: str
) -> manifest.Model:
    built = manifest.Model(
        task=source.task,
        description=source.description,
        default_versions=default_versions,
        inputs=inputs,
        config=manifest.file_digest(fresh / "config.pbtxt"),
        versions={number: _built(fresh / str(number), version) for number, version in made.items()},
    )
    _replace(root / "repository" / fresh.name, fresh)
    manifest.write(root, {**manifest.read(root), fresh.name: built})
    return built


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


def _summary(model: manifest.Model, seconds: float) -> str:
    size = sum(version.size_bytes for version in model.versions.values()) / 2**20
    scores = "".join(
        f"; {number}: " + ", ".join(f"{name} {value:g}" for name, value in version.scores.items())
        for number, version in model.versions.items()
        if version.scores
    )
    return f"{len(model.versions)} version(s), {size:.0f} MiB, {seconds:.1f} s{scores}"


if __name__ == "__main__":
    sys.exit(main())
