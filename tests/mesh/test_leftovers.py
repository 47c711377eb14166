"""What remains when a supervisor is killed, and what must never be touched."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from services.mesh.supervisor.orphans import clean
from services.mesh.supervisor.processes import ProcessId, birth_of, is_alive, send
from services.mesh.supervisor.state import Health, Kind, MeshState, ProcessState
from tests.mesh.fakes import Fake, FakeMesh
from tests.ports import free_port
from tests.waiting import soon

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def sleeper() -> Iterator[ProcessId]:
    """A process that is none of the mesh's business."""
    with subprocess.Popen([sys.executable, "-S", "-c", "import time; time.sleep(600)"]) as process:
        yield ProcessId(process.pid, birth_of(process.pid) or "")
        process.kill()


def note(mesh: FakeMesh, process: ProcessId, **more: object) -> None:
    """Has `state.json` say that the process belongs to the mesh."""
    entry = ProcessState("one", Kind.SERVICE, 1, Health.READY, pid=process.pid, birth=process.birth)
    mesh.paths.state.write_text(MeshState(ProcessId(0, ""), 0, processes=(replace(entry, **more),)).to_json())  # type: ignore[arg-type]


def test_a_process_of_ours_is_ended(mesh: FakeMesh, sleeper: ProcessId) -> None:
    note(mesh, sleeper)
    assert clean(mesh.paths) == 1
    assert not is_alive(sleeper)
    assert not mesh.paths.state.exists()


def test_a_foreign_process_with_a_recorded_pid_is_left_alone(mesh: FakeMesh, sleeper: ProcessId) -> None:
    for birth in ("", "another-boot:1", sleeper.birth + "0"):
        note(mesh, ProcessId(sleeper.pid, birth))
        assert clean(mesh.paths) == 0
        assert is_alive(sleeper)


@pytest.mark.parametrize("pid", [0, -1, 1])
def test_special_pids_are_never_signalled(pid: int) -> None:
    assert not send(ProcessId(pid, "whatever"), signal.SIGKILL)


def test_a_state_that_cannot_be_read_is_forgotten(mesh: FakeMesh) -> None:
    mesh.paths.state.write_text("{half")
    assert clean(mesh.paths) == 0
    assert not mesh.paths.state.exists()


async def test_when_the_supervisor_is_killed_its_children_end_and_a_stubborn_one_is_cleaned_up(mesh: FakeMesh) -> None:
    fakes = [Fake(name, free_port(), mesh.folder) for name in ("part", "service", "edge")]
    fakes[1].behave("stubborn")
    command = [sys.executable, "-m", "tests.mesh.fake_daemon", *(str(fake.port) for fake in fakes)]
    with subprocess.Popen(command, cwd=ROOT, env={**os.environ, "UAT_MESH_DIR": str(mesh.folder)}) as daemon:
        await soon(mesh.ready)
        part, service, edge = (mesh.of(fake.name).id for fake in fakes)
        daemon.kill()
    await soon(lambda: not is_alive(part) and not is_alive(edge))
    assert is_alive(service)
    assert sorted(mesh.events("stop")) == ["stop edge", "stop part"]
    assert clean(mesh.paths, grace_s=0.2) == 1
    assert not is_alive(service)
