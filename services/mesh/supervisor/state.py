"""What runs, as the supervisor writes it to `state.json` and the commands read it."""

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
    """What sort of process it is: this decides its turn in starting and stopping."""

    PART = "part"
    SERVICE = "service"
    EDGE = "edge"


class Health(StrEnum):
    """How a process is."""

    WAITING = "waiting"  # its turn hasn't come
    STARTING = "starting"  # runs, and isn't ready yet or no longer
    READY = "ready"
    RESTARTING = "restarting"  # ended; the next try follows
    FAILED = "failed"  # ended again and again; still tried, rarely
    EXTERNAL = "external"  # the user's own; its error, if any, says that it doesn't answer
    STOPPED = "stopped"


class Phase(StrEnum):
    """How far the mesh is."""

    STARTING = "starting"
    RUNNING = "running"
    STOPPING = "stopping"
    FAILED = "failed"


@dataclass(frozen=True)
class ProcessState:
    """One process. `since` is when it came into its health, `started` when the present process began, both in Unix seconds;

    `error` is the last that went wrong, also when all is well again.
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
        """Whether its clients can use it."""
        return self.health is Health.READY or (self.health is Health.EXTERNAL and not self.error)

    @property
    def id(self) -> ProcessId:
        """The process, told apart from later ones with the same pid."""
        return ProcessId(self.pid, self.birth)


@dataclass(frozen=True)
class MeshState:
    """The whole mesh. `fatal` is the sentence that ended a start."""

    supervisor: ProcessId
    offset: int
    phase: Phase = Phase.STARTING
    step: str = ""
    fatal: str = ""
    processes: tuple[ProcessState, ...] = ()

    @property
    def ready(self) -> bool:
        """Whether everything is up."""
        return self.phase is Phase.RUNNING and all(process.ready for process in self.processes)

    def of(self, name: str) -> ProcessState | None:
        """The process of that name."""
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
        """The state last written; None when there is none or it is of an unknown make."""
        try:
            return cls.from_json(path.read_text(encoding="utf-8"))
        except (OSError, ValueError, KeyError, TypeError):
            return None


class Board:
    """Where the supervisor notes what happens: each change is on disk when the call returns, unless the disk is full or the folder gone."""

    def __init__(self, path: Path, state: MeshState) -> None:
        """Writes nothing yet."""
        self._path = path
        self.state = state

    def mesh(self, **changes: Any) -> None:
        """Notes a change of the mesh as a whole: phase, step, fatal, processes."""
        self.state = replace(self.state, **changes)
        self.write()

    def process(self, name: str, **changes: Any) -> None:
        """Notes a change of one process; a new health sets `since`."""
        self.state = replace(self.state, processes=tuple(_changed(p, changes) if p.name == name else p for p in self.state.processes))
        self.write()

    def of(self, name: str) -> ProcessState:
        """The process of that name, which must exist."""
        found = self.state.of(name)
        if found is None:
            raise KeyError(name)
        return found

    def write(self) -> None:
        """Puts the state on disk as it is."""
        try:
            write_private(self._path, self.state.to_json())
        except OSError as error:
            _log.warning("the state can't be written: %s", error)  # no reason to end what runs well


def _changed(process: ProcessState, changes: dict[str, Any]) -> ProcessState:
    if changes.get("health", process.health) is not process.health:
        changes = {"since": time.time()} | changes
    return replace(process, **changes)
