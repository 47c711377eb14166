"""Access control for LoadModel: the folders and repository models that it may load."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from services.fast_llm.engines.engine import Engine
from services.fast_llm.errors import ModelNotFound, ModelUnloadable

Resolve = Callable[[str, str], str]
"""Resolves a model's name and the request's path, which may be empty, to what the engine loads. Raises ModelUnloadable or ModelNotFound."""


def in_folder(engine: Engine, folder: Path | None) -> Resolve:
    """Resolves to a known model's own file, or to a file inside the folder and nowhere else."""

    def resolve(model: str, path: str) -> str:
        if not path:
            return engine.path(model)
        if folder is None:
            raise ModelUnloadable.of(model, "UAT_FAST_LLM_MODELS_DIR is not set, so no other files can be loaded")
        file = (folder / path).resolve()
        if not file.is_relative_to(folder.resolve()):
            raise ModelUnloadable.of(model, "its path leads out of the models' folder")
        return str(file)

    return resolve


def in_repository(engine: Engine) -> Resolve:
    """Resolves to a model of Triton's repository: the one in the path, a known model's own, or the one with the model's name."""

    def resolve(model: str, path: str) -> str:
        try:
            return path or engine.path(model)
        except ModelNotFound:
            return model

    return resolve
