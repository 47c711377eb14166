"""Ends the processes that a killed supervisor left behind."""

from __future__ import annotations

import signal
from pathlib import Path

from services.mesh.paths import MeshPaths
from services.mesh.supervisor.processes import end
from services.mesh.supervisor.state import Kind, MeshState


def clean(paths: MeshPaths, grace_s: float = 10.0) -> int:
    """Ends the processes of `state.json` that still run, clients before servers, and deletes the state. Returns their number.

    Only for a mesh whose supervisor is dead. A process that got the pid of one of them later is never signalled.
    """
    state = MeshState.read(paths.state)
    count = 0
    if state is not None:
        for kinds in ({Kind.EDGE}, {Kind.SERVICE}, {Kind.PART}):
            found = [(p.id, signal.Signals(p.stop_signal)) for p in state.processes if p.kind in kinds]
            count += end(found, grace_s)
    paths.state.unlink(missing_ok=True)
    for wish in _files(paths.requests):
        wish.unlink(missing_ok=True)
    return count


def _files(folder: Path) -> list[Path]:
    return list(folder.glob("*")) if folder.is_dir() else []
