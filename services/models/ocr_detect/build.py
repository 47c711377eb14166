"""Builds `ocr_detect` from the network of the wheel rapidocr."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper

from services.models import ocr_graph
from services.models.manifest import Version


def build(target: Path) -> dict[int, Version]:
    """Writes version 1: bytes in, bytes out."""
    model = ocr_graph.load("PP-OCRv6_det_small.onnx")
    said = model.graph.output[0].name
    ocr_graph.take_bytes(model, "image", ("n", "height", "width"))
    nodes = [
        helper.make_node("Squeeze", [said], ["flat"], axes=[1]),
        helper.make_node("Mul", ["flat", "most"], ["scaled"]),
        helper.make_node("Round", ["scaled"], ["rounded"]),
        helper.make_node("Cast", ["rounded"], ["probability"], to=TensorProto.UINT8),
    ]
    outputs = [helper.make_tensor_value_info("probability", TensorProto.UINT8, ["n", "height", "width"])]
    ocr_graph.give(model, nodes, outputs, most=np.array(255.0, np.float32))
    folder = target / "1"
    folder.mkdir()
    onnx.save(model, folder / "model.onnx")
    return {1: Version("float32")}
