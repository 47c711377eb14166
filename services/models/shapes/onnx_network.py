"""The trained networks as three ONNX graphs, run by onnxruntime.

This file is copied beside the Triton model and imports nothing of ours.
"""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import onnxruntime
from numpy.typing import NDArray

Values = NDArray[np.float32]
Numbers = NDArray[np.int64]
TEXT, PLANNER, PAINTER = "text.onnx", "planner.onnx", "painter.onnx"


class OnnxNetwork:
    """Text encoder, planner and painter from a folder. Not for several threads at once."""

    def __init__(self, folder: Path, threads: int = 0) -> None:
        """`threads` is how many cores a run may use; 0: all that this process may use."""
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads or len(os.sched_getaffinity(0))
        options.inter_op_num_threads = 1
        # The machine belongs to other processes too: a thread with nothing to do sleeps.
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        self._text, self._planner, self._painter = (
            onnxruntime.InferenceSession(folder / name, options, providers=["CPUExecutionProvider"]) for name in (TEXT, PLANNER, PAINTER)
        )

    def read(self, words: Numbers) -> Values:
        """The word vectors of captions."""
        captions: Values = self._text.run(None, {"words": words})[0]
        return captions

    def plan(self, states: Values, times: Values, words: Numbers, captions: Values) -> tuple[Values, Values, Values]:
        """The clean plans that noisy ones seem to hold, and scores of what their items are."""
        clean, shapes, colors = self._planner.run(None, {"state": states, "time": times, "words": words, "captions": captions})
        return clean, shapes, colors

    def clean(self, pictures: Values, times: Values, states: Values, shapes: Values, colors: Values) -> Values:
        """The clean pictures that noisy ones seem to hold, given their plans."""
        given = {"picture": pictures, "time": times, "state": states, "shapes": shapes, "colors": colors}
        cleaned: Values = self._painter.run(None, given)[0]
        return cleaned
