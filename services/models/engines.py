"""Builds TensorRT engines from ONNX graphs, in Triton's environment, on the machine whose GPU will run them.

An engine is specific to a version of TensorRT and to a kind of GPU. Networks are strongly typed, the only kind in TensorRT 11: the types of
the graph are float16 or float32, and QuantizeLinear and DequantizeLinear mark int8.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from importlib.util import find_spec
from pathlib import Path

Shape = tuple[int, ...]
Profile = Mapping[str, tuple[Shape, Shape, Shape]]
"""For each input the smallest shape of an engine, the one that it is optimised for, and the largest."""

WORKSPACE = 2 * 2**30
"""Bytes of GPU memory that a layer may use during its execution."""
_DEVICES = Path("/dev")


def missing() -> str:
    """Why this machine can't build engines, as one sentence; empty if it can."""
    lacks = []
    if not gpu_here():
        lacks.append("this machine has no NVIDIA GPU (there is no /dev/nvidia0)")
    if find_spec("tensorrt") is None:
        lacks.append("the package tensorrt isn't in Triton's environment (uv pip install --python .venv-triton/bin/python 'tensorrt>=10')")
    return f"TensorRT engines can't be built here: {', and '.join(lacks)}." if lacks else ""


def gpu_here() -> bool:
    """Whether this process can see an NVIDIA GPU."""
    return any(_DEVICES.glob("nvidia[0-9]*"))


def build(graph: Path, target: Path, profiles: Sequence[Profile]) -> None:
    """Builds the engine of an ONNX graph, optimised for these shapes; takes minutes. Raises ValueError with TensorRT's message."""
    import tensorrt  # noqa: PLC0415 - only where there is a GPU

    logger = tensorrt.Logger(tensorrt.Logger.WARNING)
    builder = tensorrt.Builder(logger)
    network = builder.create_network(1 << int(tensorrt.NetworkDefinitionCreationFlag.STRONGLY_TYPED))
    parser = tensorrt.OnnxParser(network, logger)
    if not parser.parse_from_file(str(graph)):
        raise ValueError("TensorRT can't read the graph: " + "; ".join(parser.get_error(n).desc() for n in range(parser.num_errors)))
    config = builder.create_builder_config()
    config.set_memory_pool_limit(tensorrt.MemoryPoolType.WORKSPACE, WORKSPACE)
    for shapes in profiles:
        profile = builder.create_optimization_profile()
        for name, (least, usual, most) in shapes.items():
            profile.set_shape(name, least, usual, most)
        if config.add_optimization_profile(profile) < 0:
            raise ValueError(f"TensorRT refuses the shapes {dict(shapes)}")
    engine = builder.build_serialized_network(network, config)
    if engine is None:
        raise ValueError("TensorRT could not build an engine of the graph; its messages are in build.log")
    target.write_bytes(engine)
