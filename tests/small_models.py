"""Models for tests of what stands before Triton: small, fast, with no weights, and able to sleep, to fail and to answer many times."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from services.mesh.parts.runner import running_part_sync
from services.mesh.parts.triton import Triton
from services.mesh.parts.triton_wheel import Wheel
from services.models import manifest
from tests.ports import free_port

_HEAD = """
import json
import os
import time

import numpy as np
import triton_python_backend_utils as triton


def value(request, name, otherwise=None):
    tensor = triton.get_input_tensor_by_name(request, name)
    return otherwise if tensor is None else tensor.as_numpy()


class TritonPythonModel:
    def initialize(self, args):
        self.version = int(args["model_version"])
"""

CONFIGS = {
    # Gives back what it got; version 2 adds one thousandth, version 3 adds 1.
    "echo": """
max_batch_size: 8
input [ { name: "x" data_type: TYPE_FP32 dims: [ -1 ] } ]
output [ { name: "y" data_type: TYPE_FP32 dims: [ -1 ] } ]
dynamic_batching { }
""",
    # Sleeps so many seconds; a negative number makes it fail, -2 makes its process end.
    "sleeper": """
max_batch_size: 0
input [ { name: "seconds" data_type: TYPE_FP32 dims: [ 1 ] } ]
output [ { name: "slept" data_type: TYPE_FP32 dims: [ 1 ] } ]
""",
    # Gives back texts in capitals, and how many there were.
    "words": """
max_batch_size: 0
input [ { name: "text" data_type: TYPE_STRING dims: [ -1, 2 ] }, { name: "mark" data_type: TYPE_STRING dims: [ 1 ] optional: true } ]
output [ { name: "loud" data_type: TYPE_STRING dims: [ -1, 2 ] }, { name: "count" data_type: TYPE_INT64 dims: [ 1 ] } ]
""",
    # Answers `count` times, with a pause before each; tells how many it began in a file, to see whether it was stopped.
    "counter": """
max_batch_size: 0
model_transaction_policy { decoupled: true }
input [
  { name: "count" data_type: TYPE_INT32 dims: [ 1 ] },
  { name: "pause" data_type: TYPE_FP32 dims: [ 1 ] optional: true },
  { name: "file" data_type: TYPE_STRING dims: [ 1 ] optional: true }
]
output [ { name: "number" data_type: TYPE_INT32 dims: [ 1 ] }, { name: "word" data_type: TYPE_STRING dims: [ 1 ] } ]
""",
    # Gives back what it got. Version 2 fails; version 3 is slow; version 4 is as good as the first; version 5 fails at some numbers.
    "tried": """
max_batch_size: 0
input [ { name: "x" data_type: TYPE_FP32 dims: [ 1 ] } ]
output [ { name: "y" data_type: TYPE_FP32 dims: [ 1 ] } ]
""",
    # Gives back 16-bit floats as they are.
    "halves": """
max_batch_size: 0
input [ { name: "x" data_type: TYPE_FP16 dims: [ -1 ] } ]
output [ { name: "y" data_type: TYPE_FP16 dims: [ -1 ] } ]
""",
}

_CODE = {
    "echo": """
    def execute(self, requests):
        add = {1: 0.0, 2: 0.001, 3: 1.0}[self.version]
        values = [value(r, "x") + np.float32(add) for r in requests]
        return [triton.InferenceResponse([triton.Tensor("y", v.astype(np.float32))]) for v in values]
""",
    "sleeper": """
    def execute(self, requests):
        found = []
        for request in requests:
            seconds = value(request, "seconds")
            if seconds[0] == -2:
                os._exit(1)
            if seconds[0] < 0:
                found.append(triton.InferenceResponse(error=triton.TritonError("it has no wish to sleep")))
                continue
            time.sleep(float(seconds[0]))
            found.append(triton.InferenceResponse([triton.Tensor("slept", seconds)]))
        return found
""",
    "words": """
    def execute(self, requests):
        found = []
        for request in requests:
            text = value(request, "text")
            mark = value(request, "mark", np.array([b""], object))[0]
            loud = np.array([e.upper() + mark for e in text.ravel()], object).reshape(text.shape)
            count = np.array([text.size], np.int64)
            found.append(triton.InferenceResponse([triton.Tensor("loud", loud), triton.Tensor("count", count)]))
        return found
""",
    "counter": """
    def execute(self, requests):
        for request in requests:
            sender, count = request.get_response_sender(), int(value(request, "count")[0])
            pause = float(value(request, "pause", [0.0])[0])
            file = value(request, "file", [b""])[0].decode()
            if count < 0:
                error = triton.TritonError("[INVALID_ARGUMENT] it can not count below nothing", triton.TritonError.INVALID_ARG)
                sender.send(triton.InferenceResponse(error=error), flags=triton.TRITONSERVER_RESPONSE_COMPLETE_FINAL)
                continue
            for number in range(1, count + 1):
                time.sleep(pause)
                if sender.is_cancelled():
                    break
                if file:
                    open(file, "w").write(str(number))
                word = triton.Tensor("word", np.array([f"n{number}".encode()], object))
                sender.send(triton.InferenceResponse([triton.Tensor("number", np.array([number], np.int32)), word]))
            if file:
                open(file, "a").write(" ended")
            sender.send(flags=triton.TRITONSERVER_RESPONSE_COMPLETE_FINAL)
        return None
""",
    "tried": """
    def execute(self, requests):
        found = []
        for request in requests:
            x = value(request, "x")
            if self.version == 2 or x[0] < -100 or (self.version == 5 and x[0] < 0):
                found.append(triton.InferenceResponse(error=triton.TritonError("this version can't do it")))
                continue
            hangs = self.version == 5 and x[0] > 100
            time.sleep(0.6 if hangs else 0.08 if self.version == 3 else 0.002)
            found.append(triton.InferenceResponse([triton.Tensor("y", x)]))
        return found
""",
    "halves": """
    def execute(self, requests):
        return [triton.InferenceResponse([triton.Tensor("y", value(r, "x"))]) for r in requests]
""",
}

VERSIONS = {"echo": (1, 2, 3), "tried": (1, 2, 3, 4, 5)}
"""The models with more versions than the first."""

USUAL = tuple(name for name in CONFIGS if name != "tried")


def make(cache: Path, names: Sequence[str] = USUAL) -> Path:
    """Puts them into a cache of built models, in the same layout as `uat models build` does."""
    built = {}
    for name in names:
        versions = VERSIONS.get(name, (1,))
        folder = cache / "repository" / name
        for version in versions:
            (folder / str(version)).mkdir(parents=True)
            (folder / str(version) / "model.py").write_text(_HEAD + _CODE[name])
        numbers = ", ".join(map(str, versions))
        rest = f"\nversion_policy {{ specific {{ versions: [{numbers}] }} }}\ninstance_group [ {{ kind: KIND_CPU count: 1 }} ]\n"
        (folder / "config.pbtxt").write_text(f'name: "{name}"\nbackend: "python"\n{CONFIGS[name]}{rest}')
        digests = {version: manifest.digest(folder / str(version)) for version in versions}
        built[name] = manifest.Model(
            task="OTHER",
            description=name,
            default_versions=versions,
            inputs="",
            config=manifest.file_digest(folder / "config.pbtxt"),
            versions={version: manifest.Built(digest, "", "python", size) for version, (digest, size) in digests.items()},
        )
    manifest.write(cache, built)
    return cache


def part(folder: Path, wheel: Wheel, cache: Path) -> Triton:
    """A Triton with the models of a cache, not yet started."""
    return Triton(folder, free_port(), free_port(), free_port(), wheel, cache)


@contextmanager
def running_triton(folder: Path, wheel: Wheel, names: Sequence[str] = USUAL) -> Iterator[Triton]:
    """A Triton with these models."""
    with running_part_sync(part(folder / "triton", wheel, make(folder / "cache", names)), limit_s=60) as running:
        yield running
