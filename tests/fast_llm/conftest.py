"""Every engine, one after the other, and a Triton with language models alone."""

from __future__ import annotations

import subprocess
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from services.fast_llm.engines.engine import Engine
from services.fast_llm.engines.llama import LlamaConfig, LlamaEngine
from services.fast_llm.engines.triton import TritonConfig, TritonEngine
from services.mesh.config import ROOT
from services.mesh.parts.runner import running_part_sync
from services.mesh.parts.triton import Triton
from services.mesh.parts.triton_wheel import Wheel
from services.models import manifest
from tests.fast_llm.requests import gguf
from tests.ports import free_port

PARROT_CONFIG = """
name: "parrot"
backend: "python"
max_batch_size: 0
model_transaction_policy { decoupled: true }
input [
  { name: "text_input" data_type: TYPE_STRING dims: [ 1 ] },
  { name: "stream" data_type: TYPE_BOOL dims: [ 1 ] optional: true },
  { name: "sampling_parameters" data_type: TYPE_STRING dims: [ 1 ] optional: true },
  { name: "exclude_input_in_output" data_type: TYPE_BOOL dims: [ 1 ] optional: true },
  { name: "return_finish_reason" data_type: TYPE_BOOL dims: [ 1 ] optional: true },
  { name: "return_num_input_tokens" data_type: TYPE_BOOL dims: [ 1 ] optional: true },
  { name: "return_num_output_tokens" data_type: TYPE_BOOL dims: [ 1 ] optional: true }
]
output [
  { name: "text_output" data_type: TYPE_STRING dims: [ -1 ] },
  { name: "finish_reason" data_type: TYPE_STRING dims: [ -1 ] },
  { name: "num_input_tokens" data_type: TYPE_UINT32 dims: [ 1 ] },
  { name: "num_output_tokens" data_type: TYPE_UINT32 dims: [ -1 ] }
]
instance_group [ { kind: KIND_CPU count: 1 } ]
parameters [ { key: "chat_format" value: { string_value: "chatml" } } ]
"""
PARROT = '''
"""A model with the tensors of NVIDIA's vLLM backend and none of ours. It says what it was given: the parameters, then the text."""
import numpy as np
import triton_python_backend_utils as triton


class TritonPythonModel:
    def execute(self, requests):
        for request in requests:
            sender = request.get_response_sender()
            text, parameters = (triton.get_input_tensor_by_name(request, n).as_numpy()[0] for n in ("text_input", "sampling_parameters"))
            if text == b"fail":
                error = triton.TritonError("Error generating stream: no")
                sender.send(triton.InferenceResponse([], error), flags=triton.TRITONSERVER_RESPONSE_COMPLETE_FINAL)
                continue
            for piece, reason, flags in ((parameters, "None", 0), (text, "length", triton.TRITONSERVER_RESPONSE_COMPLETE_FINAL)):
                sender.send(triton.InferenceResponse([
                    triton.Tensor("text_output", np.array([piece], np.object_)),
                    triton.Tensor("finish_reason", np.array([reason.encode()], np.object_)),
                    triton.Tensor("num_input_tokens", np.asarray(7, np.uint32)),
                    triton.Tensor("num_output_tokens", np.array([1], np.uint32)),
                ]), flags=flags)
'''


@pytest.fixture(scope="session")
def language_models(tmp_path_factory: pytest.TempPathFactory, triton_wheel_here: Wheel) -> Path:
    """A cache with `smollm2`, which is loaded at start, and `parrot`, which isn't. Built here and not where a mesh would find it."""
    cache = tmp_path_factory.mktemp("cache")
    command = [str(triton_wheel_here.python), "-m", "services.models.build", str(cache), "smollm2"]
    environment = {**triton_wheel_here.environment(cache), "PYTHONPATH": str(ROOT)}
    subprocess.run(command, cwd=ROOT, env=environment, check=True, capture_output=True)
    known = manifest.read(cache)["smollm2"]
    parrot = cache / "repository" / "parrot"
    (parrot / "1").mkdir(parents=True)
    (parrot / "config.pbtxt").write_text(PARROT_CONFIG)
    (parrot / "1" / "model.py").write_text(PARROT)
    built = manifest.Built("", "", "python", 1)
    manifest.write(cache, {"smollm2": known, "parrot": replace(known, default_versions=(), versions={1: built})})
    return cache


@pytest.fixture(scope="session")
def language_triton(tmp_path_factory: pytest.TempPathFactory, triton_wheel_here: Wheel, language_models: Path) -> Iterator[Triton]:
    """Triton with these models."""
    part = Triton(tmp_path_factory.mktemp("triton"), free_port(), free_port(), free_port(), triton_wheel_here, language_models)
    with running_part_sync(part, limit_s=60) as running:
        yield running


@pytest.fixture(scope="module", params=["llama", "triton"])
def triton_url(request: pytest.FixtureRequest) -> str:
    """Where the Triton is that the engine of a test stands before; empty for the engine that needs none."""
    return "" if request.param == "llama" else request.getfixturevalue("language_triton").url


@pytest.fixture(scope="module")
async def engine(triton_url: str) -> AsyncIterator[Engine]:
    """One engine after the other, each with the same weights, four slots and two places to wait."""
    made: Engine
    if triton_url:
        made, path = TritonEngine(TritonConfig(triton_url, slots=4, queue=2)), "smollm2"
    else:
        made, path = LlamaEngine(LlamaConfig(slots=4, queue=2, context_length=1024)), gguf()
    await made.load_model("smollm2", path)
    yield made
    await made.close()
