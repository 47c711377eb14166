"""The live repository of a Triton: what was built, and what was registered while it ran."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from services.models import live_repository, manifest
from tests import small_models


@pytest.fixture
def cache(tmp_path: Path) -> Path:
    return small_models.make(tmp_path / "cache")


def versions(repository: Path, name: str) -> list[str]:
    return sorted(path.name for path in (repository / name).iterdir() if path.is_dir())


def forget(cache: Path, name: str, number: int) -> None:
    known = manifest.read(cache)
    model = known[name]
    kept = {n: built for n, built in model.versions.items() if n != number}
    manifest.write(cache, {**known, name: manifest.Model(**{**vars(model), "versions": kept})})


def test_all_that_was_built_is_there_and_takes_no_room(cache: Path, tmp_path: Path) -> None:
    repository = tmp_path / "live" / "repository"
    assert set(live_repository.link(cache, repository)) == set(manifest.read(cache)) >= {"echo", "words"}
    assert versions(repository, "echo") == ["1", "2", "3"]
    assert (repository / "echo" / "1" / "model.py").samefile(cache / "repository" / "echo" / "1" / "model.py")
    assert manifest.read(repository.parent) == manifest.read(cache)


def test_a_version_registered_at_run_time_stays_and_one_that_is_no_longer_built_goes(cache: Path, tmp_path: Path) -> None:
    repository = tmp_path / "live" / "repository"
    live_repository.link(cache, repository)
    shutil.copytree(repository / "echo" / "1", repository / "echo" / "17")
    shutil.copytree(repository / "words", repository / "of_a_user")
    forget(cache, "echo", 2)
    live_repository.link(cache, repository)
    assert versions(repository, "echo") == ["1", "17", "3"]
    assert versions(repository, "of_a_user") == ["1"]
    live_repository.link(cache, repository)
    assert versions(repository, "echo") == ["1", "17", "3"]


def test_a_damaged_file_is_mended(cache: Path, tmp_path: Path) -> None:
    repository = tmp_path / "live" / "repository"
    live_repository.link(cache, repository)
    whole = (cache / "repository" / "echo" / "1" / "model.py").read_text()
    damaged = repository / "echo" / "1" / "model.py"
    damaged.unlink()
    damaged.write_text("half of i")
    live_repository.link(cache, repository)
    assert damaged.read_text() == whole


def test_a_second_cache_takes_the_place_of_the_first_model_by_model(cache: Path, tmp_path: Path) -> None:
    repository, over = tmp_path / "live" / "repository", small_models.make(tmp_path / "over")
    manifest.write(over, {"echo": manifest.read(over)["echo"]})
    forget(over, "echo", 3)
    live_repository.link(cache, repository)
    built = live_repository.link(cache, repository, over)
    assert versions(repository, "echo") == ["1", "2"]
    assert (repository / "echo" / "1" / "model.py").samefile(over / "repository" / "echo" / "1" / "model.py")
    assert (repository / "words" / "1" / "model.py").samefile(cache / "repository" / "words" / "1" / "model.py")
    assert sorted(built["echo"].versions) == [1, 2]
    live_repository.link(cache, repository)
    assert versions(repository, "echo") == ["1", "2", "3"]
