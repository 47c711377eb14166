"""Builds the models that Triton serves, in one process of Triton's own environment, and prints its progress."""

from __future__ import annotations

import subprocess
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path

from services.mesh.errors import MeshError, UnknownName
from services.mesh.parts.triton_wheel import Wheel
from services.models import cache
from services.models.build import CAN_NOT

FOLDER = ".models"
Say = Callable[[str], None]


class Target(StrEnum):
    """The runtime that models are built for. Each has its own cache of the same layout, TensorRT's inside the other."""

    ONNX = "onnx"
    TENSORRT = "tensorrt"

    def cache(self, root: Path) -> Path:
        """The cache."""
        return root / FOLDER / self.value if self is Target.TENSORRT else root / FOLDER


class BuildFailed(MeshError):
    """A model could not be built."""


def names(wanted: Iterable[str] = ()) -> list[str]:
    """The models of these names, or without any those that belong to every mesh. Raises UnknownName."""
    known = cache.sources()
    for name in (found := list(wanted)):
        if name not in known:
            raise UnknownName(f"There is no model {name!r}. There are: {', '.join(known)}.")
    return found or [name for name, source in known.items() if not source.on_demand]


def ensure(
    root: Path,
    wheel: Wheel,
    say: Say,
    wanted: Sequence[str] = (),
    *,
    force: bool = False,
    environ: Mapping[str, str] | None = None,
    locked: Callable[[], None] = lambda: None,
) -> list[str]:
    """Builds those of the wanted models that are missing, stale or damaged, or with `force` all of them; returns which those were.

    A model that can't be built doesn't keep the others from being built. Variables `UAT_…` of `environ` are given to the builds; `locked`
    is called when nobody else can build any more. Raises BuildFailed, UnknownName.
    """
    found, folder = names(wanted), Target.ONNX.cache(root)
    with cache.exclusive(folder):
        locked()
        missing = found if force else cache.stale(folder, wheel.packages, found)
        if missing:
            _build(root, wheel, (str(folder), *missing), say, environ or {})
        return missing


def build_engines(root: Path, wheel: Wheel, say: Say, wanted: Sequence[str], *, int8: bool, environ: Mapping[str, str]) -> list[str]:
    """Builds TensorRT engines of the wanted models, or of all that have any; returns which.

    Always anew: an engine belongs to the very GPU and TensorRT that it was built with. Raises BuildFailed, with one sentence where this
    machine can't build any, and UnknownName.
    """
    able = [name for name, source in cache.sources().items() if source.engine]
    found, folder = names(wanted) if wanted else able, Target.TENSORRT.cache(root)
    if unable := [name for name in found if name not in able]:
        raise BuildFailed(f"{', '.join(unable)} can't be built for TensorRT. These can: {', '.join(able)}.")
    with cache.exclusive(folder):
        _build(root, wheel, (str(folder), *found, "--engines", *(("--int8",) if int8 else ())), say, environ)
    return found


@contextmanager
def built_beside(root: Path, wheel: Wheel, say: Say, environ: Mapping[str, str]) -> Iterator[list[str]]:
    """Builds what every mesh has, beside what happens inside the context; what couldn't be done is said in one line.

    The lock of the cache is taken before the context begins, so whoever waits for the lock waits for the models. Gives the list that holds,
    at the end, the names of those that were built.
    """
    built: list[str] = []
    began = threading.Event()

    def work() -> None:
        try:
            built.extend(ensure(root, wheel, say, environ=environ, locked=began.set))
        except (MeshError, OSError) as error:
            say(f"warning: {error} The mesh starts all the same.")
        finally:
            began.set()

    worker = threading.Thread(target=work, name="models")
    worker.start()
    began.wait()
    try:
        yield built
    finally:
        worker.join()


def _build(root: Path, wheel: Wheel, arguments: Sequence[str], say: Say, environ: Mapping[str, str]) -> None:
    home = root / FOLDER
    log = home / "build.log"
    last = ""
    with log.open("w") as errors:
        process = subprocess.Popen(
            [str(wheel.python), "-m", "services.models.build", *arguments],
            cwd=root,
            env={
                **{name: value for name, value in environ.items() if name.startswith("UAT_")},
                **wheel.environment(home),
                "PYTHONPATH": str(root),
            },
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
        )
        with process:
            try:
                assert process.stdout is not None
                for line in process.stdout:
                    last = line.rstrip("\n")
                    if not last.startswith(CAN_NOT):
                        say(last)
            except BaseException:
                process.kill()
                raise
    if last.startswith(CAN_NOT):
        raise BuildFailed(last.removeprefix(CAN_NOT))
    if process.returncode != 0:
        raise BuildFailed(f"Not every model could be built, see {log}.")
