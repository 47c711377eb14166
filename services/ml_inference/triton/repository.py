"""The layout of Triton's model repository: folder names, `config.pbtxt`, and devices.

The versions that were built with the mesh share their model's folder. A registered version has a folder of its own, `name@version`,
because Triton has one configuration for all versions in a folder: so its inputs, outputs and instances may differ, and nothing that
happens to it touches the other versions. Callers never see that name.
"""

from __future__ import annotations

from pathlib import Path

from google.protobuf import text_format
from inference import model_config_pb2

from services.ml_inference.errors import LoadFailed

CONFIG = "config.pbtxt"


def folder_of(model: str, version: int) -> str:
    """The folder of a registered version. No caller can name a model like this."""
    return f"{model}@{version}"


def model_of(folder: str) -> str:
    """The name by which callers know the model in a folder."""
    return folder.partition("@")[0]


def read_config(path: Path) -> model_config_pb2.ModelConfig:
    """Parses a `config.pbtxt`. Raises LoadFailed when it is missing or malformed."""
    try:
        return text_format.Parse(path.read_text(encoding="utf-8"), model_config_pb2.ModelConfig())
    except (OSError, UnicodeDecodeError) as error:
        raise LoadFailed(f"{path.parent.name} has no readable {CONFIG}") from error
    except text_format.ParseError as error:
        raise LoadFailed(f"{CONFIG} of {path.parent.name} can't be parsed: {error}") from error


def device_of(config: model_config_pb2.ModelConfig) -> str:
    """The device that a configuration asks for; the first one, if there are several."""
    for group in config.instance_group:
        if group.kind == model_config_pb2.ModelInstanceGroup.KIND_GPU:
            return f"gpu{group.gpus[0] if group.gpus else 0}"
    return "cpu"


def set_device(config: model_config_pb2.ModelConfig, device: str) -> None:
    """Makes a model run on a device other than its configuration says."""
    kinds = model_config_pb2.ModelInstanceGroup
    for group in config.instance_group or [config.instance_group.add(count=1)]:
        if device == "cpu":
            group.kind = kinds.KIND_CPU
            del group.gpus[:]
        else:
            group.kind = kinds.KIND_GPU
            group.gpus[:] = [int(device.removeprefix("gpu"))]
