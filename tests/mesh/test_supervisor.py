"""The supervisor over real processes that play parts: order, restarts, silence, requests, ends."""

from __future__ import annotations

import asyncio
import itertools
import os
import shutil
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from services.mesh.parts.external import ExternalServer
from services.mesh.supervisor import requests
from services.mesh.supervisor.managed import Timing
from services.mesh.supervisor.plan import Plan, Stage
from services.mesh.supervisor.processes import is_alive, send
from services.mesh.supervisor.requests import Request, Verb
from services.mesh.supervisor.state import Health, Kind, Phase
from services.mesh.supervisor.supervisor import Maintenance, Supervisor
from tests.mesh.fakes import FAST, Fake, FakeMesh, python, stages
from tests.ports import free_port
from tests.waiting import soon


@asynccontextmanager
async def supervised(mesh: FakeMesh, plan: Plan, maintenance: Maintenance | None = None) -> AsyncIterator[asyncio.Task[int]]:
    """Runs a supervisor for the block, and has it stop at the end."""
    supervisor = Supervisor(plan, mesh.paths, timing=FAST, maintenance=maintenance)
    running = asyncio.create_task(supervisor.run())
    try:
        yield running
    finally:
        supervisor.stop()
        async with asyncio.timeout(15):
            await running


def alone(fake: Fake, kind: Kind = Kind.SERVICE, required: bool = False) -> Plan:
    """A mesh of one."""
    return Plan((Stage(kind, (fake,), required),))


@pytest.fixture
def one(mesh: FakeMesh) -> Fake:
    return Fake("one", free_port(), mesh.folder)


@pytest.fixture
def three(mesh: FakeMesh) -> tuple[Fake, Fake, Fake]:
    part, service, edge = (Fake(name, free_port(), mesh.folder) for name in ("part", "service", "edge"))
    return part, service, edge


async def test_stages_start_in_order_and_stop_in_the_reverse_leaving_nothing(mesh: FakeMesh, three: tuple[Fake, Fake, Fake]) -> None:
    async with supervised(mesh, stages(*three)) as running:
        await soon(mesh.ready)
        state = mesh.state()
        assert state is not None
        assert all(is_alive(p.id) for p in state.processes)
    assert running.result() == 0
    assert mesh.events("start", "stop") == ["start part", "start service", "start edge", "stop edge", "stop service", "stop part"]
    assert mesh.events("drain") == ["drain edge", "drain service", "drain part"]
    assert not any(is_alive(p.id) for p in state.processes)
    assert not mesh.paths.state.exists()
    assert mesh.paths.log("edge").read_text() == "edge says hello\n"


async def test_a_killed_process_is_started_again(mesh: FakeMesh, one: Fake) -> None:
    async with supervised(mesh, alone(one)):
        await soon(mesh.ready)
        before = mesh.of("one")
        assert send(before.id, signal.SIGKILL)
        await soon(lambda: mesh.of("one").restarts == 1)
        assert mesh.of("one").error == "it was ended by SIGKILL"
        await soon(mesh.ready)
        assert mesh.of("one").pid != before.pid


async def test_a_process_that_keeps_ending_is_tried_after_growing_pauses_and_told_as_failed(mesh: FakeMesh, one: Fake) -> None:
    one.behave("broken")
    async with supervised(mesh, alone(one)):
        await soon(lambda: mesh.of("one").health is Health.FAILED)
        assert mesh.of("one").error == "it ended with exit code 1: fatal error: one is broken"
        await soon(lambda: len(mesh.times("start one")) >= 5)
        starts = mesh.times("start one")
        gaps = [later - earlier for earlier, later in itertools.pairwise(starts)]
        for gap, pause in zip(gaps, (0.1, 0.2, 0.4, 0.4), strict=False):
            assert gap >= pause
        one.behave("broken", False)
        await soon(mesh.ready)


def test_pauses_grow_from_a_fifth_of_a_second_to_ten_seconds() -> None:
    pauses = [Timing().pause(ends) for ends in (1, 2, 3, 4, 5, 6, 7, 1000)]
    assert pauses == [0.2, 0.4, 0.8, 1.6, 3.2, 6.4, 10.0, 10.0]


async def test_a_silent_service_is_killed_and_started_again(mesh: FakeMesh, one: Fake) -> None:
    async with supervised(mesh, alone(one)):
        await soon(mesh.ready)
        one.behave("mute")
        await soon(lambda: mesh.of("one").restarts == 1)
        assert "answered none of 3 health checks" in mesh.of("one").error
        one.behave("mute", False)
        await soon(mesh.ready)


async def test_a_silent_part_is_reported_and_left_alive(mesh: FakeMesh, one: Fake) -> None:
    async with supervised(mesh, alone(one, Kind.PART)):
        await soon(mesh.ready)
        before = mesh.of("one")
        one.behave("mute")
        await soon(lambda: mesh.of("one").health is Health.STARTING)
        assert "no answer" in mesh.of("one").error
        one.behave("mute", False)
        await soon(mesh.ready)
        assert mesh.of("one").id == before.id


async def test_a_service_that_says_it_is_not_ready_is_left_alive(mesh: FakeMesh, one: Fake) -> None:
    async with supervised(mesh, alone(one)):
        await soon(mesh.ready)
        before = mesh.of("one")
        one.behave("sick")
        await soon(lambda: mesh.of("one").error == "it says no")
        one.behave("sick", False)
        await soon(mesh.ready)
        assert (mesh.of("one").id, mesh.of("one").restarts) == (before.id, 0)


async def test_a_process_that_does_not_stop_when_asked_is_killed(mesh: FakeMesh, one: Fake) -> None:
    one.behave("stubborn")
    async with supervised(mesh, alone(one)):
        await soon(mesh.ready)
        process = mesh.of("one")
    assert not is_alive(process.id)
    assert mesh.events() == ["start one", "drain one"]


async def test_a_failing_job_ends_the_mesh_with_its_last_lines(mesh: FakeMesh, three: tuple[Fake, Fake, Fake]) -> None:
    part, service, _ = three
    job = python("print('step 1'); raise SystemExit('no such table')", mesh.folder)
    plan = Plan((Stage(Kind.PART, (part,), required=True), job, Stage(Kind.SERVICE, (service,))))
    async with supervised(mesh, plan) as running:
        assert await running == 1
    state = mesh.state()
    assert state is not None
    assert state.phase is Phase.FAILED
    assert state.fatal == "migrate failed, it ended with exit code 1:\nstep 1\nno such table"
    assert mesh.events("start", "stop") == ["start part", "stop part"]


async def test_a_required_part_that_does_not_start_ends_the_mesh_with_its_last_words(
    mesh: FakeMesh, three: tuple[Fake, Fake, Fake]
) -> None:
    three[0].behave("broken")
    async with supervised(mesh, stages(*three)) as running:
        assert await running == 1
    state = mesh.state()
    assert state is not None
    assert state.fatal == "part doesn't start: it ended with exit code 1: fatal error: part is broken. See `uat logs part`."
    assert "start service" not in mesh.events()


async def test_a_failed_service_keeps_nobody_else_from_starting(mesh: FakeMesh, three: tuple[Fake, Fake, Fake]) -> None:
    three[1].behave("broken")
    async with supervised(mesh, stages(*three)):
        await soon(lambda: mesh.of("edge").health is Health.READY)
        assert mesh.of("service").health is Health.FAILED


async def test_a_restart_is_gentle_and_has_no_pause(mesh: FakeMesh, one: Fake) -> None:
    async with supervised(mesh, alone(one)):
        await soon(mesh.ready)
        before = mesh.of("one")
        requests.leave(mesh.paths.requests, Request(Verb.RESTART, "one"))
        requests.leave(mesh.paths.requests, Request(Verb.RESTART, "nobody"))
        os.kill(os.getpid(), signal.SIGHUP)
        await soon(lambda: mesh.ready() and mesh.of("one").pid != before.pid)
        assert mesh.events() == ["start one", "drain one", "stop one", "start one"]
        assert not any(mesh.paths.requests.iterdir())


async def test_healing_cuts_a_pause_short(mesh: FakeMesh, one: Fake) -> None:
    one.behave("broken")
    patient = Supervisor(alone(one), mesh.paths, timing=Timing(first_pause=3600, longest_pause=3600))
    running = asyncio.create_task(patient.run())
    await soon(lambda: mesh.of("one").health is Health.RESTARTING)
    one.behave("broken", False)
    requests.leave(mesh.paths.requests, Request(Verb.HEAL))
    os.kill(os.getpid(), signal.SIGHUP)
    await soon(mesh.ready)
    patient.stop()
    assert await running == 0


async def test_a_sigterm_while_starting_stops_everything(mesh: FakeMesh, three: tuple[Fake, Fake, Fake]) -> None:
    three[1].behave("mute")
    async with supervised(mesh, stages(*three)) as running:
        await soon(lambda: "start service" in mesh.events())
        os.kill(os.getpid(), signal.SIGTERM)
        assert await running == 0
    assert "start edge" not in mesh.events()


async def test_a_server_of_the_users_own_is_only_watched(mesh: FakeMesh, one: Fake) -> None:
    async def ask(url: str) -> None:
        await one.ready()

    outside = ExternalServer("redis", "UAT_REDIS_URL", one.port, "redis://there", ask)
    plan = Plan((Stage(Kind.PART, (outside,), required=True),))
    async with supervised(mesh, plan) as running:
        assert await running == 1
    state = mesh.state()
    assert state is not None
    assert state.fatal == "UAT_REDIS_URL names a server to use, but it gives no good answer: no connection"
    process = await asyncio.create_subprocess_exec(*one.command().argv, cwd=mesh.folder, stdout=asyncio.subprocess.DEVNULL)
    async with supervised(mesh, plan):
        await soon(mesh.ready)
        assert (mesh.of("redis").health, mesh.of("redis").pid) == (Health.EXTERNAL, 0)
    assert process.returncode is None
    process.kill()
    await process.wait()


async def test_the_mesh_ends_when_its_folder_is_taken_away(mesh: FakeMesh, one: Fake) -> None:
    async with supervised(mesh, alone(one), Maintenance(every_s=0.05, still_ours=mesh.paths.lock.parent.exists)) as running:
        await soon(mesh.ready)
        process = mesh.of("one")
        shutil.rmtree(mesh.folder)
        await asyncio.wait_for(asyncio.shield(running), 10)
    assert not is_alive(process.id)
