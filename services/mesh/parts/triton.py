"""Triton: the models. Listens on 127.0.0.1 alone, holds no state of its own: its repository is built, or registered by ml_inference."""

from __future__ import annotations

import os
import signal
from contextlib import nullcontext, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from services.mesh.errors import PartFailed
from services.mesh.parts.part import private_folder
from services.mesh.supervisor.child import Command
from services.mesh.supervisor.processes import ProcessId, birth_of, send
from services.models import cache, engines, live_repository, manifest

_PATIENCE_S = 60.0
_SHARED_MEMORY = Path("/dev/shm")  # noqa: S108 - where Triton and its models share tensors


class Install(Protocol):
    """A Triton as it is installed."""

    @property
    def program(self) -> Path:
        """The server."""

    def backends(self, folder: Path) -> Path:
        """The folder with its backends, which may be made at this path. Raises OSError."""

    def environment(self, home: Path) -> dict[str, str]:
        """The whole environment of the server and of the models in it."""


@dataclass(frozen=True)
class Triton:
    """A Triton of our own. `cache` is where `uat models build` put the models; only those with default versions are loaded at start.

    What the second cache `over` has is taken from there instead. When it is asked to stop it waits so long for what is under way.
    """

    dir: Path
    port: int
    http_port: int
    metrics_port: int
    install: Install
    cache: Path
    over: Path | None = None
    host: str = "127.0.0.1"
    exit_s: int = 8
    name: str = "triton"

    @property
    def url(self) -> str:
        """Where its gRPC clients connect, `host:port`."""
        return f"127.0.0.1:{self.port}"

    @property
    def repository(self) -> Path:
        """The live model repository."""
        return self.dir / "repository"

    def prepare(self) -> None:
        """Makes the backend folder and brings the repository up to date with the cache; versions registered at run time stay."""
        private_folder(self.dir)
        try:
            # Waits for models that are being built, not longer than a mesh should be without the others; in an image nobody may write.
            writable = os.access(self.cache, os.W_OK) or not self.cache.exists()
            with cache.exclusive(self.cache, _PATIENCE_S) if writable else nullcontext():
                live_repository.link(self.cache, self.repository, self.over)
        except OSError as error:
            raise PartFailed(f"Triton's repository can't be made: {error}") from error
        self._end_orphans()
        for left in _SHARED_MEMORY.glob(f"{self._prefix}*"):
            left.unlink(missing_ok=True)  # a killed Triton leaves it, and it would stay until the machine restarts

    def command(self) -> Command:
        """The server in the foreground. Which models it has is said by its clients alone (explicit control)."""
        loaded = [name for name, model in sorted(manifest.read(self.dir).items()) if model.default_versions]
        options = {
            "model-repository": self.repository,
            "backend-directory": self.install.backends(self.dir / "backends"),
            "backend-config": f"python,shm-region-prefix-name={self._prefix}",
            "model-control-mode": "explicit",
            # A model that doesn't load leaves the others usable, and is named in the log and by `uat models list`.
            "exit-on-error": "false",
            "strict-readiness": "false",
            "exit-timeout-secs": self.exit_s,
            "grpc-address": self.host,
            "grpc-port": self.port,
            "http-address": self.host,
            "http-port": self.http_port,
            "metrics-address": self.host,
            "metrics-port": self.metrics_port,
            # Without a GPU it would complain at each start, and that would be taken for the reason of its end.
            "allow-gpu-metrics": str(engines.gpu_here()).lower(),
        }
        arguments = [f"--{key}={value}" for key, value in options.items()] + [f"--load-model={name}" for name in loaded]
        # Otherwise each model's process would be started twice, the first time only to ask it for its configuration.
        arguments.append("--disable-auto-complete-config")
        return Command(argv=(str(self.install.program), *arguments), env=self.install.environment(self.dir), cwd=self.dir)

    async def ready(self) -> None:
        """Asks it whether it is ready (ServerReady)."""
        # Not at the top: in a cluster this file is run by the Python of the models, whose protobuf is too old for the contracts.
        from services.mesh.parts.triton_client import ask  # noqa: PLC0415

        await ask(self.url)

    async def drain(self) -> None:
        """Nothing: its clients are stopped before it, and it ends what is under way when it is asked to stop."""

    def _end_orphans(self) -> None:
        """Ends what a Triton that died hard left: processes of its models, which hold their memory and heed no gentle word."""
        backends = os.fsencode(self.dir / "backends")
        for entry in Path("/proc").glob("[0-9]*"):
            pid = int(entry.name)
            with suppress(OSError):
                if (birth := birth_of(pid)) is not None and (entry / "cmdline").read_bytes().startswith(backends):
                    send(ProcessId(pid, birth), signal.SIGKILL)

    @property
    def _prefix(self) -> str:
        return f"uat_triton_{os.geteuid()}_{self.port}_"
