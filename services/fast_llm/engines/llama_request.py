"""The plain values of `engine.py` as llama.cpp's JSON."""

from __future__ import annotations

import base64
from typing import Any

import orjson

from services.fast_llm.engines import llama_guide
from services.fast_llm.engines.engine import Chat, GenerateInput, Media, Message, Tool
from services.fast_llm.engines.errors import InvalidGeneration

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


def request(asked: GenerateInput, grammar: str) -> tuple[str, dict[str, Any]]:
    """Gives the path and the body of a call. `grammar` is empty when the output is free."""
    # Progress is asked for because llama.cpp notices that nobody reads only when it has something to write: without it a cancelled call
    # keeps its slot until its whole prompt is read.
    body: dict[str, Any] = {"stream": True, "return_progress": True, "timings_per_token": True, "cache_prompt": asked.reuse_prefix}
    for ours, theirs in _SAMPLING.items():
        if (value := getattr(asked.sampling, ours)) is not None:
            body[theirs] = value
    if asked.sampling.logit_bias:
        body["logit_bias"] = [list(pair) for pair in asked.sampling.logit_bias]
    if asked.stop:
        body["stop"] = list(asked.stop)
    if asked.max_tokens is not None:
        body["max_tokens"] = body["n_predict"] = asked.max_tokens
    if asked.ignore_eos:
        body["ignore_eos"] = True
    if grammar:
        body["grammar"] = grammar
    if isinstance(asked.source, Chat):
        body |= {"stream_options": {"include_usage": True}, **chat(asked.source)}
        if asked.logprobs is not None or asked.token_ids:
            body |= {"logprobs": True, "top_logprobs": max(1, asked.logprobs or 0)}
        return "/v1/chat/completions", body
    body |= {"prompt": asked.source if isinstance(asked.source, str) else list(asked.source), "return_tokens": asked.token_ids}
    if asked.logprobs is not None:
        body["n_probs"] = max(1, asked.logprobs)
    return "/completion", body


def chat(source: Chat) -> dict[str, Any]:
    """Gives a conversation, its tools and how to end the prompt."""
    body: dict[str, Any] = {"messages": [_message(message) for message in source.messages]}
    if source.continue_last:
        body |= {"continue_final_message": True, "add_generation_prompt": False}
    if source.tools:
        named = [(index, tool) for index, tool in enumerate(source.tools) if source.tool_name in ("", tool.name)]
        body |= {
            "tools": [{"type": "function", "function": _function(tool, f"chat.tools[{index}]")} for index, tool in named],
            "tool_choice": source.tool_choice,
            "parallel_tool_calls": source.parallel_tool_calls,
        }
    if source.reasoning_effort:
        body["reasoning_effort"] = source.reasoning_effort
    return body


def parsed(text: str, field: str) -> Any:
    """Gives a JSON text's value, the order of its keys kept. Raises InvalidGeneration naming the field."""
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise InvalidGeneration(field, f"is no JSON: {error}") from error


def _function(tool: Tool, field: str) -> dict[str, Any]:
    field = f"{field}.parameters_json_schema"
    if tool.strict and (fault := llama_guide.schema_fault(tool.parameters or "{}")):
        raise InvalidGeneration(field, fault)
    parameters = parsed(tool.parameters, field) if tool.parameters else {"type": "object"}
    return {"name": tool.name, "description": tool.description, "parameters": parameters, "strict": tool.strict}


def _message(message: Message) -> dict[str, Any]:
    made: dict[str, Any] = {"role": str(message.role)}
    if all(isinstance(part, str) for part in message.parts):
        made["content"] = "".join(str(part) for part in message.parts)
    else:
        made["content"] = [_part(part) for part in message.parts]
    if message.tool_calls:
        made["tool_calls"] = [
            {"id": call.id, "type": "function", "function": {"name": call.name, "arguments": call.arguments}} for call in message.tool_calls
        ]
    if message.tool_call_id:
        made["tool_call_id"] = message.tool_call_id
    if message.name:
        made["name"] = message.name
    return made


def _part(part: str | Media) -> dict[str, Any]:
    if isinstance(part, str):
        return {"type": "text", "text": part}
    data = base64.b64encode(part.data).decode()
    if part.media_type.startswith("audio/"):
        return {"type": "input_audio", "input_audio": {"data": data, "format": part.media_type.removeprefix("audio/")}}
    return {"type": "image_url", "image_url": {"url": f"data:{part.media_type};base64,{data}"}}
