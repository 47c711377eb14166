"""`uat status`: every process with its health, memory and restarts."""

from __future__ import annotations

import time
from dataclasses import dataclass

import psutil
from rich.table import Table
from rich.text import Text

from services.mesh.config import MeshConfig
from services.mesh.progress import COLOURS
from services.mesh.supervisor.lock import is_held
from services.mesh.supervisor.processes import is_alive
from services.mesh.supervisor.state import Health, MeshState, Phase, ProcessState


@dataclass(frozen=True)
class Status:
    """The mesh now. `state` is None if the mesh is not up and did not fail."""

    up: bool
    state: MeshState | None

    @property
    def ready(self) -> bool:
        """Whether everything is ready and all expected processes are running."""
        if not self.up or self.state is None:
            return False
        return self.state.ready and all(p.health is Health.EXTERNAL or is_alive(p.id) for p in self.state.processes)

    def to_dict(self) -> dict[str, object]:
        """As JSON values. Sizes in bytes, times in seconds."""
        state = self.state
        return {
            "up": self.up,
            "ready": self.ready,
            "phase": state.phase.value if state else "down",
            "error": state.fatal if state else "",
            "port_offset": state.offset if state else 0,
            "supervisor_pid": state.supervisor.pid if state and self.up else 0,
            "processes": [_process(p) for p in state.processes] if state else [],
        }

    def to_table(self) -> Table:
        """As a table."""
        table = Table(box=None, pad_edge=False, header_style="bold")
        for title in ("part", "port", "pid", "health", "memory", "restarts", "uptime"):
            table.add_column(title, justify="left" if title in ("part", "health") else "right", no_wrap=True)
        table.add_column("last error", overflow="fold")
        for p in self.state.processes if self.state else ():
            row = _process(p)
            table.add_row(
                p.name,
                str(p.port),
                str(p.pid or "–"),
                Text(str(row["health"]), style=COLOURS[p.health]),
                _mebibytes(int(str(row["memory_bytes"]))),
                str(p.restarts),
                _duration(float(str(row["uptime_s"]))),
                Text(p.error, style="bright_black" if p.ready else "red"),
            )
        return table


def look(config: MeshConfig) -> Status:
    """Reads the status of a mesh."""
    state = MeshState.read(config.paths.state)
    up = is_held(config.paths.lock)
    if not up and state is not None and state.phase is not Phase.FAILED:
        state = None  # the state of a killed supervisor is out of date
    return Status(up, state)


def memory_of(pid: int) -> int:
    """The resident memory of a process and its children in bytes; what children share with it counts once. 0 when it is gone."""
    try:
        process = psutil.Process(pid)
        family = process.children(recursive=True)
        total = int(process.memory_info().rss)
    except psutil.Error:
        return 0
    for child in family:
        try:
            memory = child.memory_info()
        except psutil.Error:
            continue
        total += max(int(memory.rss) - int(memory.shared), 0)
    return total


def _process(p: ProcessState) -> dict[str, object]:
    alive = is_alive(p.id)
    return {
        "name": p.name,
        "kind": p.kind.value,
        "port": p.port,
        "pid": p.pid if alive else 0,
        "health": p.health.value,
        "ready": p.ready and (alive or p.health is Health.EXTERNAL),
        "memory_bytes": memory_of(p.pid) if alive else 0,
        "restarts": p.restarts,
        "uptime_s": round(time.time() - p.started, 1) if alive else 0.0,
        "since": p.since,
        "error": p.error,
    }


def _mebibytes(count: int) -> str:
    return f"{count / 1024**2:.0f} MiB" if count else "–"


def _duration(seconds: float) -> str:
    if not seconds:
        return "–"
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    days, hours = divmod(hours, 24)
    if days:
        return f"{days}d {hours}h"
    if hours:
        return f"{hours}h {minutes}m"
    return f"{minutes}m {rest}s" if minutes else f"{rest}s"
