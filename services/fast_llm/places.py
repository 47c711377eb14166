"""Where the models lie that LoadModel may load."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from services.fast_llm.engines.engine import Engine
from services.fast_llm.engines.errors import ModelNotFound, ModelUnloadable

Place = Callable[[str, str], str]
"""From a model's name and the path that was asked for, which may be empty, to what the engine loads. Raises ModelUnloadable or
ModelNotFound.
"""


def in_folder(engine: Engine, folder: Path | None) -> Place:
    """A known model's own file, or a file inside a folder and nowhere else."""

    def place(model: str, path: str) -> str:
        if not path:
            return engine.model(model).path
        if folder is None:
            raise ModelUnloadable(model, "UAT_FAST_LLM_MODELS_DIR is not set, so no other files can be loaded")
        file = (folder / path).resolve()
        if not file.is_relative_to(folder.resolve()):
            raise ModelUnloadable(model, "its path leads out of the models' folder")
        return str(file)

    return place


def in_repository(engine: Engine) -> Place:
    """A model of a server's repository: the one that is named, or the one that a known model is, or the one of the model's own name."""

    def place(model: str, path: str) -> str:
        try:
            return path or engine.model(model).path
        except ModelNotFound:
            return model

    return place
