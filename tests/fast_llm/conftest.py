"""A Triton with the language model alone: built when a test needs it, loaded when the engine asks for it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from services.mesh import models
from services.mesh.config import ROOT
from services.mesh.parts.runner import free_port, running_part_sync
from services.mesh.parts.triton import Triton
from services.mesh.parts.triton_wheel import Wheel
from services.models import manifest


@pytest.fixture(scope="session")
def language_triton(tmp_path_factory: pytest.TempPathFactory, triton_wheel_here: Wheel) -> Iterator[Triton]:
    """Triton with `smollm2` in its repository, not loaded."""
    models.ensure(ROOT, triton_wheel_here, print, ["smollm2"])
    built, cache = ROOT / models.FOLDER, tmp_path_factory.mktemp("cache")
    (cache / "repository").mkdir()
    (cache / "repository" / "smollm2").symlink_to(built / "repository" / "smollm2")
    manifest.write(cache, {"smollm2": manifest.read(built)["smollm2"]})
    part = Triton(tmp_path_factory.mktemp("triton"), free_port(), free_port(), free_port(), triton_wheel_here, cache)
    with running_part_sync(part, limit_s=60) as running:
        yield running
