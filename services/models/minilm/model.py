"""Text embeddings inside Triton: tokens, padding by buckets, onnxruntime, in one Python-backend model for float32 and for int8."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime
import triton_python_backend_utils as triton
from numpy.typing import NDArray
from tokenizers import Encoding, Tokenizer

LONGEST = 256
BUCKETS = (*range(8, 64, 8), *range(64, 128, 16), *range(128, LONGEST + 1, 32))
"""Texts of one bucket run together, padded to the longest among them: a processor gains nothing by running more texts at once, so what is
computed for padding is lost."""
MOST_TOKENS = 2048
"""In one run: what a layer makes of so many tokens still lies in a processor's cache."""


class TritonPythonModel:
    """One instance; Triton calls it from one thread."""

    def initialize(self, args: dict[str, Any]) -> None:
        """Loads the tokenizer and the network of this version."""
        folder = Path(args["model_repository"]) / args["model_version"]
        self.tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self.tokenizer.no_padding()
        self.tokenizer.enable_truncation(LONGEST)
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = len(os.sched_getaffinity(0))
        options.inter_op_num_threads = 1
        # Within a run a thread looks out for work for a moment before it sleeps, which saves a seventh of the time of a short text. Between
        # runs it sleeps: the machine belongs to other processes too.
        options.add_session_config_entry("session.intra_op.spin_duration_us", "100")
        options.add_session_config_entry("session.force_spinning_stop", "1")
        self.session = onnxruntime.InferenceSession(folder / "model.onnx", options, providers=["CPUExecutionProvider"])

    def execute(self, requests: Sequence[Any]) -> list[Any]:
        """Answers all requests of a batch with as few runs of the network as their lengths allow."""
        given = [triton.get_input_tensor_by_name(request, "text").as_numpy().ravel() for request in requests]
        texts = [bytes(text).decode("utf-8", errors="replace") for tensor in given for text in tensor]
        encodings = self.tokenizer.encode_batch_fast(texts)
        vectors = self.embed(encodings)
        counts = np.array([len(encoding) for encoding in encodings], np.int32)[:, None]
        truncated = np.array([bool(encoding.overflowing) for encoding in encodings], np.bool_)[:, None]
        answers, start = [], 0
        for tensor in given:
            part = slice(start, start := start + len(tensor))
            columns = {"embedding": vectors[part], "token_count": counts[part], "truncated": truncated[part]}
            answers.append(triton.InferenceResponse([triton.Tensor(name, column) for name, column in columns.items()]))
        return answers

    def embed(self, encodings: Sequence[Encoding]) -> NDArray[np.float32]:
        """The vectors of the texts, in their order."""
        vectors = np.empty((len(encodings), 384), np.float32)
        for members in groups([len(encoding) for encoding in encodings]):
            length = max(len(encodings[member]) for member in members)
            ids = np.zeros((len(members), length), np.int32)
            mask = np.zeros_like(ids)
            for row, member in enumerate(members):
                own = encodings[member].ids
                ids[row, : len(own)] = own
                mask[row, : len(own)] = 1
            vectors[members] = self.session.run(["embedding"], {"input_ids": ids, "attention_mask": mask})[0]
        return vectors


def groups(lengths: Sequence[int]) -> Iterator[list[int]]:
    """Which of the texts of these lengths run together."""
    members: dict[int, list[int]] = {}
    for number, length in enumerate(lengths):
        members.setdefault(next(bucket for bucket in BUCKETS if bucket >= length), []).append(number)
    for bucket, numbers in members.items():
        most = MOST_TOKENS // bucket
        yield from (numbers[start : start + most] for start in range(0, len(numbers), most))
