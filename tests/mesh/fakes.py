"""A small mesh of processes that play parts, for the supervisor's tests."""

from __future__ import annotations

import asyncio
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from services.mesh.parts.part import NotReady, NotServing
from services.mesh.paths import MeshPaths
from services.mesh.supervisor.child import Command
from services.mesh.supervisor.managed import Timing
from services.mesh.supervisor.plan import Job, Plan, Stage
from services.mesh.supervisor.state import Kind, MeshState, ProcessState

SCRIPT = Path(__file__).with_name("fake_service.py")

FAST = Timing(
    first_pause=0.1,
    longest_pause=0.4,
    healthy_after=30.0,
    poll=0.02,
    probe_every=0.05,
    probe_limit=0.2,
    silent_probes=3,
    start_limit=10.0,
    stage_limit=10.0,
    outside_limit=0.3,
    failed_after=4,
    grace=0.5,
)


@dataclass(frozen=True)
class Fake:
    """One process that plays a part. Its folder must exist."""

    name: str
    port: int
    folder: Path

    def prepare(self) -> None:
        """Nothing."""

    def command(self) -> Command:
        """The script, with nothing but its arguments."""
        return Command((sys.executable, "-S", str(SCRIPT), self.name, str(self.port), str(self.folder)), env={}, cwd=self.folder)

    async def ready(self) -> None:
        """Reads the word that it says."""
        try:
            reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        except OSError as error:
            raise NotReady("no connection") from error
        try:
            said = await reader.read()
        finally:
            writer.close()
        if said != b"ok":
            raise NotServing("it says no")

    async def drain(self) -> None:
        """Notes that it was asked."""
        with (self.folder / "journal").open("a") as journal:
            journal.write(f"drain {self.name} {time.monotonic()}\n")

    def behave(self, how: str, yes: bool = True) -> None:
        """Has the process behave in one of the ways of the script from now on, or no longer."""
        file = self.folder / f"{self.name}.{how}"
        file.touch() if yes else file.unlink()


@dataclass(frozen=True)
class FakeMesh:
    """The files of a small mesh."""

    paths: MeshPaths

    @property
    def folder(self) -> Path:
        """Where the fakes live."""
        return self.paths.dir

    def events(self, *kinds: str) -> list[str]:
        """What the processes noted, as `start name`, in order; of these kinds, or all."""
        return [" ".join(line.split()[:2]) for line in self._journal() if not kinds or line.split()[0] in kinds]

    def times(self, event: str) -> list[float]:
        """When an event was noted."""
        return [float(line.split()[2]) for line in self._journal() if line.startswith(f"{event} ")]

    def state(self) -> MeshState | None:
        """What the supervisor last wrote."""
        return MeshState.read(self.paths.state)

    def of(self, name: str) -> ProcessState:
        """What it wrote of one process; of one that it hasn't written of, that it waits."""
        state = self.state()
        return (state.of(name) if state else None) or ProcessState(name, Kind.SERVICE, 0)

    def ready(self) -> bool:
        """Whether it wrote that all is ready."""
        state = self.state()
        return state is not None and state.ready

    def _journal(self) -> list[str]:
        journal = self.folder / "journal"
        return journal.read_text().splitlines() if journal.exists() else []


def stages(part: Fake, service: Fake, edge: Fake) -> Plan:
    """One of each kind."""
    return Plan((Stage(Kind.PART, (part,), required=True), Stage(Kind.SERVICE, (service,)), Stage(Kind.EDGE, (edge,))))


def python(code: str, folder: Path) -> Job:
    """A job that runs a line of Python."""
    return Job("migrate", Command((sys.executable, "-S", "-u", "-c", code), env={}, cwd=folder))
