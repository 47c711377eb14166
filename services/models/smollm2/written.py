"""What llama.cpp tells while it writes, as the answers of a request. A build copies this file beside `model.py`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
import triton_python_backend_utils as triton

if TYPE_CHECKING:
    from services.models.smollm2.asked import Asked
else:
    from asked import Asked

UNFINISHED = "None"
"""As vLLM's backend says that there is more to come."""


class Failed(Exception):
    """llama.cpp gave an error instead of text. `invalid` says that the request is at fault."""

    def __init__(self, error: Mapping[str, Any]) -> None:
        message = str(error.get("message", error))
        if "n_prompt_tokens" in error:
            message = f"the prompt has {error['n_prompt_tokens']} tokens, the context holds {error['n_ctx']}"
        super().__init__(message)
        self.invalid = int(error.get("code", 500)) < 500


class Written:
    """Gathers the events of one request, and makes answers of what came since the last one."""

    def __init__(self, asked: Asked) -> None:
        self._asked = asked
        self._text = asked.prompt if asked.echo else ""
        self._token_ids: list[int] = []
        self._input = 0
        self._output = 0
        self._told = 0
        self._finish_reason = ""

    def add(self, event: Mapping[str, Any]) -> bool:
        """Takes an event in, and says whether it brought text. Raises Failed."""
        if "error" in event:
            raise Failed(event["error"])
        if timings := event.get("timings"):
            self._input, self._output = timings["cache_n"] + timings["prompt_n"], timings["predicted_n"]
        text = ""
        for choice in event.get("choices") or ():
            text += (choice.get("delta") or {}).get("content") or choice.get("text") or ""
            self._token_ids += [token["id"] for token in (choice.get("logprobs") or {}).get("content") or ()]
            self._finish_reason = choice.get("finish_reason") or self._finish_reason
        self._text += text
        return bool(text)

    def answer(self, *, last: bool = False) -> Any:
        """What came since the last answer."""
        reason = (self._finish_reason or "stop") if last else UNFINISHED
        tensors = {
            "text_output": np.array([self._text.encode()], np.object_),
            "finish_reason": np.array([reason.encode()], np.object_),
            "num_input_tokens": np.array([self._input], np.uint32),
            "num_output_tokens": np.array([self._output - self._told], np.uint32),
            "token_ids": np.array(self._token_ids, np.int32),
        }
        self._text, self._token_ids, self._told = "", [], self._output
        wanted = {"text_output", *self._asked.returned}
        return triton.InferenceResponse([triton.Tensor(name, tensor) for name, tensor in tensors.items() if name in wanted])
