"""Triton in a cluster: `python -m services.codegen.deploy.triton build | run`, in an image of its own (Dockerfile.triton).

It is the Triton of the local mesh, with the same models in the same folders. `build` fills the image's cache while the image is made; `run`
brings the live repository up to date, which ml_inference shares, and becomes the server. In an image made from NVIDIA's own, which has the
TensorRT backend, engines that were built by `uat models build --target tensorrt` are served instead of the models of the same name.
"""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from pathlib import Path

from services.mesh.parts.part import bare_environment
from services.mesh.parts.triton import Install, Triton
from services.mesh.parts.triton_wheel import Wheel
from services.models import build as building
from services.models import cache

EXIT = "UAT_TRITON_EXIT_SECONDS"
MODELS = "UAT_TRITON_MODELS"
LIVE = "UAT_TRITON_LIVE"
ENGINES = "UAT_TRITON_ENGINES"
DEFAULTS = {MODELS: "/models", LIVE: "/live", ENGINES: "/engines"}
NAME = "triton"
CLIENTS = ("fast_llm", "ml_inference", "vision")
MANAGER = "ml_inference"
"""The client that loads and unloads models, and writes new ones into the repository."""
PORT, HTTP_PORT, METRICS_PORT = 8001, 8000, 8002
FOLDER = NAME
"""Inside the shared volume, whose own root isn't ours."""
NVIDIA = Path("/opt/tritonserver")


@dataclass(frozen=True)
class NvidiaInstall:
    """Triton as NVIDIA's image has it, its models in the environment of this Python."""

    folder: Path = NVIDIA

    @property
    def program(self) -> Path:
        """The server."""
        return self.folder / "bin" / "tritonserver"

    def backends(self, folder: Path) -> Path:
        """The models in the image; none is built."""
        del folder
        return self.folder / "backends"

    def environment(self, home: Path) -> dict[str, str]:
        """The image's variables, by which Triton finds CUDA, and the Python environment of the models."""
        venv = Path(sys.prefix)
        path = os.pathsep.join((str(venv / "bin"), os.environ.get("PATH", os.defpath)))
        return {**os.environ, **bare_environment(home), "VIRTUAL_ENV": str(venv), "PATH": path, "PYTHONDONTWRITEBYTECODE": "1"}


def install() -> Install:
    """The server of NVIDIA's image if there is one, otherwise the wheel's."""
    if (NVIDIA / "bin" / "tritonserver").exists():
        return NvidiaInstall()
    return Wheel.of(Path(sys.prefix))


def part(found: Install) -> Triton:
    """The Triton of this pod, reachable from other pods."""
    models, live, engines = (Path(os.environ.get(name, DEFAULTS[name])) for name in (MODELS, LIVE, ENGINES))
    folder = live / FOLDER
    over = engines if (found.backends(folder / "backends") / "tensorrt").is_dir() else None
    seconds = int(os.environ.get(EXIT, "30"))
    return Triton(folder, PORT, HTTP_PORT, METRICS_PORT, found, models, over, host="0.0.0.0", exit_s=seconds)


def run() -> None:
    """Replaces this process by the server. Raises PartFailed."""
    here = part(install())
    here.prepare()
    command = here.command()
    os.execve(command.argv[0], command.argv, dict(command.env))  # noqa: S606


def main(arguments: list[str]) -> int:
    """Returns the exit status."""
    if arguments == ["run"]:
        run()
    if arguments == ["build"]:
        wanted = [name for name, source in cache.sources().items() if not source.on_demand]
        return building.main([os.environ.get(MODELS, DEFAULTS[MODELS]), *wanted])
    print("usage: python -m services.codegen.deploy.triton build | run", file=sys.stderr)
    return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
