"""Builds `shapes`: checks the trained weights and puts them beside the code that runs them."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

from services.models.manifest import Version, file_digest

HERE = Path(__file__).parent
WEIGHTS = HERE / "weights"
CODE = (HERE / "words.py", HERE / "sampler.py", HERE / "onnx_network.py", HERE.parent / "decoupled.py")


def build(target: Path) -> dict[int, Version]:
    """Writes version 1. Raises ValueError when weights aren't those that were measured."""
    card = json.loads((WEIGHTS / "card.json").read_text(encoding="utf-8"))
    folder = target / "1"
    folder.mkdir()
    for name, sha256 in card["sha256"].items():
        if file_digest(WEIGHTS / name) != sha256:
            raise ValueError(f"{name} is not the file that card.json was measured with: run services.models.shapes.evaluate --card")
        shutil.copyfile(WEIGHTS / name, folder / name)
    for file in CODE:
        shutil.copyfile(file, folder / file.name)
    return {1: Version("float16", scores={"caption_match": card["match"], "captions": card["count"]})}
