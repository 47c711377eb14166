"""Builds `ocr_orient` from the network of the wheel rapidocr."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper

from services.models import ocr_graph
from services.models.manifest import Version


def build(target: Path) -> dict[int, Version]:
    """Writes version 1. Of the network's two classes, upright and upside down, it says the second."""
    model = ocr_graph.load("ch_ppocr_mobile_v2.0_cls_mobile.onnx")
    said = model.graph.output[0].name
    ocr_graph.take_bytes(model, "line", ("n", 48, 192))
    nodes = [helper.make_node("Gather", [said, "second"], ["upside_down"], axis=1)]
    outputs = [helper.make_tensor_value_info("upside_down", TensorProto.FLOAT, ["n", 1])]
    ocr_graph.give(model, nodes, outputs, second=np.array([1], np.int64))
    folder = target / "1"
    folder.mkdir()
    onnx.save(model, folder / "model.onnx")
    return {1: Version("float32")}
