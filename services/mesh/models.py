"""Has the models built that Triton serves: in Triton's own environment, one process, its lines shown as they come."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from services.mesh.errors import MeshError, UnknownName
from services.mesh.parts.triton_wheel import Wheel
from services.models import cache

FOLDER = ".models"


class BuildFailed(MeshError):
    """A model can't be built."""


def names(wanted: Iterable[str] = ()) -> list[str]:
    """The models of these names, or without any those that belong to every mesh. Raises UnknownName."""
    known = cache.sources()
    for name in (found := list(wanted)):
        if name not in known:
            raise UnknownName(f"There is no model {name!r}. There are: {', '.join(known)}.")
    return found or [name for name, source in known.items() if not source.on_demand]


def ensure(root: Path, wheel: Wheel, say: Callable[[str], None], wanted: Sequence[str] = (), *, force: bool = False) -> None:
    """Builds those of the wanted models that are missing, stale or damaged, or with `force` all of them. Raises BuildFailed, UnknownName.

    A model that can't be built doesn't keep the others from being built.
    """
    found, folder = names(wanted), root / FOLDER
    with cache.alone(folder):
        missing = found if force else cache.stale(folder, wheel.packages, found)
        if missing:
            _build(root, wheel, (str(folder), *missing), say)


def _build(root: Path, wheel: Wheel, arguments: Sequence[str], say: Callable[[str], None]) -> None:
    home = root / FOLDER
    log = home / "build.log"
    with log.open("w") as errors:
        process = subprocess.Popen(
            [str(wheel.python), "-m", "services.models.build", *arguments],
            cwd=root,
            env={**wheel.environment(home), "PYTHONPATH": str(root)},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
        )
        with process:
            try:
                assert process.stdout is not None
                for line in process.stdout:
                    say(line.rstrip("\n"))
            except BaseException:
                process.kill()
                raise
    if process.returncode != 0:
        raise BuildFailed(f"Not every model could be built, see {log}.")
