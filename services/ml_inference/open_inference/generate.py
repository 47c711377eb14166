"""The bodies of Generate and GenerateStream: a flat JSON object whose members are inputs of the model, or else parameters."""

from __future__ import annotations

import math
from typing import Any

import orjson
from inference import grpc_service_pb2 as oip
from inference import model_config_pb2

from services.ml_inference.open_inference.bodies import load
from services.ml_inference.open_inference.json_tensors import flat, invalid, json_of, raw_of
from services.ml_inference.open_inference.parameters import members, plain, set_parameter
from services.ml_inference.triton.tensors import FINAL, datatype_name


def read(body: bytes, config: model_config_pb2.ModelConfig, model: str, version: str) -> oip.ModelInferRequest:
    """The request in a flat body. Members of its `parameters` count as members of the body. Raises BodyInvalid with the member.

    The shape of an input is the model's, with the elements in its last variable dimension, and a batch of one where they fit.
    """
    body_members = members(load(body), "the body")
    inputs = {tensor.name: tensor for tensor in config.input}
    request = oip.ModelInferRequest(model_name=model, model_version=version)
    inner = {} if "parameters" in inputs else members(body_members.get("parameters"), "parameters")
    for name, value in {**inner, **{n: v for n, v in body_members.items() if n != "parameters" or n in inputs}}.items():
        if name in inputs:
            _add_input(request, inputs[name], value, batched=bool(config.max_batch_size))
        elif name == "id":
            request.id = value if isinstance(value, str) else str(value)
        elif value is not None:
            set_parameter(request.parameters, name, value, name)
    return request


def write(response: oip.ModelInferResponse) -> bytes:
    """The flat object of a response. An output with one element is that element, others are arrays. Raises BodyInvalid."""
    head: dict[str, Any] = {"id": response.id} if response.id else {}
    head |= {"model_name": response.model_name, "model_version": response.model_version}
    head |= {name: value for name, value in plain(response.parameters).items() if name != FINAL}
    for output, raw in zip(response.outputs, response.raw_output_contents, strict=True):
        elements = json_of(output.datatype, raw, output.name)
        head[output.name] = orjson.Fragment(elements[1:-1] if math.prod(output.shape) == 1 else elements)
    return orjson.dumps(head)


def event(data: bytes) -> bytes:
    """A server-sent event."""
    return b"data: " + data + b"\n\n"


def error_event(message: str) -> bytes:
    """The last event of a stream that failed after its first event."""
    return event(orjson.dumps({"error": message}))


def _add_input(request: oip.ModelInferRequest, tensor: model_config_pb2.ModelInput, value: Any, *, batched: bool) -> None:
    elements, datatype = flat(value, tensor.name), datatype_name(tensor.data_type)
    shape, left = [-1, *tensor.dims] if batched else list(tensor.dims), len(elements)
    fixed = math.prod(d for d in shape if d != -1)
    if fixed == 0 or left % fixed or (-1 not in shape and left != fixed):
        raise invalid(tensor.name, f"{left} elements can't be given the shape {shape}")
    left //= fixed
    for index in reversed(range(len(shape))):
        if shape[index] == -1:
            shape[index], left = left, 1
    request.inputs.add(name=tensor.name, datatype=datatype, shape=shape)
    request.raw_input_contents.append(raw_of(datatype, elements, tensor.name))
