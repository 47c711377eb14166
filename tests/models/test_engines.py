"""minilm for TensorRT, as far as it goes without a GPU: the graphs, the configurations, and the model before the engine, in a real Triton.

In place of TensorRT stands a model that runs the very graph that TensorRT would be given, by onnxruntime.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import types
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from google.protobuf import text_format
from inference.model_config_pb2 import ModelConfig, ModelInstanceGroup

from services.kit.triton.client import Triton as Client
from services.kit.triton.client import TritonFailed
from services.mesh.config import ROOT
from services.mesh.parts.runner import running_part_sync
from services.mesh.parts.triton import Triton
from services.mesh.parts.triton_wheel import Wheel
from services.models import engines, manifest
from tests.models.test_minilm import REFERENCE, embed, reference
from tests.ports import free_port

STAND_IN = """
from pathlib import Path
import onnxruntime
import triton_python_backend_utils as triton

class TritonPythonModel:
    def initialize(self, args):
        graph = Path(args["model_repository"]) / args["model_version"] / "model.plan"
        self.session = onnxruntime.InferenceSession(graph.read_bytes(), providers=["CPUExecutionProvider"])

    def execute(self, requests):
        found = []
        for request in requests:
            given = {name: triton.get_input_tensor_by_name(request, name).as_numpy() for name in ("input_ids", "attention_mask")}
            if 12779 in given["input_ids"]:  # "volcano"
                raise ValueError("it fell over")
            found.append(triton.InferenceResponse([triton.Tensor("embedding", self.session.run(["embedding"], given)[0])]))
        return found
"""
BUILD = """
import json, shutil, sys
from pathlib import Path
from services.models import build, cache, engines

def stand_in(graph, target, profiles):
    shutil.copyfile(graph, target)
    (target.parent / "profiles.json").write_text(json.dumps(profiles))
    (target.parent / "model.py").write_text(sys.argv[2])

engines.build = stand_in
engines.missing = lambda: ""
sys.exit(build.main([sys.argv[1], "minilm", "--engines", "--int8"]))
"""


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory, triton_env: Path) -> Path:
    """What `uat models build --target tensorrt --int8` writes, but for the engines."""
    cache = tmp_path_factory.mktemp("tensorrt")
    said = subprocess.run([triton_env, "-c", BUILD, cache, STAND_IN], cwd=ROOT, capture_output=True, text=True, check=False)
    assert said.returncode == 0, said.stdout + said.stderr
    lines = said.stdout.splitlines()
    assert lines[0] == "building minilm for TensorRT"
    assert [line.split(":")[0] for line in lines[1:]] == ["built minilm", "built minilm_engine"]
    return cache


@pytest.fixture(scope="module")
def served(built: Path, tmp_path_factory: pytest.TempPathFactory, triton_wheel_here: Wheel) -> Iterator[Triton]:
    """A Triton that serves it, the stand-in in place of the engine."""
    path = built / "repository" / "minilm_engine" / "config.pbtxt"
    original = path.read_text()
    config = re.sub(r"instance_group .*", "instance_group [ { kind: KIND_CPU } ]", original)
    path.write_text(config.replace('platform: "tensorrt_plan"', 'backend: "python"'))
    part = Triton(tmp_path_factory.mktemp("triton"), free_port(), free_port(), free_port(), triton_wheel_here, built)
    with running_part_sync(part, limit_s=60) as running:
        path.write_text(original)
        yield running


def config_of(built: Path, model: str) -> ModelConfig:
    return text_format.Parse((built / "repository" / model / "config.pbtxt").read_text(), ModelConfig())


@pytest.mark.parametrize(("version", "least"), [("2", 0.999), ("1", 0.95)], ids=["float16", "int8"])
async def test_nothing_above_can_tell_it_from_minilm(served: Triton, version: str, least: float) -> None:
    async with Client(served.url) as client:
        found = await embed(client, [entry["text"] for entry in REFERENCE], version)
    cosines = (found["embedding"] * reference()).sum(axis=1)
    assert cosines.mean() >= least, cosines
    assert found["token_count"].ravel().tolist() == [entry["tokens"] for entry in REFERENCE]
    assert found["truncated"].any()


async def test_an_engine_that_fails_fails_the_call_and_the_next_one_works(served: Triton) -> None:
    async with Client(served.url) as client:
        with pytest.raises(TritonFailed) as failed:
            await embed(client, ["a volcano"], "1")
        assert "it fell over" in failed.value.triton_message
        assert (await embed(client, ["a b"], "1"))["embedding"].shape == (1, 384)


def test_triton_is_told_that_the_network_is_an_engine_on_a_gpu(built: Path) -> None:
    front, engine = config_of(built, "minilm"), config_of(built, "minilm_engine")
    assert (engine.platform, engine.backend) == ("tensorrt_plan", "")
    [group] = engine.instance_group
    assert group.kind == ModelInstanceGroup.KIND_GPU
    assert engine.max_batch_size == front.max_batch_size == 64
    assert list(engine.version_policy.specific.versions) == list(front.version_policy.specific.versions) == [1, 2]
    original = text_format.Parse((ROOT / "services/models/minilm/config.pbtxt").read_text(), ModelConfig())
    assert list(front.input) == list(original.input)
    assert list(front.output) == list(original.output)
    assert front.backend == "python"
    profiles = json.loads((built / "repository/minilm_engine/1/profiles.json").read_text())
    assert list(group.profile) == [str(number) for number in range(len(profiles))]
    for profile in profiles:
        assert set(profile) == {"input_ids", "attention_mask"}
        for least, usual, most in profile.values():
            assert all(a <= b <= c for a, b, c in zip(least, usual, most, strict=True))
            assert (least, most[0]) == ([1, 2], 64)
    assert max(profile["input_ids"][2][1] for profile in profiles) == 256


def test_the_manifest_says_what_was_built(built: Path) -> None:
    known = manifest.read(built)
    assert {name: {n: (v.precision, v.platform) for n, v in model.versions.items()} for name, model in known.items()} == {
        "minilm": {1: ("int8", "python"), 2: ("float16", "python")},
        "minilm_engine": {1: ("int8", "tensorrt_plan"), 2: ("float16", "tensorrt_plan")},
    }
    assert not any((built / "fresh").iterdir())


def test_the_graphs_are_of_onnx_s_own_operators(built: Path, triton_env: Path) -> None:
    code = """
import sys, onnx, json
for number, path in enumerate(sys.argv[1:], 1):
    model = onnx.load(path)
    onnx.checker.check_model(model, full_check=True)
    assert {node.domain for node in model.graph.node} == {""}, path
    kinds = [node.op_type for node in model.graph.node]
    weights = {c.data_type for c in model.graph.initializer}
    if number == 2:
        exact = {c.name for c in model.graph.initializer if c.data_type == onnx.TensorProto.FLOAT}
        assert exact == {name for node in model.graph.node if node.op_type == "LayerNormalization" for name in node.input[1:]}
    else:
        assert kinds.count("QuantizeLinear") >= 18 and onnx.TensorProto.INT8 in weights
        zeros = [i.int32_data or i.raw_data for i in model.graph.initializer if "zero_point" in i.name]
        assert zeros and not any(any(z) for z in zeros), "TensorRT's int8 is symmetric"
"""
    plans = [built / f"repository/minilm_engine/{number}/model.plan" for number in (1, 2)]
    subprocess.run([triton_env, "-c", code, *plans], check=True, capture_output=True)


def test_what_is_missing_is_said_in_one_sentence(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(engines, "_DEVICES", tmp_path)
    monkeypatch.setattr(engines, "find_spec", lambda name: None)
    both = engines.missing()
    assert both.startswith("TensorRT engines can't be built here: this machine has no NVIDIA GPU")
    assert "and the package tensorrt isn't in Triton's environment" in both
    (tmp_path / "nvidia0").touch()
    assert "GPU" not in engines.missing()
    assert "the package tensorrt isn't" in engines.missing()
    monkeypatch.setattr(engines, "find_spec", lambda name: name)
    assert engines.missing() == ""


class Recorder:
    """Stands for TensorRT's objects: notes what is called, and answers with itself or with what it was given."""

    def __init__(self, said: list[tuple[Any, ...]], **answers: Any) -> None:
        self._said, self._answers = said, answers

    def __getattr__(self, name: str) -> Any:
        def call(*arguments: Any) -> Any:
            self._said.append((name, *(a for a in arguments if not isinstance(a, Recorder))))
            return self._answers.get(name, self)

        return call


def tensorrt_of(said: list[tuple[Any, ...]], **answers: Any) -> types.ModuleType:
    module: Any = types.ModuleType("tensorrt")
    recorder = Recorder(said, add_optimization_profile=0, **answers)
    module.Logger = type("Logger", (), {"WARNING": 1, "__init__": lambda self, level: None})
    module.Builder = lambda logger: recorder
    module.OnnxParser = lambda network, logger: Recorder(said, **{"parse_from_file": True, **answers})
    module.NetworkDefinitionCreationFlag = types.SimpleNamespace(STRONGLY_TYPED=1)
    module.MemoryPoolType = types.SimpleNamespace(WORKSPACE="workspace")
    return module


def test_tensorrt_is_given_the_graph_and_its_shapes(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    said: list[tuple[Any, ...]] = []
    monkeypatch.setitem(sys.modules, "tensorrt", tensorrt_of(said, build_serialized_network=b"an engine"))
    profile = {"x": ((1, 2), (8, 32), (64, 256))}
    engines.build(tmp_path / "graph.onnx", tmp_path / "model.plan", [profile])
    assert (tmp_path / "model.plan").read_bytes() == b"an engine"
    assert ("create_network", 2) in said, "strongly typed"
    assert ("parse_from_file", str(tmp_path / "graph.onnx")) in said
    assert ("set_shape", "x", (1, 2), (8, 32), (64, 256)) in said
    names = [call[0] for call in said]
    assert names.index("set_shape") < names.index("add_optimization_profile") < names.index("build_serialized_network")


def test_an_engine_that_cannot_be_built_is_an_error(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setitem(sys.modules, "tensorrt", tensorrt_of([], build_serialized_network=None))
    with pytest.raises(ValueError, match="could not build an engine"):
        engines.build(tmp_path / "graph.onnx", tmp_path / "model.plan", [])
    assert not (tmp_path / "model.plan").exists()
