"""Requests as the tensors of NVIDIA's vLLM backend for Triton, which the mesh's own `smollm2` extends."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import orjson
from inference.model_config_pb2 import ModelConfig
from uat.fast_llm.v1 import engine_service_pb2 as pb
from uat.generation.v1 import message_pb2
from uat.generation.v1.options_pb2 import ResponseFormat

from services.fast_llm.engines import grammar, llama_api, triton_prompt
from services.fast_llm.engines.engine import FORMATS
from services.fast_llm.errors import CapabilityMissing

OUTPUTS = ("text_output", "finish_reason", "num_input_tokens", "num_output_tokens")
Tensors = dict[str, Any]
"""Inputs of Triton by name: lists of bytes and arrays."""
_YES = np.array([True])
_SAMPLING = ("temperature", "top_p", "top_k", "min_p", "frequency_penalty", "presence_penalty", "repetition_penalty", "seed")
_COMPILED_FIRST = ("json_schema", "regex")
"""Formats that are compiled here first: a model behind Triton may report a bad one in its log only."""


@dataclass(frozen=True, slots=True)
class ModelInputs:
    """What a model of Triton accepts, from its configuration. A model of vLLM's backend declares only its tensors; its config.pbtxt can
    have the parameters `slots`, `context_length`, `chat_format` and `guides`.
    """

    chat: bool
    """Whether it takes a conversation as JSON, in the tensor `chat`."""
    chat_format: str
    """The format in which a conversation is written as text, for a model without `chat`; empty for none."""
    token_ids: bool
    formats: tuple[str, ...]
    """The response formats that it supports, beside `json_object`."""
    slots: int
    context_length: int

    @classmethod
    def of(cls, config: ModelConfig) -> ModelInputs:
        """What a configuration declares. Numbers that it lacks are 0."""
        parameters = {key: value.string_value for key, value in config.parameters.items()}
        declared = parameters.get("guides", ",".join((*FORMATS, "json_object"))).split(",")
        return cls(
            chat="chat" in {tensor.name for tensor in config.input},
            chat_format=parameters.get("chat_format", ""),
            token_ids="token_ids" in {tensor.name for tensor in config.output},
            formats=tuple(name for name in (*FORMATS, "json_object") if name in declared),
            slots=int(parameters.get("slots", 0)),
            context_length=int(parameters.get("context_length", 0)),
        )


def check(accepts: ModelInputs, request: pb.GenerateRequest) -> None:
    """Raises CapabilityMissing for what the tensors can't carry, or the model can't do."""
    if request.HasField("token_ids"):
        raise CapabilityMissing.of("token_ids", "models behind Triton take text; use prompt or chat")
    if request.HasField("chat"):
        if not accepts.chat and accepts.chat_format not in triton_prompt.FORMATS:
            known = ", ".join(triton_prompt.FORMATS)
            raise CapabilityMissing.of("chat", f"the model takes text only; use prompt, or give it the parameter chat_format ({known})")
        if request.chat.tools and request.chat.tool_choice != message_pb2.TOOL_CHOICE_NONE:
            raise CapabilityMissing.of("chat.tools", "tool calls don't pass Triton")
        if any(part.WhichOneof("part") != "text" for message in request.chat.messages for part in message.parts):
            raise CapabilityMissing.of("chat.messages", "pictures and recordings don't pass Triton")
    if request.options.HasField("logprobs"):
        raise CapabilityMissing.of("options.logprobs", "don't pass Triton")
    if request.return_token_ids and not accepts.token_ids:
        raise CapabilityMissing.of("return_token_ids", "the model does not return them")
    kind = request.options.response_format.WhichOneof("format")
    if kind is not None and kind not in accepts.formats:
        raise CapabilityMissing.of(f"{grammar.FIELD}.{kind}", f"the model supports only {', '.join(accepts.formats)}")
    if request.cache_salt and not accepts.chat:
        raise CapabilityMissing.of("cache_salt", "the model can't keep callers apart in its prefix cache")


def tensors(accepts: ModelInputs, request: pb.GenerateRequest, context_length: int) -> Tensors:
    """The inputs of a request that passed `check`. Raises GenerationInvalid. Compiling a format takes a millisecond or more."""
    inputs: Tensors = {"stream": _YES, "exclude_input_in_output": _YES}
    inputs |= {f"return_{name}": _YES for name in OUTPUTS[1:]}
    if request.HasField("chat") and accepts.chat:
        inputs["chat"] = [orjson.dumps(llama_api.chat(request.chat))]
    else:
        text = triton_prompt.written(request.chat, accepts.chat_format) if request.HasField("chat") else request.prompt
        inputs["text_input"] = [text.encode()]
    if request.return_token_ids:
        inputs["return_token_ids"] = _YES
    inputs["sampling_parameters"] = [orjson.dumps(_sampling(request, context_length))]
    return inputs


def _sampling(request: pb.GenerateRequest, context_length: int) -> Mapping[str, Any]:
    """The sampling parameters by vLLM's names. `max_tokens` is always there: vLLM's default is 16."""
    options = request.options
    found = {name: getattr(options, name) for name in _SAMPLING if options.HasField(name)}
    found["max_tokens"] = options.max_output_tokens or context_length
    if options.logit_bias:
        found["logit_bias"] = {str(token): bias for token, bias in options.logit_bias.items()}
    if options.stop:
        found["stop"] = list(options.stop)
    if request.ignore_eos:
        found["ignore_eos"] = True
    if guide := _guided_decoding(options.response_format):
        found["guided_decoding"] = orjson.dumps(guide).decode()
    if request.cache_salt:
        found["cache_prompt"] = False
    return found


def _guided_decoding(response_format: ResponseFormat) -> Mapping[str, Any] | None:
    kind = response_format.WhichOneof("format")
    if kind in _COMPILED_FIRST:
        grammar.grammar(response_format)
    match kind:
        case "json_schema":
            return {"json": llama_api.parsed(response_format.json_schema, f"{grammar.FIELD}.{kind}")}
        case "json_object" if response_format.json_object:
            return {"json_object": True}
        case "choice":
            return {"choice": list(response_format.choice.values)}
        case "regex" | "grammar":
            return {kind: getattr(response_format, kind)}
        case _:
            return None
