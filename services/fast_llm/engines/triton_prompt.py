"""Conversations as text, for models behind Triton that take text only: vLLM's backend applies no chat template."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from uat.fast_llm.v1 import generation_pb2
from uat.generation.v1 import message_pb2


@dataclass(frozen=True, slots=True)
class Format:
    """The marks around a turn's role and text."""

    head: str
    between: str
    tail: str


FORMATS: Mapping[str, Format] = {
    "chatml": Format("<|im_start|>", "\n", "<|im_end|>\n"),
    "llama3": Format("<|start_header_id|>", "<|end_header_id|>\n\n", "<|eot_id|>"),
}
"""By the value of `chat_format` in a model's config.pbtxt. The model's tokenizer adds the mark that begins a text."""
_ROLES = {value: name.removeprefix("ROLE_").lower() for name, value in message_pb2.Role.items()}


def written(chat: generation_pb2.Chat, name: str) -> str:
    """The text that the model answers, or whose last turn it continues."""
    form = FORMATS[name]
    turns = [f"{form.head}{_ROLES[m.role]}{form.between}{m.text}{''.join(part.text for part in m.parts)}{form.tail}" for m in chat.messages]
    if chat.continue_last:
        return "".join(turns).removesuffix(form.tail)
    return "".join(turns) + f"{form.head}assistant{form.between}"
