"""Vectors through the official OpenAI SDK, unmodified, from the real model behind the edge."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

import numpy as np
import openai
import pytest

from services import models
from tests.conformance.conftest import Mesh
from tests.waiting import soon

MODEL = "minilm"
RETRIEVAL = json.loads((Path(models.__file__).parent / "minilm" / "retrieval.json").read_text())


@pytest.fixture(scope="module")
def client(mesh: Mesh) -> openai.OpenAI:
    return openai.OpenAI(api_key=mesh.exports["OPENAI_API_KEY"], base_url=mesh.exports["OPENAI_BASE_URL"], max_retries=0, timeout=60)


def vectors(answer: openai.types.CreateEmbeddingResponse) -> np.ndarray:
    assert [item.index for item in answer.data] == list(range(len(answer.data)))
    return np.array([item.embedding for item in answer.data])


async def test_models_that_make_vectors_are_listed_with_their_alias(client: openai.OpenAI) -> None:
    async def listed() -> bool:
        found = await asyncio.to_thread(client.models.list)
        return {MODEL, "default-embedding"} <= {model.id for model in found.data}

    await soon(listed)  # llm_router learns the models of each provider within seconds of the start


def test_numbers_and_base64_are_the_same_vector(client: openai.OpenAI) -> None:
    text = "A heron stands in shallow water."
    decoded = client.embeddings.create(model=MODEL, input=text)  # the SDK asks for base64 by itself
    numbers = client.embeddings.create(model="default-embedding", input=text, encoding_format="float")
    assert vectors(decoded).shape == (1, 384)
    assert np.array_equal(vectors(decoded).astype(np.float32), vectors(numbers).astype(np.float32))
    assert numbers.model == MODEL
    assert numbers.usage.prompt_tokens == numbers.usage.total_tokens > 6


def test_neighbours_make_sense(client: openai.OpenAI, capsys: pytest.CaptureFixture[str]) -> None:
    passages, queries = RETRIEVAL["passages"], RETRIEVAL["queries"]
    shelf = vectors(client.embeddings.create(model=MODEL, input=[passage["text"] for passage in passages]))
    asked = vectors(client.embeddings.create(model=MODEL, input=[query["text"] for query in queries]))
    found = [passages[row]["id"] for row in (asked @ shelf.T).argmax(axis=1)]
    right = sum(name == query["passage"] for name, query in zip(found, queries, strict=True))
    with capsys.disabled():
        print(f"\n  recall@1 through the SDK: {right} of {len(queries)} queries over {len(passages)} passages")
    assert right / len(queries) > 0.85


def test_more_texts_than_one_batch_come_back_in_order(client: openai.OpenAI) -> None:
    answer = vectors(client.embeddings.create(model=MODEL, input=[f"a text about the number {n}" for n in range(300)]))
    alone = vectors(client.embeddings.create(model=MODEL, input="a text about the number 217"))[0]
    assert (answer @ alone).argmax() == 217


@pytest.mark.parametrize(
    ("fields", "param", "code"),
    [
        ({"dimensions": 100}, "dimensions", "capability_missing"),
        ({"input": [1, 2, 3]}, "input", "capability_missing"),
        ({"input": ["short", "word " * 400]}, "input[1]", "context_length_exceeded"),
        ({"input": ""}, "input", "invalid_request"),
        ({"encoding_format": "hex"}, "encoding_format", "invalid_request"),
        ({"model": "smollm2"}, "model", "capability_missing"),
    ],
)
def test_a_bad_request_is_a_typed_400_that_names_the_field(client: openai.OpenAI, fields: dict[str, Any], param: str, code: str) -> None:
    with pytest.raises(openai.BadRequestError) as caught:
        client.post("/embeddings", body={"model": MODEL, "input": "x", **fields}, cast_to=object)
    assert (caught.value.param, caught.value.code) == (param, code)


def test_an_unknown_model_is_a_typed_404(client: openai.OpenAI) -> None:
    with pytest.raises(openai.NotFoundError) as caught:
        client.embeddings.create(model="gpt-99", input="x")
    assert caught.value.code == "model_not_found"
