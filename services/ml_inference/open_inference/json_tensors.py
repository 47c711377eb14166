"""Elements of a tensor as JSON, to and from the bytes that a model takes and gives. Raw tensors never come this way."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain
from typing import Any

import numpy as np
import orjson

from services.kit.errors import FieldViolation
from services.kit.triton.client import bytes_elements, bytes_tensor
from services.ml_inference.errors import BodyInvalid

_TYPES = {
    "BOOL": np.dtype(np.bool_),
    "UINT8": np.dtype("u1"),
    "UINT16": np.dtype("<u2"),
    "UINT32": np.dtype("<u4"),
    "UINT64": np.dtype("<u8"),
    "INT8": np.dtype("i1"),
    "INT16": np.dtype("<i2"),
    "INT32": np.dtype("<i4"),
    "INT64": np.dtype("<i8"),
    "FP32": np.dtype("<f4"),
    "FP64": np.dtype("<f8"),
}
DATATYPES = frozenset(_TYPES) | {"BYTES"}
"""The types that JSON can carry. 16-bit floats go as raw bytes alone, as the protocol has it."""

_WANTED: dict[str, tuple[frozenset[type], str]] = {
    "BOOL": (frozenset({bool}), "true or false"),
    "BYTES": (frozenset({str}), "strings"),
    "FP32": (frozenset({int, float}), "numbers"),
    "FP64": (frozenset({int, float}), "numbers"),
}
_WHOLE = frozenset({int}), "whole numbers"
_ONLY_RAW = "goes only as raw bytes after the JSON"


def raw_of(datatype: str, elements: Sequence[Any], at: str) -> bytes:
    """The bytes of elements that lie flat. Raises BodyInvalid, naming `at`, when one is not of the type or doesn't fit into it."""
    if datatype not in DATATYPES:
        raise invalid(at, f"{datatype} {_ONLY_RAW}" if datatype in ("FP16", "BF16") else f"there is no datatype {datatype!r}")
    kinds, name = _WANTED.get(datatype, _WHOLE)
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
    """The elements as a flat JSON array. Raises BodyInvalid where JSON has no word for one."""
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
    """The elements of nested arrays, row by row; anything else is its own one element. Raises BodyInvalid when only some are arrays."""
    if not isinstance(data, list):
        return [data]
    while list in (kinds := set(map(type, data))):
        if len(kinds) > 1:
            raise invalid(at, "mixes arrays and elements")
        data = list(chain.from_iterable(data))
    return data  # type: ignore[no-any-return]


def invalid(at: str, said: str) -> BodyInvalid:
    """The fault for one place in the body."""
    return BodyInvalid(f"{at}: {said}", fields=[FieldViolation(at, said)])
