"""What llama.cpp answers, as the plain values of `engine.py` and the faults of `errors.py`."""

from __future__ import annotations

from typing import Any

import orjson

from services.fast_llm.engines.engine import Chat, Delta, FinishReason, GenerateInput, TokenLogprob, ToolCallDelta, Usage
from services.fast_llm.engines.errors import CapabilityMissing, EngineError, EngineFailed, InvalidGeneration, PromptTooLong
from services.fast_llm.engines.llama_process import Refused

_REASONS = {"stop": FinishReason.STOP, "length": FinishReason.LENGTH, "tool_calls": FinishReason.TOOL_CALLS}


def fact(refused: Refused, asked: GenerateInput) -> EngineError:
    """Gives what a refusal means."""
    message = str(refused)
    if "n_prompt_tokens" in refused.error:
        return PromptTooLong(int(refused.error["n_prompt_tokens"]), int(refused.error["n_ctx"]))
    if "not supported" in message and "input" in message:
        return CapabilityMissing("chat.messages", message)
    if refused.status >= 500:
        return EngineFailed(message)
    if asked.guide is not None and any(word in message for word in ("grammar", "schema", "sampler")):
        return InvalidGeneration(f"guided.{asked.guide.kind}", message)
    if isinstance(asked.source, Chat):
        return InvalidGeneration("chat.tools" if asked.source.tools and "JSON schema" in message else "chat.messages", message)
    return InvalidGeneration("token_ids" if "invalid tokens" in message else "", message)


class Reader:
    """Reads the events of one call. `usage`, `prefill` and `decode` grow with them; `reason` is set once the call has ended."""

    def __init__(self, asked: GenerateInput) -> None:
        self.usage = Usage()
        self.prefill = 0.0
        self.decode = 0.0
        self.reason: FinishReason | None = None
        self.stop_text = ""
        self._wanted = asked.logprobs or 0
        self._logprobs = asked.logprobs is not None
        self._token_ids = asked.token_ids

    def read(self, data: bytes) -> Delta | None:
        """Gives the delta of one event, if it has one. Raises Refused for an error."""
        event = orjson.loads(data)
        if "error" in event:
            raise Refused(int(event["error"].get("code", 500)), event["error"])
        if timings := event.get("timings"):
            self._time(timings)
        if "choices" in event:
            return self._chat(event["choices"][0]) if event["choices"] else None
        return None if "prompt_progress" in event else self._completion(event)

    def _chat(self, choice: dict[str, Any]) -> Delta | None:
        if choice["finish_reason"]:
            self.reason = _REASONS.get(choice["finish_reason"], FinishReason.STOP)
        delta = choice["delta"]
        text, reasoning, calls = delta.get("content") or "", delta.get("reasoning_content") or "", delta.get("tool_calls") or ()
        if not (text or reasoning or calls):
            return None
        if not (self._logprobs or self._token_ids or reasoning or calls):
            return Delta(text, self.usage.output_tokens, input_tokens=self.usage.input_tokens)
        tokens = (choice.get("logprobs") or {}).get("content") or []
        return Delta(
            text,
            self.usage.output_tokens,
            reasoning,
            tuple(_call(call) for call in calls),
            tuple(token["id"] for token in tokens) if self._token_ids else (),
            tuple(_logprob(token, self._wanted) for token in tokens) if self._logprobs else (),
            self.usage.input_tokens,
        )

    def _completion(self, event: dict[str, Any]) -> Delta | None:
        if event["stop"]:
            self.reason = FinishReason.LENGTH if event.get("stop_type") == "limit" else FinishReason.STOP
            self.stop_text = event.get("stopping_word", "")
        token_ids = tuple(event["tokens"]) if self._token_ids else ()
        tokens = event.get("completion_probabilities") or () if self._logprobs else ()
        if not (event["content"] or token_ids or tokens):
            return None
        return Delta(
            event["content"],
            self.usage.output_tokens,
            token_ids=token_ids,
            logprobs=tuple(_logprob(token, self._wanted) for token in tokens),
            input_tokens=self.usage.input_tokens,
        )

    def _time(self, timings: dict[str, Any]) -> None:
        cached = timings["cache_n"]
        self.usage = Usage(cached + timings["prompt_n"], timings["predicted_n"], cached)
        self.prefill, self.decode = timings["prompt_ms"] / 1e3, timings["predicted_ms"] / 1e3


def _call(call: dict[str, Any]) -> ToolCallDelta:
    function = call.get("function") or {}
    return ToolCallDelta(call["index"], call.get("id") or "", function.get("name") or "", function.get("arguments") or "")


def _logprob(token: dict[str, Any], wanted: int) -> TokenLogprob:
    top = tuple(_logprob(other, 0) for other in token.get("top_logprobs", ())[:wanted])
    return TokenLogprob(token["id"], bytes(token["bytes"] or ()), token["logprob"], top)
