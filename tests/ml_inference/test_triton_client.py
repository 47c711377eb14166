"""NVIDIA's own client, unmodified, against us and against Triton itself."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest

from services.mesh.parts import triton as part
from tests.ml_inference.conftest import House

PROGRAM = Path(__file__).with_name("triton_client.py")


async def run(python: Path, url: str, token: str) -> dict[str, Any]:
    """What the client saw."""
    process = await asyncio.create_subprocess_exec(
        str(python), str(PROGRAM), url, token, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE
    )
    out, errors = await process.communicate()
    assert process.returncode == 0, errors.decode()
    return json.loads(out)  # type: ignore[no-any-return]


@pytest.fixture(scope="module")
async def sights(small_triton: part.Triton, triton_env: Path, shared_house: House) -> tuple[dict[str, Any], dict[str, Any]]:
    """Through us, and of Triton itself."""
    shared_house.catalog.reset()
    ours, tritons = await asyncio.gather(
        run(triton_env, shared_house.address, shared_house.issuer.user()), run(triton_env, small_triton.url, "none")
    )
    return ours, tritons


@pytest.mark.parametrize(
    "what",
    [
        "live",
        "config",
        "index",
        "unary",
        "options",
        "sequence",
        "some outputs",
        "halves",
        "compressed",
        "async",
        "decoupled",
        "final",
        "stream",
        "stream with final",
        "stream goes on",
        "none",
        "aio",
    ],
)
def test_the_client_sees_what_it_sees_of_triton(sights: tuple[dict[str, Any], dict[str, Any]], what: str) -> None:
    ours, tritons = sights
    assert ours[what] == tritons[what]


def test_metadata_are_those_of_triton(sights: tuple[dict[str, Any], dict[str, Any]]) -> None:
    ours, tritons = sights
    assert ours["metadata"] == tritons["metadata"]


def test_a_failure_has_its_status(sights: tuple[dict[str, Any], dict[str, Any]]) -> None:
    assert sights[0]["statuses"] == ["StatusCode.NOT_FOUND", "StatusCode.INVALID_ARGUMENT", "StatusCode.INTERNAL", "StatusCode.NOT_FOUND"]
