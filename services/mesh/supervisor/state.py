"""The state of the mesh, which the supervisor writes to `state.json` and the commands read."""

from __future__ import annotations

import json
import logging
import time
from dataclasses import asdict, dataclass, replace
from enum import StrEnum
from pathlib import Path
from typing import Any

from services.mesh.paths import write_private
from services.mesh.supervisor.processes import ProcessId

_log = logging.getLogger(__name__)


class Kind(StrEnum):
    """The kind of a process. Processes start and stop by kind."""

    PART = "part"
    SERVICE = "service"
    EDGE = "edge"


class Health(StrEnum):
    """The health of a process."""

    WAITING = "waiting"  # its stage has not started
    STARTING = "starting"  # runs, and is not ready yet or no longer
    READY = "ready"
    RESTARTING = "restarting"  # ended; the supervisor will restart it
    FAILED = "failed"  # ended repeatedly; the supervisor still retries, less often
    EXTERNAL = "external"  # a server of the user's; `error` is set while it does not answer
    STOPPED = "stopped"


class Phase(StrEnum):
    """The phase of the mesh."""

    STARTING = "starting"
    RUNNING = "running"
    STOPPING = "stopping"
    FAILED = "failed"


@dataclass(frozen=True)
class ProcessState:
    """One process. `since` is the time of its last change of health and `started` the start of its current run, both in Unix seconds.
    `error` is the last error, also after recovery.
    """

    name: str
    kind: Kind
    port: int
    health: Health = Health.WAITING
    pid: int = 0
    birth: str = ""
    stop_signal: int = 15
    restarts: int = 0
    started: float = 0.0
    since: float = 0.0
    error: str = ""

    @property
    def ready(self) -> bool:
        """Whether clients can use it."""
        return self.health is Health.READY or (self.health is Health.EXTERNAL and not self.error)

    @property
    def id(self) -> ProcessId:
        """The identity of the process, which no later process with the same pid shares."""
        return ProcessId(self.pid, self.birth)


@dataclass(frozen=True)
class MeshState:
    """The whole mesh. `fatal` is the error that ended a start."""

    supervisor: ProcessId
    offset: int
    phase: Phase = Phase.STARTING
    step: str = ""
    fatal: str = ""
    processes: tuple[ProcessState, ...] = ()

    @property
    def ready(self) -> bool:
        """Whether every process is ready."""
        return self.phase is Phase.RUNNING and all(process.ready for process in self.processes)

    def of(self, name: str) -> ProcessState | None:
        """The process with this name."""
        return next((process for process in self.processes if process.name == name), None)

    def to_json(self) -> str:
        """The text of `state.json`."""
        return json.dumps(asdict(self), indent=1)

    @classmethod
    def from_json(cls, text: str) -> MeshState:
        """Reads the text of `state.json`. Raises ValueError, KeyError or TypeError when it isn't one."""
        data: dict[str, Any] = json.loads(text)
        return cls(
            supervisor=ProcessId(**data["supervisor"]),
            offset=int(data["offset"]),
            phase=Phase(data["phase"]),
            step=str(data["step"]),
            fatal=str(data["fatal"]),
            processes=tuple(ProcessState(**p | {"kind": Kind(p["kind"]), "health": Health(p["health"])}) for p in data["processes"]),
        )

    @classmethod
    def read(cls, path: Path) -> MeshState | None:
        """The last written state; None if there is none or it can't be parsed."""
        try:
            return cls.from_json(path.read_text(encoding="utf-8"))
        except (OSError, ValueError, KeyError, TypeError):
            return None


class StateFile:
    """The supervisor's copy of the state. Each change is on disk when the call returns, unless the disk is full or the folder is gone."""

    def __init__(self, path: Path, state: MeshState) -> None:
        """Does not write yet."""
        self._path = path
        self.state = state

    def mesh(self, **changes: Any) -> None:
        """Changes fields of the mesh: phase, step, fatal, processes."""
        self.state = replace(self.state, **changes)
        self.write()

    def process(self, name: str, **changes: Any) -> None:
        """Changes fields of one process. A new health sets `since`."""
        self.state = replace(self.state, processes=tuple(_changed(p, changes) if p.name == name else p for p in self.state.processes))
        self.write()

    def of(self, name: str) -> ProcessState:
        """The process with this name, which must exist."""
        found = self.state.of(name)
        if found is None:
            raise KeyError(name)
        return found

    def write(self) -> None:
        """Writes the state."""
        try:
            write_private(self._path, self.state.to_json())
        except OSError as error:
            _log.warning("the state can't be written: %s", error)  # no reason to end what runs well


def _changed(process: ProcessState, changes: dict[str, Any]) -> ProcessState:
    if changes.get("health", process.health) is not process.health:
        changes = {"since": time.time()} | changes
    return replace(process, **changes)
