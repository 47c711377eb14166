"""Turns llama.cpp's events into the responses of a request. The build copies this file beside `model.py`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
import triton_python_backend_utils as triton

if TYPE_CHECKING:
    from services.models.smollm2.text_request import TextRequest
else:
    from text_request import TextRequest

UNFINISHED = "None"
"""The finish reason of a response that isn't the last one, as in vLLM's backend."""


class Failed(Exception):
    """llama.cpp returned an error. `invalid` tells that the request is at fault."""

    def __init__(self, error: Mapping[str, Any]) -> None:
        message = str(error.get("message", error))
        if "n_prompt_tokens" in error:
            message = f"the prompt has {error['n_prompt_tokens']} tokens, the context holds {error['n_ctx']}"
        super().__init__(message)
        self.invalid = int(error.get("code", 500)) < 500


class TextOutput:
    """Collects the events of one request, and makes responses of those since the last response."""

    def __init__(self, request: TextRequest) -> None:
        self._request = request
        self._text = request.prompt if request.echo else ""
        self._token_ids: list[int] = []
        self._input = 0
        self._output = 0
        self._reported = 0
        self._finish_reason = ""

    def add(self, event: Mapping[str, Any]) -> bool:
        """Adds an event. Returns whether it had text. Raises Failed."""
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

    def response(self, *, last: bool = False) -> Any:
        """The response for the events since the last one."""
        reason = (self._finish_reason or "stop") if last else UNFINISHED
        tensors = {
            "text_output": np.array([self._text.encode()], np.object_),
            "finish_reason": np.array([reason.encode()], np.object_),
            "num_input_tokens": np.array([self._input], np.uint32),
            "num_output_tokens": np.array([self._output - self._reported], np.uint32),
            "token_ids": np.array(self._token_ids, np.int32),
        }
        self._text, self._token_ids, self._reported = "", [], self._output
        wanted = {"text_output", *self._request.returned}
        return triton.InferenceResponse([triton.Tensor(name, tensor) for name, tensor in tensors.items() if name in wanted])
