"""The network on this machine's processor, by onnxruntime. It becomes `network.py` beside the Triton model and imports nothing of ours."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import onnxruntime
from numpy.typing import NDArray


class Network:
    """One session, from the folder of a version. For one thread at a time."""

    buckets = (*range(8, 64, 8), *range(64, 128, 16), *range(128, 257, 32))
    """Only texts of about one length run together: a processor gains nothing by more of them, and loses what it computes for padding."""
    most_tokens = 2048
    """In one run: what a layer makes of so many tokens still lies in a processor's cache."""

    def __init__(self, folder: Path) -> None:
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = len(os.sched_getaffinity(0))
        options.inter_op_num_threads = 1
        # Within a run a thread looks out for work for a moment before it sleeps, which saves a seventh of the time of a short text. Between
        # runs it sleeps: the machine belongs to other processes too.
        options.add_session_config_entry("session.intra_op.spin_duration_us", "100")
        options.add_session_config_entry("session.force_spinning_stop", "1")
        self._session = onnxruntime.InferenceSession(folder / "model.onnx", options, providers=["CPUExecutionProvider"])

    def embed(self, ids: NDArray[np.int32], mask: NDArray[np.int32]) -> NDArray[np.float32]:
        """The vectors of texts, one a row, given as tokens and which of them aren't padding."""
        vectors: NDArray[np.float32] = self._session.run(["embedding"], {"input_ids": ids, "attention_mask": mask})[0]
        return vectors
