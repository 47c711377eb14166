"""Prompts: the system prompt, and as much of the end of the branch as fits the model's context."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from uat.chat.v1 import conversation_pb2
from uat.generation.v1 import message_pb2

from services.chat.clients import LlmRouter
from services.chat.store import PromptMessage, Store

MOST_TURNS = 2047
"""llm_router's limit on messages, less one for the system prompt."""
FOR_THE_REPLY = 0.25
"""The share of a model's context that is reserved for the reply."""
SURE_BYTES, MOST_BYTES = 2, 6
"""Bounds of a token's size in bytes of UTF-8, in any language: a prompt between the two is worth counting."""
REMEMBERED = 300.0
"""Seconds for which the length of a model's context is cached, also when it is unknown."""

_ROLES = {
    conversation_pb2.MESSAGE_ROLE_SYSTEM: message_pb2.ROLE_SYSTEM,
    conversation_pb2.MESSAGE_ROLE_USER: message_pb2.ROLE_USER,
    conversation_pb2.MESSAGE_ROLE_ASSISTANT: message_pb2.ROLE_ASSISTANT,
}


@dataclass(frozen=True, slots=True)
class _Context:
    tokens: int
    """The limit on the prompt; 0 when it is unknown."""
    until: float


class Prompts:
    """Builds prompts. A branch of up to `least` bytes is sent whole to any model, without a call to count it; a longer one is cut to the
    model's context, or to `least` bytes where its length is unknown."""

    def __init__(self, store: Store, model: LlmRouter, least: int, clock: Callable[[], float]) -> None:
        self._store = store
        self._model = model
        self._least = least
        self._clock = clock
        self._contexts: dict[str, _Context] = {}

    async def make(
        self, tenant_id: str, conversation: conversation_pb2.Conversation, leaf_id: str, model: str
    ) -> list[message_pb2.Message]:
        """The prompt that ends with the leaf."""
        context = self._context(model)
        room = max(self._least, context.tokens * MOST_BYTES) if context else self._least
        async with self._store.tenant(tenant_id) as chats:
            turns, whole = await chats.branch_end(conversation.id, leaf_id, room - len(conversation.system_prompt.encode()), MOST_TURNS)
        prompt, fits = fit(conversation.system_prompt, turns, room)
        size = sum(len(m.text.encode()) for m in prompt)
        if size <= max(self._least, context.tokens * SURE_BYTES if context else 0) and (context or (whole and fits)):
            return prompt
        counted = await self._model.count_tokens(model, prompt)
        length = counted.context_length if counted else 0
        limit = int(length * (1 - FOR_THE_REPLY))
        self._contexts[model] = _Context(limit, self._clock() + REMEMBERED)
        if counted is None or not limit:
            return fit(conversation.system_prompt, turns, self._least)[0]
        if context is None:
            return await self.make(tenant_id, conversation, leaf_id, model)
        if counted.input_tokens <= limit:
            return prompt
        return fit(conversation.system_prompt, turns, int(size * limit / counted.input_tokens * 0.95))[0]

    def _context(self, model: str) -> _Context | None:
        known = self._contexts.get(model)
        return known if known is not None and known.until > self._clock() else None


def fit(system_prompt: str, newest_first: Sequence[PromptMessage], room: int) -> tuple[list[message_pb2.Message], bool]:
    """The prompt in at most `room` bytes, and whether it is the whole branch. It always keeps the system prompt and the newest turn, and
    never begins with an answer whose question was cut."""
    left = room - len(system_prompt.encode())
    kept: list[PromptMessage] = []
    fits = True
    for turn in newest_first:
        left -= len(turn.text.encode())
        if kept and left < 0:
            fits = False
            break
        kept.append(turn)
    while not fits and len(kept) > 1 and kept[-1].role == conversation_pb2.MESSAGE_ROLE_ASSISTANT:
        kept.pop()
    prompt = [message_pb2.Message(role=_ROLES[turn.role], text=turn.text) for turn in reversed(kept) if turn.text]
    if system_prompt:
        prompt.insert(0, message_pb2.Message(role=message_pb2.ROLE_SYSTEM, text=system_prompt))
    return prompt, fits
