"""The JSON bodies that errors have over REST, by the shape that an RPC's contract names."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from google.rpc import status_pb2

from services.kit.rpc import openai_errors


def open_inference(status: status_pb2.Status) -> dict[str, Any]:
    """The Open Inference Protocol's `{"error": "…"}`: the sentence and nothing else."""
    return {"error": openai_errors.ascii_line(status.message)}


BODIES: Mapping[str, Callable[[status_pb2.Status], dict[str, Any]]] = {"OPENAI": openai_errors.body, "OPEN_INFERENCE": open_inference}
"""By `Method.error_shape`. A shape that isn't here is `google.rpc.Status`, which the edge writes itself."""
