"""`uat up`: checks the machine, starts the supervisor, and waits until every process is ready."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from services.mesh import identity, preflight, secrets
from services.mesh.config import MeshConfig
from services.mesh.errors import StartFailed
from services.mesh.progress import Progress
from services.mesh.supervisor import logs, requests
from services.mesh.supervisor.lock import alone, is_held
from services.mesh.supervisor.orphans import clean
from services.mesh.supervisor.processes import ProcessId, send
from services.mesh.supervisor.state import Health, MeshState, Phase
from services.targets import TARGETS

DAEMON = (sys.executable, "-m", "services.mesh.supervisor.daemon")
_POLL_S = 0.1
_APPEAR_S = 20.0
_GO_S = 40.0


def bring_up(config: MeshConfig, environ: Mapping[str, str], progress: Progress, daemon: Sequence[str] = DAEMON) -> bool:
    """Returns when every process is ready, with whether the mesh was up before. Raises MeshError. Safe to repeat."""
    asked = time.time()
    give_up = time.monotonic() + config.up_timeout_s
    preflight.platform_supported()
    config.paths.make()
    preflight.space_left(config)
    with alone(config.paths.up_lock):
        was_up = _is_up(config)
        if was_up:
            supervisor = _heal(config)
        else:
            preflight.programs_there(config)
            clean(config.paths)
            preflight.ports_free(config)
            supervisor = _start(config, environ, daemon)
    _wait_ready(config, supervisor, asked, give_up, progress)
    return was_up


def _is_up(config: MeshConfig) -> bool:
    give_up = time.monotonic() + _GO_S
    while is_held(config.paths.lock):
        state = MeshState.read(config.paths.state)
        if state is None or state.phase not in (Phase.STOPPING, Phase.FAILED):
            return True
        if time.monotonic() > give_up:
            raise StartFailed("The mesh has been going down for a long time: run `uat down`, then `uat up`.")
        time.sleep(_POLL_S)
    return False


def _start(config: MeshConfig, environ: Mapping[str, str], daemon: Sequence[str]) -> ProcessId:
    secrets.load_or_make(config.paths.secrets)
    identity.issue(config.paths, tuple(TARGETS))
    log = config.paths.log("supervisor")
    logs.rotate(log)
    descriptor = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    try:
        process = subprocess.Popen(
            daemon,
            cwd=config.root,
            env={**environ, "UAT_MESH_DIR": str(config.paths.dir), "UAT_PORT_OFFSET": str(config.ports.offset)},
            stdin=subprocess.DEVNULL,
            stdout=descriptor,
            stderr=subprocess.STDOUT,
            start_new_session=True,  # survives this command and its terminal
        )
    finally:
        os.close(descriptor)
    give_up = time.monotonic() + _APPEAR_S
    while time.monotonic() < give_up:
        state = MeshState.read(config.paths.state)
        if state is not None and state.supervisor.pid == process.pid:
            process.returncode = 0  # it survives this command on purpose; without this subprocess would warn
            return state.supervisor
        if process.poll() is not None:
            raise StartFailed("\n".join(["The supervisor doesn't start:", *logs.tail(log, 5)]))
        time.sleep(_POLL_S)
    process.kill()
    raise StartFailed(f"The supervisor said nothing for {_APPEAR_S:.0f} s; see {log}.")


def _heal(config: MeshConfig) -> ProcessId:
    state = MeshState.read(config.paths.state)
    if state is None:
        raise StartFailed("A supervisor runs, but its state can't be read: run `uat down`, then `uat up`.")
    if state.offset != config.ports.offset:
        raise StartFailed(f"This mesh is up with UAT_PORT_OFFSET={state.offset}: use that, or run `uat down` first.")
    identity.issue(config.paths, tuple(TARGETS))
    requests.leave(config.paths.requests, requests.Request(requests.Verb.HEAL))
    send(state.supervisor, signal.SIGHUP)
    return state.supervisor


def _wait_ready(config: MeshConfig, supervisor: ProcessId, asked: float, give_up: float, progress: Progress) -> None:
    with progress:
        while True:
            running = is_held(config.paths.lock)
            state = MeshState.read(config.paths.state)
            if state is not None and state.supervisor == supervisor:
                progress.show(state)
                if state.phase is Phase.FAILED:
                    raise StartFailed(state.fatal)
                if state.ready:
                    return
                # Processes that had failed before get another try first.
                if state.phase is Phase.RUNNING and any(p.health is Health.FAILED and p.since >= asked for p in state.processes):
                    raise StartFailed(_unready(state))
            if not running:
                raise StartFailed(_why_ended(config.paths.log("supervisor")))
            if time.monotonic() > give_up:
                late = f"The mesh wasn't ready after {config.up_timeout_s:.0f} s (set UAT_UP_TIMEOUT for more) and goes on trying."
                raise StartFailed(f"{late} {_unready(state) if state else ''}")
            time.sleep(_POLL_S)


def _unready(state: MeshState) -> str:
    missing = [process for process in state.processes if not process.ready]
    told = "; ".join(f"{process.name} is {process.health}{f' ({process.error})' if process.error else ''}" for process in missing)
    return f"Not ready: {told}. See `uat logs {missing[0].name}`." if missing else ""


def _why_ended(log: Path) -> str:
    return "\n".join(["The mesh was stopped while it started.", *logs.tail(log, 3)])
