"""Building models, and the list of them."""

from __future__ import annotations

import io
import json
import shutil
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from inference.grpc_service_pb2 import RepositoryIndexResponse
from rich.console import Console

from services.mesh import cli, model_builds, model_list
from services.mesh.config import ROOT, External, MeshConfig
from services.mesh.errors import BinaryMissing, UnknownName
from services.mesh.parts import triton_wheel
from services.mesh.parts.triton_wheel import Wheel
from services.mesh.paths import MeshPaths
from services.models import cache, manifest
from tests import small_models
from tests.mesh.test_cli import uat

PIPELINE = "UAT_DIFFUSERS_PIPELINE"


@pytest.fixture
def own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A cache that is empty and goes away."""
    monkeypatch.setattr(model_builds, "FOLDER", str(tmp_path / ".models"))
    return tmp_path / ".models"


def test_only_what_is_missing_stale_or_damaged_is_built(own_cache: Path, triton_wheel_here: Wheel, monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[str] = []
    build: Callable[..., list[str]] = lambda **more: model_builds.ensure(ROOT, triton_wheel_here, said.append, ["shapes"], **more)  # noqa: E731
    assert build() == ["shapes"]
    assert said[0] == "building shapes"
    assert said[1].startswith("built shapes: 1 version(s), 6 MiB")
    assert build() == []
    assert build(force=True) == ["shapes"]
    (own_cache / "repository" / "shapes" / "1" / "words.py").write_text("damaged")
    assert build() == ["shapes"]
    (own_cache / "repository" / "shapes" / "config.pbtxt").write_text("damaged")
    assert build() == ["shapes"]
    monkeypatch.setattr(cache, "inputs_of", lambda source, packages: "something else")
    assert build() == ["shapes"]
    assert not list((own_cache / "fresh").iterdir())


def test_one_that_cannot_be_built_leaves_the_others_built(own_cache: Path, tmp_path: Path, triton_wheel_here: Wheel) -> None:
    said: list[str] = []
    with pytest.raises(model_builds.BuildFailed, match=r"Not every model could be built, see .*build.log"):
        model_builds.ensure(ROOT, triton_wheel_here, said.append, ["diffusers", "shapes"], environ={})
    assert any(line.startswith(f"failed diffusers: {PIPELINE} must name a folder") for line in said)
    assert set(manifest.read(own_cache)) == {"shapes"}
    (tmp_path / "pipeline").mkdir()
    (tmp_path / "pipeline" / "model_index.json").write_text(json.dumps({"_class_name": "Tiny"}))
    environ = {PIPELINE: str(tmp_path / "pipeline"), "PYTHONPATH": "/nowhere"}
    assert model_builds.ensure(ROOT, triton_wheel_here, said.append, ["diffusers", "shapes"], environ=environ) == ["diffusers"]
    assert set(manifest.read(own_cache)) == {"shapes", "diffusers"}


def test_a_model_that_is_built_on_demand_is_not_built_without_being_named() -> None:
    assert "diffusers" not in model_builds.names()
    assert model_builds.names(["diffusers"]) == ["diffusers"]
    with pytest.raises(UnknownName, match=r"no model 'nothing'. There are: .*minilm"):
        model_builds.names(["nothing"])


def test_whoever_waits_for_the_lock_waits_for_the_models(
    own_cache: Path, triton_wheel_here: Wheel, monkeypatch: pytest.MonkeyPatch
) -> None:
    done: list[str] = []
    go_on = threading.Event()

    def slow(*_: object) -> None:
        go_on.wait(10)
        time.sleep(0.1)
        done.append("built")

    monkeypatch.setattr(model_builds, "_build", slow)
    with model_builds.built_beside(ROOT, triton_wheel_here, print, {}) as built:
        assert done == built == []
        go_on.set()
        with cache.exclusive(own_cache):
            assert done == ["built"]
    assert built == model_builds.names()


def test_a_build_that_takes_long_does_not_keep_triton_down(own_cache: Path) -> None:
    with cache.exclusive(own_cache) as mine:
        assert mine
        with cache.exclusive(own_cache, limit_s=0.1) as ours:
            assert not ours
    with cache.exclusive(own_cache, limit_s=0.1) as ours:
        assert ours


def test_what_cannot_be_built_beside_is_a_warning(own_cache: Path, triton_wheel_here: Wheel, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise model_builds.BuildFailed("Not every model could be built.")

    said: list[str] = []
    monkeypatch.setattr(model_builds, "_build", broken)
    with model_builds.built_beside(ROOT, triton_wheel_here, said.append, {}) as built:
        pass
    assert said == ["warning: Not every model could be built. The mesh starts all the same."]
    assert built == []
    own_cache.rmdir() if not any(own_cache.iterdir()) else shutil.rmtree(own_cache)
    own_cache.write_text("a file where the folder should be")
    with model_builds.built_beside(ROOT, triton_wheel_here, said.append, {}):
        pass
    assert said[1].startswith("warning: ")


def test_up_says_once_why_there_is_no_triton(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(root: Path) -> Wheel:
        raise BinaryMissing("Triton isn't installed.")

    monkeypatch.setattr(triton_wheel, "find", missing)
    said: list[str] = []
    with cli._models_built(MeshConfig(MeshPaths(tmp_path)), said.append) as built:
        assert built == []
    assert said == ["warning: Triton isn't installed. The mesh starts without Triton."]
    with cli._models_built(MeshConfig(MeshPaths(tmp_path), external=External(triton="grpc://host:1")), said.append) as built:
        assert built == []
    assert len(said) == 1, "one of the user's own needs no models of ours"


def test_where_no_engine_can_be_built_one_sentence_says_what_is_missing(tmp_path: Path, triton_wheel_here: Wheel) -> None:
    if any(Path("/dev").glob("nvidia[0-9]*")):
        pytest.skip("this machine has a GPU")
    said = uat(tmp_path, "models", "build", "--target", "tensorrt")
    assert said.returncode == 1
    assert said.stdout == ""
    assert said.stderr.startswith("uat: TensorRT engines can't be built here: this machine has no NVIDIA GPU (there is no /dev/nvidia0)")
    assert said.stderr.count("\n") == 1
    said = uat(tmp_path, "models", "build", "shapes", "--target", "tensorrt")
    assert (said.returncode, said.stderr) == (1, "uat: shapes can't be built for TensorRT. These can: minilm.\n")


def test_the_command_builds_what_is_missing_and_says_so(tmp_path: Path, models_built: Path) -> None:
    said = uat(tmp_path, "models", "build", "minilm", "shapes")
    assert (said.returncode, said.stdout, said.stderr) == (0, "All of them are up to date.\n", "")
    said = uat(tmp_path, "models", "build", "nothing")
    assert said.returncode == 1
    assert said.stderr.startswith("uat: There is no model 'nothing'. There are: diffusers, minilm,")


def index(*states: tuple[str, str, str, str]) -> model_list.Index:
    """What a Triton tells: name, version, state, reason."""
    return [RepositoryIndexResponse.ModelIndex(name=n, version=v, state=s, reason=r) for n, v, s, r in states]


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A project with the small models built."""
    small_models.make(tmp_path / ".models")
    return tmp_path


def found(root: Path, told: model_list.Index | None) -> dict[tuple[str, int], model_list.Entry]:
    return {(entry.name, entry.version): entry for entry in model_list.entries(root, root / "live" / "repository", told)}


def test_the_list_has_what_is_not_built_and_says_how_it_would_be(root: Path) -> None:
    entries = found(root, None)
    assert entries["diffusers", 0].state == "not built"
    assert entries["diffusers", 0].note == "only on demand: uat models build diffusers"
    assert entries["minilm", 0].note == "uat models build minilm"
    assert (entries["echo", 3].state, entries["echo", 3].platform, entries["echo", 3].device) == ("built, no Triton", "python", "cpu")
    assert entries["echo", 3].size_bytes > 100


def test_the_list_says_what_triton_says(root: Path) -> None:
    told = index(
        ("echo", "1", "READY", ""),
        ("echo", "2", "UNAVAILABLE", "unloaded"),
        ("echo", "3", "UNAVAILABLE", "Internal: it has no weights"),
        ("words", "", "", ""),
        ("theirs", "4", "READY", ""),
    )
    entries = found(root, told)
    assert [entries["echo", number].state for number in (1, 2, 3)] == ["READY", "UNLOADED", "UNAVAILABLE"]
    assert entries["echo", 3].note == "Internal: it has no weights"
    assert entries["words", 1].state == "UNLOADED", "Triton names no version of a model that was never loaded"
    assert (entries["halves", 1].state, entries["halves", 1].note) == ("built", "not in Triton's repository yet: uat restart triton")
    assert (entries["theirs", 4].state, entries["theirs", 4].origin) == ("READY", "outside")


def test_the_list_has_versions_that_were_registered_while_the_mesh_ran(root: Path) -> None:
    live = root / "live" / "repository"
    shutil.copytree(root / ".models" / "repository", live)
    manifest.write(live.parent, manifest.read(root / ".models"))
    shutil.copytree(live / "echo" / "1", live / "echo" / "9")
    shutil.copytree(live / "words", live / "of_a_user")
    entries = found(root, index(("echo", "9", "READY", ""), ("of_a_user", "1", "UNAVAILABLE", "unloaded")))
    assert (entries["echo", 9].origin, entries["echo", 9].state, entries["echo", 9].platform) == ("registered", "READY", "python")
    assert (entries["of_a_user", 1].origin, entries["of_a_user", 1].state) == ("registered", "UNLOADED")
    assert entries["echo", 1].origin == "own"


def test_the_list_has_engines(root: Path) -> None:
    engines = small_models.make(root / ".models" / "tensorrt")
    manifest.write(engines, {"echo": manifest.read(engines)["echo"]})
    entries = [entry for entry in model_list.entries(root, root / "live" / "repository", None) if entry.name == "echo"]
    assert [(entry.version, entry.origin) for entry in entries] == [(n, o) for n in (1, 2, 3) for o in ("own", "tensorrt")]


@pytest.mark.parametrize("width", [100, 120, 160])
def test_the_table_can_be_read_at_the_width_of_a_terminal(models_built: Path, width: int) -> None:
    text = io.StringIO()
    entries = model_list.entries(ROOT, models_built / "nowhere", index(("minilm", "1", "UNAVAILABLE", "Internal: " + "a long reason " * 9)))
    Console(width=width, file=text).print(model_list.table(entries))
    lines = text.getvalue().splitlines()
    assert max(len(line) for line in lines) <= width
    assert "…" not in "".join(lines)
    assert lines[0].split() == ["model", "version", "state", "size", "platform", "precision", "device", "origin", "scores"]
    names = [line.split()[:2] for line in lines[1:] if not line.startswith(" ")]
    assert names == [[entry.name, str(entry.version or "–")] for entry in entries]
    assert {"float32", "int8", "recall_at_1", "caption_match"} <= {word for line in lines for word in line.split()}
    assert f"minilm 1: Internal: {' '.join(['a long reason'] * 9)}" in model_list.notes(entries)


def test_programs_get_the_same_as_json(tmp_path: Path, models_built: Path) -> None:
    said = uat(tmp_path, "models", "list", "--json", UAT_PORT_OFFSET="23")
    assert said.returncode == 0, said.stderr
    listed = {(entry["name"], entry["version"]): entry for entry in json.loads(said.stdout)}
    minilm = listed["minilm", 2]
    assert (minilm["state"], minilm["precision"], minilm["task"], minilm["at_start"]) == (
        "built, no Triton",
        "float32",
        "TEXT_EMBEDDING",
        True,
    )
    assert minilm["scores"]["recall_at_1"] > 0.9
    assert minilm["size_bytes"] > 80 * 2**20
