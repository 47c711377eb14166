"""The model `diffusers` with a tiny random pipeline. It needs torch, so it runs where UAT_TEST_DIFFUSERS_VENV names an environment with the
groups `triton` and `diffusers`.
"""

from __future__ import annotations

import dataclasses
import os
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import grpc
import pytest
from inference.grpc_service_pb2_grpc import GRPCInferenceServiceStub

from services.mesh.config import ROOT
from services.mesh.parts.runner import running_part_sync
from services.mesh.parts.triton import Triton
from services.mesh.parts.triton_wheel import Wheel
from services.models import manifest
from tests.models.pictures import answers, order, painted
from tests.ports import free_port

VENV = os.environ.get("UAT_TEST_DIFFUSERS_VENV", "")
pytestmark = [pytest.mark.skipif(not VENV, reason="UAT_TEST_DIFFUSERS_VENV names no environment with torch"), pytest.mark.timeout(300)]


@pytest.fixture(scope="module")
def painter(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Triton]:
    """Triton with the model built from a tiny pipeline, for pictures of 64 x 64 and 96 x 64."""
    home = tmp_path_factory.mktemp("diffusers")
    wheel = Wheel(Path(VENV), f"{sys.version_info.major}.{sys.version_info.minor}")
    environment = {**wheel.environment(home), "PYTHONPATH": str(ROOT), "UAT_DIFFUSERS_PIPELINE": str(home / "pipeline")}
    for command in (("tests.models.tiny_pipeline", str(home / "pipeline")), ("services.models.build", str(home / "cache"), "diffusers")):
        subprocess.run([str(wheel.python), "-m", *command], cwd=ROOT, env=environment, check=True, capture_output=True)
    config = home / "cache" / "repository" / "diffusers" / "config.pbtxt"
    text = config.read_text().replace("float16", "float32").replace('"1024x1024,', '"64x64,96x64,')
    config.write_text(text.replace("latest { num_versions: 1 }", "specific { versions: [1] }"))
    built = manifest.read(home / "cache")
    manifest.write(home / "cache", {"diffusers": dataclasses.replace(built["diffusers"], default_versions=(1,))})
    part = Triton(home / "triton", free_port(), free_port(), free_port(), wheel, home / "cache")
    with running_part_sync(part, limit_s=120) as running:
        yield running


@pytest.fixture
async def stub(painter: Triton) -> AsyncIterator[Any]:
    async with grpc.aio.insecure_channel(painter.url) as channel:
        yield GRPCInferenceServiceStub(channel)


async def test_a_pipeline_folder_paints_step_by_step(stub: Any) -> None:
    told = [answer async for answer in answers(stub, order("a red circle", steps=6, previews=2, model="diffusers"))]
    assert [int(answer["step"][0]) for answer in told] == [1, 2, 3, 4, 5, 6]
    assert [answer["image"].shape for answer in told if answer["image"].size] == [(64, 64, 3)] * 3
    again = await painted(stub, order("a red circle", steps=6, model="diffusers"))
    assert (again == told[-1]["image"]).all()


async def test_size_and_negative_prompt_reach_the_pipeline(stub: Any) -> None:
    plain = await painted(stub, order("a circle", steps=2, width=96, height=64, guidance=5, model="diffusers"))
    led = await painted(stub, order("a circle", steps=2, width=96, height=64, guidance=5, negative_prompt="blue", model="diffusers"))
    assert plain.shape == (64, 96, 3)
    assert (plain != led).any()
    with pytest.raises(ValueError, match="makes no 128 x 64 pictures"):
        await painted(stub, order("a circle", width=128, model="diffusers"))


async def test_a_caller_that_hangs_up_frees_the_painter(stub: Any) -> None:
    begun = time.monotonic()
    async for answer in answers(stub, order("a circle", steps=100, model="diffusers")):
        if answer["step"][0] == 2:
            two_steps = time.monotonic() - begun
            break
    begun = time.monotonic()
    await painted(stub, order("a circle", steps=2, model="diffusers"))
    assert time.monotonic() - begun < 20 * two_steps
