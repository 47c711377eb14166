"""The plain values of `engine.py` as the tensors of NVIDIA's vLLM backend for Triton, with which `smollm2` here can do more."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import orjson
from inference.model_config_pb2 import ModelConfig

from services.fast_llm.engines import llama_guide, llama_request, triton_prompt
from services.fast_llm.engines.engine import Chat, GenerateInput, Guide, GuideKind, Media
from services.fast_llm.engines.errors import CapabilityMissing
from services.kit.triton.client import Tensor

OUTPUTS = ("text_output", "finish_reason", "num_input_tokens", "num_output_tokens")
_YES = np.array([True])
_SAMPLING = ("temperature", "top_p", "top_k", "min_p", "frequency_penalty", "presence_penalty", "repetition_penalty", "seed")
_CHECKED = (GuideKind.JSON_SCHEMA, GuideKind.REGEX)
"""Guides that are compiled here first: a model behind Triton may only write about a bad one in its log."""


@dataclass(frozen=True, slots=True)
class Takes:
    """What a model of Triton takes, as its configuration says. A model of vLLM's backend says nothing beyond its tensors; the parameters
    `slots`, `context_length`, `chat_format` and `guides` can be written into its config.pbtxt.
    """

    chat: bool
    """A conversation as it is, in the tensor `chat`."""
    chat_format: str
    """The name of the form that a conversation is written down in, where the model takes none as it is; empty: it takes none at all."""
    token_ids: bool
    guides: tuple[GuideKind, ...]
    slots: int
    context_length: int

    @classmethod
    def of(cls, config: ModelConfig) -> Takes:
        """What a configuration says. Numbers that it does not say are 0."""
        parameters = {key: value.string_value for key, value in config.parameters.items()}
        known = [kind for kind in GuideKind if kind in parameters.get("guides", ",".join(GuideKind)).split(",")]
        return cls(
            chat="chat" in {tensor.name for tensor in config.input},
            chat_format=parameters.get("chat_format", ""),
            token_ids="token_ids" in {tensor.name for tensor in config.output},
            guides=tuple(known),
            slots=int(parameters.get("slots", 0)),
            context_length=int(parameters.get("context_length", 0)),
        )


def check(takes: Takes, asked: GenerateInput) -> None:
    """Raises CapabilityMissing for what the tensors can't carry, or the model can't do."""
    source = asked.source
    if isinstance(source, tuple):
        raise CapabilityMissing("token_ids", "models behind Triton take text; use prompt or chat")
    if isinstance(source, Chat):
        if not takes.chat and takes.chat_format not in triton_prompt.FORMATS:
            known = ", ".join(triton_prompt.FORMATS)
            raise CapabilityMissing("chat", f"the model takes no conversation; use prompt, or give it the parameter chat_format ({known})")
        if source.tools and source.tool_choice != "none":
            raise CapabilityMissing("chat.tools", "calls of tools don't come through Triton")
        if any(isinstance(part, Media) for message in source.messages for part in message.parts):
            raise CapabilityMissing("chat.messages", "pictures and recordings don't go through Triton")
    if asked.logprobs is not None:
        raise CapabilityMissing("output.logprobs", "don't come through Triton")
    if asked.token_ids and not takes.token_ids:
        raise CapabilityMissing("output.token_ids", "the model does not tell them")
    if asked.guide is not None and asked.guide.kind not in takes.guides:
        raise CapabilityMissing(f"guided.{asked.guide.kind}", f"the model keeps to these alone: {', '.join(takes.guides)}")
    if not asked.reuse_prefix and not takes.chat:
        raise CapabilityMissing("cache_salt", "the model's prefix cache can't be told to keep callers apart")


def tensors(takes: Takes, asked: GenerateInput, context_length: int) -> dict[str, Tensor]:
    """The inputs of a request that was checked. Raises InvalidGeneration. Compiling a guide costs a millisecond or more."""
    inputs: dict[str, Tensor] = {"stream": _YES, "exclude_input_in_output": _YES}
    inputs |= {f"return_{name}": _YES for name in OUTPUTS[1:]}
    if isinstance(asked.source, Chat) and takes.chat:
        inputs["chat"] = [orjson.dumps(llama_request.chat(asked.source))]
    else:
        chat = asked.source
        text = triton_prompt.written(chat, takes.chat_format) if isinstance(chat, Chat) else str(chat)
        inputs["text_input"] = [text.encode()]
    if asked.token_ids:
        inputs["return_token_ids"] = _YES
    inputs["sampling_parameters"] = [orjson.dumps(_sampling(takes, asked, context_length))]
    return inputs


def _sampling(takes: Takes, asked: GenerateInput, context_length: int) -> Mapping[str, Any]:
    """The sampling parameters by vLLM's names. `max_tokens` is always there, since vLLM ends after 16 where it is told nothing."""
    found = {name: value for name in _SAMPLING if (value := getattr(asked.sampling, name)) is not None}
    found["max_tokens"] = asked.max_tokens or context_length
    if asked.sampling.logit_bias:
        found["logit_bias"] = {str(token): bias for token, bias in asked.sampling.logit_bias}
    if asked.stop:
        found["stop"] = list(asked.stop)
    if asked.ignore_eos:
        found["ignore_eos"] = True
    if asked.guide is not None:
        found["guided_decoding"] = orjson.dumps(_guide(asked.guide)).decode()
    if not asked.reuse_prefix:
        found["cache_prompt"] = False
    return found


def _guide(guide: Guide) -> Mapping[str, Any]:
    if guide.kind in _CHECKED:
        llama_guide.grammar(guide)
    match guide.kind:
        case GuideKind.JSON_SCHEMA:
            return {"json": llama_request.parsed(guide.text, f"guided.{guide.kind}")}
        case GuideKind.JSON_OBJECT:
            return {"json_object": True}
        case GuideKind.CHOICE:
            return {"choice": list(guide.choices)}
        case _:
            return {str(guide.kind): guide.text}
