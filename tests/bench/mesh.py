"""Our side: a mesh of the bench's own, on ports of its own, whose router knows the mock as one more provider."""

import asyncio
import contextlib
import importlib.metadata
import json
import os
import shutil
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psutil
import psycopg

from services.kit.identity.service_tokens import ServiceSigner
from services.kit.testing import as_service
from services.mesh import environment, secrets
from services.mesh.config import MeshConfig
from services.mesh.supervisor.state import MeshState
from services.mesh.welcome import read_exports
from tests.bench.load import Target
from tests.bench.mock import MODEL
from tests.bench.processes import ROOT, BenchError, end, state_folder, tree

OFFSET = 6_000
UP_SECONDS = 150
DOWN_SECONDS = 60
LIMIT_PER_MINUTE = 100_000_000  # checked on every request, and never reached
# What takes part when a chat completion goes through the edge; the other services of the mesh are counted beside it.
GATEWAY = ("envoy", "api_gateway", "auth", "llm_router", "load_balancer", "postgres", "redis", "nats")


@dataclass(frozen=True)
class Mesh:
    """A running mesh as the bench sees it."""

    config: MeshConfig
    key: str
    base_url: str

    @property
    def edge_address(self) -> str:
        """The edge's host and port."""
        return f"127.0.0.1:{self.config.ports.edge}"

    @property
    def base_path(self) -> str:
        """The path under which the OpenAI API lies."""
        return "/" + self.base_url.split("/", 3)[3].rstrip("/")

    def address(self, service: str) -> str:
        """A service's own gRPC address."""
        return f"127.0.0.1:{self.config.ports.service(service)}"

    def engine_caller(self) -> tuple[tuple[str, str], ...]:
        """The metadata with which llm_router calls the engine."""
        token = ServiceSigner(self.config.paths.identity_key("llm_router")).token("uat.fast_llm.v1.EngineService")
        assert token is not None
        return as_service(token)

    def processes(self, *names: str) -> list[psutil.Process]:
        """The mesh's processes with all below them: of these parts and the supervisor, or of all when none is named."""
        state = MeshState.read(self.config.paths.state)
        if state is None:
            return []
        found = []
        for pid in [process.pid for process in state.processes if process.pid and (not names or process.name in names)]:
            with contextlib.suppress(psutil.NoSuchProcess):
                found.append(psutil.Process(pid))
        whole = tree(found)
        with contextlib.suppress(psutil.NoSuchProcess):
            whole.insert(0, psutil.Process(state.supervisor.pid))
        return whole

    def target(self) -> Target:
        """The edge as a gateway to be loaded."""
        headers = {"Authorization": f"Bearer {self.key}"}
        return Target("ours (edge)", self.base_url, MODEL, headers, lambda: self.processes(*GATEWAY), _version(), held=self.processes)

    def local_model(self) -> str:
        """Names the model that the mesh's own engine answers with: the first that is not the mock's. Raises BenchError."""
        request = urllib.request.Request(f"{self.base_url}/models", headers={"Authorization": f"Bearer {self.key}"})
        try:
            with urllib.request.urlopen(request, timeout=10) as reply:
                names = [model["id"] for model in json.load(reply)["data"]]
        except (OSError, ValueError, KeyError) as error:
            raise BenchError(f"The edge does not list its models: {error}.") from error
        for name in names:
            if name != MODEL:
                return str(name)
        raise BenchError("The edge lists no model of its own.")

    def usage_rows(self) -> int:
        """Counts the calls whose usage the router has written down, for the mock's model, all tenants together."""
        return asyncio.run(_usage_rows(self))

    def usage_settled(self, wanted: int, patience: float = 15.0) -> int:
        """Counts them again until so many are there, or nothing has come for three seconds, or the patience is out."""
        last, seen, since = time.monotonic() + patience, self.usage_rows(), time.monotonic()
        while seen < wanted and time.monotonic() < min(last, since + 3):
            time.sleep(0.3)
            if (now := self.usage_rows()) != seen:
                seen, since = now, time.monotonic()
        return seen


async def _usage_rows(mesh: Mesh) -> int:
    url = environment.admin_url(mesh.config, secrets.load_or_make(mesh.config.paths.secrets))
    async with await psycopg.AsyncConnection.connect(url, connect_timeout=5) as connection:
        row = await (await connection.execute("SELECT count(*) FROM llm_router.usage WHERE model = %s", (MODEL,))).fetchone()
        return int(row[0]) if row else 0


@contextlib.contextmanager
def running_mesh(upstream: str | None) -> Iterator[Mesh]:
    """Runs a mesh for the length of the block, with the mock as a provider when an upstream is given. Raises BenchError."""
    environ = _environment(upstream)
    config = MeshConfig.from_environ(environ)
    _uat("down", environ, DOWN_SECONDS)  # what an earlier run may have left
    shutil.rmtree(config.paths.dir, ignore_errors=True)  # each run has the same empty database
    print("starting the mesh …", file=sys.stderr, flush=True)
    try:
        _uat("up", environ, UP_SECONDS)
        yield _opened(config)
    finally:
        # Before `down`: it may be what hangs.
        state = MeshState.read(config.paths.state)
        with contextlib.suppress(BenchError):
            _uat("down", environ, DOWN_SECONDS)
        if state is not None and psutil.pid_exists(state.supervisor.pid):
            end(state.supervisor.pid)


def attached_mesh(folder: Path) -> Mesh:
    """Gives a mesh that somebody else runs from that folder. Raises BenchError when there is none."""
    state = MeshState.read(folder / "state.json")
    if state is None or not state.ready:
        raise BenchError("No mesh is up in the folder that --mesh names.")
    return _opened(MeshConfig.from_environ({"UAT_MESH_DIR": str(folder), "UAT_PORT_OFFSET": str(state.offset)}))


def _environment(upstream: str | None) -> dict[str, str]:
    """Gives the environment of the bench's mesh; nothing of a mesh of the user's own gets in."""
    environ = {name: value for name, value in os.environ.items() if not name.startswith("UAT_")}
    environ |= {
        "UAT_PORT_OFFSET": str(OFFSET),
        "UAT_MESH_DIR": str(state_folder("mesh")),
        "UAT_EDGE_KEY_RPM": str(LIMIT_PER_MINUTE),
        "UAT_LOG_LEVEL": "WARNING",
    }
    if upstream:
        mock = {"name": "mock", "kind": "openai", "base_url": upstream, "api_key": "mock", "models": [MODEL]}
        environ["UAT_LLM_ROUTER_PROVIDERS"] = json.dumps([{"name": "fast_llm", "kind": "fast_llm"}, mock])
    return environ


def _opened(config: MeshConfig) -> Mesh:
    """Reads what `uat up` wrote for its users."""
    exports = read_exports(config.paths.shell)
    try:
        return Mesh(config, exports["UAT_API_KEY"], exports["OPENAI_BASE_URL"].rstrip("/"))
    except KeyError as error:
        raise BenchError(f"The mesh's env file lacks {error}.") from None


def _uat(verb: str, environ: dict[str, str], seconds: float) -> None:
    """Runs one verb of the command line. Raises BenchError with its last line when it fails."""
    program = Path(sys.executable).parent / "uat"
    if not program.exists():
        raise BenchError("The command `uat` is not installed in this environment.")
    try:
        done = subprocess.run(
            [str(program), verb],
            check=False,
            env=environ,
            cwd=ROOT,
            capture_output=True,
            text=True,
            timeout=seconds,
            stdin=subprocess.DEVNULL,
        )
    except subprocess.TimeoutExpired:
        raise BenchError(f"`uat {verb}` took longer than {seconds:.0f} s.") from None
    if done.returncode and verb != "down":
        lines = [line.strip() for line in (done.stdout + done.stderr).splitlines() if line.strip()]
        raise BenchError(f"`uat {verb}` failed: {(lines or ['no word'])[-1][:300]}")


def _version() -> str:
    """Our own version, from what is installed."""
    try:
        return importlib.metadata.version("universal-ai-tools")
    except importlib.metadata.PackageNotFoundError:
        return "source"
