"""Finds text on pictures inside Triton, with onnxruntime."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime
import triton_python_backend_utils as triton

MOST_PIXELS = 640 * 640
"""In one run: more together take more memory and are no faster."""
USUAL_PIXELS = 1600 * 1600
"""After a picture with more than these memory is given back."""


class TritonPythonModel:
    """One instance; Triton calls it from one thread."""

    def initialize(self, args: dict[str, Any]) -> None:
        """Loads the network of this version."""
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = len(os.sched_getaffinity(0))
        options.inter_op_num_threads = 1
        # The machine belongs to other processes too: a thread with nothing to do sleeps.
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        # Pictures come in many shapes: a plan of memory for each of them would add up. The memory itself is kept and used again, as giving
        # it back and getting it anew takes a third of the time; it grows to what the largest run needs and no further.
        options.enable_mem_pattern = False
        path = Path(args["model_repository"]) / args["model_version"] / "model.onnx"
        self.giving_back = onnxruntime.RunOptions()
        self.giving_back.add_run_config_entry("memory.enable_memory_arena_shrinkage", "cpu:0")
        self.session = onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])

    def execute(self, requests: Sequence[Any]) -> list[Any]:
        """Answers all requests of a batch, whose pictures have one shape."""
        given = [triton.get_input_tensor_by_name(request, "image").as_numpy() for request in requests]
        pictures = np.concatenate(given) if len(given) > 1 else given[0]
        if pictures.shape[1] % 32 or pictures.shape[2] % 32:
            said = triton.TritonError("image: its height and width must be multiples of 32", triton.TritonError.INVALID_ARG)
            return [triton.InferenceResponse(error=said) for _ in requests]
        size = max(1, pictures.shape[1] * pictures.shape[2])
        some, how = max(1, MOST_PIXELS // size), self.giving_back if size > USUAL_PIXELS else None
        made = np.concatenate([self.session.run(None, {"image": pictures[i : i + some]}, how)[0] for i in range(0, len(pictures), some)])
        answers, start = [], 0
        for tensor in given:
            part = made[start : (start := start + len(tensor))]
            answers.append(triton.InferenceResponse([triton.Tensor("probability", np.ascontiguousarray(part))]))
        return answers
