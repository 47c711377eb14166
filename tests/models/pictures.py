"""Asks Triton's image models for pictures, with nothing between."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import numpy as np
from inference import grpc_service_pb2

KINDS = {"prompt": "BYTES", "negative_prompt": "BYTES", "seed": "INT64", "guidance": "FP32"}
BYTES_OF = {"INT64": np.int64, "INT32": np.int32, "FP32": np.float32}


def order(
    prompt: str, seed: int = 1, steps: int = 6, guidance: float = 2.0, model: str = "shapes", **more: object
) -> grpc_service_pb2.ModelInferRequest:
    request = grpc_service_pb2.ModelInferRequest(model_name=model)
    for name, value in {"prompt": prompt, "seed": seed, "steps": steps, "guidance": guidance, **more}.items():
        kind = KINDS.get(name, "INT32")
        request.inputs.add(name=name, datatype=kind, shape=[1])
        text = str(value).encode()
        raw = len(text).to_bytes(4, "little") + text if kind == "BYTES" else np.array([value], BYTES_OF[kind]).tobytes()
        request.raw_input_contents.append(raw)
    return request


async def answers(stub: Any, request: grpc_service_pb2.ModelInferRequest) -> AsyncIterator[dict[str, np.ndarray]]:
    """What the model answers, hanging up when the reader stops."""

    async def requests() -> AsyncIterator[grpc_service_pb2.ModelInferRequest]:
        yield request

    call = stub.ModelStreamInfer(requests())
    try:
        async for answer in call:
            if answer.error_message:
                raise ValueError(answer.error_message)
            raw = zip(answer.infer_response.outputs, answer.infer_response.raw_output_contents, strict=True)
            kinds = {"UINT8": np.uint8, "INT32": np.int32, "BOOL": np.bool_}
            yield {output.name: np.frombuffer(data, kinds[output.datatype]).reshape(tuple(output.shape)) for output, data in raw}
    finally:
        call.cancel()


async def painted(stub: Any, request: grpc_service_pb2.ModelInferRequest) -> np.ndarray:
    async for answer in answers(stub, request):
        if answer["final"][0]:
            return answer["image"]
    raise AssertionError("it ended without a picture")
