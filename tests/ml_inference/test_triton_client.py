"""NVIDIA's own clients, unmodified, against us and against Triton itself."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest

from services.mesh.parts import triton as part
from tests.ml_inference.conftest import House
from tests.ml_inference.rest import Rest

GRPC, HTTP = (Path(__file__).with_name(name) for name in ("triton_client.py", "triton_http_client.py"))
Sights = tuple[dict[str, Any], dict[str, Any]]
"""Through us, and of Triton itself."""


async def run(python: Path, program: Path, url: str, token: str) -> dict[str, Any]:
    """What the client saw."""
    process = await asyncio.create_subprocess_exec(
        str(python), str(program), url, token, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE
    )
    out, errors = await process.communicate()
    assert process.returncode == 0, errors.decode()
    return json.loads(out)  # type: ignore[no-any-return]


@pytest.fixture(scope="module")
async def sights(small_triton: part.Triton, triton_env: Path, shared_house: House) -> Sights:
    """Of gRPC, straight to ml_inference."""
    shared_house.catalog.reset()
    token = shared_house.issuer.user(roles=("USER", "OPERATOR"))
    ours, tritons = await asyncio.gather(
        run(triton_env, GRPC, shared_house.address, token), run(triton_env, GRPC, small_triton.url, "none")
    )
    return ours, tritons


@pytest.fixture(scope="module")
async def http_sights(small_triton: part.Triton, triton_env: Path, shared_house: House, shared_rest: Rest) -> Sights:
    """Of REST, through the edge."""
    shared_house.catalog.reset()
    ours, tritons = await asyncio.gather(
        run(triton_env, HTTP, shared_rest.address, shared_rest.token()),
        run(triton_env, HTTP, f"127.0.0.1:{small_triton.http_port}", "none"),
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
        "shared memory",
        "statistics",
        "aio",
    ],
)
def test_the_client_sees_what_it_sees_of_triton(sights: Sights, what: str) -> None:
    ours, tritons = sights
    assert ours[what] == tritons[what]


def test_metadata_are_those_of_triton(sights: Sights) -> None:
    ours, tritons = sights
    assert ours["metadata"] == tritons["metadata"]


def test_a_failure_has_its_status(sights: Sights) -> None:
    codes = ["NOT_FOUND", "INVALID_ARGUMENT", "INTERNAL", "NOT_FOUND", "INVALID_ARGUMENT"]
    assert sights[0]["statuses"] == [f"StatusCode.{code}" for code in codes]


@pytest.mark.parametrize(
    "what",
    [
        "live",
        "not ready",
        "metadata",
        "config",
        "index",
        "raw",
        "json",
        "options",
        "sequence",
        "some outputs",
        "mixed",
        "halves",
        "gzip",
        "deflate",
        "made",
        "async",
        "statistics",
        "aio",
    ],
)
def test_the_http_client_sees_what_it_sees_of_triton(http_sights: Sights, what: str) -> None:
    ours, tritons = http_sights
    assert ours[what] == tritons[what]


def test_a_failure_over_http_has_its_status_and_a_sentence(http_sights: Sights) -> None:
    assert http_sights[0]["statuses"] == [["404", True], ["400", True], ["500", True], ["404", True], ["403", True]]
