"""Sample requests for a model, for warm-ups and probes."""

from __future__ import annotations

import math

import numpy as np
from inference import grpc_service_pb2 as oip
from inference import model_config_pb2

from services.kit.triton.client import bytes_tensor
from services.ml_inference.triton.tensors import SIZES, datatype_name

_ANY = 32
"""The size that is chosen for a variable dimension."""
_TEXT = b"The quick brown fox jumps over the lazy dog."
_INTEGERS = frozenset({"INT8", "INT16", "INT32", "INT64", "UINT8", "UINT16", "UINT32", "UINT64"})
_FLOATS = {"FP16": "<f2", "FP32": "<f4", "FP64": "<f8"}


def requests_of(config: model_config_pb2.ModelConfig) -> list[oip.ModelInferRequest]:
    """Requests for a model: those of its `model_warmup`, or generated ones for a batch of one and for the largest batch."""
    if config.model_warmup:
        return [_configured(config, warm_up) for warm_up in config.model_warmup]
    most = config.max_batch_size
    return [_generated(config, batch) for batch in ([1, most] if most > 1 else [1] if most else [None])]


def _configured(config: model_config_pb2.ModelConfig, warm_up: model_config_pb2.ModelWarmup) -> oip.ModelInferRequest:
    request = _request(config)
    batch = [max(1, warm_up.batch_size)] if config.max_batch_size else []
    for name, given in warm_up.inputs.items():
        shape = [*batch, *given.dims]
        datatype = datatype_name(given.data_type)
        request.inputs.add(name=name, datatype=datatype, shape=shape)
        zero = given.WhichOneof("input_data_type") == "zero_data"
        request.raw_input_contents.append(_zeros(datatype, math.prod(shape)) if zero else _elements(datatype, shape))
    return request


def _generated(config: model_config_pb2.ModelConfig, batch: int | None) -> oip.ModelInferRequest:
    request = _request(config)
    for tensor in config.input:
        if tensor.optional:
            continue
        shape = [*([] if batch is None else [batch]), *(_ANY if d == -1 else d for d in tensor.dims)]
        datatype = datatype_name(tensor.data_type)
        request.inputs.add(name=tensor.name, datatype=datatype, shape=shape)
        request.raw_input_contents.append(_elements(datatype, shape))
    return request


def _request(config: model_config_pb2.ModelConfig) -> oip.ModelInferRequest:
    request = oip.ModelInferRequest(id="warm-up")
    if config.HasField("sequence_batching"):
        request.parameters["sequence_id"].uint64_param = 1
        request.parameters["sequence_start"].bool_param = True
        request.parameters["sequence_end"].bool_param = True
    return request


def _elements(datatype: str, shape: list[int]) -> bytes:
    """Short texts, small integers, and fractions: what most models accept."""
    count, random = math.prod(shape), np.random.default_rng(0)
    if datatype == "BYTES":
        return bytes_tensor([_TEXT] * count)
    if datatype in _INTEGERS:
        return np.ones(count, f"<{'u' if datatype.startswith('U') else 'i'}{SIZES[datatype]}").tobytes()
    if datatype in _FLOATS:
        return random.random(count).astype(_FLOATS[datatype]).tobytes()
    return bytes(count * SIZES[datatype])


def _zeros(datatype: str, count: int) -> bytes:
    return bytes_tensor([b""] * count) if datatype == "BYTES" else bytes(count * SIZES[datatype])
