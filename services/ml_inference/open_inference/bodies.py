"""The bodies of an inference over REST: JSON, or JSON with raw tensors behind it, and the messages that they stand for.

A raw tensor is cut out of the body as it is and goes into `raw_input_contents`; on the way back it is appended as it came from the model.
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
"""The header that says how long the JSON before the raw tensors is."""
_SIZE, _RAW, _ALL_RAW = "binary_data_size", "binary_data", "binary_data_output"


@dataclass(frozen=True, slots=True)
class Wanted:
    """How the outputs are to come: raw behind the JSON or inside it, each by its name, the others by `otherwise`."""

    raw: Mapping[str, bool] = field(default_factory=dict)
    otherwise: bool = False

    def is_raw(self, output: str) -> bool:
        """Whether this output goes behind the JSON."""
        return self.raw.get(output, self.otherwise)


def json_length(header: str | None, body: bytes) -> int | None:
    """How long the JSON in a body is, by the header; None where all of it is. Raises BodyInvalid."""
    if header is None:
        return None
    if not (header.isascii() and header.isdigit()):
        raise invalid(LENGTH, f"{header[:40]!r} is no number of bytes")
    if int(header) > len(body):
        raise invalid(LENGTH, f"says {header} bytes, and the whole body has {len(body)}")
    return int(header)


def read(body: bytes, length: int | None, model: str, version: str) -> tuple[oip.ModelInferRequest, Wanted]:
    """The request that a body asks, and how it wants its answer. `length` is the length of the JSON, None for all of it.

    Raises BodyInvalid, naming the place.
    """
    said = members(load(body if length is None else body[:length]), "the body")
    rest = _Rest(body, len(body) if length is None else length)
    request = oip.ModelInferRequest(model_name=model, model_version=version, id=_text(said.get("id", ""), "id"))
    for place, given in enumerate(_list(said.get("inputs"), "inputs")):
        _add_input(request, members(given, f"inputs[{place}]"), f"inputs[{place}]", rest)
    rest.must_be_used_up()
    otherwise = False
    for name, value in members(said.get("parameters"), "parameters").items():
        if name == _ALL_RAW:
            otherwise = _flag(value, f"parameters.{name}")
        else:
            set_parameter(request.parameters, name, value, f"parameters.{name}")
    raw = {}
    for place, given in enumerate(_list(said.get("outputs"), "outputs")):
        at = f"outputs[{place}]"
        output = request.outputs.add(name=_text(members(given, at).get("name"), f"{at}.name"))
        for name, value in members(given.get("parameters"), f"{at}.parameters").items():
            if name == _RAW:
                raw[output.name] = _flag(value, f"{at}.parameters.{name}")
            else:
                set_parameter(output.parameters, name, value, f"{at}.parameters.{name}")
    return request, Wanted(raw, otherwise)


def read_bare(body: bytes, config: model_config_pb2.ModelConfig, model: str, version: str) -> tuple[oip.ModelInferRequest, Wanted]:
    """The request of a body without any JSON: the bytes of the model's only input, one item of a batch. The answer comes raw.

    Raises BodyInvalid where the model's shape doesn't follow from the number of bytes.
    """
    if len(config.input) != 1:
        raise BodyInvalid(f"{model} has {len(config.input)} inputs, so the JSON that names them can't be left out")
    (tensor,) = config.input
    datatype, shape = datatype_name(tensor.data_type), list(tensor.dims)
    if datatype == "BYTES":
        count, body = 1, len(body).to_bytes(4, "little") + body
    else:
        count = len(body) // SIZES[datatype]
    fixed = math.prod(d for d in shape if d != -1)
    if shape.count(-1) > 1 or (-1 not in shape and fixed != count) or (-1 in shape and (fixed == 0 or count % fixed)):
        raise BodyInvalid(f"the shape of {tensor.name!r}, {shape}, does not follow from {len(body)} bytes: say it in JSON")
    shape = [count // fixed if d == -1 else d for d in shape]
    request = oip.ModelInferRequest(model_name=model, model_version=version)
    request.inputs.add(name=tensor.name, datatype=datatype, shape=[1, *shape] if config.max_batch_size else shape)
    request.raw_input_contents.append(body)
    return request, Wanted(otherwise=True)


def write(response: oip.ModelInferResponse, wanted: Wanted) -> tuple[bytes, int | None]:
    """The body for a response, and the length of its JSON where raw tensors follow. Raises BodyInvalid for what JSON can't carry."""
    raws, outputs = [], []
    for output, raw in zip(response.outputs, response.raw_output_contents, strict=True):
        said: dict[str, Any] = {"name": output.name, "datatype": output.datatype, "shape": list(output.shape)}
        parameters = plain(output.parameters)
        if wanted.is_raw(output.name):
            parameters[_SIZE] = len(raw)
            raws.append(raw)
        else:
            said["data"] = orjson.Fragment(json_of(output.datatype, raw, output.name))
        outputs.append(said | ({"parameters": parameters} if parameters else {}))
    head: dict[str, Any] = {"id": response.id} if response.id else {}
    head |= {"model_name": response.model_name, "model_version": response.model_version}
    if response.parameters:
        head["parameters"] = plain(response.parameters)
    json = orjson.dumps(head | {"outputs": outputs})
    return (b"".join([json, *raws]), len(json)) if raws else (json, None)


def load(text: bytes) -> Any:
    """What a JSON text says. Raises BodyInvalid."""
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise BodyInvalid(f"the body is not JSON: {error}") from None


class _Rest:
    """The raw tensors behind the JSON, taken one after the other."""

    def __init__(self, body: bytes, start: int) -> None:
        self._body = body
        self._at = start

    def take(self, size: Any, at: str) -> bytes:
        left = len(self._body) - self._at
        if type(size) is not int or size < 0:
            raise invalid(at, "must be a number of bytes")
        if size > left:
            raise invalid(
                at, f"says {size} bytes, and {left} are left of the body behind the JSON; the header {LENGTH} says where that ends"
            )
        self._at += size
        return self._body[self._at - size : self._at]

    def must_be_used_up(self) -> None:
        left = len(self._body) - self._at
        if left:
            raise BodyInvalid(f"{left} bytes of the body are left over: no input's `{_SIZE}` is about them")


def _add_input(request: oip.ModelInferRequest, given: Mapping[str, Any], at: str, rest: _Rest) -> None:
    datatype, shape = _text(given.get("datatype"), f"{at}.datatype"), _shape(given.get("shape"), f"{at}.shape")
    tensor = request.inputs.add(name=_text(given.get("name"), f"{at}.name"), datatype=datatype, shape=shape)
    parameters = members(given.get("parameters"), f"{at}.parameters")
    for name, value in parameters.items():
        if name != _SIZE:
            set_parameter(tensor.parameters, name, value, f"{at}.parameters.{name}")
    if _SIZE in parameters:
        if "data" in given:
            raise invalid(at, f"has `data`, and `{_SIZE}` as well")
        request.raw_input_contents.append(rest.take(parameters[_SIZE], f"{at}.parameters.{_SIZE}"))
    elif REGION not in parameters:
        if "data" not in given:
            raise invalid(at, f"has neither `data` nor the parameter `{_SIZE}`")
        elements = flat(_list(given["data"], f"{at}.data"), f"{at}.data")
        if len(elements) != (count := math.prod(shape)):
            raise invalid(f"{at}.data", f"has {len(elements)} elements, and the shape {shape} asks for {count}")
        request.raw_input_contents.append(raw_of(datatype, elements, f"{at}.data"))


def _text(given: Any, at: str) -> str:
    if not isinstance(given, str):
        raise invalid(at, "must be a string" if given is not None else "is missing")
    return given


def _flag(given: Any, at: str) -> bool:
    if not isinstance(given, bool):
        raise invalid(at, "must be true or false")
    return given


def _list(given: Any, at: str) -> list[Any]:
    if given is None:
        return []
    if not isinstance(given, list):
        raise invalid(at, "must be an array")
    return given


def _shape(given: Any, at: str) -> list[int]:
    if not isinstance(given, list) or not all(type(d) is int and 0 <= d < 2**31 for d in given):
        raise invalid(at, "must be an array of whole numbers, none negative")
    return given
