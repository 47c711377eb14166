"""Builds `diffusers` from a pipeline folder that is on this machine already: `UAT_DIFFUSERS_PIPELINE=/path uat models build diffusers`.

The folder is one that `DiffusionPipeline.save_pretrained` wrote, of the SDXL class: `callback_on_step_end`, negative prompts, a VAE. Its
files become part of the repository, by hard links where that is possible, so that the version's digest covers the weights.
"""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

from services.models.manifest import Version

PIPELINE = "UAT_DIFFUSERS_PIPELINE"
HERE = Path(__file__).parent


def build(target: Path) -> dict[int, Version]:
    """Writes version 1. Raises ValueError with a sentence when there is no pipeline."""
    source = Path(os.environ.get(PIPELINE, ""))
    if not os.environ.get(PIPELINE) or not (source / "model_index.json").is_file():
        raise ValueError(f"{PIPELINE} must name a folder with a model_index.json, as DiffusionPipeline.save_pretrained writes it")
    kind = json.loads((source / "model_index.json").read_text(encoding="utf-8")).get("_class_name", "")
    folder = target / "1"
    shutil.copytree(source, folder / "pipeline", copy_function=_link)
    shutil.copyfile(HERE.parent / "decoupled.py", folder / "decoupled.py")
    return {1: Version(f"as configured ({kind})")}


def _link(source: str, target: str) -> None:
    try:
        os.link(os.path.realpath(source), target)  # a cache of a hub has links to its files
    except OSError:  # another file system
        shutil.copyfile(source, target)
