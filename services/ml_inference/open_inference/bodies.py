"""HTTP bodies of an inference: JSON, or JSON followed by raw tensors, to and from messages.

Raw tensors are copied between the body and the messages unchanged.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import orjson
from inference import grpc_service_pb2 as oip
from inference import model_config_pb2

from services.ml_inference.errors import BodyInvalid
from services.ml_inference.open_inference.json_tensors import flat, invalid, json_of, raw_of
from services.ml_inference.open_inference.parameters import members, plain, set_parameter
from services.ml_inference.triton.tensors import REGION, SIZES, datatype_name

LENGTH = "inference-header-content-length"
"""The header with the length of the JSON before the raw tensors."""
_SIZE, _RAW, _ALL_RAW = "binary_data_size", "binary_data", "binary_data_output"


@dataclass(frozen=True, slots=True)
class OutputFormat:
    """Which outputs the caller wants raw, behind the JSON: by name in `raw`, and all others by `default`."""

    raw: Mapping[str, bool] = field(default_factory=dict)
    default: bool = False

    def is_raw(self, output: str) -> bool:
        """Whether an output goes behind the JSON."""
        return self.raw.get(output, self.default)


def json_length(header: str | None, body: bytes) -> int | None:
    """The length of the JSON by the header; None where the whole body is JSON. Raises BodyInvalid."""
    if header is None:
        return None
    if not (header.isascii() and header.isdigit()):
        raise invalid(LENGTH, f"{header[:40]!r} is not a number of bytes")
    if int(header) > len(body):
        raise invalid(LENGTH, f"says {header} bytes, and the whole body has {len(body)}")
    return int(header)


def read(body: bytes, length: int | None, model: str, version: str) -> tuple[oip.ModelInferRequest, OutputFormat]:
    """The request in a body, and the format of its response. `length` is the length of the JSON, None for the whole body.

    Raises BodyInvalid with the field.
    """
    json = members(load(body if length is None else body[:length]), "the body")
    tensors = _RawTensors(body, len(body) if length is None else length)
    request = oip.ModelInferRequest(model_name=model, model_version=version, id=_text(json.get("id", ""), "id"))
    for index, value in enumerate(_list(json.get("inputs"), "inputs")):
        _add_input(request, members(value, f"inputs[{index}]"), f"inputs[{index}]", tensors)
    tensors.check_consumed()
    default = False
    for name, value in members(json.get("parameters"), "parameters").items():
        if name == _ALL_RAW:
            default = _flag(value, f"parameters.{name}")
        else:
            set_parameter(request.parameters, name, value, f"parameters.{name}")
    raw = {}
    for index, value in enumerate(_list(json.get("outputs"), "outputs")):
        at = f"outputs[{index}]"
        output = request.outputs.add(name=_text(members(value, at).get("name"), f"{at}.name"))
        for name, parameter in members(value.get("parameters"), f"{at}.parameters").items():
            if name == _RAW:
                raw[output.name] = _flag(parameter, f"{at}.parameters.{name}")
            else:
                set_parameter(output.parameters, name, parameter, f"{at}.parameters.{name}")
    return request, OutputFormat(raw, default)


def read_bare(body: bytes, config: model_config_pb2.ModelConfig, model: str, version: str) -> tuple[oip.ModelInferRequest, OutputFormat]:
    """The request of a body without JSON: the bytes of the model's only input, a batch of one. The response is raw.

    Raises BodyInvalid where the shape doesn't follow from the number of bytes.
    """
    if len(config.input) != 1:
        raise BodyInvalid(f"{model} has {len(config.input)} inputs, so a body needs the JSON that names them")
    (tensor,) = config.input
    datatype, shape = datatype_name(tensor.data_type), list(tensor.dims)
    if datatype == "BYTES":
        count, body = 1, len(body).to_bytes(4, "little") + body
    else:
        count = len(body) // SIZES[datatype]
    fixed = math.prod(d for d in shape if d != -1)
    if shape.count(-1) > 1 or (-1 not in shape and fixed != count) or (-1 in shape and (fixed == 0 or count % fixed)):
        raise BodyInvalid(f"the shape of {tensor.name!r}, {shape}, does not follow from {len(body)} bytes: send it in JSON")
    shape = [count // fixed if d == -1 else d for d in shape]
    request = oip.ModelInferRequest(model_name=model, model_version=version)
    request.inputs.add(name=tensor.name, datatype=datatype, shape=[1, *shape] if config.max_batch_size else shape)
    request.raw_input_contents.append(body)
    return request, OutputFormat(default=True)


def write(response: oip.ModelInferResponse, format_: OutputFormat) -> tuple[bytes, int | None]:
    """The body of a response, and the length of its JSON where raw tensors follow. Raises BodyInvalid where JSON can't express it."""
    raws, outputs = [], []
    for output, raw in zip(response.outputs, response.raw_output_contents, strict=True):
        json: dict[str, Any] = {"name": output.name, "datatype": output.datatype, "shape": list(output.shape)}
        parameters = plain(output.parameters)
        if format_.is_raw(output.name):
            parameters[_SIZE] = len(raw)
            raws.append(raw)
        else:
            json["data"] = orjson.Fragment(json_of(output.datatype, raw, output.name))
        outputs.append(json | ({"parameters": parameters} if parameters else {}))
    head: dict[str, Any] = {"id": response.id} if response.id else {}
    head |= {"model_name": response.model_name, "model_version": response.model_version}
    if response.parameters:
        head["parameters"] = plain(response.parameters)
    text = orjson.dumps(head | {"outputs": outputs})
    return (b"".join([text, *raws]), len(text)) if raws else (text, None)


def load(text: bytes) -> Any:
    """Parses JSON. Raises BodyInvalid."""
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise BodyInvalid(f"the body is not JSON: {error}") from None


class _RawTensors:
    """The raw tensors behind the JSON, taken in order."""

    def __init__(self, body: bytes, start: int) -> None:
        self._body = body
        self._at = start

    def take(self, size: Any, at: str) -> bytes:
        left = len(self._body) - self._at
        if type(size) is not int or size < 0:
            raise invalid(at, "must be a number of bytes")
        if size > left:
            raise invalid(
                at, f"says {size} bytes, and {left} are left of the body behind the JSON; the header {LENGTH} gives the JSON's length"
            )
        self._at += size
        return self._body[self._at - size : self._at]

    def check_consumed(self) -> None:
        left = len(self._body) - self._at
        if left:
            raise BodyInvalid(f"{left} bytes of the body belong to no input's `{_SIZE}`")


def _add_input(request: oip.ModelInferRequest, value: Mapping[str, Any], at: str, tensors: _RawTensors) -> None:
    datatype, shape = _text(value.get("datatype"), f"{at}.datatype"), _shape(value.get("shape"), f"{at}.shape")
    tensor = request.inputs.add(name=_text(value.get("name"), f"{at}.name"), datatype=datatype, shape=shape)
    parameters = members(value.get("parameters"), f"{at}.parameters")
    for name, parameter in parameters.items():
        if name != _SIZE:
            set_parameter(tensor.parameters, name, parameter, f"{at}.parameters.{name}")
    if _SIZE in parameters:
        if "data" in value:
            raise invalid(at, f"has `data`, and `{_SIZE}` as well")
        request.raw_input_contents.append(tensors.take(parameters[_SIZE], f"{at}.parameters.{_SIZE}"))
    elif REGION not in parameters:
        if "data" not in value:
            raise invalid(at, f"has neither `data` nor the parameter `{_SIZE}`")
        elements = flat(_list(value["data"], f"{at}.data"), f"{at}.data")
        if len(elements) != (count := math.prod(shape)):
            raise invalid(f"{at}.data", f"has {len(elements)} elements, and the shape {shape} asks for {count}")
        request.raw_input_contents.append(raw_of(datatype, elements, f"{at}.data"))


def _text(value: Any, at: str) -> str:
    if not isinstance(value, str):
        raise invalid(at, "must be a string" if value is not None else "is missing")
    return value


def _flag(value: Any, at: str) -> bool:
    if not isinstance(value, bool):
        raise invalid(at, "must be true or false")
    return value


def _list(value: Any, at: str) -> list[Any]:
    if value is None:
        return []
    if not isinstance(value, list):
        raise invalid(at, "must be an array")
    return value


def _shape(value: Any, at: str) -> list[int]:
    if not isinstance(value, list) or not all(type(d) is int and 0 <= d < 2**31 for d in value):
        raise invalid(at, "must be an array of non-negative integers")
    return value
