"""The bodies of the model repository's RPCs; an empty body has the defaults."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping

from inference import grpc_service_pb2 as oip

from services.ml_inference.open_inference.bodies import load
from services.ml_inference.open_inference.json_tensors import invalid
from services.ml_inference.open_inference.parameters import members


def only_ready(body: bytes) -> bool:
    """Whether only ready versions are requested. Raises BodyInvalid."""
    return _members(body).get("ready") is True


def load_parameters(body: bytes) -> Mapping[str, oip.ModelRepositoryParameter]:
    """The parameters of a load: `config`, and files in base64 as `file:<version>/<name>`. Raises BodyInvalid."""
    found: dict[str, oip.ModelRepositoryParameter] = {}
    for name, value in members(_members(body).get("parameters"), "parameters").items():
        at, parameter = f"parameters.{name}", oip.ModelRepositoryParameter()
        found[name] = parameter
        if name.startswith("file:"):
            parameter.bytes_param = _decoded(value, at)
        elif isinstance(value, bool):
            parameter.bool_param = value
        elif isinstance(value, int) and -(2**63) <= value < 2**63:
            parameter.int64_param = value
        elif isinstance(value, str):
            parameter.string_param = value
        else:
            raise invalid(at, "a parameter is a text, a whole number, true or false")
    return found


def _members(body: bytes) -> Mapping[str, object]:
    return members(load(body), "the body") if body.strip() else {}


def _decoded(value: object, at: str) -> bytes:
    try:
        return base64.b64decode(value if isinstance(value, str) else b"?", validate=True)
    except (binascii.Error, ValueError):
        raise invalid(at, "a file is base64") from None
