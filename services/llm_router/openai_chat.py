"""OpenAI's chat completions: reads the JSON body of a request into the typed form, and writes answers and events as JSON."""

from __future__ import annotations

import base64
import binascii
import re
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson
from google.protobuf.json_format import ParseDict, ParseError
from google.rpc import status_pb2
from uat.generation.v1 import event_pb2, message_pb2, options_pb2
from uat.llm_router.v1 import chat_completion_pb2
from uat.llm_router.v1 import llm_router_service_pb2 as pb

from services.kit.errors import Fault, InvalidRequest
from services.kit.rpc import error_bodies
from services.kit.rpc.interceptors.validate import check
from services.llm_router.errors import CapabilityMissing
from services.llm_router.providers.provider import Event, TextRequest

DONE = b"data: [DONE]\n\n"
TOOL_CHOICES = {"auto": message_pb2.TOOL_CHOICE_AUTO, "none": message_pb2.TOOL_CHOICE_NONE, "required": message_pb2.TOOL_CHOICE_REQUIRED}
FINISH_REASONS = {
    event_pb2.FINISH_REASON_STOP: "stop",
    event_pb2.FINISH_REASON_LENGTH: "length",
    event_pb2.FINISH_REASON_TOOL_CALLS: "tool_calls",
    event_pb2.FINISH_REASON_CONTENT_FILTER: "content_filter",
}
_PICTURE = 'send the picture itself: {"type": "image_url", "image_url": {"url": "data:image/png;base64,..."}}'
_FREE_FORM = ("stop", "tool_choice", "functions", "function_call", "messages", "tools", "response_format")
"""Fields that are read from the JSON itself: their values are free-form, or hold such."""
_PATHS = (
    (re.compile(r"^options\.response_format\.json_schema"), "response_format.json_schema.schema"),
    (re.compile(r"^options\.max_output_tokens"), "max_completion_tokens"),
    (re.compile(r"^options\."), ""),
    (re.compile(r"^(messages\[\d+\])\.parts"), r"\1.content"),
    (re.compile(r"^(messages\[\d+\])\.text"), r"\1.content"),
    (re.compile(r"^(tools\[\d+\])\.parameters_json_schema"), r"\1.function.parameters"),
    (re.compile(r"^(tools\[\d+\])\.(name|description|strict)"), r"\1.function.\2"),
)


@dataclass(frozen=True, slots=True)
class ChatCompletion:
    """A request, and the form in which its client wants the answer."""

    request: TextRequest
    stream: bool
    include_usage: bool


def read(data: bytes) -> ChatCompletion:
    """The request in a JSON body. Raises InvalidRequest naming the field in OpenAI's terms."""
    try:
        raw = orjson.loads(data)
    except ValueError as error:
        raise InvalidRequest(f"the body is not JSON: {error}") from error
    if not isinstance(raw, dict):
        raise InvalidRequest("the body must be a JSON object")
    body = _checked(raw)
    untyped: list[Fault] = []
    pictures: list[tuple[int, int]] = []
    typed = pb.GenerateTextRequest(model=body.model, fallback_models=body.fallbacks, metadata=body.metadata)
    for i, (message, given) in enumerate(zip(body.messages, raw["messages"], strict=True)):
        added = typed.messages.add(role=_role(message.role), tool_call_id=message.tool_call_id, name=message.name)
        for call in message.tool_calls:
            added.tool_calls.add(id=call.id, name=call.function.name, arguments_json=call.function.arguments)
        _read_content(added, given.get("content"), f"messages[{i}].content", untyped)
        pictures += [(i, j) for j, part in enumerate(added.parts) if part.WhichOneof("part") == "image"]
    for i, (tool, given) in enumerate(zip(body.tools, raw.get("tools") or (), strict=True)):
        if tool.type != "function":
            untyped.append(CapabilityMissing.of(f"tools[{i}].type", "this model takes functions only"))
        schema = _object((given.get("function") or {}).get("parameters"), f"tools[{i}].function.parameters")
        typed.tools.add(
            name=tool.function.name,
            description=tool.function.description,
            strict=tool.function.strict,
            parameters_json_schema=orjson.dumps(schema) if schema is not None else "",
        )
    _read_tool_choice(typed, raw.get("tool_choice"), untyped)
    if body.HasField("parallel_tool_calls"):
        typed.parallel_tool_calls = body.parallel_tool_calls
    _read_options(typed.options, body, raw, untyped)
    _read_unsupported(body, raw, untyped)
    return ChatCompletion(TextRequest(typed, pictures, raw, untyped, path), body.stream, body.stream_options.include_usage)


def path(field: str) -> str:
    """The path of a typed field in OpenAI's body."""
    for pattern, replacement in _PATHS:
        field, found = pattern.subn(replacement, field)
        if found:
            break
    return field


def _checked(raw: Mapping[str, Any]) -> chat_completion_pb2.ChatCompletionBody:
    """The body less its free-form values, within the contract's bounds."""
    shape: dict[str, Any] = {key: value for key, value in raw.items() if key not in _FREE_FORM and value is not None}
    for key in ("messages", "tools"):
        if (items := raw.get(key)) is not None:
            if not isinstance(items, list) or not all(isinstance(item, dict) for item in items):
                raise InvalidRequest.of(key, "must be a list of objects")
            shape[key] = [{name: value for name, value in item.items() if name != "content"} for item in items]
    for tool in shape.get("tools", ()):
        if isinstance(function := tool.get("function"), dict):
            tool["function"] = {name: value for name, value in function.items() if name != "parameters"}
    if (form := raw.get("response_format")) is not None:
        if not isinstance(form, dict):
            raise InvalidRequest.of("response_format", "must be an object")
        shape["response_format"] = form
        if isinstance(described := form.get("json_schema"), dict):
            shape["response_format"] = {**form, "json_schema": {name: value for name, value in described.items() if name != "schema"}}
    try:
        body = chat_completion_pb2.ChatCompletionBody(**shape)  # in C, but unknown fields and nulls inside are errors to it
    except (TypeError, ValueError):
        try:
            body = ParseDict(shape, chat_completion_pb2.ChatCompletionBody(), ignore_unknown_fields=True)
        except ParseError as error:
            raise InvalidRequest.of(*_located(error, shape)) from error
    check(body)
    return body


def _located(error: ParseError, shape: dict[str, Any]) -> tuple[str, str]:
    """The path of the field that a ParseError is about, and what is wrong with it."""
    message = str(error)
    reason, _, at = message.rpartition("field: ")[2].partition(" at ChatCompletionBody.")
    if at:
        return at.rstrip("."), reason
    first, *rest = re.findall(r"Failed to parse (\w+) field: ", message) or [""]
    if first in ("messages", "tools"):
        first = f"{first}[{next(i for i, item in enumerate(shape[first]) if not _parses({first: [item]}))}]"
    return ".".join((first, *rest)), reason.rstrip(".")


def _parses(shape: dict[str, Any]) -> bool:
    try:
        ParseDict(shape, chat_completion_pb2.ChatCompletionBody(), ignore_unknown_fields=True)
    except ParseError:
        return False
    return True


def _role(name: str) -> str:
    return "ROLE_SYSTEM" if name == "developer" else f"ROLE_{name.upper()}"


def _object(value: Any, field: str) -> dict[str, Any] | None:
    if value is not None and not isinstance(value, dict):
        raise InvalidRequest.of(field, "must be an object")
    return value


def _read_content(message: message_pb2.Message, content: Any, field: str, untyped: list[Fault]) -> None:
    if isinstance(content, str):
        message.text = content
    elif isinstance(content, list):
        for j, part in enumerate(content):
            _read_part(message.parts.add(text=""), part, f"{field}[{j}]", untyped)
    elif content is not None:
        untyped.append(CapabilityMissing.of(field, "must be a text or a list of parts"))


def _read_part(added: message_pb2.ContentPart, part: Any, field: str, untyped: list[Fault]) -> None:
    kind = part.get("type") if isinstance(part, dict) else None
    if kind == "text" and isinstance(part.get("text"), str):
        added.text = part["text"]
    elif kind == "image_url":
        image = part.get("image_url")
        url = image.get("url") if isinstance(image, dict) else None
        try:
            added.image.CopyFrom(_picture(url if isinstance(url, str) else "", field))
        except InvalidRequest as fault:
            untyped.append(fault)
    else:
        known = '{"type": "text", "text": "..."} or {"type": "image_url", ...}'
        untyped.append(CapabilityMissing.of(field, f"is of a type that no model here takes; use {known}"))


def _picture(url: str, field: str) -> message_pb2.Media:
    """The picture in a `data:` URL. Raises InvalidRequest naming the field."""
    if url.startswith(("http:", "https:")):
        raise InvalidRequest.of(field, f"is an address, and addresses are not fetched; {_PICTURE}")
    head, comma, body = url.partition(",")
    media_type, *settings = head.removeprefix("data:").split(";")
    if not (url.startswith("data:image/") and comma and "base64" in settings):
        raise InvalidRequest.of(field, f"is not a picture; {_PICTURE}")
    try:
        content = base64.b64decode(body, validate=True)
    except binascii.Error as error:
        raise InvalidRequest.of(field, f"is not base64 ({str(error).lower()}); {_PICTURE}") from error
    if not content:
        raise InvalidRequest.of(field, f"is an empty picture; {_PICTURE}")
    return message_pb2.Media(data=content, media_type=media_type)


def _read_tool_choice(typed: pb.GenerateTextRequest, choice: Any, untyped: list[Fault]) -> None:
    function = choice.get("function") if isinstance(choice, dict) else None
    if isinstance(function, dict) and isinstance(name := function.get("name"), str):
        typed.tool_choice, typed.tool_name = message_pb2.TOOL_CHOICE_REQUIRED, name
    elif isinstance(choice, str) and choice in TOOL_CHOICES:
        typed.tool_choice = TOOL_CHOICES[choice]
    elif choice is not None:
        untyped.append(CapabilityMissing.of("tool_choice", "must be `auto`, `none`, `required` or an object that names a function"))


def _read_options(
    options: options_pb2.Options, body: chat_completion_pb2.ChatCompletionBody, raw: Mapping[str, Any], untyped: list[Fault]
) -> None:
    for name in ("temperature", "top_p", "presence_penalty", "frequency_penalty"):
        if body.HasField(name):
            setattr(options, name, getattr(body, name))
    if body.HasField("seed"):
        options.seed = body.seed & 0xFFFFFFFF
    for name in ("max_completion_tokens", "max_tokens"):
        if body.HasField(name):
            options.max_output_tokens = getattr(body, name)
            break
    for token, bias in body.logit_bias.items():
        options.logit_bias[int(token)] = bias
    if body.logprobs:
        options.logprobs = body.top_logprobs
    if body.reasoning_effort:
        options.MergeFrom(options_pb2.Options(reasoning_effort=f"REASONING_EFFORT_{body.reasoning_effort.upper()}"))
    stop = raw.get("stop")
    stops = [stop] if isinstance(stop, str) else [] if stop is None else stop
    if isinstance(stops, list) and len(stops) <= 16 and all(isinstance(text, str) and 0 < len(text) <= 256 for text in stops):
        options.stop.extend(stops)
    else:
        untyped.append(CapabilityMissing.of("stop", "must be a text or up to 16 texts of 1 to 256 characters"))
    if body.response_format.type == "json_object":
        options.response_format.json_object = True
    elif body.response_format.type == "json_schema":
        field = "response_format.json_schema.schema"
        schema = _object((raw["response_format"].get("json_schema") or {}).get("schema"), field)
        if schema is None:
            untyped.append(CapabilityMissing.of(field, "must be set"))
        else:
            options.response_format.json_schema = orjson.dumps(schema).decode()


def _read_unsupported(body: chat_completion_pb2.ChatCompletionBody, raw: Mapping[str, Any], untyped: list[Fault]) -> None:
    """Fields that change the answer and that only OpenAI's own models understand."""
    if body.n > 1:
        untyped.append(CapabilityMissing.of("n", "this model gives one answer per request; leave it out"))
    if body.HasField("audio") or "audio" in body.modalities:
        untyped.append(CapabilityMissing.of("modalities", "this model can't speak"))
    if raw.get("functions") or raw.get("function_call") is not None:
        untyped.append(CapabilityMissing.of("functions", "is the old form; use tools"))
    if body.HasField("web_search_options"):
        untyped.append(CapabilityMissing.of("web_search_options", "this model can't search the web"))


def completion(model: str, generation_id: str, events: Sequence[Event]) -> bytes:
    """One `chat.completion` with the whole answer."""
    text, reasoning, calls = "", "", dict[int, dict[str, Any]]()
    logprobs: list[dict[str, Any]] = []
    finished = event_pb2.Finished()
    for event in events:
        if isinstance(event, event_pb2.Finished):
            finished = event
            continue
        text += event.text
        reasoning += event.reasoning_text
        logprobs += map(_logprob_json, event.logprobs)
        for delta in event.tool_calls:
            call = calls.setdefault(delta.index, {"id": None, "type": "function", "function": {"name": None, "arguments": ""}})
            call["id"] = call["id"] or delta.id or None
            call["function"]["name"] = call["function"]["name"] or delta.name or None
            call["function"]["arguments"] += delta.arguments_json
    message: dict[str, Any] = {"role": "assistant", "content": text, "refusal": None}
    if reasoning:
        message["reasoning_content"] = reasoning
    if calls:
        message |= {"content": text or None, "tool_calls": [calls[index] for index in sorted(calls)]}
    choice = {
        "index": 0,
        "message": message,
        "logprobs": {"content": logprobs, "refusal": None} if logprobs else None,
        "finish_reason": FINISH_REASONS.get(finished.finish_reason, "stop"),
    }
    return orjson.dumps({**_frame("chat.completion", model, generation_id), "choices": [choice], "usage": _usage_json(finished.usage)})


class EventWriter:
    """Writes server-sent events of `chat.completion.chunk`. An answer's first event carries the role. With `include_usage` every event has
    `usage`, which is null except in the last one.
    """

    def __init__(self, model: str, generation_id: str, *, include_usage: bool) -> None:
        self._frame = _frame("chat.completion.chunk", model, generation_id)
        self._include_usage = include_usage
        self._begun: set[int] = set()

    def event(self, event: Event) -> bytes:
        """The event of a delta, or of an answer's end."""
        delta: dict[str, Any] = {}
        logprobs = finish_reason = None
        if event.index not in self._begun:
            self._begun.add(event.index)
            delta = {"role": "assistant", "content": ""}
        if isinstance(event, event_pb2.Finished):
            finish_reason = FINISH_REASONS.get(event.finish_reason, "stop")
        else:
            if event.text:
                delta["content"] = event.text
            if event.reasoning_text:
                delta["reasoning_content"] = event.reasoning_text
            if event.tool_calls:
                delta["tool_calls"] = [_tool_call_json(call) for call in event.tool_calls]
            if event.logprobs:
                logprobs = {"content": [_logprob_json(token) for token in event.logprobs], "refusal": None}
        choice = {"index": event.index, "delta": delta, "logprobs": logprobs, "finish_reason": finish_reason}
        chunk = {**self._frame, "choices": [choice]}
        if self._include_usage:
            chunk["usage"] = None
        return _event(chunk)

    def end(self, usage: event_pb2.Usage) -> bytes:
        """The last events: the usage if the client wants it, and the end mark."""
        return (_event({**self._frame, "choices": [], "usage": _usage_json(usage)}) if self._include_usage else b"") + DONE


def failed(status: status_pb2.Status) -> bytes:
    """The event that ends a stream after a failure; no end mark follows."""
    return _event(error_bodies.openai(status))


def _frame(kind: str, model: str, generation_id: str) -> dict[str, Any]:
    return {"id": f"chatcmpl-{generation_id}", "object": kind, "created": int(time.time()), "model": model}


def _usage_json(usage: event_pb2.Usage) -> dict[str, Any]:
    return {
        "prompt_tokens": usage.input_tokens,
        "completion_tokens": usage.output_tokens,
        "total_tokens": usage.input_tokens + usage.output_tokens,
        "prompt_tokens_details": {"cached_tokens": usage.cached_input_tokens},
        "completion_tokens_details": {"reasoning_tokens": usage.reasoning_tokens},
    }


def _tool_call_json(call: event_pb2.ToolCallDelta) -> dict[str, Any]:
    function = {"name": call.name or None, "arguments": call.arguments_json}
    return {"index": call.index, "id": call.id or None, "type": "function", "function": function}


def _logprob_json(token: event_pb2.TokenLogprob, *, top: bool = True) -> dict[str, Any]:
    found = {"token": token.token.decode("utf-8", "replace"), "logprob": token.logprob, "bytes": list(token.token)}
    return found | {"top_logprobs": [_logprob_json(other, top=False) for other in token.top]} if top else found


def _event(body: dict[str, Any]) -> bytes:
    return b"data: " + orjson.dumps(body) + b"\n\n"
