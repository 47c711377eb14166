"""llama.cpp's HTTP API: writes a generation's request as its JSON, and reads its events and errors."""

from __future__ import annotations

import base64
from typing import Any

import orjson
from uat.fast_llm.v1 import engine_service_pb2 as pb
from uat.fast_llm.v1 import generation_pb2
from uat.generation.v1 import event_pb2, message_pb2, options_pb2

from services.fast_llm.engines.grammar import FIELD, schema_error
from services.fast_llm.engines.llama_process import Refused
from services.fast_llm.errors import CapabilityMissing, EngineFailed, GenerationInvalid, PromptTooLong
from services.kit.errors import Fault

_SAMPLING = {
    "temperature": "temperature",
    "top_p": "top_p",
    "top_k": "top_k",
    "min_p": "min_p",
    "frequency_penalty": "frequency_penalty",
    "presence_penalty": "presence_penalty",
    "repetition_penalty": "repeat_penalty",
    "seed": "seed",
}
_ROLES = {value: name.removeprefix("ROLE_").lower() for name, value in message_pb2.Role.items()}
_TOOL_CHOICES = {message_pb2.TOOL_CHOICE_NONE: "none", message_pb2.TOOL_CHOICE_REQUIRED: "required"}
_EFFORTS = {value: name.removeprefix("REASONING_EFFORT_").lower() for name, value in options_pb2.ReasoningEffort.items()}
_FINISH_REASONS = {
    "stop": event_pb2.FINISH_REASON_STOP,
    "length": event_pb2.FINISH_REASON_LENGTH,
    "tool_calls": event_pb2.FINISH_REASON_TOOL_CALLS,
}


def generation(request: pb.GenerateRequest, grammar: str) -> tuple[str, dict[str, Any]]:
    """The path and the body of a generation. `grammar` is empty for free text."""
    # `return_progress`: llama.cpp notices a closed connection only when it writes. Without it a cancelled call would keep its slot until
    # its whole prompt is read.
    options = request.options
    body: dict[str, Any] = {"stream": True, "return_progress": True, "timings_per_token": True, "cache_prompt": not request.cache_salt}
    for ours, theirs in _SAMPLING.items():
        if options.HasField(ours):
            body[theirs] = getattr(options, ours)
    if options.logit_bias:
        body["logit_bias"] = [list(pair) for pair in options.logit_bias.items()]
    if options.stop:
        body["stop"] = list(options.stop)
    if options.HasField("max_output_tokens"):
        body["max_tokens"] = body["n_predict"] = options.max_output_tokens
    if request.ignore_eos:
        body["ignore_eos"] = True
    if grammar:
        body["grammar"] = grammar
    if request.HasField("chat"):
        body |= {"stream_options": {"include_usage": True}, **chat(request.chat)}
        if options.reasoning_effort:
            body["reasoning_effort"] = _EFFORTS[options.reasoning_effort]
        if options.HasField("logprobs") or request.return_token_ids:
            body |= {"logprobs": True, "top_logprobs": max(1, options.logprobs)}
        return "/v1/chat/completions", body
    body |= {"prompt": list(request.token_ids.ids) if request.HasField("token_ids") else request.prompt}
    body["return_tokens"] = request.return_token_ids
    if options.HasField("logprobs"):
        body["n_probs"] = max(1, options.logprobs)
    return "/completion", body


def chat(source: generation_pb2.Chat) -> dict[str, Any]:
    """A conversation, its tools, and how its prompt ends."""
    body: dict[str, Any] = {"messages": [_message(message) for message in source.messages]}
    if source.continue_last:
        body |= {"continue_final_message": True, "add_generation_prompt": False}
    if source.tools:
        offered = [(index, tool) for index, tool in enumerate(source.tools) if source.tool_name in ("", tool.name)]
        body |= {
            "tools": [{"type": "function", "function": _function(tool, f"chat.tools[{index}]")} for index, tool in offered],
            "tool_choice": _TOOL_CHOICES.get(source.tool_choice, "auto"),
            "parallel_tool_calls": source.parallel_tool_calls if source.HasField("parallel_tool_calls") else True,
        }
    return body


def parsed(text: str, field: str) -> Any:
    """The value of a JSON text, with the order of its keys. Raises GenerationInvalid naming the field."""
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise GenerationInvalid.of(field, f"is not JSON: {error}") from error


def fault_of(refused: Refused, request: pb.GenerateRequest) -> Fault:
    """The fault for an error of llama.cpp."""
    message = str(refused)
    response_format = request.options.response_format.WhichOneof("format")
    if "n_prompt_tokens" in refused.error:
        return PromptTooLong.of(int(refused.error["n_prompt_tokens"]), int(refused.error["n_ctx"]))
    if "not supported" in message and "input" in message:
        return CapabilityMissing.of("chat.messages", message)
    if refused.status >= 500:
        return EngineFailed(message)
    if response_format is not None and any(word in message for word in ("grammar", "schema", "sampler")):
        return GenerationInvalid.of(f"{FIELD}.{response_format}", message)
    if request.HasField("chat"):
        return GenerationInvalid.of("chat.tools" if request.chat.tools and "JSON schema" in message else "chat.messages", message)
    return GenerationInvalid.of("token_ids" if "invalid tokens" in message else "", message)


class EventReader:
    """Reads the events of one generation. `finished` grows with them; its `finish_reason` is set by the last one."""

    def __init__(self, request: pb.GenerateRequest) -> None:
        self.finished = event_pb2.Finished()
        self.prefill = 0.0
        self.decode = 0.0
        self._top = request.options.logprobs
        self._logprobs = request.options.HasField("logprobs")
        self._token_ids = request.return_token_ids

    def read(self, data: bytes) -> pb.GenerateResponse | None:
        """The response with an event's delta, if it has one. Raises Refused for an error."""
        event = orjson.loads(data)
        if "error" in event:
            raise Refused(int(event["error"].get("code", 500)), event["error"])
        if timings := event.get("timings"):
            usage, cached = self.finished.usage, timings["cache_n"]
            usage.input_tokens, usage.output_tokens = cached + timings["prompt_n"], timings["predicted_n"]
            usage.cached_input_tokens = cached
            self.prefill, self.decode = timings["prompt_ms"] / 1e3, timings["predicted_ms"] / 1e3
        if "choices" in event:
            return self._chat(event["choices"][0]) if event["choices"] else None
        return None if "prompt_progress" in event else self._completion(event)

    def _chat(self, choice: dict[str, Any]) -> pb.GenerateResponse | None:
        if choice["finish_reason"]:
            self.finished.finish_reason = _FINISH_REASONS.get(choice["finish_reason"], event_pb2.FINISH_REASON_STOP)
        found = choice["delta"]
        text, reasoning, calls = found.get("content") or "", found.get("reasoning_content") or "", found.get("tool_calls") or ()
        if not (text or reasoning or calls):
            return None
        response = self._response(text)
        if reasoning:
            response.delta.reasoning_text = reasoning
        for call in calls:
            function = call.get("function") or {}
            response.delta.tool_calls.add(
                index=call["index"], id=call.get("id"), name=function.get("name"), arguments_json=function.get("arguments")
            )
        if self._logprobs or self._token_ids:
            tokens = (choice.get("logprobs") or {}).get("content") or []
            if self._token_ids:
                response.delta.token_ids.extend(token["id"] for token in tokens)
            if self._logprobs:
                response.delta.logprobs.extend(_logprob(token, self._top) for token in tokens)
        return response

    def _completion(self, event: dict[str, Any]) -> pb.GenerateResponse | None:
        if event["stop"]:
            limit = event.get("stop_type") == "limit"
            self.finished.finish_reason = event_pb2.FINISH_REASON_LENGTH if limit else event_pb2.FINISH_REASON_STOP
            self.finished.stop_text = event.get("stopping_word", "")
        token_ids = event["tokens"] if self._token_ids else ()
        tokens = event.get("completion_probabilities") or () if self._logprobs else ()
        if not (event["content"] or token_ids or tokens):
            return None
        response = self._response(event["content"])
        response.delta.token_ids.extend(token_ids)
        response.delta.logprobs.extend(_logprob(token, self._top) for token in tokens)
        return response

    def _response(self, text: str) -> pb.GenerateResponse:
        response, usage = pb.GenerateResponse(), self.finished.usage
        delta = response.delta
        delta.text, delta.output_tokens, delta.input_tokens = text, usage.output_tokens, usage.input_tokens
        return response


def _function(tool: message_pb2.Tool, field: str) -> dict[str, Any]:
    field = f"{field}.parameters_json_schema"
    if tool.strict and (error := schema_error(tool.parameters_json_schema or "{}")):
        raise GenerationInvalid.of(field, error)
    parameters = parsed(tool.parameters_json_schema, field) if tool.parameters_json_schema else {"type": "object"}
    return {"name": tool.name, "description": tool.description, "parameters": parameters, "strict": tool.strict}


def _message(message: message_pb2.Message) -> dict[str, Any]:
    made: dict[str, Any] = {"role": _ROLES[message.role]}
    if all(part.WhichOneof("part") == "text" for part in message.parts):
        made["content"] = message.text + "".join(part.text for part in message.parts)
    else:
        texts = [{"type": "text", "text": message.text}] if message.text else []
        made["content"] = texts + [_part(part) for part in message.parts]
    if message.tool_calls:
        made["tool_calls"] = [
            {"id": call.id, "type": "function", "function": {"name": call.name, "arguments": call.arguments_json}}
            for call in message.tool_calls
        ]
    if message.tool_call_id:
        made["tool_call_id"] = message.tool_call_id
    if message.name:
        made["name"] = message.name
    return made


def _part(part: message_pb2.ContentPart) -> dict[str, Any]:
    kind = part.WhichOneof("part")
    if kind == "audio":
        data = base64.b64encode(part.audio.data).decode()
        return {"type": "input_audio", "input_audio": {"data": data, "format": part.audio.media_type.removeprefix("audio/")}}
    if kind == "image":
        data = base64.b64encode(part.image.data).decode()
        return {"type": "image_url", "image_url": {"url": f"data:{part.image.media_type};base64,{data}"}}
    return {"type": "text", "text": part.text}


def _logprob(token: dict[str, Any], top: int) -> event_pb2.TokenLogprob:
    others = [_logprob(other, 0) for other in token.get("top_logprobs", ())[:top]]
    return event_pb2.TokenLogprob(token_id=token["id"], token=bytes(token["bytes"] or ()), logprob=token["logprob"], top=others)
