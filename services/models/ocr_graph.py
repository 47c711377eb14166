"""What the builds of the models that read text share: the networks of the wheel rapidocr, taking pictures as they come.

The wheel's networks want planes of blue, green and red from -1 to 1; what is put in front of them here takes rows of red, green and blue
bytes, so a quarter as many bytes go to Triton and nobody else needs to know.
"""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper


def load(file: str) -> onnx.ModelProto:
    """A network of the wheel."""
    spec = find_spec("rapidocr")  # not imported: it would ask for OpenCV and more
    assert spec is not None
    assert spec.origin is not None
    return onnx.load(Path(spec.origin).parent / "models" / file)


def take_bytes(model: onnx.ModelProto, name: str, shape: tuple[str | int, str | int, str | int]) -> None:
    """Replaces the input by one of bytes, (number, height, width, 3), in red, green and blue. `shape` are the first three."""
    graph = model.graph
    inner = graph.input[0].name
    _constant(graph, f"{name}_order", np.array([2, 1, 0], np.int64))
    _constant(graph, f"{name}_scale", np.array(1 / 127.5, np.float32))
    _constant(graph, f"{name}_middle", np.array(1.0, np.float32))
    nodes = [
        helper.make_node("Transpose", [name], [f"{name}_planes"], perm=[0, 3, 1, 2]),
        helper.make_node("Gather", [f"{name}_planes", f"{name}_order"], [f"{name}_ordered"], axis=1),
        helper.make_node("Cast", [f"{name}_ordered"], [f"{name}_float"], to=TensorProto.FLOAT),
        helper.make_node("Mul", [f"{name}_float", f"{name}_scale"], [f"{name}_scaled"]),
        helper.make_node("Sub", [f"{name}_scaled", f"{name}_middle"], [inner]),
    ]
    for place, node in enumerate(nodes):
        graph.node.insert(place, node)
    del graph.input[:]
    graph.input.append(helper.make_tensor_value_info(name, TensorProto.UINT8, [*shape, 3]))


def give(model: onnx.ModelProto, nodes: list[onnx.NodeProto], outputs: list[onnx.ValueInfoProto], **constants: NDArray[np.generic]) -> None:
    """Replaces the output by what these nodes make of it."""
    for name, value in constants.items():
        _constant(model.graph, name, value)
    model.graph.node.extend(nodes)
    del model.graph.output[:]
    model.graph.output.extend(outputs)
    onnx.checker.check_model(model)


def _constant(graph: onnx.GraphProto, name: str, value: NDArray[np.generic]) -> None:
    graph.initializer.append(numpy_helper.from_array(value, name))
