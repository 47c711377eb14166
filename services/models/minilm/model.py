"""Text embeddings inside Triton: tokens, padding, and a network in `network.py` beside this file, which differs between versions."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import triton_python_backend_utils as triton
from numpy.typing import NDArray
from tokenizers import Encoding, Tokenizer

if TYPE_CHECKING:
    from services.models.minilm.onnx_network import Network
else:  # lies beside this file
    from network import Network

LONGEST = 256


class TritonPythonModel:
    """One instance; Triton calls it from one thread."""

    def initialize(self, args: dict[str, Any]) -> None:
        """Loads the tokenizer and the network of this version."""
        folder = Path(args["model_repository"]) / args["model_version"]
        self.tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self.tokenizer.no_padding()
        self.tokenizer.enable_truncation(LONGEST)
        self.network = Network(folder)

    def execute(self, requests: Sequence[Any]) -> list[Any]:
        """Answers all requests of a batch with as few runs of the network as their lengths allow."""
        given = [triton.get_input_tensor_by_name(request, "text").as_numpy().ravel() for request in requests]
        texts = [bytes(text).decode("utf-8", errors="replace") for tensor in given for text in tensor]
        encodings = self.tokenizer.encode_batch_fast(texts)
        vectors = self.embed(encodings)
        counts = np.array([len(encoding) for encoding in encodings], np.int32)[:, None]
        truncated = np.array([bool(encoding.overflowing) for encoding in encodings], np.bool_)[:, None]
        answers, start = [], 0
        for request, tensor in zip(requests, given, strict=True):
            part = slice(start, start := start + len(tensor))
            columns = {"embedding": vectors[part], "token_count": counts[part], "truncated": truncated[part]}
            wanted = request.requested_output_names()
            answers.append(triton.InferenceResponse([triton.Tensor(name, column) for name, column in columns.items() if name in wanted]))
        return answers

    def embed(self, encodings: Sequence[Encoding]) -> NDArray[np.float32]:
        """The vectors of the texts, in their order."""
        vectors = np.empty((len(encodings), 384), np.float32)
        for members in groups([len(encoding) for encoding in encodings], self.network.buckets, self.network.most_tokens):
            length = max(len(encodings[member]) for member in members)
            ids = np.zeros((len(members), length), np.int32)
            mask = np.zeros_like(ids)
            for row, member in enumerate(members):
                own = encodings[member].ids
                ids[row, : len(own)] = own
                mask[row, : len(own)] = 1
            vectors[members] = self.network.embed(ids, mask)
        return vectors


def groups(lengths: Sequence[int], buckets: Sequence[int], most_tokens: int) -> Iterator[list[int]]:
    """Which of the texts of these lengths run together: those of one bucket, as long as they have no more tokens, with padding, than that.

    The buckets are lengths, ascending, the last one no shorter than any text.
    """
    members: dict[int, list[int]] = {}
    for number, length in enumerate(lengths):
        members.setdefault(next(bucket for bucket in buckets if bucket >= length), []).append(number)
    for bucket, numbers in members.items():
        most = most_tokens // bucket
        yield from (numbers[start : start + most] for start in range(0, len(numbers), most))
