"""Reads lines of text inside Triton, with onnxruntime: what is seen in each step of a line, and of that the characters."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime
import triton_python_backend_utils as triton
from numpy.typing import NDArray

MOST_PIXELS = 48 * 3200
"""In one run: a step is 8 pixels of a line and takes 75 kB for the shares of all characters, twice; more together are no faster."""
USUAL_WIDTH = 3200
"""After a line that is wider memory is given back."""


class TritonPythonModel:
    """One instance; Triton calls it from one thread."""

    def initialize(self, args: dict[str, Any]) -> None:
        """Loads the alphabet and the network of this version."""
        folder = Path(args["model_repository"]) / args["model_version"]
        self.alphabet = np.array(json.loads((folder / "alphabet.json").read_text(encoding="utf-8")))
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = len(os.sched_getaffinity(0))
        options.inter_op_num_threads = 1
        # The machine belongs to other processes too: a thread with nothing to do sleeps.
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        # Lines come in many widths: a plan of memory for each of them would add up. The memory itself is kept and used again, as giving it
        # back and getting it anew takes a third of the time; it grows to what the largest run needs and no further.
        options.enable_mem_pattern = False
        self.giving_back = onnxruntime.RunOptions()
        self.giving_back.add_run_config_entry("memory.enable_memory_arena_shrinkage", "cpu:0")
        self.session = onnxruntime.InferenceSession(folder / "model.onnx", options, providers=["CPUExecutionProvider"])

    def execute(self, requests: Sequence[Any]) -> list[Any]:
        """Answers all requests of a batch, whose lines have one width."""
        given = [triton.get_input_tensor_by_name(request, "line").as_numpy() for request in requests]
        lines = np.concatenate(given) if len(given) > 1 else given[0]
        some = max(1, MOST_PIXELS // (lines.shape[1] * max(1, lines.shape[2])))
        how = self.giving_back if lines.shape[2] > USUAL_WIDTH else None
        runs = [self.session.run(None, {"line": lines[i : i + some]}, how) for i in range(0, len(lines), some)]
        read = self.read(np.concatenate([run[0] for run in runs]), np.concatenate([run[1] for run in runs]))
        answers, start = [], 0
        for tensor in given:
            part = slice(start, start := start + len(tensor))
            answers.append(triton.InferenceResponse([triton.Tensor(name, np.ascontiguousarray(rows[part])) for name, rows in read.items()]))
        return answers

    def read(self, classes: NDArray[np.int64], shares: NDArray[np.float32]) -> dict[str, NDArray[Any]]:
        """The outputs. A character is seen in all steps in a row that have its class; its place is the one that is surest."""
        count, steps = classes.shape
        texts = np.empty((count, 1), np.object_)
        columns = np.full((count, steps), -1, np.int32)
        confidences = np.zeros((count, steps), np.float32)
        for row in range(count):
            seen, sure = classes[row], shares[row]
            begins = np.flatnonzero(np.diff(seen, prepend=-1))
            ends = np.append(begins[1:], steps)
            kept = [(begin, end) for begin, end in zip(begins, ends, strict=True) if seen[begin] != 0]
            best = np.array([begin + int(sure[begin:end].argmax()) for begin, end in kept], np.int64)
            texts[row, 0] = "".join(self.alphabet[seen[best]]).encode()
            columns[row, : len(best)] = best
            confidences[row, : len(best)] = sure[best]
        return {"text": texts, "columns": columns, "confidences": confidences, "steps": np.full((count, 1), steps, np.int32)}
