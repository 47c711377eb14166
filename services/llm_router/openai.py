"""OpenAI's JSON, written from chunks: one `chat.completion`, or a stream of `chat.completion.chunk` events."""

from __future__ import annotations

import time
from typing import Any

import orjson
from google.rpc import status_pb2

from services.kit.rpc import error_bodies
from services.llm_router.providers.provider import Chunk, Usage

DONE = b"data: [DONE]\n\n"


class Answer:
    """Gathers chunks into one `chat.completion`."""

    def __init__(self, model: str, generation_id: str) -> None:
        self._model = model
        self._id = generation_id
        self._created = int(time.time())
        self._text: list[str] = []
        self._reasoning: list[str] = []
        self._calls: dict[int, dict[str, Any]] = {}
        self._logprobs: list[Any] = []
        self.finish_reason = "stop"
        self.usage = Usage()

    def add(self, chunk: Chunk) -> None:
        """Takes the next chunk in."""
        self._text.append(chunk.text)
        self._reasoning.append(chunk.reasoning)
        for call in chunk.tool_calls:
            known = self._calls.setdefault(call["index"], {"id": None, "type": "function", "function": {"name": None, "arguments": ""}})
            known["id"] = known["id"] or call.get("id")
            known["function"]["name"] = known["function"]["name"] or call["function"].get("name")
            known["function"]["arguments"] += call["function"].get("arguments") or ""
        if chunk.logprobs is not None:
            self._logprobs += chunk.logprobs["content"]
        self.finish_reason = chunk.finish_reason or self.finish_reason
        self.usage = chunk.usage or self.usage

    def body(self) -> bytes:
        """The answer as JSON."""
        message: dict[str, Any] = {"role": "assistant", "content": "".join(self._text), "refusal": None}
        if reasoning := "".join(self._reasoning):
            message["reasoning_content"] = reasoning
        if self._calls:
            message["tool_calls"] = [self._calls[i] for i in sorted(self._calls)]
            message["content"] = message["content"] or None
        choice = {
            "index": 0,
            "message": message,
            "logprobs": {"content": self._logprobs, "refusal": None} if self._logprobs else None,
            "finish_reason": self.finish_reason,
        }
        return orjson.dumps(
            {
                "id": f"chatcmpl-{self._id}",
                "object": "chat.completion",
                "created": self._created,
                "model": self._model,
                "choices": [choice],
                "usage": usage_json(self.usage),
            }
        )


class Events:
    """Writes chunks as server-sent events. The first one carries the role, and where usage was asked for it is null until the last."""

    def __init__(self, model: str, generation_id: str, *, include_usage: bool) -> None:
        self._frame: dict[str, Any] = {
            "id": f"chatcmpl-{generation_id}",
            "object": "chat.completion.chunk",
            "created": int(time.time()),
            "model": model,
        }
        self._include_usage = include_usage
        self._spoken: set[int] = set()

    def of(self, chunk: Chunk) -> bytes:
        """The event of one chunk; empty for a chunk that says nothing to the client."""
        delta: dict[str, Any] = {}
        if chunk.index not in self._spoken:
            self._spoken.add(chunk.index)
            delta = {"role": "assistant", "content": ""}
        if chunk.text:
            delta["content"] = chunk.text
        if chunk.reasoning:
            delta["reasoning_content"] = chunk.reasoning
        if chunk.tool_calls:
            delta["tool_calls"] = list(chunk.tool_calls)
        if not delta and chunk.finish_reason is None:
            return b""
        choice = {"index": chunk.index, "delta": delta, "logprobs": chunk.logprobs, "finish_reason": chunk.finish_reason}
        event = {**self._frame, "choices": [choice]}
        if self._include_usage:
            event["usage"] = None
        return _event(event)

    def end(self, usage: Usage) -> bytes:
        """The last events: usage where it was asked for, and the end mark."""
        if not self._include_usage:
            return DONE
        return _event({**self._frame, "choices": [], "usage": usage_json(usage)}) + DONE


def failed(status: status_pb2.Status) -> bytes:
    """The event that ends a stream that broke off after its first token; no end mark follows."""
    return _event(error_bodies.openai(status))


def usage_json(usage: Usage) -> dict[str, Any]:
    """OpenAI's `usage`."""
    return {
        "prompt_tokens": usage.input_tokens,
        "completion_tokens": usage.output_tokens,
        "total_tokens": usage.input_tokens + usage.output_tokens,
        "prompt_tokens_details": {"cached_tokens": usage.cached_input_tokens},
        "completion_tokens_details": {"reasoning_tokens": usage.reasoning_tokens},
    }


def _event(body: dict[str, Any]) -> bytes:
    return b"data: " + orjson.dumps(body) + b"\n\n"
