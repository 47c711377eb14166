"""Small meshes in folders that go away."""

from __future__ import annotations

from pathlib import Path

import pytest

from services.mesh.paths import MeshPaths
from tests.mesh.fakes import FakeMesh


@pytest.fixture
def mesh(tmp_path: Path) -> FakeMesh:
    """The folder of a mesh, made and empty."""
    paths = MeshPaths(tmp_path / ".mesh")
    paths.make()
    return FakeMesh(paths)


@pytest.fixture
def mesh_paths(mesh: FakeMesh) -> MeshPaths:
    """Its paths alone."""
    return mesh.paths
