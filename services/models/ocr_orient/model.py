"""Tells inside Triton whether lines of text stand on their head, with onnxruntime."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime
import triton_python_backend_utils as triton


class TritonPythonModel:
    """One instance; Triton calls it from one thread."""

    def initialize(self, args: dict[str, Any]) -> None:
        """Loads the network of this version."""
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = len(os.sched_getaffinity(0))
        options.inter_op_num_threads = 1
        # The machine belongs to other processes too: a thread with nothing to do sleeps.
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        options.enable_mem_pattern = False  # how many lines come differs
        path = Path(args["model_repository"]) / args["model_version"] / "model.onnx"
        self.session = onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])

    def execute(self, requests: Sequence[Any]) -> list[Any]:
        """Answers all requests of a batch in one run."""
        given = [triton.get_input_tensor_by_name(request, "line").as_numpy() for request in requests]
        (made,) = self.session.run(None, {"line": np.concatenate(given) if len(given) > 1 else given[0]})
        answers, start = [], 0
        for tensor in given:
            part = made[start : (start := start + len(tensor))]
            answers.append(triton.InferenceResponse([triton.Tensor("upside_down", np.ascontiguousarray(part))]))
        return answers
