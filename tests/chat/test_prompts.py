"""What the model sees of a conversation that is longer than it can read."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from uat.chat.v1 import conversation_pb2
from uat.generation.v1 import message_pb2

from services.chat.replies.prompts import fit
from services.chat.store import PromptMessage
from tests.chat.conftest import User
from tests.chat.router import CONTEXT, Router

USER, ASSISTANT = conversation_pb2.MESSAGE_ROLE_USER, conversation_pb2.MESSAGE_ROLE_ASSISTANT
ROOM = int(CONTEXT * 0.75) * 4
"""Characters that the scripted model's prompt may have."""


def size(messages: list[message_pb2.Message]) -> int:
    return sum(len(m.text.encode()) for m in messages)


@given(
    st.text(max_size=20),
    st.lists(st.tuples(st.sampled_from([USER, ASSISTANT]), st.text(max_size=40)), min_size=1, max_size=12),
    st.integers(min_value=0, max_value=300),
)
def test_a_prompt_fits_and_keeps_its_frame_and_its_end(system: str, said: list[tuple[int, str]], room: int) -> None:
    newest_first = [PromptMessage(role, text) for role, text in said]  # type: ignore[arg-type]
    prompt, fits = fit(system, newest_first, room)
    texts = [m.text for m in prompt]
    if system:
        assert prompt[0].role == message_pb2.ROLE_SYSTEM
        assert texts.pop(0) == system
    rest = [s.text for s in reversed(newest_first) if s.text]
    assert texts == rest[len(rest) - len(texts) :]
    assert texts[-1:] == [t for t in [newest_first[0].text] if t] or not newest_first[0].text
    if len(texts) > 1:
        assert size(prompt) <= room
    if fits:
        assert texts == rest


async def test_what_is_too_long_loses_its_oldest_turns_and_keeps_the_system_prompt(alice: User, router: Router) -> None:
    conversation = await alice.conversation(system_prompt="Be brief.", model="long-1")
    for i in range(40):
        await alice.append(conversation, f"question {i} " + "x" * 90)
        await alice.append(conversation, f"answer {i} " + "y" * 90, role="ASSISTANT")
    await alice.say(conversation, "the last question")
    seen = list(router.requests[-1].messages)
    assert (seen[0].text, seen[-1].text) == ("Be brief.", "the last question")
    assert seen[1].role == message_pb2.ROLE_USER
    assert ROOM * 0.8 < size(seen) <= ROOM
    assert [m.text.split(" x")[0].split(" y")[0] for m in seen[-3:-1]] == ["question 39", "answer 39"]


async def test_a_short_conversation_asks_nobody_how_long_it_is(alice: User, router: Router) -> None:
    conversation = await alice.conversation(model="short-1")
    counted = router.counted
    await alice.say(conversation, "hi")
    await alice.say(conversation, "hi again")
    assert router.counted == counted


async def test_one_message_that_is_too_long_is_the_models_business(alice: User, router: Router) -> None:
    conversation = await alice.conversation(model="huge-1")
    await alice.say(conversation, "hello")
    text = "z" * ROOM * 2
    await alice.say(conversation, text)
    assert [m.text for m in router.requests[-1].messages] == [text]


async def test_while_nobody_can_count_a_conversation_is_cut_to_the_least(
    alice: User, router: Router, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tests.chat.router.CONTEXT", 0)
    conversation = await alice.conversation(model="unknown-1")
    for i in range(10):
        await alice.append(conversation, f"{i} " + "x" * 90)
    await alice.say(conversation, "now")
    seen = list(router.requests[-1].messages)
    assert 300 < size(seen) <= 400
    assert seen[-1].text == "now"
    counted = router.counted
    await alice.append(conversation, "y" * 90)
    await alice.say(conversation, "and now")
    assert router.counted == counted
