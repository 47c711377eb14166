"""One whole mesh for the tests in this folder: what `make up` starts, on other ports and in a folder that goes away."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from services.kit.identity.service_tokens import ServiceSigner
from services.mesh.ports import Ports
from tests.ports import free_ports

ROOT = Path(__file__).parents[2]
BIN = Path(sys.executable).parent


@dataclass(frozen=True)
class Mesh:
    """The running mesh."""

    dir: Path
    ports: Ports
    environ: dict[str, str]
    exports: dict[str, str]
    said: str

    @property
    def edge(self) -> str:
        """The edge's host and port."""
        return f"127.0.0.1:{self.ports.edge}"

    @property
    def url(self) -> str:
        """The edge over HTTP."""
        return f"http://{self.edge}"

    @property
    def key(self) -> str:
        """The API key that `uat up` made."""
        return self.exports["UAT_API_KEY"]

    def uat(self, *arguments: str, check: bool = True) -> subprocess.CompletedProcess[str]:
        """Runs the `uat` command on this mesh."""
        command = [str(BIN / "uat"), *arguments]
        done = subprocess.run(command, cwd=ROOT, env=self.environ, capture_output=True, text=True, timeout=180, check=False)
        assert done.returncode == 0 or not check, f"uat {' '.join(arguments)}: {done.stdout[-3000:]}{done.stderr[-3000:]}"
        return done

    def identity(self, service: str, audience: str) -> str:
        """A service's token for calls to the gRPC service `audience`."""
        token = ServiceSigner(self.dir / "identity" / f"{service}.jwk").token(audience)
        assert token is not None
        return token


@pytest.fixture(scope="session")
def mesh(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mesh]:
    folder = tmp_path_factory.mktemp("mesh")
    environ = {name: value for name, value in os.environ.items() if not name.startswith(("UAT_", "OPENAI_"))}
    ports = free_ports()
    environ |= {"UAT_MESH_DIR": str(folder), "UAT_PORT_OFFSET": str(ports.offset)}
    mesh = Mesh(folder, ports, environ, {}, "")
    try:
        up = mesh.uat("up")
        lines = (folder / "env").read_text().splitlines()
        pairs = [line.removeprefix("export ").split("=", 1) for line in lines if line.startswith("export ")]
        exports = {name: value.strip("'\"") for name, value in pairs}
        yield Mesh(folder, ports, environ, exports, up.stdout)
    finally:
        mesh.uat("down", check=False)
