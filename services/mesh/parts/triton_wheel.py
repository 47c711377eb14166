"""The Triton of the wheel nvidia-pytriton, in the environment `.venv-triton` that its models run in.

The environment may have another Python than this process: models need numpy 1, which has no wheel for Python 3.13.
"""

from __future__ import annotations

import ctypes.util
import os
import platform
import subprocess
from dataclasses import dataclass
from pathlib import Path

from services.mesh.errors import BinaryMissing
from services.mesh.parts.part import bare_environment, private_folder

FOLDER = ".venv-triton"


@dataclass(frozen=True)
class Wheel:
    """An installed Triton and the Python that its models run in."""

    venv: Path
    version: str
    """The version of that Python, such as 3.11."""
    libraries: Path
    """The folder of that Python's own shared library."""

    @classmethod
    def of(cls, venv: Path) -> Wheel:
        """The Triton of an environment. Raises OSError or subprocess.SubprocessError when its Python doesn't run."""
        show = "import sysconfig; print(sysconfig.get_python_version(), sysconfig.get_config_var('LIBDIR'), sep='\\n')"
        shown = subprocess.run([venv / "bin" / "python", "-I", "-c", show], capture_output=True, text=True, check=True, timeout=30)
        version, libraries = shown.stdout.splitlines()
        return cls(venv, version, Path(libraries))

    @property
    def python(self) -> Path:
        """The Python of the environment."""
        return self.venv / "bin" / "python"

    @property
    def packages(self) -> Path:
        """Where its packages lie."""
        return self.venv / "lib" / f"python{self.version}" / "site-packages"

    @property
    def program(self) -> Path:
        """The server."""
        return self._inside / "bin" / "tritonserver"

    @property
    def stub(self) -> Path:
        """The program in which each Python model runs."""
        return self._inside / "python_backend_stubs" / self.version / "triton_python_backend_stub"

    def backends(self, folder: Path) -> Path:
        """Makes a backend directory with the Python backend and the stub of this Python, and returns it. Raises OSError."""
        python = private_folder(folder) / "python"
        python.mkdir(exist_ok=True)
        for source in (*sorted((self._inside / "backends" / "python").iterdir()), self.stub):
            link = python / source.name
            link.unlink(missing_ok=True)
            link.symlink_to(source)
        return folder

    def environment(self, home: Path) -> dict[str, str]:
        """The whole environment of the server and of the models in it."""
        libraries = (str(self.packages / "nvidia_pytriton.libs"), str(self.libraries))
        return {
            **bare_environment(home),
            "LD_LIBRARY_PATH": os.pathsep.join(libraries),
            "VIRTUAL_ENV": str(self.venv),
            "PATH": os.pathsep.join((str(self.venv / "bin"), os.defpath)),
            "PYTHONUNBUFFERED": "1",
            "ORT_DISABLE_TELEMETRY": "1",  # onnxruntime's wheel would report to its makers
            "PYTHONDONTWRITEBYTECODE": "1",  # the repository holds what was built and nothing else
        }

    @property
    def _inside(self) -> Path:
        return self.packages / "pytriton" / "tritonserver"


def find(root: Path) -> Wheel:
    """The Triton below a project's root. Raises BinaryMissing with one sentence when there can't be one or isn't one."""
    if platform.machine() not in ("x86_64", "AMD64"):
        raise BinaryMissing(
            f"Triton's wheel exists for x86-64 alone and this is {platform.machine()}: set UAT_TRITON_URL to use one elsewhere."
        )
    try:
        wheel = Wheel.of(root / FOLDER)
    except (OSError, subprocess.SubprocessError):
        wheel = None
    if wheel is None or not os.access(wheel.program, os.X_OK):
        raise BinaryMissing(f"Triton isn't installed in {root / FOLDER}: run `make {FOLDER}/.ready`.")
    if not wheel.stub.exists():
        raise BinaryMissing(
            f"Triton's wheel can't run models in Python {wheel.version}: make both environments with another, `make clean up PYTHON=…`."
        )
    if not _has_libpython(wheel):
        library = f"libpython{wheel.version}"
        raise BinaryMissing(f"Triton needs {library}.so.1.0 (on Debian the package {library}), which this Python came without.")
    return wheel


def _has_libpython(wheel: Wheel) -> bool:
    beside = wheel.libraries / f"libpython{wheel.version}.so.1.0"
    return beside.exists() or ctypes.util.find_library(f"python{wheel.version}") is not None
