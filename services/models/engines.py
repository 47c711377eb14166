"""TensorRT engines from ONNX graphs, in Triton's environment, on the machine whose GPU will run them.

An engine belongs to one version of TensorRT and to one kind of GPU. Networks are strongly typed, which TensorRT 11 knows nothing else than:
the graph itself says what is float16 or float32, and what is int8 it says with QuantizeLinear and DequantizeLinear.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from importlib.util import find_spec
from pathlib import Path

Shape = tuple[int, ...]
Profile = Mapping[str, tuple[Shape, Shape, Shape]]
"""For each input the least shape that an engine takes, the one it is tuned for, and the greatest."""

WORKSPACE = 2 * 2**30
"""Bytes of the GPU's memory that a layer may use while it computes."""
_DEVICES = Path("/dev")


def missing() -> str:
    """What keeps this machine from building engines, as one sentence; empty when nothing does."""
    lacks = []
    if not gpu_here():
        lacks.append("this machine has no NVIDIA GPU (there is no /dev/nvidia0)")
    if find_spec("tensorrt") is None:
        lacks.append("the package tensorrt isn't in Triton's environment (uv pip install --python .venv-triton/bin/python 'tensorrt>=10')")
    return f"TensorRT engines can't be built here: {', and '.join(lacks)}." if lacks else ""


def gpu_here() -> bool:
    """Whether this machine has an NVIDIA GPU that this process may see."""
    return any(_DEVICES.glob("nvidia[0-9]*"))


def build(graph: Path, target: Path, profiles: Sequence[Profile]) -> None:
    """Builds the engine of an ONNX graph, tuned for these shapes; takes minutes. Raises ValueError with TensorRT's own words."""
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
        raise ValueError("TensorRT could build no engine of the graph; its own words are in build.log")
    target.write_bytes(engine)
