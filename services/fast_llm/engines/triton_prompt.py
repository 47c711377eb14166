"""Conversations written down as text, for models behind Triton that take none as they are. vLLM's backend knows no chat template."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from services.fast_llm.engines.engine import Chat, Role


@dataclass(frozen=True, slots=True)
class Format:
    """The pieces around a turn's role and text."""

    head: str
    between: str
    tail: str


FORMATS: Mapping[str, Format] = {
    "chatml": Format("<|im_start|>", "\n", "<|im_end|>\n"),
    "llama3": Format("<|start_header_id|>", "<|end_header_id|>\n\n", "<|eot_id|>"),
}
"""By the value of `chat_format` in a model's config.pbtxt. The mark that begins a text is left to the model's own tokenizer."""


def written(chat: Chat, name: str) -> str:
    """The text after which the model speaks, or goes on with its last turn."""
    form = FORMATS[name]
    turns = [f"{form.head}{m.role}{form.between}{''.join(str(part) for part in m.parts)}{form.tail}" for m in chat.messages]
    if chat.continue_last:
        return "".join(turns).removesuffix(form.tail)
    return "".join(turns) + f"{form.head}{Role.ASSISTANT}{form.between}"
