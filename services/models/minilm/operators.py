"""Two ways to write the parts of a transformer layer in ONNX: onnxruntime's own fused operators, and plain ones, which TensorRT knows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray
from onnx import NodeProto, TensorProto, helper, numpy_helper

MICROSOFT = "com.microsoft"
_OUT_OF_SIGHT = -1e4  # added to the score of a token that is padding; float16 holds it


@dataclass
class Graph:
    """A graph as it is written. With `half` it computes in float16, but for what is said to be exact, which is float32 in any case."""

    half: bool = False
    nodes: list[NodeProto] = field(default_factory=list)
    constants: list[TensorProto] = field(default_factory=list)

    @property
    def number(self) -> int:
        """The type that is computed in."""
        return int(TensorProto.FLOAT16 if self.half else TensorProto.FLOAT)

    def constant(self, name: str, value: NDArray[Any], *, exact: bool = False) -> str:
        """A value under a name; returns the name."""
        if self.half and not exact and value.dtype == np.float32:
            value = value.astype(np.float16)
        self.constants.append(numpy_helper.from_array(np.ascontiguousarray(value), name))
        return name

    def node(self, operator: str, inputs: Sequence[str], output: str, domain: str = "", **attributes: Any) -> str:
        """An operator with one output; returns the output's name."""
        self.nodes.append(helper.make_node(operator, list(inputs), [output], name=output, domain=domain, **attributes))
        return output

    def norm(self, value: str, scale_and_shift: tuple[str, str], output: str, epsilon: float) -> str:
        """Layer normalisation, exact: the sum of squares of a row can be more than float16 holds. Scale and shift must be exact."""
        if not self.half:
            return self.node("LayerNormalization", [value, *scale_and_shift], output, epsilon=epsilon)
        exact = self.node("Cast", [value], f"{output}_given", to=TensorProto.FLOAT)
        made = self.node("LayerNormalization", [exact, *scale_and_shift], f"{output}_exact", epsilon=epsilon)
        return self.node("Cast", [made], output, to=self.number)


class Operators(Protocol):
    """The parts of a layer. `name` begins the names of all that a part writes; each returns the name of its output."""

    def mask(self, graph: Graph) -> str:
        """What `attention` is given as mask, made once of the input `attention_mask`."""

    def attention(self, graph: Graph, name: str, states: str, matrix: str, shift: str, mask: str, heads: tuple[int, int]) -> str:
        """Self-attention with queries, keys and values from one matrix, side by side. `heads`: how many, and the width of each."""

    def active(self, graph: Graph, name: str, value: str, shift: str) -> str:
        """GELU of the shifted value."""

    def added(self, graph: Graph, name: str, value: str, shift: str, states: str, norm: tuple[str, str], epsilon: float) -> str:
        """The shifted value added to the states, normalised by scale and shift."""


class Fused:
    """What onnxruntime's optimiser for transformers would make of a plain export."""

    def mask(self, graph: Graph) -> str:
        """The input itself."""
        del graph
        return "attention_mask"

    def attention(self, graph: Graph, name: str, states: str, matrix: str, shift: str, mask: str, heads: tuple[int, int]) -> str:
        """One operator."""
        return graph.node("Attention", [states, matrix, shift, mask], f"{name}.attended", MICROSOFT, num_heads=heads[0])

    def active(self, graph: Graph, name: str, value: str, shift: str) -> str:
        """One operator."""
        return graph.node("BiasGelu", [value, shift], f"{name}.active", MICROSOFT)

    def added(self, graph: Graph, name: str, value: str, shift: str, states: str, norm: tuple[str, str], epsilon: float) -> str:
        """One operator."""
        return graph.node("SkipLayerNormalization", [value, states, *norm, shift], f"{name}.states", MICROSOFT, epsilon=epsilon)


class Plain:
    """The same of ONNX's own operators, in the shapes that TensorRT fuses by itself."""

    def mask(self, graph: Graph) -> str:
        """0 for a token and a large negative number for padding, [batch, 1, 1, tokens]."""
        seen = graph.node("Cast", ["attention_mask"], "seen", to=graph.number)
        unseen = graph.node("Sub", [graph.constant("seen_one", np.array([1], np.float32)), seen], "unseen")
        bias = graph.node("Mul", [unseen, graph.constant("out_of_sight", np.array([_OUT_OF_SIGHT], np.float32))], "unseen_bias")
        return graph.node("Unsqueeze", [bias, graph.constant("mask_axes", np.array([1, 2], np.int64))], "mask_bias")

    def attention(self, graph: Graph, name: str, states: str, matrix: str, shift: str, mask: str, heads: tuple[int, int]) -> str:
        """Scores of queries and keys by heads, softmax, values."""
        width = heads[0] * heads[1]
        mixed = graph.node("Add", [graph.node("MatMul", [states, matrix], f"{name}.mixed"), shift], f"{name}.shifted")
        thirds = [f"{name}.{part}" for part in ("query", "key", "value")]
        graph.nodes.append(helper.make_node("Split", [mixed], thirds, name=f"{name}.thirds", axis=2))
        split = graph.constant(f"{name}.heads", np.array([0, 0, *heads], np.int64))
        apart = [graph.node("Reshape", [third, split], f"{third}_apart") for third in thirds]
        orders = ([0, 2, 1, 3], [0, 2, 3, 1], [0, 2, 1, 3])
        query, key, value = (graph.node("Transpose", [a], f"{a}_heads", perm=order) for a, order in zip(apart, orders, strict=True))
        scale = graph.constant(f"{name}.scale", np.array([heads[1] ** -0.5], np.float32))
        scaled = graph.node("Mul", [graph.node("MatMul", [query, key], f"{name}.scores"), scale], f"{name}.scaled")
        share = graph.node("Softmax", [graph.node("Add", [scaled, mask], f"{name}.masked")], f"{name}.share", axis=3)
        seen = graph.node("Transpose", [graph.node("MatMul", [share, value], f"{name}.seen")], f"{name}.seen_rows", perm=[0, 2, 1, 3])
        return graph.node("Reshape", [seen, graph.constant(f"{name}.width", np.array([0, 0, width], np.int64))], f"{name}.attended")

    def active(self, graph: Graph, name: str, value: str, shift: str) -> str:
        """With the error function, as the model was trained, not its approximation."""
        shifted = graph.node("Add", [value, shift], f"{name}.shifted_inner")
        scaled = graph.node("Mul", [shifted, graph.constant(f"{name}.root_half", np.array([0.5**0.5], np.float32))], f"{name}.scaled_inner")
        above = graph.node(
            "Add", [graph.node("Erf", [scaled], f"{name}.erf"), graph.constant(f"{name}.one", np.array([1], np.float32))], f"{name}.above"
        )
        halved = graph.node("Mul", [shifted, graph.constant(f"{name}.half", np.array([0.5], np.float32))], f"{name}.halved")
        return graph.node("Mul", [halved, above], f"{name}.active")

    def added(self, graph: Graph, name: str, value: str, shift: str, states: str, norm: tuple[str, str], epsilon: float) -> str:
        """Two sums and a normalisation."""
        sums = graph.node("Add", [graph.node("Add", [value, shift], f"{name}.shifted"), states], f"{name}.sum")
        return graph.norm(sums, norm, f"{name}.states", epsilon)
