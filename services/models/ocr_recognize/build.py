"""Builds `ocr_recognize` from the network of the wheel rapidocr."""

from __future__ import annotations

import json
from pathlib import Path

import onnx
from onnx import TensorProto, helper

from services.models import ocr_graph
from services.models.manifest import Version


def build(target: Path) -> dict[int, Version]:
    """Writes version 1. Of the 18,710 shares that the network gives to each step, only the greatest leaves it, so answers are small."""
    model = ocr_graph.load("PP-OCRv6_rec_small.onnx")
    said = model.graph.output[0].name
    ocr_graph.take_bytes(model, "line", ("n", 48, "width"))
    nodes = [
        helper.make_node("ArgMax", [said], ["classes"], axis=2, keepdims=0),
        helper.make_node("ReduceMax", [said], ["shares"], axes=[2], keepdims=0),
    ]
    outputs = [
        helper.make_tensor_value_info("classes", TensorProto.INT64, ["n", "steps"]),
        helper.make_tensor_value_info("shares", TensorProto.FLOAT, ["n", "steps"]),
    ]
    ocr_graph.give(model, nodes, outputs)
    folder = target / "1"
    folder.mkdir()
    (folder / "alphabet.json").write_text(json.dumps(alphabet(model), ensure_ascii=False), encoding="utf-8")
    onnx.save(model, folder / "model.onnx")
    return {1: Version("float32")}


def alphabet(model: onnx.ModelProto) -> list[str]:
    """The character of each class. Class 0 says that there is none, and the last one is the blank, which the wheel's list leaves out."""
    listed = next(entry.value for entry in model.metadata_props if entry.key == "character")
    return ["", *listed.split("\n"), " "]
