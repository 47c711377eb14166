"""The embeddings of minilm through a real Triton, held against what sentence-transformers made of the same texts."""

from __future__ import annotations

import base64
import json
import subprocess
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from services.kit.triton.client import Triton as Client
from services.mesh.config import ROOT
from services.mesh.parts.triton import Triton
from services.models import manifest

REFERENCE = json.loads((Path(__file__).parent / "reference" / "minilm.json").read_text(encoding="utf-8"))
RETRIEVAL = json.loads((ROOT / "services/models/minilm/retrieval.json").read_text(encoding="utf-8"))
INT8, FLOAT32 = "1", "2"
MOST = 64
"""Texts in one request."""


@pytest.fixture
async def client(triton: Triton) -> AsyncIterator[Client]:
    async with Client(triton.url) as opened:
        yield opened


async def embed(client: Client, texts: list[str], version: str = FLOAT32) -> dict[str, NDArray[Any]]:
    tensor = np.array([[text.encode()] for text in texts], object)
    return {name: np.asarray(value) for name, value in (await client.infer("minilm", {"text": tensor}, version=version)).items()}


async def vectors(client: Client, texts: list[str], version: str = FLOAT32) -> NDArray[np.float32]:
    parts = [await embed(client, texts[start : start + MOST], version) for start in range(0, len(texts), MOST)]
    return np.concatenate([part["embedding"] for part in parts])


def reference() -> NDArray[np.float32]:
    return np.stack([np.frombuffer(base64.b64decode(entry["embedding"]), "<f4") for entry in REFERENCE])


async def test_float32_gives_the_vectors_that_sentence_transformers_gives(client: Client) -> None:
    found = await embed(client, [entry["text"] for entry in REFERENCE])
    cosines = (found["embedding"] * reference()).sum(axis=1)
    assert {entry["name"]: cosine for entry, cosine in zip(REFERENCE, cosines, strict=True) if cosine < 0.9999} == {}
    assert found["token_count"].ravel().tolist() == [entry["tokens"] for entry in REFERENCE]
    named = dict(zip([entry["name"] for entry in REFERENCE], found["truncated"].ravel().tolist(), strict=True))
    assert {name for name, cut in named.items() if cut} == {"just above the limit", "far above the limit", "many words that are none"}


async def test_a_text_has_the_same_vector_alone_and_in_company(client: Client) -> None:
    texts = [entry["text"] for entry in REFERENCE]
    together = await vectors(client, texts)
    alone = np.concatenate([(await embed(client, [text]))["embedding"] for text in texts])
    assert np.abs(together - alone).max() < 1e-5
    assert np.abs(np.linalg.norm(together, axis=1) - 1).max() < 1e-5


async def test_int8_stays_close_to_float32(client: Client) -> None:
    texts = [passage["text"] for passage in RETRIEVAL["passages"]]
    cosines = (await vectors(client, texts) * await vectors(client, texts, INT8)).sum(axis=1)
    assert cosines.mean() > 0.97, cosines.mean()
    assert cosines.min() > 0.9, cosines.min()


@pytest.mark.parametrize(("version", "least"), [(FLOAT32, 0.92), (INT8, 0.89)])
async def test_neighbours_make_sense_and_the_manifest_says_how_often(
    client: Client, models_built: Path, version: str, least: float
) -> None:
    passages = await vectors(client, [passage["text"] for passage in RETRIEVAL["passages"]], version)
    queries = await vectors(client, [query["text"] for query in RETRIEVAL["queries"]], version)
    ids = [passage["id"] for passage in RETRIEVAL["passages"]]
    best = [ids[row] for row in (queries @ passages.T).argmax(axis=1)]
    recall = np.mean([found == query["passage"] for found, query in zip(best, RETRIEVAL["queries"], strict=True)])
    stated = manifest.read(models_built)["minilm"].versions[int(version)].scores["recall_at_1"]
    assert recall >= least
    assert abs(recall - stated) <= 1.5 / len(best), "what was measured when it was built"


async def test_both_versions_are_ready_and_say_what_they_are(client: Client, models_built: Path) -> None:
    states = {model.version: model.state for model in await client.index() if model.name == "minilm"}
    assert states == {FLOAT32: "READY", INT8: "READY"}
    built = manifest.read(models_built)["minilm"].versions
    assert {number: version.precision for number, version in built.items()} == {1: "int8", 2: "float32"}
    assert built[1].size_bytes < built[2].size_bytes / 3


async def test_only_what_was_asked_for_is_answered(client: Client) -> None:
    tensor = np.array([[b"a text"]], object)
    assert set(await client.infer("minilm", {"text": tensor}, ["embedding"], FLOAT32)) == {"embedding"}
    assert set(await client.infer("minilm", {"text": tensor}, version=FLOAT32)) == {"embedding", "token_count", "truncated"}


def test_runs_of_the_network_hold_texts_of_about_one_length_and_no_text_is_lost(triton_env: Path) -> None:
    code = """
import random, sys, types
triton = types.ModuleType("triton_python_backend_utils")
network = types.ModuleType("network")
network.Network = None
sys.modules |= {"triton_python_backend_utils": triton, "network": network}
from services.models.minilm.model import LONGEST, groups
from services.models.minilm import engine_network, onnx_network
random.seed(1)
lengths = [random.randint(2, LONGEST) for _ in range(500)]
for kind in (onnx_network.Network, engine_network.Network):
    found = list(groups(lengths, kind.buckets, kind.most_tokens))
    assert sorted(n for g in found for n in g) == list(range(500))
    for g in found:
        longest, shortest = max(lengths[n] for n in g), min(lengths[n] for n in g)
        assert len(g) * longest <= kind.most_tokens
        assert not any(shortest <= bucket < longest for bucket in kind.buckets)
    assert list(groups([], kind.buckets, kind.most_tokens)) == []
"""
    subprocess.run([triton_env, "-c", code], cwd=ROOT, check=True, capture_output=True)
