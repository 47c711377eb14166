"""`uat down` and `uat restart`."""

from __future__ import annotations

import signal
import time

from services.mesh.config import MeshConfig
from services.mesh.errors import MeshError, NotUp, StartFailed, UnknownName
from services.mesh.supervisor import requests
from services.mesh.supervisor.lock import is_held
from services.mesh.supervisor.orphans import clean
from services.mesh.supervisor.processes import is_alive, send, wait_gone
from services.mesh.supervisor.state import Health, MeshState, ProcessState

_DOWN_S = 60.0
_APPEAR_S = 10.0
_POLL_S = 0.05


def take_down(config: MeshConfig) -> bool:
    """Stops the mesh and returns when no process of it is left, with whether there was any. Safe to repeat."""
    held = is_held(config.paths.lock)
    state = MeshState.read(config.paths.state)
    give_up = time.monotonic() + _APPEAR_S
    while held and state is None and time.monotonic() < give_up:
        time.sleep(_POLL_S)  # the supervisor has just started
        held, state = is_held(config.paths.lock), MeshState.read(config.paths.state)
    if held and state is None:
        raise MeshError(f"A supervisor runs, but {config.paths.state} can't be read: find it with `fuser {config.paths.lock}` and stop it.")
    if held and state is not None:
        send(state.supervisor, signal.SIGTERM)
        if not wait_gone([state.supervisor], _DOWN_S):
            send(state.supervisor, signal.SIGKILL)
            wait_gone([state.supervisor], _DOWN_S)
    return clean(config.paths) > 0 or held


def restart(config: MeshConfig, name: str, limit_s: float = 60.0) -> ProcessState:
    """Restarts one process gracefully; returns when it is ready. Raises MeshError."""
    before = _running(config, name)
    if before.health is Health.EXTERNAL:
        raise MeshError(f"{name} is a server of your own: the mesh doesn't restart it.")
    state = MeshState.read(config.paths.state)
    requests.leave(config.paths.requests, requests.Request(requests.Verb.RESTART, name))
    if state is None or not send(state.supervisor, signal.SIGHUP):
        raise NotUp("The mesh is not up: start it with `uat up`.")
    give_up = time.monotonic() + limit_s
    while time.monotonic() < give_up:
        now = _running(config, name)
        if now.ready and now.id != before.id and is_alive(now.id):
            return now
        if now.health is Health.FAILED and now.restarts > before.restarts:
            break
        time.sleep(_POLL_S)
    raise StartFailed(f"{name} isn't ready again: {_running(config, name).error or 'no answer'}. See `uat logs {name}`.")


def _running(config: MeshConfig, name: str) -> ProcessState:
    state = MeshState.read(config.paths.state)
    if state is None or not is_held(config.paths.lock):
        raise NotUp("The mesh is not up: start it with `uat up`.")
    process = state.of(name)
    if process is None:
        raise UnknownName(f"Nothing here is named {name!r}. There are: {', '.join(p.name for p in state.processes)}.")
    return process
