"""Triton as a part of the mesh: watched, started again when it was killed, its metrics there to be scraped."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import numpy as np
import pytest

from services.kit.triton.client import Triton as Client
from services.mesh import status
from services.mesh.parts import triton_client
from services.mesh.parts.triton import Triton
from services.mesh.parts.triton_wheel import Wheel
from services.mesh.paths import MeshPaths
from services.mesh.ports import is_free
from services.mesh.supervisor.plan import Plan, Stage
from services.mesh.supervisor.state import Kind
from services.mesh.supervisor.supervisor import Supervisor
from services.models import manifest
from tests import small_models
from tests.mesh.fakes import FakeMesh
from tests.waiting import soon


@pytest.fixture
async def watched(mesh_paths: MeshPaths, mesh: FakeMesh, triton_wheel_here: Wheel, tmp_path: Path) -> AsyncIterator[Triton]:
    """Triton alone, under a supervisor."""
    triton = small_models.part(mesh_paths.triton, triton_wheel_here, small_models.make(tmp_path / "cache"))
    supervisor = Supervisor(Plan((Stage(Kind.PART, (triton,), beside=True),)), mesh_paths)
    running = asyncio.create_task(supervisor.run())
    try:
        await soon(mesh.ready, 60)
        yield triton
    finally:
        supervisor.stop()
        await running


async def echo(triton: Triton) -> float:
    async with Client(triton.url) as client:
        answer = await client.infer("echo", {"x": np.array([[2.5]], np.float32)}, version="1")
    return float(np.asarray(answer["y"])[0, 0])


async def test_a_killed_triton_is_started_again_with_its_models(watched: Triton, mesh: FakeMesh) -> None:
    assert await echo(watched) == 2.5
    before = mesh.of("triton")
    assert status.memory_of(before.pid) > 20 * 2**20, "with the processes of its models"
    os.kill(before.pid, signal.SIGKILL)
    await soon(lambda: mesh.of("triton").restarts == 1, 10)
    await soon(mesh.ready, 30)
    after = mesh.of("triton")
    assert after.pid != before.pid
    assert after.error == "it was ended by SIGKILL"
    assert await echo(watched) == 2.5
    own = [path.name for path in Path("/dev/shm").glob(f"uat_triton_{os.geteuid()}_{watched.port}_*")]
    assert len(own) == sum(len(model.versions) for model in manifest.read(watched.dir).values()), "what the killed one left is gone"


def test_processes_of_models_that_outlived_their_triton_are_ended(tmp_path: Path, triton_wheel_here: Wheel) -> None:
    triton = small_models.part(tmp_path / "triton", triton_wheel_here, small_models.make(tmp_path / "cache"))
    stub = str(triton.dir / "backends" / "python" / "triton_python_backend_stub")
    with subprocess.Popen([stub, "60"], executable="/bin/sleep") as orphan, subprocess.Popen(["/bin/sleep", "60"]) as other:
        triton.prepare()
        assert orphan.wait(5) == -signal.SIGKILL
        assert other.poll() is None
        other.kill()


async def test_its_metrics_can_be_scraped(small_triton: Triton) -> None:
    await echo(small_triton)
    await soon(lambda: not is_free(small_triton.metrics_port))  # it opens a moment after the port for inference

    async def successes() -> float:
        async with aiohttp.ClientSession() as http, http.get(f"http://127.0.0.1:{small_triton.metrics_port}/metrics") as answer:
            text = await answer.text()
        counted = [line for line in text.splitlines() if line.startswith('nv_inference_request_success{model="echo",version="1"}')]
        assert len(counted) == 1
        return float(counted[0].split()[-1])

    async with asyncio.timeout(10):  # Triton counts a request after it has answered it
        while await successes() < 1:
            await asyncio.sleep(0.05)


async def test_a_model_that_does_not_load_is_named_and_the_others_are_there(
    tmp_path: Path, triton_wheel_here: Wheel, mesh: FakeMesh, mesh_paths: MeshPaths
) -> None:
    cache = small_models.make(tmp_path / "cache")
    (cache / "repository" / "words" / "1" / "model.py").write_text("raise ValueError('it has no words')")
    triton = small_models.part(mesh_paths.triton, triton_wheel_here, cache)
    supervisor = Supervisor(Plan((Stage(Kind.PART, (triton,)),)), mesh_paths)
    running = asyncio.create_task(supervisor.run())
    try:
        await soon(mesh.ready, 60)
        assert await echo(triton) == 2.5
        [sentence] = await triton_client.broken_models(triton.url)
        assert sentence.startswith("words version 1 isn't loaded: ")
        assert "it has no words" in sentence
    finally:
        supervisor.stop()
        await running
    assert await triton_client.index(triton.url, limit_s=0.2) is None
