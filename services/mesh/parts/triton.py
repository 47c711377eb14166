"""Triton: the models. Listens on 127.0.0.1 alone, holds no state of its own: its repository is built, or registered by ml_inference."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import grpc
from inference.grpc_service_pb2 import RepositoryIndexRequest, RepositoryIndexResponse, ServerReadyRequest
from inference.grpc_service_pb2_grpc import GRPCInferenceServiceStub

from services.mesh.child import Command
from services.mesh.errors import PartFailed
from services.mesh.parts.part import NotReady, NotServing, private_folder
from services.mesh.parts.triton_wheel import Wheel
from services.models import cache, live, manifest

_OPTIONS = [("grpc.enable_http_proxy", 0), ("grpc.use_local_subchannel_pool", 1)]
UNLOADED = ("", "unloaded")
"""What Triton gives as the reason why a version isn't loaded when nothing is wrong with it."""
_SHARED_MEMORY = Path("/dev/shm")  # noqa: S108 - where Triton and its models share tensors


@dataclass(frozen=True)
class Triton:
    """A Triton of our own. `cache` is where `uat models build` put the models; only those with default versions are loaded at start."""

    dir: Path
    port: int
    http_port: int
    metrics_port: int
    wheel: Wheel
    cache: Path
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
            self.wheel.make_backends(self._backends)
            with cache.alone(self.cache):  # waits for models that are being built
                live.link(self.cache, self.repository)
        except OSError as error:
            raise PartFailed(f"Triton's repository can't be made: {error}") from error
        for left in _SHARED_MEMORY.glob(f"{self._prefix}*"):
            left.unlink(missing_ok=True)  # a killed Triton leaves it, and it would stay until the machine restarts

    def command(self) -> Command:
        """The server in the foreground. Which models it has is said by its clients alone (explicit control)."""
        loaded = [name for name, model in sorted(manifest.read(self.dir).items()) if model.default_versions]
        options = {
            "model-repository": self.repository,
            "backend-directory": self._backends,
            "backend-config": f"python,shm-region-prefix-name={self._prefix}",
            "model-control-mode": "explicit",
            # A model that doesn't load leaves the others usable, and is named in the log and by `uat models list`.
            "exit-on-error": "false",
            "strict-readiness": "false",
            "exit-timeout-secs": 8,
            "grpc-address": "127.0.0.1",
            "grpc-port": self.port,
            "http-address": "127.0.0.1",
            "http-port": self.http_port,
            "metrics-address": "127.0.0.1",
            "metrics-port": self.metrics_port,
        }
        arguments = [f"--{key}={value}" for key, value in options.items()] + [f"--load-model={name}" for name in loaded]
        # Otherwise each model's process would be started twice, the first time only to ask it for its configuration.
        arguments.append("--disable-auto-complete-config")
        return Command(argv=(str(self.wheel.program), *arguments), env=self.wheel.environment(self.dir), cwd=self.dir)

    async def ready(self) -> None:
        """Asks it whether it is ready (ServerReady)."""
        await ask(self.url)

    async def drain(self) -> None:
        """Nothing: its clients are stopped before it, and it ends what is under way when it is asked to stop."""

    @property
    def _backends(self) -> Path:
        return self.dir / "backends"

    @property
    def _prefix(self) -> str:
        return f"uat_triton_{os.geteuid()}_{self.port}_"


async def ask(url: str) -> None:
    """Asks a Triton whether it is ready. Raises NotReady, or NotServing when it says no."""
    async with grpc.aio.insecure_channel(address(url), options=_OPTIONS) as channel:
        try:
            answer = await GRPCInferenceServiceStub(channel).ServerReady(ServerReadyRequest(), timeout=5)
        except grpc.aio.AioRpcError as error:
            raise NotReady(f"{error.code().name}: {error.details()}") from error
    if not answer.ready:
        raise NotServing("it says that it isn't ready")


async def index(url: str, limit_s: float = 1.0) -> Sequence[RepositoryIndexResponse.ModelIndex] | None:
    """The versions of all models that a Triton knows, with their states; None when it doesn't answer."""
    async with grpc.aio.insecure_channel(address(url), options=_OPTIONS) as channel:
        try:
            answer = await GRPCInferenceServiceStub(channel).RepositoryIndex(RepositoryIndexRequest(), timeout=limit_s)
        except grpc.aio.AioRpcError:
            return None
    return list(answer.models)


async def broken_models(url: str) -> Sequence[str]:
    """The model versions that were to be loaded and couldn't be, each with Triton's reason; empty when Triton doesn't answer."""
    return [
        f"{model.name}{f' version {model.version}' if model.version else ''} isn't loaded: {model.reason}"
        for model in await index(url) or ()
        if model.state == "UNAVAILABLE" and model.reason not in UNLOADED
    ]


def address(url: str) -> str:
    """`host:port` of a URL such as grpc://host:port, which may also be given as `host:port`."""
    return url.rpartition("://")[2].rstrip("/")
