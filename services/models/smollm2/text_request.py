"""Reads a request into the body of llama.cpp's API. The build copies this file beside `model.py`, so it imports nothing else of ours."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import triton_python_backend_utils as triton

if TYPE_CHECKING:
    from services.models import decoupled
    from services.models.decoupled import Refused
else:  # copied beside this file
    import decoupled
    from decoupled import Refused

_SAMPLING = {
    "temperature": "temperature",
    "top_p": "top_p",
    "top_k": "top_k",
    "min_p": "min_p",
    "presence_penalty": "presence_penalty",
    "frequency_penalty": "frequency_penalty",
    "repetition_penalty": "repeat_penalty",
    "seed": "seed",
    "stop": "stop",
    "ignore_eos": "ignore_eos",
    "cache_prompt": "cache_prompt",
    "response_format": "response_format",
}
"""The names of sampling parameters in vLLM and in llama.cpp. The last two are those of OpenAI and llama.cpp."""
_FLAGS = ("return_finish_reason", "return_num_input_tokens", "return_num_output_tokens", "return_token_ids")


@dataclass(frozen=True, slots=True)
class TextRequest:
    """A request for text. `prompt` is empty for a conversation."""

    body: Mapping[str, Any]
    prompt: str
    stream: bool
    echo: bool
    returned: frozenset[str]
    """The outputs that the caller wants besides the text."""


def read(request: Any) -> TextRequest:
    """Reads a request. Raises Refused."""
    prompt, chat = decoupled.text(request, "text_input"), decoupled.text(request, "chat")
    if bool(prompt) == bool(chat):
        raise Refused("give either text_input or chat, and not empty")
    stream, exclude = _flag(request, "stream", otherwise=False), _flag(request, "exclude_input_in_output", otherwise=None)
    if stream and exclude is False:
        raise Refused("exclude_input_in_output must not be false with stream")
    body: dict[str, Any] = {"stream": True, "timings_per_token": True, "return_progress": True}
    body |= _sampling(_object(decoupled.text(request, "sampling_parameters") or "{}", "sampling_parameters"))
    if chat:
        body |= {"stream_options": {"include_usage": True}, **_conversation(_object(chat, "chat"))}
    else:
        body["prompt"] = prompt
    returned = frozenset(flag.removeprefix("return_") for flag in _FLAGS if _flag(request, flag, otherwise=False))
    if "token_ids" in returned:  # only responses with probabilities have them
        body |= {"logprobs": True, "top_logprobs": 1} if chat else {"logprobs": 1}
    return TextRequest(body, prompt, bool(stream), bool(prompt) and not stream and not exclude, returned)


def _conversation(chat: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of OpenAI's body that make a conversation."""
    allowed = {
        "messages",
        "tools",
        "tool_choice",
        "parallel_tool_calls",
        "reasoning_effort",
        "continue_final_message",
        "add_generation_prompt",
    }
    for key in chat:
        if key not in allowed:
            raise Refused(f"chat.{key}: is not one of {', '.join(sorted(allowed))}")
    if not isinstance(chat.get("messages"), list) or not chat["messages"]:
        raise Refused("chat.messages: must be a list of messages")
    return dict(chat)


def _sampling(given: Mapping[str, Any]) -> dict[str, Any]:
    """The sampling parameters. An unknown one is refused, as ignoring it would change the text."""
    body: dict[str, Any] = {}
    for key, value in given.items():
        if value is None:
            continue
        if key in _SAMPLING:
            body[_SAMPLING[key]] = value
        elif key == "max_tokens":
            body |= {"max_tokens": value, "n_predict": value}
        elif key == "logit_bias" and isinstance(value, dict):
            body[key] = [[int(token), bias] for token, bias in value.items()]
        elif key in ("guided_decoding", "structured_outputs"):
            body |= _guide(value if isinstance(value, dict) else _object(value, f"sampling_parameters.{key}"))
        else:
            raise Refused(f"sampling_parameters.{key}: is not known here")
    return body


def _guide(guide: Mapping[str, Any]) -> dict[str, Any]:
    """The constraint of structured output, in one of vLLM's forms."""
    given = {key: value for key, value in guide.items() if value is not None}
    if len(given) != 1:
        raise Refused("guided_decoding: give one of json, json_object, choice and grammar")
    (kind, value), *_ = given.items()
    if kind == "json":
        return {"json_schema": value if isinstance(value, dict) else _object(value, "guided_decoding.json")}
    if kind == "json_object":
        return {"response_format": {"type": "json_object"}} if value else {}
    if kind == "choice" and isinstance(value, list) and value and all(isinstance(choice, str) for choice in value):
        return {"grammar": "root ::= " + " | ".join(_literal(choice) for choice in value)}
    if kind == "grammar" and isinstance(value, str) and not value.startswith("%llguidance"):
        return {"grammar": value}
    raise Refused(f"guided_decoding.{kind}: can't be used; give json, json_object, choice, or a grammar in llama.cpp's GBNF")


def _literal(text: str) -> str:
    escapes = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t"}
    return '"' + "".join(escapes.get(character, character) for character in text) + '"'


def _object(text: Any, name: str) -> dict[str, Any]:
    try:
        found = json.loads(text)
    except (TypeError, ValueError) as error:
        raise Refused(f"{name}: is no JSON: {error}") from error
    if not isinstance(found, dict):
        raise Refused(f"{name}: must be a JSON object")
    return found


def _flag(request: Any, name: str, *, otherwise: bool | None) -> bool | None:
    tensor = triton.get_input_tensor_by_name(request, name)
    return otherwise if tensor is None else bool(tensor.as_numpy().ravel()[0])
