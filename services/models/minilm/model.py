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
BUCKETS = (8, 16, 24, 32, 48, 64, 96, 128, 192, LONGEST)
"""Texts are padded to the next of these lengths and run together with those of their own bucket, so little is computed for padding."""
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
        # The machine belongs to other processes too: a thread with nothing to do sleeps.
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        self.session = onnxruntime.InferenceSession(folder / "model.onnx", options, providers=["CPUExecutionProvider"])

    def execute(self, requests: Sequence[Any]) -> list[Any]:
        """Answers all requests of a batch with as few runs of the network as their lengths allow."""
        given = [triton.get_input_tensor_by_name(request, "text").as_numpy().ravel() for request in requests]
        texts = [bytes(text).decode("utf-8", errors="replace") for tensor in given for text in tensor]
        encodings = self.tokenizer.encode_batch(texts)
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
        for length, members in groups([len(encoding) for encoding in encodings]):
            ids = np.zeros((len(members), length), np.int32)
            mask = np.zeros_like(ids)
            for row, member in enumerate(members):
                own = encodings[member].ids
                ids[row, : len(own)] = own
                mask[row, : len(own)] = 1
            vectors[members] = self.session.run(["embedding"], {"input_ids": ids, "attention_mask": mask})[0]
        return vectors


def groups(lengths: Sequence[int]) -> Iterator[tuple[int, list[int]]]:
    """The runs for texts of these lengths: the padded length of each, and which texts are in it."""
    members: dict[int, list[int]] = {}
    for number, length in enumerate(lengths):
        members.setdefault(next(bucket for bucket in BUCKETS if bucket >= length), []).append(number)
    for bucket, numbers in members.items():
        most = MOST_TOKENS // bucket
        yield from ((bucket, numbers[start : start + most]) for start in range(0, len(numbers), most))
