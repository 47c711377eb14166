"""The gateways we are measured against: what is pinned, how each is installed on its own under `.bench/`, and how it is started.

Each runs as its makers advise for production, with quiet logs, and does less than we do: LiteLLM checks one master key and records nothing;
Portkey checks no key at all.
"""

import contextlib
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from pathlib import Path

from tests.bench.load import Target
from tests.bench.mock import MODEL
from tests.bench.processes import BenchError, running, state_folder, tree, wait_for_http
from tests.ports import free_port

INSTALL_SECONDS = 240


@dataclass(frozen=True)
class Peer:
    """Names a gateway, the versions wanted of it (the first that installs is used), and how it is installed and run."""

    name: str
    package: str
    versions: Sequence[str]
    install: Callable[[Path, str, str], str]
    run: Callable[[Path, str], AbstractContextManager[Target]]


def install_python(folder: Path, package: str, version: str) -> str:
    """Installs a Python package in a virtual environment of its own and gives the version that came."""
    uv = shutil.which("uv", path=f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}")
    python = folder / "bin" / "python"
    if uv:
        _do([uv, "venv", "--quiet", "--clear", "--python", sys.executable, str(folder)])
        _do([uv, "pip", "install", "--quiet", "--python", str(python), f"{package}=={version}"])
    else:
        _do([sys.executable, "-m", "venv", "--clear", str(folder)])
        _do([str(python), "-m", "pip", "install", "--disable-pip-version-check", f"{package}=={version}"])
    bare = package.partition("[")[0]
    return _do([str(python), "-c", f"import importlib.metadata as m; print(m.version({bare!r}))"]).strip()


def install_node(folder: Path, package: str, version: str) -> str:
    """Installs an npm package in a folder of its own and gives the version that came."""
    npm = shutil.which("npm")
    if not npm or not shutil.which("node"):
        raise BenchError("node and npm are not on PATH.")
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "package.json").write_text('{"private": true}\n')
    _do([npm, "install", "--no-audit", "--no-fund", "--no-package-lock", "--ignore-scripts", f"{package}@{version}"], cwd=folder)
    return str(json.loads((folder / "node_modules" / package / "package.json").read_text())["version"])


@contextlib.contextmanager
def run_litellm(folder: Path, upstream: str) -> Iterator[Target]:
    """Runs LiteLLM's proxy with two workers and a master key, no database."""
    port, key = free_port(), "sk-bench-master-key"
    config = folder / "bench.json"  # JSON is YAML too
    model = {"model": f"openai/{MODEL}", "api_base": upstream, "api_key": "mock"}
    settings = {
        "model_list": [{"model_name": MODEL, "litellm_params": model}],
        "litellm_settings": {"telemetry": False, "set_verbose": False},
        "general_settings": {"master_key": key},
    }
    config.write_text(json.dumps(settings))
    env = {
        **os.environ,
        "LITELLM_LOCAL_MODEL_COST_MAP": "True",  # else it asks the internet when it starts
        "LITELLM_LOG": "ERROR",
        "LITELLM_MODE": "PRODUCTION",
        "PATH": f"{folder / 'bin'}{os.pathsep}{os.environ.get('PATH', '')}",
    }
    command = [str(folder / "bin" / "litellm"), "--config", str(config), "--host", "127.0.0.1", "--port", str(port), "--num_workers", "2"]
    with running("litellm", command, env=env) as process:
        wait_for_http(f"http://127.0.0.1:{port}/health/liveliness", process, "litellm")
        base = f"http://127.0.0.1:{port}/v1"
        yield Target("LiteLLM proxy", base, MODEL, {"Authorization": f"Bearer {key}"}, lambda: tree([process]))


# Portkey's start script binds every address and has no option for one; the bench is on loopback only.
LOOPBACK = """
const { Server } = require("net");
const listen = Server.prototype.listen;
Server.prototype.listen = function (port, host, ...rest) {
  return listen.call(this, port, typeof port === "number" && host === undefined ? "127.0.0.1" : host, ...rest);
};
"""


@contextlib.contextmanager
def run_portkey(folder: Path, upstream: str) -> Iterator[Target]:
    """Runs the Portkey gateway, without its log page, asked with the headers that name provider and upstream."""
    port = free_port()
    preload = folder / "loopback.cjs"
    preload.write_text(LOOPBACK)
    script = folder / "node_modules" / "@portkey-ai" / "gateway" / "build" / "start-server.js"
    command = [shutil.which("node") or "node", "--require", str(preload), str(script), f"--port={port}", "--headless"]
    with running("portkey", command, env={**os.environ, "NODE_ENV": "production"}) as process:
        wait_for_http(f"http://127.0.0.1:{port}/", process, "portkey")
        headers = {"Authorization": "Bearer mock", "x-portkey-provider": "openai", "x-portkey-custom-host": upstream}
        yield Target("Portkey gateway", f"http://127.0.0.1:{port}/v1", MODEL, headers, lambda: tree([process]))


# The versions are the peers' own latest when this was written; a second one is the nearest that can be had where the first cannot.
PEERS = (
    Peer("litellm", "litellm[proxy]", ("1.109.*", "1.106.*"), install_python, run_litellm),
    Peer("portkey", "@portkey-ai/gateway", ("1.15.2",), install_node, run_portkey),
)


@contextlib.contextmanager
def running_peer(peer: Peer, upstream: str) -> Iterator[Target]:
    """Installs the peer where that is still to be done and runs it for the length of the block. Raises BenchError when it can't be had."""
    folder = state_folder() / peer.name
    got, notes = _installed(peer, folder)
    with peer.run(folder, upstream) as target:
        yield replace(target, version=got, notes=notes)


def _installed(peer: Peer, folder: Path) -> tuple[str, list[str]]:
    """Gives the version in the peer's folder, installed now unless it is there from an earlier run with the same pins."""
    marker = folder / "installed.json"
    with contextlib.suppress(OSError, ValueError):
        seen = json.loads(marker.read_text())
        if seen["wanted"] == list(peer.versions):
            return seen["got"], seen["notes"]
    print(f"installing {peer.name} {peer.versions[0]} under .bench/ (once) …", file=sys.stderr, flush=True)
    notes: list[str] = []
    for version in peer.versions:
        try:
            got = peer.install(folder, peer.package, version)
        except BenchError as error:
            notes.append(f"{version} could not be installed: {error}")
            continue
        marker.write_text(json.dumps({"wanted": list(peer.versions), "got": got, "notes": notes, "time": time.time()}))
        return got, notes
    raise BenchError(f"{peer.name} is left out: " + " ".join(notes))


def _do(command: Sequence[str], cwd: Path | None = None) -> str:
    """Runs an installer and gives what it printed. Raises BenchError with its last telling line when it fails."""
    try:
        done = subprocess.run(
            command, check=False, cwd=cwd, capture_output=True, text=True, timeout=INSTALL_SECONDS, stdin=subprocess.DEVNULL
        )
    except subprocess.TimeoutExpired:
        raise BenchError(f"{Path(command[0]).name} took longer than {INSTALL_SECONDS} s.") from None
    if done.returncode:
        lines = [line.strip() for line in f"{done.stdout}\n{done.stderr}".splitlines() if line.strip()]
        telling = [line for line in lines if " depends on " in line] or [line for line in lines if "error" in line.lower()]
        raise BenchError((telling or lines or ["it failed without a word"])[0][:200])
    return done.stdout
