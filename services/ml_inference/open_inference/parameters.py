"""Converts the protocol's `parameters` between JSON objects and messages."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from inference import grpc_service_pb2 as oip

from services.ml_inference.open_inference.json_tensors import invalid

_LEAST, _MOST, _MOST_UNSIGNED = -(2**63), 2**63 - 1, 2**64 - 1


def set_parameter(parameters: Any, name: str, value: Any, at: str) -> None:
    """Sets one parameter in a map of `inference.InferParameter`. Raises BodyInvalid for a value that isn't a string, number or boolean."""
    if isinstance(value, bool):
        parameters[name].bool_param = value
    elif isinstance(value, int) and _LEAST <= value <= _MOST:
        parameters[name].int64_param = value
    elif isinstance(value, int) and 0 <= value <= _MOST_UNSIGNED:
        parameters[name].uint64_param = value
    elif isinstance(value, float) and math.isfinite(value):
        parameters[name].double_param = value
    elif isinstance(value, str):
        parameters[name].string_param = value
    else:
        raise invalid(at, "a parameter is a text, a number, true or false")


def members(value: Any, at: str) -> Mapping[str, Any]:
    """The members of an object; none where it is missing. Raises BodyInvalid for other values."""
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise invalid(at, "must be an object")
    return value


def plain(parameters: Mapping[str, oip.InferParameter]) -> dict[str, Any]:
    """The parameters of a message as a JSON object."""
    return {name: getattr(parameter, kind) for name, parameter in parameters.items() if (kind := parameter.WhichOneof("parameter_choice"))}
