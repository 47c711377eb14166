"""Writes the trained networks as ONNX: `python -m services.models.shapes.export CHECKPOINTS FOLDER`, with the group `train`.

Weights are kept in float16, which halves the files and changes no picture that a person would see; onnxruntime makes them float32 again
once, when it loads them, so it computes as before.
"""

from __future__ import annotations

import argparse
import io
from pathlib import Path

import numpy as np
import onnx
import torch
from onnx import TensorProto, helper, numpy_helper
from torch import Tensor, nn

from services.models.shapes import words
from services.models.shapes.network import COLORS, ITEMS, SHAPES, SIZE, STATE
from services.models.shapes.onnx_network import PAINTER, PLANNER, TEXT
from services.models.shapes.train import PainterTask, PlannerTask, Task

_LARGE = 1024


def export(checkpoints: Path, folder: Path) -> None:
    """Writes the averaged weights of `planner.pt` and `painter.pt` as three graphs."""
    planner, painter = PlannerTask(), PainterTask()
    _load(planner, checkpoints / "planner.pt")
    _load(painter, checkpoints / "painter.pt")
    folder.mkdir(parents=True, exist_ok=True)
    numbers = torch.from_numpy(np.stack((words.numbers("a red circle"), words.numbers(""))))
    captions = planner.text(numbers)
    state, time, kinds = torch.randn(2, STATE), torch.tensor((0.1, 0.6)), (torch.rand(2, ITEMS, SHAPES), torch.rand(2, ITEMS, COLORS))
    _write(planner.text, {"words": numbers}, ["captions"], folder / TEXT)
    given = {"state": state, "time": time, "words": numbers, "captions": captions}
    _write(planner.planner, given, ["clean", "shape_scores", "color_scores"], folder / PLANNER)
    given = {"picture": torch.randn(2, 3, SIZE, SIZE), "time": time, "state": state, "shapes": kinds[0], "colors": kinds[1]}
    _write(painter.painter, given, ["clean"], folder / PAINTER)


def _load(task: Task, checkpoint: Path) -> None:
    task.load_state_dict(torch.load(checkpoint, weights_only=True)["average"])
    task.eval()


def _write(module: nn.Module, given: dict[str, Tensor], outputs: list[str], path: Path) -> None:
    graph = io.BytesIO()
    axes = {name: {0: "batch"} for name in (*given, *outputs)}
    torch.onnx.export(
        module,
        tuple(given.values()),
        graph,
        input_names=list(given),
        output_names=outputs,
        dynamic_axes=axes,
        opset_version=18,
        dynamo=False,
    )
    whole = onnx.load_from_string(graph.getvalue())
    _halve(whole.graph)
    onnx.checker.check_model(whole, full_check=True)
    onnx.save(whole, path)


def _halve(graph: onnx.GraphProto) -> None:
    """Stores the large weights in float16, with a cast behind each."""
    casts = []
    for weight in graph.initializer:
        if weight.data_type == TensorProto.FLOAT and np.prod(weight.dims) >= _LARGE:
            name = weight.name
            half = numpy_helper.from_array(numpy_helper.to_array(weight).astype(np.float16), f"{name}.half")
            weight.CopyFrom(half)
            casts.append(helper.make_node("Cast", [f"{name}.half"], [name], to=TensorProto.FLOAT))
    nodes = [*casts, *graph.node]
    del graph.node[:]
    graph.node.extend(nodes)


if __name__ == "__main__":
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("checkpoints", type=Path)
    arguments.add_argument("folder", type=Path)
    asked = arguments.parse_args()
    export(asked.checkpoints, asked.folder)
