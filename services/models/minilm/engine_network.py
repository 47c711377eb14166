"""The network on a GPU: the model `minilm_engine` of the same Triton, a TensorRT engine, called from inside Triton. It becomes `network.py`
beside the Triton model and imports nothing of ours.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import triton_python_backend_utils as triton
from numpy.typing import NDArray


class Network:
    """Calls the engine of this model's own version. For one thread at a time."""

    buckets = (32, 64, 128, 256)
    """Few, because a GPU is the faster the more it is given at once."""
    most_tokens = 64 * 256

    def __init__(self, folder: Path) -> None:
        self._version = int(folder.name)

    def embed(self, ids: NDArray[np.int32], mask: NDArray[np.int32]) -> NDArray[np.float32]:
        """The vectors of texts, one a row, given as tokens and which of them aren't padding."""
        request = triton.InferenceRequest(
            model_name="minilm_engine",
            model_version=self._version,
            requested_output_names=["embedding"],
            inputs=[triton.Tensor("input_ids", ids), triton.Tensor("attention_mask", mask)],
            preferred_memory=triton.PreferredMemory(triton.TRITONSERVER_MEMORY_CPU),
        )
        answer = request.exec()
        if answer.has_error():
            raise triton.TritonModelException(answer.error().message())
        vectors: NDArray[np.float32] = triton.get_output_tensor_by_name(answer, "embedding").as_numpy()
        return vectors
