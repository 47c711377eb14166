"""The protocol's `parameters`: JSON objects of texts, numbers and truth values, to and from their message."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from inference import grpc_service_pb2 as oip

from services.ml_inference.open_inference.json_tensors import invalid

_LEAST, _MOST, _MOST_UNSIGNED = -(2**63), 2**63 - 1, 2**64 - 1


def set_parameter(parameters: Any, name: str, value: Any, at: str) -> None:
    """Writes one parameter into a map of `inference.InferParameter`. Raises BodyInvalid for what is no text, number or truth value."""
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


def members(given: Any, at: str) -> Mapping[str, Any]:
    """What is to be an object, where it is one or isn't there. Raises BodyInvalid."""
    if given is None:
        return {}
    if not isinstance(given, dict):
        raise invalid(at, "must be an object")
    return given


def plain(parameters: Mapping[str, oip.InferParameter]) -> dict[str, Any]:
    """A message's parameters as an object."""
    return {name: getattr(parameter, kind) for name, parameter in parameters.items() if (kind := parameter.WhichOneof("parameter_choice"))}
