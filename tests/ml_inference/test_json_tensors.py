"""Elements as JSON: whatever a tensor holds comes back as it was, and what a type can't hold is refused."""

from __future__ import annotations

import contextlib
import json
import math
import struct
from typing import Any

import numpy as np
import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st
from inference import grpc_service_pb2 as oip

from services.ml_inference.errors import BodyInvalid
from services.ml_inference.open_inference.bodies import OutputFormat, read, write
from services.ml_inference.open_inference.json_tensors import DATATYPES, flat, json_of, raw_of
from services.ml_inference.triton.tensors import SIZES

WHOLE = {
    name: (0 if name[0] == "U" else -(2 ** (8 * size - 1)), 2 ** (8 * size - (name[0] != "U")) - 1)
    for name, size in SIZES.items()
    if "INT" in name
}
ELEMENTS: dict[str, st.SearchStrategy[Any]] = {
    "BOOL": st.booleans(),
    "FP32": st.floats(width=32, allow_nan=False, allow_infinity=False),
    "FP64": st.floats(allow_nan=False, allow_infinity=False),
    "BYTES": st.text(),
    **{name: st.integers(least, most) for name, (least, most) in WHOLE.items()},
}
tensors = st.sampled_from(sorted(ELEMENTS)).flatmap(lambda name: st.tuples(st.just(name), st.lists(ELEMENTS[name], max_size=20)))


def test_every_type_that_json_can_carry_is_tried() -> None:
    assert set(ELEMENTS) == DATATYPES
    assert set(SIZES) - DATATYPES == {"FP16", "BF16"}


@given(tensors)
def test_elements_come_back_as_they_were(tensor: tuple[str, list[Any]]) -> None:
    datatype, elements = tensor
    raw = raw_of(datatype, orjson.loads(json.dumps(elements)), "data")
    came = json.loads(json_of(datatype, raw, "y"))
    assert [(type(a), str(a)) for a in _typed(datatype, came)] == [(type(a), str(a)) for a in _typed(datatype, elements)]
    assert raw_of(datatype, came, "data") == raw


def _typed(datatype: str, elements: list[Any]) -> list[Any]:
    return [np.float32(e) for e in elements] if datatype == "FP32" else elements


@given(tensors)
def test_raw_bytes_are_those_of_the_protocol(tensor: tuple[str, list[Any]]) -> None:
    datatype, elements = tensor
    codes = dict(
        zip(("UINT8", "UINT16", "UINT32", "UINT64", "INT8", "INT16", "INT32", "INT64", "FP32", "FP64", "BOOL"), "BHIQbhiqfd?", strict=True)
    )
    if datatype == "BYTES":
        expected = b"".join(struct.pack("<I", len(e.encode())) + e.encode() for e in elements)
    else:
        expected = struct.pack(f"<{len(elements)}{codes[datatype]}", *elements)
    assert raw_of(datatype, elements, "data") == expected


@given(st.integers(0, 3), st.lists(st.integers(), min_size=1, max_size=3))
def test_nesting_is_only_a_way_to_write(depth: int, elements: list[int]) -> None:
    nested: Any = elements
    for _ in range(depth):
        nested, elements = [nested, nested], elements * 2
    assert list(flat(nested, "data")) == elements
    with pytest.raises(BodyInvalid, match="mixes"):
        flat([nested, 1], "data")


@pytest.mark.parametrize("datatype", sorted(WHOLE))
def test_a_number_past_the_end_of_its_type_is_refused(datatype: str) -> None:
    least, most = WHOLE[datatype]
    for number in (least - 1, most + 1):
        with pytest.raises(BodyInvalid):
            raw_of(datatype, [number], "data")


@given(
    st.sampled_from(sorted(DATATYPES)),
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(), st.dictionaries(st.text(), st.none())),
)
def test_an_element_of_another_kind_is_refused(datatype: str, element: Any) -> None:
    kinds: dict[str, tuple[type, ...]] = {"BOOL": (bool,), "BYTES": (str,), "FP32": (int, float), "FP64": (int, float)}
    if type(element) in kinds.get(datatype, (int,)):
        return
    with pytest.raises(BodyInvalid, match="is made of"):
        raw_of(datatype, [element], "data")


@given(st.lists(tensors, min_size=1, max_size=4), st.lists(st.booleans(), min_size=4, max_size=4), st.booleans())
def test_a_body_is_read_back_from_what_was_written(given_tensors: list[tuple[str, list[Any]]], raw: list[bool], otherwise: bool) -> None:
    """A response is written, and read as a request with the same tensors: both have the same form."""
    response = oip.ModelInferResponse(model_name="m", model_version="1", id="i")
    for number, (datatype, elements) in enumerate(given_tensors):
        response.outputs.add(name=f"t{number}", datatype=datatype, shape=[len(elements)])
        response.raw_output_contents.append(raw_of(datatype, elements, "data"))
    wanted = OutputFormat({f"t{number}": which for number, which in enumerate(raw[:-1])}, otherwise)
    body, length = write(response, wanted)
    any_raw = any(wanted.is_raw(o.name) for o in response.outputs)
    assert (length is not None) == any_raw
    said = json.loads(body[:length])
    said["inputs"] = said.pop("outputs")
    head = json.dumps(said).encode()
    request, _ = read(head + (body[length:] if length is not None else b""), len(head), "m", "1")
    assert (request.model_name, request.id) == ("m", "i")
    assert [(i.name, i.datatype, list(i.shape)) for i in request.inputs] == [(o.name, o.datatype, list(o.shape)) for o in response.outputs]
    assert list(request.raw_input_contents) == list(response.raw_output_contents)


WORDS = (
    "id",
    "inputs",
    "outputs",
    "parameters",
    "name",
    "shape",
    "datatype",
    "data",
    "binary_data",
    "binary_data_size",
    "binary_data_output",
)
SCALARS = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.sampled_from((*sorted(SIZES), "BYTES", "x", "\u00e9"))
BODIES = st.recursive(SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(WORDS), inner, max_size=6))


@given(st.dictionaries(st.sampled_from(WORDS), BODIES), st.binary(max_size=20))
def test_whatever_a_body_says_it_is_read_or_refused(said: dict[str, Any], rest: bytes) -> None:
    head = json.dumps(said).encode()
    for body, length in ((head, None), (head + rest, len(head)), (rest, None), (rest + head, len(rest))):
        with contextlib.suppress(BodyInvalid):
            read(body, length, "m", "")


@pytest.mark.parametrize(("datatype", "number"), [("FP32", math.nan), ("FP64", math.inf), ("FP32", -math.inf)])
def test_json_has_no_word_for_nan_and_infinity(datatype: str, number: float) -> None:
    raw = np.array([number], "<f4" if datatype == "FP32" else "<f8").tobytes()
    with pytest.raises(BodyInvalid, match="binary_data"):
        json_of(datatype, raw, "y")


def test_a_float_that_json_writes_beyond_every_float_is_refused() -> None:
    said = b'{"inputs":[{"name":"x","datatype":"FP64","shape":[1],"data":[1e999]}]}'
    with pytest.raises(BodyInvalid):
        read(said, None, "m", "")
