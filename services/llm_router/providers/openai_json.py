"""OpenAI's chat completions as its client: writes requests, and reads answers into typed events."""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from typing import Any

import orjson
from uat.generation.v1 import event_pb2, message_pb2, options_pb2
from uat.llm_router.v1 import chat_completion_pb2
from uat.llm_router.v1 import llm_router_service_pb2 as pb

from services.llm_router.providers.provider import TextRequest

_KNOWN = frozenset(chat_completion_pb2.ChatCompletionBody.DESCRIPTOR.fields_by_name) - {"fallbacks", "stream", "stream_options"}
"""Fields that a client may set for the provider."""
_ROLES = {value: name.removeprefix("ROLE_").lower() for name, value in message_pb2.Role.items()}
_TOOL_CHOICES = {value: name.removeprefix("TOOL_CHOICE_").lower() for name, value in message_pb2.ToolChoice.items()}
_EFFORTS = {value: name.removeprefix("REASONING_EFFORT_").lower() for name, value in options_pb2.ReasoningEffort.items()}
_FINISH_REASONS = {
    "stop": event_pb2.FINISH_REASON_STOP,
    "length": event_pb2.FINISH_REASON_LENGTH,
    "tool_calls": event_pb2.FINISH_REASON_TOOL_CALLS,
    "content_filter": event_pb2.FINISH_REASON_CONTENT_FILTER,
}


def request(model: str, text_request: TextRequest, *, stream: bool) -> bytes:
    """The body for the provider: the client's own JSON where it came in OpenAI's shape, else made from the typed form."""
    if text_request.openai is not None:
        body = {key: value for key, value in text_request.openai.items() if key in _KNOWN and value is not None}
    else:
        body = _from_typed(text_request.typed)
    body["model"] = model
    if stream:
        body |= {
            "stream": True,
            "stream_options": {"include_usage": True},
        }  # llm_router bills it, whether or not the client wants to see it
    return orjson.dumps(body)


def finished(answer: Mapping[str, Any]) -> event_pb2.Finished:
    """The end of a whole answer. Raises the exceptions of malformed JSON."""
    choice = answer["choices"][0]
    _text(choice["message"].get("content"))
    return event_pb2.Finished(finish_reason=_finish_reason(choice.get("finish_reason")), usage=usage(answer.get("usage")))


def usage(found: Mapping[str, Any] | None) -> event_pb2.Usage:
    """The tokens that a provider counted."""
    found = found or {}
    return event_pb2.Usage(
        input_tokens=found.get("prompt_tokens") or 0,
        output_tokens=found.get("completion_tokens") or 0,
        cached_input_tokens=(found.get("prompt_tokens_details") or {}).get("cached_tokens") or 0,
        reasoning_tokens=(found.get("completion_tokens_details") or {}).get("reasoning_tokens") or 0,
    )


class ChunkReader:
    """Reads the chunks of one stream. Until the provider sends the usage, at the end, each delta counts as one token."""

    def __init__(self) -> None:
        self._ends: dict[int, event_pb2.Finished] = {}
        self._usage: event_pb2.Usage | None = None
        self._deltas = 0

    @property
    def finished(self) -> Sequence[event_pb2.Finished]:
        """The ends of all answers of the stream, once it is over; none when it broke off."""
        for end in self._ends.values():
            end.usage.CopyFrom(self._usage or event_pb2.Usage(output_tokens=self._deltas))
        return list(self._ends.values())

    def read(self, chunk: Mapping[str, Any]) -> Sequence[event_pb2.Delta]:
        """The deltas of a chunk. Raises the exceptions of malformed JSON."""
        deltas = []
        if chunk.get("usage"):
            self._usage = usage(chunk["usage"])
        for choice in chunk.get("choices") or ():
            if delta := self._delta(choice):
                deltas.append(delta)
            if reason := choice.get("finish_reason"):
                index = choice.get("index") or 0
                self._ends[index] = event_pb2.Finished(finish_reason=_finish_reason(reason), index=index)
        return deltas

    def _delta(self, choice: Mapping[str, Any]) -> event_pb2.Delta | None:
        found = choice.get("delta") or {}
        text, reasoning = _text(found.get("content")), _text(found.get("reasoning_content"))
        calls = [_tool_call(call) for call in found.get("tool_calls") or ()]
        tokens = [_logprob(token) for token in (choice.get("logprobs") or {}).get("content") or ()]
        if not (text or reasoning or calls or tokens):
            return None
        self._deltas += 1
        counted = self._usage or event_pb2.Usage(output_tokens=self._deltas)
        return event_pb2.Delta(
            text=text,
            reasoning_text=reasoning,
            tool_calls=calls,
            logprobs=tokens,
            input_tokens=counted.input_tokens,
            output_tokens=counted.output_tokens,
            index=choice.get("index") or 0,
        )


def _from_typed(typed: pb.GenerateTextRequest) -> dict[str, Any]:
    body: dict[str, Any] = {"messages": [_message(message) for message in typed.messages]}
    if typed.tools:
        body["tools"] = [{"type": "function", "function": _function(tool)} for tool in typed.tools]
    if typed.tool_name:
        body["tool_choice"] = {"type": "function", "function": {"name": typed.tool_name}}
    elif typed.tool_choice:
        body["tool_choice"] = _TOOL_CHOICES[typed.tool_choice]
    if typed.HasField("parallel_tool_calls"):
        body["parallel_tool_calls"] = typed.parallel_tool_calls
    options = typed.options
    for ours, theirs in (
        ("temperature", "temperature"),
        ("top_p", "top_p"),
        ("frequency_penalty", "frequency_penalty"),
        ("presence_penalty", "presence_penalty"),
        ("seed", "seed"),
        ("max_output_tokens", "max_completion_tokens"),
    ):
        if options.HasField(ours):
            body[theirs] = getattr(options, ours)
    if options.stop:
        body["stop"] = list(options.stop)
    if options.logit_bias:
        body["logit_bias"] = {str(token): bias for token, bias in options.logit_bias.items()}
    if options.HasField("logprobs"):
        body |= {"logprobs": True, "top_logprobs": options.logprobs}
    if options.reasoning_effort:
        body["reasoning_effort"] = _EFFORTS[options.reasoning_effort]
    if options.response_format.json_object:
        body["response_format"] = {"type": "json_object"}
    elif options.response_format.json_schema:
        schema = orjson.Fragment(options.response_format.json_schema)
        body["response_format"] = {"type": "json_schema", "json_schema": {"name": "answer", "schema": schema}}
    return body


def _message(message: message_pb2.Message) -> dict[str, Any]:
    found: dict[str, Any] = {"role": _ROLES[message.role], "content": message.text}
    if message.parts:
        texts = [{"type": "text", "text": message.text}] if message.text else []
        found["content"] = texts + [_part(part) for part in message.parts]
    if message.tool_calls:
        found["tool_calls"] = [
            {"id": call.id, "type": "function", "function": {"name": call.name, "arguments": call.arguments_json}}
            for call in message.tool_calls
        ]
    for name in ("tool_call_id", "name"):
        if value := getattr(message, name):
            found[name] = value
    return found


def _part(part: message_pb2.ContentPart) -> dict[str, Any]:
    if part.WhichOneof("part") == "image":
        url = f"data:{part.image.media_type};base64,{base64.b64encode(part.image.data).decode()}"
        return {"type": "image_url", "image_url": {"url": url}}
    return {"type": "text", "text": part.text}


def _function(tool: message_pb2.Tool) -> dict[str, Any]:
    found: dict[str, Any] = {"name": tool.name}
    if tool.description:
        found["description"] = tool.description
    if tool.parameters_json_schema:
        found["parameters"] = orjson.Fragment(tool.parameters_json_schema)
    if tool.strict:
        found["strict"] = True
    return found


def _tool_call(call: Mapping[str, Any]) -> event_pb2.ToolCallDelta:
    function = call.get("function") or {}
    return event_pb2.ToolCallDelta(
        index=call.get("index") or 0, id=call.get("id"), name=function.get("name"), arguments_json=function.get("arguments")
    )


def _logprob(token: Mapping[str, Any]) -> event_pb2.TokenLogprob:
    raw = bytes(token["bytes"]) if token.get("bytes") is not None else str(token["token"]).encode()
    top = [_logprob(other) for other in token.get("top_logprobs") or ()]
    return event_pb2.TokenLogprob(token=raw, logprob=token["logprob"], top=top)


def _finish_reason(word: Any) -> event_pb2.FinishReason:
    return _FINISH_REASONS.get(word, event_pb2.FINISH_REASON_STOP)


def _text(value: Any) -> str:
    if value is not None and not isinstance(value, str):
        raise TypeError(f"a {type(value).__name__} where a text should be")
    return value or ""
