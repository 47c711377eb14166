"""Validates the tensors of a request against the model's configuration, before the request is queued."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from inference import grpc_service_pb2 as oip
from inference import model_config_pb2

from services.kit.errors import FieldViolation
from services.ml_inference.errors import SharedMemoryRefused, TensorMismatch

SIZES = {
    "BOOL": 1,
    "UINT8": 1,
    "UINT16": 2,
    "UINT32": 4,
    "UINT64": 8,
    "INT8": 1,
    "INT16": 2,
    "INT32": 4,
    "INT64": 8,
    "FP16": 2,
    "BF16": 2,
    "FP32": 4,
    "FP64": 8,
}
"""Bytes of one element. BYTES has no fixed size."""

CONTENTS = {
    "BOOL": "bool_contents",
    "INT8": "int_contents",
    "INT16": "int_contents",
    "INT32": "int_contents",
    "INT64": "int64_contents",
    "UINT8": "uint_contents",
    "UINT16": "uint_contents",
    "UINT32": "uint_contents",
    "UINT64": "uint64_contents",
    "FP32": "fp32_contents",
    "FP64": "fp64_contents",
    "BYTES": "bytes_contents",
}
"""The field of `InferTensorContents` for a datatype; 16-bit floats have none and are sent as raw bytes."""

FINAL = "triton_final_response"
"""The response parameter that marks the last response of a stream."""
REGION, REGION_SIZE = "shared_memory_region", "shared_memory_byte_size"
_COUNTED = 4096
"""Byte strings are counted up to this many; Triton itself counts longer tensors."""


@dataclass(frozen=True, slots=True)
class Input:
    """An input of a model. `shape` has no batch dimension."""

    datatype: str
    shape: tuple[int, ...]
    optional: bool


@dataclass(frozen=True, slots=True)
class Signature:
    """The inputs and outputs of a model, as its configuration declares them."""

    model: str
    inputs: Mapping[str, Input]
    required: frozenset[str]
    outputs: frozenset[str]
    max_batch_size: int
    decoupled: bool

    @classmethod
    def of(cls, config: model_config_pb2.ModelConfig) -> Signature:
        """The signature that a configuration declares."""
        inputs = {i.name: Input(datatype_name(i.data_type), tuple(i.dims), i.optional) for i in config.input}
        return cls(
            model=config.name,
            inputs=inputs,
            required=frozenset(name for name, i in inputs.items() if not i.optional),
            outputs=frozenset(o.name for o in config.output),
            max_batch_size=config.max_batch_size,
            decoupled=config.model_transaction_policy.decoupled,
        )

    def rows(self, request: oip.ModelInferRequest) -> int:
        """The batch size of the request, or 1."""
        if self.max_batch_size and request.inputs and request.inputs[0].shape:
            return max(1, request.inputs[0].shape[0])
        return 1

    def check(self, request: oip.ModelInferRequest) -> None:
        """Raises TensorMismatch with every tensor that does not fit, or SharedMemoryRefused for parameters that contradict a shape."""
        violations: list[FieldViolation] = []
        raw = bool(request.raw_input_contents)
        # Each entry read from the message is a copy, so only one is held at a time.
        raws = iter(request.raw_input_contents)
        batch: int | None = None
        seen = set()
        for index, tensor in enumerate(request.inputs):
            raw_entry = None if REGION in tensor.parameters else next(raws, None)
            expected = self.inputs.get(tensor.name)
            at = f"inputs[{index}]"
            if expected is None or tensor.name in seen:
                takes = ", ".join(self.inputs) or "none"
                problem = "is there twice" if tensor.name in seen else f"is no input of {self.model}; it takes {takes}"
                violations.append(FieldViolation(f"{at}.name", f"{tensor.name!r} {problem}"))
                continue
            seen.add(tensor.name)
            if tensor.datatype != expected.datatype:
                violations.append(
                    FieldViolation(f"{at}.datatype", f"{tensor.name!r} is {expected.datatype}, not {tensor.datatype or 'nothing'}")
                )
                continue
            shape = tuple(tensor.shape)
            problem = _shape_problem(self, expected, shape, batch)
            if problem:
                violations.append(FieldViolation(f"{at}.shape", f"{tensor.name!r} {problem}"))
                continue
            if self.max_batch_size:
                batch = shape[0]
            problem = _content_problem(tensor, math.prod(shape), raw_entry, raw=raw)
            if problem:
                violations.append(FieldViolation(at, f"{tensor.name!r} {problem}"))
        violations += [FieldViolation("inputs", f"{name!r} is missing") for name in sorted(self.required - seen)]
        if next(raws, None) is not None:
            violations.append(FieldViolation("raw_input_contents", f"has more entries than there are inputs, {len(request.inputs)}"))
        for index, output in enumerate(request.outputs):
            if output.name not in self.outputs:
                problem = f"{output.name!r} is no output of {self.model}; it gives {', '.join(sorted(self.outputs))}"
                violations.append(FieldViolation(f"outputs[{index}].name", problem))
        if violations:
            raise TensorMismatch("; ".join(f"{v.field}: {v.description}" for v in violations[:5]), fields=violations)


def uses_shared_memory(request: oip.ModelInferRequest) -> bool:
    """Whether an input or an output is in shared memory."""
    return any(REGION in t.parameters for t in request.inputs) or any(REGION in t.parameters for t in request.outputs)


def datatype_name(number: int) -> str:
    """The protocol's name of a datatype of the configuration."""
    name = model_config_pb2.DataType.Name(number).removeprefix("TYPE_")
    return "BYTES" if name == "STRING" else name


def _shape_problem(signature: Signature, expected: Input, shape: tuple[int, ...], batch: int | None) -> str:
    items = shape
    if signature.max_batch_size:
        if not shape or not 1 <= shape[0] <= signature.max_batch_size:
            return f"has the shape {list(shape)}; its first number is the batch, 1 to {signature.max_batch_size}"
        if batch is not None and shape[0] != batch:
            return f"has a batch of {shape[0]}, and the inputs before it one of {batch}"
        items = shape[1:]
    fits = len(items) == len(expected.shape) and all(
        has == wants or (wants == -1 and has >= 0) for has, wants in zip(items, expected.shape, strict=True)
    )
    if fits:
        return ""
    wanted = [*(["batch"] if signature.max_batch_size else []), *("any" if d == -1 else str(d) for d in expected.shape)]
    return f"has the shape {list(shape)}; {signature.model} takes [{', '.join(wanted)}]"


def _content_problem(tensor: oip.ModelInferRequest.InferInputTensor, count: int, raw_entry: bytes | None, *, raw: bool) -> str:
    """What is wrong with the elements, of which the shape needs `count`. `raw_entry` is the tensor's entry of the raw contents, `raw` tells
    whether the request has any.
    """
    size = SIZES.get(tensor.datatype)
    if REGION in tensor.parameters:
        stated = tensor.parameters[REGION_SIZE].int64_param
        if size is not None and stated != count * size:
            raise SharedMemoryRefused(f"{tensor.name!r} needs {count * size} bytes, and {REGION_SIZE} says {stated}")
        return ""
    if not raw:
        return _contents_problem(tensor, count)
    if tensor.HasField("contents"):
        return "has `contents`, and there is `raw_input_contents` as well"
    if raw_entry is None:
        return "has no entry in `raw_input_contents`"
    if size is not None:
        return "" if len(raw_entry) == count * size else f"needs {count * size} bytes for its shape, and has {len(raw_entry)}"
    if count > _COUNTED:
        return ""
    found = _elements(raw_entry)
    if found is None:
        return "ends in the middle of an element"
    return "" if found == count else f"needs {count} elements for its shape, and has {found}"


def _contents_problem(tensor: oip.ModelInferRequest.InferInputTensor, count: int) -> str:
    field = CONTENTS.get(tensor.datatype)
    if field is None:
        return f"is {tensor.datatype}, which is sent only as raw bytes"
    found = len(getattr(tensor.contents, field))
    return "" if found == count else f"needs {count} elements in `{field}` for its shape, and has {found}"


def _elements(raw: bytes) -> int | None:
    """The number of byte strings in a raw tensor; None when the last one is truncated."""
    found, at, end = 0, 0, len(raw)
    while at < end:
        at += 4 + int.from_bytes(raw[at : at + 4], "little")
        found += 1
    return found if at == end else None
