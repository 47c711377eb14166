"""The network of all-MiniLM-L6-v2 as an ONNX graph, built from its weights without torch.

BERT with 6 layers, width 384, 12 heads (Wang et al., "MiniLM: Deep Self-Attention Distillation", 2020; fine-tuned as a sentence encoder by
the sentence-transformers project, see the model card in the wheel). The graph is written with onnxruntime's own fused operators
(com.microsoft: Attention, SkipLayerNormalization, BiasGelu), which is what its optimiser for transformers would make of a plain export.
Inputs `input_ids` and `attention_mask`, int32 [batch, tokens]; output `embedding`, the mean over the tokens, scaled to length 1.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray
from onnx import ModelProto, NodeProto, TensorProto, helper, numpy_helper

LAYERS, WIDTH, HEADS, TOKENS, EPSILON = 6, 384, 12, 256, 1e-12
MICROSOFT = "com.microsoft"

Weights = Mapping[str, NDArray[np.float32]]


@dataclass
class _Graph:
    nodes: list[NodeProto] = field(default_factory=list)
    constants: list[TensorProto] = field(default_factory=list)

    def constant(self, name: str, value: NDArray[Any]) -> str:
        self.constants.append(numpy_helper.from_array(np.ascontiguousarray(value), name))
        return name

    def node(self, operator: str, inputs: Sequence[str], output: str, domain: str = "", **attributes: Any) -> str:
        self.nodes.append(helper.make_node(operator, list(inputs), [output], name=output, domain=domain, **attributes))
        return output


def build(weights: Weights, *, int8_words: bool = False) -> ModelProto:
    """The graph in float32. With `int8_words` the table of words, half of all weights, is int8 with a scale for each word."""
    graph = _Graph()
    states = _embeddings(graph, weights, int8_words=int8_words)
    for number in range(LAYERS):
        states = _layer(graph, weights, f"encoder.layer.{number}", states)
    _pooled(graph, states)
    shape = ["batch", "tokens"]
    made = helper.make_graph(
        graph.nodes,
        "minilm",
        [helper.make_tensor_value_info(name, TensorProto.INT32, shape) for name in ("input_ids", "attention_mask")],
        [helper.make_tensor_value_info("embedding", TensorProto.FLOAT, ["batch", WIDTH])],
        graph.constants,
    )
    return helper.make_model(made, opset_imports=[helper.make_opsetid("", 17), helper.make_opsetid(MICROSOFT, 1)], ir_version=8)


def _embeddings(graph: _Graph, weights: Weights, *, int8_words: bool) -> str:
    table = weights["embeddings.word_embeddings.weight"]
    # There is one segment only, so its vector goes into those of the positions.
    places = (weights["embeddings.position_embeddings.weight"] + weights["embeddings.token_type_embeddings.weight"][0])[:TOKENS]
    if int8_words:
        scale = np.maximum(np.abs(table).max(axis=1, keepdims=True), 1e-12) / 127
        rows = graph.node("Gather", [graph.constant("words", np.round(table / scale).astype(np.int8)), "input_ids"], "word_rows")
        scales = graph.node("Gather", [graph.constant("word_scales", scale.astype(np.float32)), "input_ids"], "word_row_scales")
        words = graph.node("Mul", [graph.node("Cast", [rows], "word_floats", to=TensorProto.FLOAT), scales], "word_vectors")
    else:
        words = graph.node("Gather", [graph.constant("words", table), "input_ids"], "word_vectors")
    length = graph.node("Shape", ["input_ids"], "length", start=1, end=2)
    zero = graph.constant("zero", np.array([0], np.int64))
    positions = graph.node("Slice", [graph.constant("places", places), zero, length, zero], "positions")
    added = graph.node("Add", [words, positions], "embedded")
    scale_and_shift = _norm(graph, weights, "embeddings.LayerNorm")
    return graph.node("LayerNormalization", [added, *scale_and_shift], "states", epsilon=EPSILON)


def _layer(graph: _Graph, weights: Weights, name: str, states: str) -> str:
    own = f"{name}.attention.self"
    matrix = np.concatenate([weights[f"{own}.{part}.weight"].T for part in ("query", "key", "value")], axis=1)
    shift = np.concatenate([weights[f"{own}.{part}.bias"] for part in ("query", "key", "value")])
    inputs = [states, graph.constant(f"{name}.qkv", matrix), graph.constant(f"{name}.qkv_bias", shift), "attention_mask"]
    attended = graph.node("Attention", inputs, f"{name}.attended", MICROSOFT, num_heads=HEADS)
    states = _added(graph, weights, f"{name}.attention.output", attended, states)
    inner = graph.node("MatMul", [states, _matrix(graph, weights, f"{name}.intermediate.dense")], f"{name}.inner")
    bias = graph.constant(f"{name}.inner_bias", weights[f"{name}.intermediate.dense.bias"])
    active = graph.node("BiasGelu", [inner, bias], f"{name}.active", MICROSOFT)
    return _added(graph, weights, f"{name}.output", active, states)


def _added(graph: _Graph, weights: Weights, name: str, value: str, states: str) -> str:
    """The value through a dense layer, added to the states and normalised."""
    product = graph.node("MatMul", [value, _matrix(graph, weights, f"{name}.dense")], f"{name}.product")
    bias = graph.constant(f"{name}.bias", weights[f"{name}.dense.bias"])
    inputs = [product, states, *_norm(graph, weights, f"{name}.LayerNorm"), bias]
    return graph.node("SkipLayerNormalization", inputs, f"{name}.states", MICROSOFT, epsilon=EPSILON)


def _pooled(graph: _Graph, states: str) -> str:
    # The mean's divisor falls out when the vector is scaled to length 1, so this sums.
    mask = graph.node("Cast", ["attention_mask"], "mask", to=TensorProto.FLOAT)
    row = graph.node("Unsqueeze", [mask, graph.constant("one", np.array([1], np.int64))], "mask_row")
    total = graph.node("Squeeze", [graph.node("MatMul", [row, states], "total_row"), "one"], "total")
    return graph.node("LpNormalization", [total], "embedding", axis=1, p=2)


def _matrix(graph: _Graph, weights: Weights, name: str) -> str:
    return graph.constant(f"{name}.weight", weights[f"{name}.weight"].T)


def _norm(graph: _Graph, weights: Weights, name: str) -> tuple[str, str]:
    return graph.constant(f"{name}.scale", weights[f"{name}.weight"]), graph.constant(f"{name}.shift", weights[f"{name}.bias"])
