"""OpenAI's embeddings: reads `input` in its four forms, and writes vectors as numbers or base64."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from typing import Any

import numpy as np
import orjson
from google.protobuf.struct_pb2 import ListValue, Value
from uat.llm_router.v1 import llm_router_service_pb2 as pb

from services.kit.errors import InvalidRequest
from services.llm_router.providers.provider import EmbeddingRequest, Inputs, Vectors

MOST = 2048
RIGHT = "must be a text, a list of up to 2048 texts, a list of token ids, or a list of such lists"


def request_of(request: pb.CreateEmbeddingsRequest) -> EmbeddingRequest:
    """The request in the router's form. Raises InvalidRequest naming `input`."""
    inputs, single = _inputs(request.input)
    return EmbeddingRequest(request.model, inputs, "input", single, request.dimensions, request.user)


def body(found: Vectors, model: str, encoding_format: str) -> bytes:
    """The answer as JSON. NumPy writes the numbers of a vector, so that none becomes a Python float."""
    raw = found.raw
    vectors: Sequence[Any]
    if encoding_format == "base64":
        vectors = [base64.b64encode(vector).decode() for vector in raw]
    else:
        vectors = [np.frombuffer(vector, "<f4") for vector in raw]
    tokens = found.usage.input_tokens
    return orjson.dumps(
        {
            "object": "list",
            "data": [{"object": "embedding", "index": i, "embedding": vector} for i, vector in enumerate(vectors)],
            "model": model,
            "usage": {"prompt_tokens": tokens, "total_tokens": tokens},
        },
        option=orjson.OPT_SERIALIZE_NUMPY,
    )


def _inputs(value: Value) -> tuple[Inputs, bool]:
    """The texts or token ids, and whether there is one text and no list."""
    kind = value.WhichOneof("kind")
    if kind == "string_value":
        return [_text(value, "input")], True
    if kind != "list_value":
        raise InvalidRequest.of("input", RIGHT)
    items = value.list_value.values
    if not 1 <= len(items) <= MOST:
        raise InvalidRequest.of("input", f"must hold 1 to {MOST} texts, not {len(items)}")
    kinds = {item.WhichOneof("kind") for item in items}
    if kinds == {"string_value"}:
        return [_text(item, f"input[{i}]") for i, item in enumerate(items)], False
    if kinds == {"number_value"}:
        return [_token_ids(value.list_value, "input")], True
    if kinds == {"list_value"}:
        return [_token_ids(item.list_value, f"input[{i}]") for i, item in enumerate(items)], False
    raise InvalidRequest.of("input", RIGHT)


def _text(value: Value, field: str) -> str:
    if not value.string_value:
        raise InvalidRequest.of(field, "must not be empty")
    return value.string_value


def _token_ids(value: ListValue, field: str) -> Sequence[int]:
    ids = [item.number_value if item.WhichOneof("kind") == "number_value" else -1.0 for item in value.values]
    if not ids or not all(0 <= number < 2**31 and number.is_integer() for number in ids):
        raise InvalidRequest.of(field, "must hold token ids: whole numbers, at least one")
    return [int(number) for number in ids]
