"""Converts the elements of a tensor between JSON and the bytes of a raw tensor."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain
from typing import Any

import numpy as np
import orjson

from services.kit.errors import FieldViolation
from services.kit.triton.client import DTYPES, bytes_elements, bytes_tensor
from services.ml_inference.errors import BodyInvalid

_TYPES = {name: dtype for name, dtype in DTYPES.items() if name != "FP16"}
DATATYPES = frozenset(_TYPES) | {"BYTES"}
"""The datatypes that JSON can carry. The protocol sends 16-bit floats only as raw bytes."""

_KINDS: dict[str, tuple[frozenset[type], str]] = {
    "BOOL": (frozenset({bool}), "true or false"),
    "BYTES": (frozenset({str}), "strings"),
    "FP32": (frozenset({int, float}), "numbers"),
    "FP64": (frozenset({int, float}), "numbers"),
}
_WHOLE = frozenset({int}), "whole numbers"
_ONLY_RAW = "is sent only as raw bytes after the JSON"


def raw_of(datatype: str, elements: Sequence[Any], at: str) -> bytes:
    """The bytes of flat elements. Raises BodyInvalid for `at` when one is not of the datatype, or out of its range."""
    if datatype not in DATATYPES:
        raise invalid(at, f"{datatype} {_ONLY_RAW}" if datatype in ("FP16", "BF16") else f"there is no datatype {datatype!r}")
    kinds, name = _KINDS.get(datatype, _WHOLE)
    if not kinds.issuperset(map(type, elements)):
        raise invalid(at, f"{datatype} is made of {name}")
    if datatype == "BYTES":
        return bytes_tensor([text.encode() for text in elements])
    try:
        with np.errstate(over="raise"):
            return np.array(elements, _TYPES[datatype]).tobytes()
    except (OverflowError, FloatingPointError):
        raise invalid(at, f"a number does not fit into {datatype}") from None


def json_of(datatype: str, raw: bytes, name: str) -> bytes:
    """The elements as a flat JSON array. Raises BodyInvalid for values that JSON can't express."""
    if datatype == "BYTES":
        try:
            return orjson.dumps([element.decode() for element in bytes_elements(raw)])
        except UnicodeDecodeError:
            raise BodyInvalid(f"the output {name!r} is not text, so JSON can't carry it: {_ASK_RAW}") from None
    kind = _TYPES.get(datatype)
    if kind is None:
        raise BodyInvalid(f"the output {name!r} is {datatype}, which {_ONLY_RAW}: {_ASK_RAW}")
    elements = np.frombuffer(raw, kind)
    if kind.kind == "f" and not np.isfinite(elements).all():
        raise BodyInvalid(f"the output {name!r} holds a NaN or an infinity, so JSON can't carry it: {_ASK_RAW}")
    return orjson.dumps(elements, option=orjson.OPT_SERIALIZE_NUMPY)


_ASK_RAW = "ask for it with the parameter `binary_data`, or for all with `binary_data_output`"


def flat(data: Any, at: str) -> Sequence[Any]:
    """The elements of nested arrays in row-major order; any other value is one element. Raises BodyInvalid for ragged nesting."""
    if not isinstance(data, list):
        return [data]
    while list in (kinds := set(map(type, data))):
        if len(kinds) > 1:
            raise invalid(at, "mixes arrays and elements")
        data = list(chain.from_iterable(data))
    return data  # type: ignore[no-any-return]


def invalid(at: str, reason: str) -> BodyInvalid:
    """The fault for a field of the body."""
    return BodyInvalid(f"{at}: {reason}", fields=[FieldViolation(at, reason)])
