"""What every engine promises, with the real model behind each of them: what a user would notice."""

from __future__ import annotations

import asyncio
import json

import pytest

from services.fast_llm.engines.engine import (
    Chat,
    Delta,
    Engine,
    Finished,
    FinishReason,
    GenerateInput,
    Guide,
    GuideKind,
    Message,
    Role,
    Sampling,
    Started,
    Tool,
)
from services.fast_llm.engines.errors import (
    Aborted,
    CapabilityMissing,
    Draining,
    InvalidGeneration,
    ModelNotFound,
    PromptTooLong,
    QueueFull,
    RequestIdInUse,
)
from tests.fast_llm.asking import GREEDY, LONG, REQUEST_IDS, answer, asking, begun, drained, idle, prompting, working


async def test_an_answer_streams_and_says_what_it_cost(engine: Engine) -> None:
    events = [event async for event in engine.generate(asking("Which city is the capital of France?", max_tokens=24))]
    deltas = [event for event in events if isinstance(event, Delta)]
    finished = events[-1]
    assert isinstance(events[0], Started)
    assert isinstance(finished, Finished)
    assert "Paris" in "".join(delta.text for delta in deltas)
    assert len(deltas) > 5, "the text came in one piece"
    assert finished.usage.output_tokens == deltas[-1].output_tokens or finished.usage.output_tokens == deltas[-1].output_tokens + 1
    assert finished.usage.input_tokens > 20
    assert finished.reason in (FinishReason.STOP, FinishReason.LENGTH)
    assert finished.timings.time_to_first_token > 0
    assert finished.timings.decode > 0


async def test_the_same_seed_and_no_temperature_give_the_same_text(engine: Engine) -> None:
    first = await answer(engine, asking("Tell me about rivers.", max_tokens=24))
    second = await answer(engine, asking("Tell me about rivers.", max_tokens=24))
    assert first[0] == second[0]
    seeded = [
        await answer(engine, asking("Tell me about rivers.", max_tokens=12, sampling=Sampling(temperature=1.5, seed=s))) for s in (7, 7, 8)
    ]
    assert seeded[0][0] == seeded[1][0] != seeded[2][0]


async def test_four_calls_run_at_once(engine: Engine) -> None:
    streams = [await begun(engine, asking(f"{LONG} Part {part}.", max_tokens=200)) for part in range(4)]
    assert await working(engine) == 4
    assert (engine.load()[0].running, engine.load()[0].waiting) == (4, 0)
    for stream in streams:
        await stream.aclose()
    await idle(engine)


async def test_a_task_that_is_cancelled_frees_its_slot(engine: Engine) -> None:
    stream = await begun(engine, asking(LONG, max_tokens=900))
    task = asyncio.ensure_future(drained(stream))
    await asyncio.sleep(0.001)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    await idle(engine)


async def test_a_full_queue_says_when_to_come_back(engine: Engine) -> None:
    running = [await begun(engine, asking(f"{LONG} Part {part}.", max_tokens=900)) for part in range(4)]
    waiting = [asyncio.ensure_future(answer(engine, asking("Say yes.", max_tokens=2))) for _ in range(2)]
    while engine.load()[0].waiting < 2:
        await asyncio.sleep(0.001)
    with pytest.raises(QueueFull) as full:
        await answer(engine, asking("Say no."))
    assert 0 < full.value.retry_after < 60
    assert engine.load()[0].predicted_time_to_first_token > 0
    for stream in running:
        await stream.aclose()
    for _, finished in await asyncio.gather(*waiting):
        assert finished.timings.queue_wait > 0
    await idle(engine)


async def test_the_lower_priority_number_goes_first(engine: Engine) -> None:
    running = [await begun(engine, asking(f"{LONG} Part {part}.", max_tokens=900)) for part in range(4)]
    order: list[str] = []

    async def noted(name: str, priority: int) -> None:
        await answer(engine, asking("Say yes.", max_tokens=1, priority=priority))
        order.append(name)

    late = asyncio.ensure_future(noted("late", 5))
    while engine.load()[0].waiting < 1:
        await asyncio.sleep(0.001)
    early = asyncio.ensure_future(noted("early", -5))
    while engine.load()[0].waiting < 2:
        await asyncio.sleep(0.001)
    await running[0].aclose()
    await asyncio.gather(late, early)
    assert order == ["early", "late"]
    for stream in running[1:]:
        await stream.aclose()
    await idle(engine)


async def test_abort_ends_running_and_waiting_calls(engine: Engine) -> None:
    asked = [asking(f"{LONG} Part {part}.", max_tokens=900) for part in range(4)]
    running = [await begun(engine, one) for one in asked]
    waiting = asking("Say yes.")
    waiter = asyncio.ensure_future(answer(engine, waiting))
    while not engine.load()[0].waiting:
        await asyncio.sleep(0.001)
    ended = await engine.abort([waiting.request_id, *(one.request_id for one in asked), "unknown"])
    assert set(ended) == {waiting.request_id, *(one.request_id for one in asked)}
    assert await working(engine) == 0
    with pytest.raises(Aborted):
        await waiter
    for stream in running:
        last = [event async for event in stream][-1]
        assert isinstance(last, Finished)
        assert last.reason is FinishReason.ABORTED
        assert last.usage.output_tokens > 0
    await idle(engine)


async def test_a_request_id_is_used_once_at_a_time(engine: Engine) -> None:
    asked = asking(LONG, max_tokens=900)
    stream = await begun(engine, asked)
    with pytest.raises(RequestIdInUse):
        await answer(engine, asked)
    await stream.aclose()
    await idle(engine)


async def test_a_prompt_that_fills_the_context_is_refused_with_its_length(engine: Engine) -> None:
    with pytest.raises(PromptTooLong) as refused:
        await answer(engine, asking("word " * 2500))
    assert refused.value.limit == engine.model().context_length
    assert refused.value.tokens > 2500
    assert await working(engine) == 0
    assert "Paris" in (await answer(engine, asking("Which city is the capital of France?", max_tokens=24)))[0]


async def test_output_keeps_to_a_json_schema_in_the_order_it_was_written(engine: Engine) -> None:
    schema = """{"type": "object", "properties": {"population": {"type": "integer"}, "name": {"type": "string", "maxLength": 12}},
                 "required": ["population", "name"], "additionalProperties": false}"""
    for asked in (asking, prompting):
        text, finished = await answer(engine, asked("Describe Paris.", guide=Guide(GuideKind.JSON_SCHEMA, schema), max_tokens=120))
        assert finished.reason is FinishReason.STOP
        assert list(json.loads(text)) == ["population", "name"]
        assert isinstance(json.loads(text)["population"], int)


@pytest.mark.parametrize(
    ("guide", "allowed"),
    [
        (Guide(GuideKind.CHOICE, choices=('say "yes"', "no\n")), {'say "yes"', "no\n"}),
        (Guide(GuideKind.REGEX, "^a/[bc]$"), {"a/b", "a/c"}),
        (Guide(GuideKind.GRAMMAR, 'root ::= "left" | "right"'), {"left", "right"}),
    ],
    ids=["choice", "regex", "grammar"],
)
async def test_output_keeps_to_a_guide(engine: Engine, guide: Guide, allowed: set[str]) -> None:
    for asked in (asking("Which?", guide=guide, max_tokens=20), prompting("Which? ", guide=guide, max_tokens=20)):
        if guide.kind in engine.model().capabilities.guides:
            assert (await answer(engine, asked))[0] in allowed
        else:
            with pytest.raises(CapabilityMissing):
                await answer(engine, asked)


@pytest.mark.parametrize(
    ("guide", "field"),
    [
        (Guide(GuideKind.JSON_SCHEMA, '{"type": "strnig"}'), "guided.json_schema"),
        (Guide(GuideKind.JSON_SCHEMA, '{"type": '), "guided.json_schema"),
        (Guide(GuideKind.REGEX, "[ab"), "guided.regex"),
        (Guide(GuideKind.GRAMMAR, "root ::= ("), "guided.grammar"),
        (Guide(GuideKind.GRAMMAR, 'tree ::= "a"'), "guided.grammar"),
    ],
)
async def test_a_guide_that_does_not_parse_is_refused_and_the_engine_goes_on(engine: Engine, guide: Guide, field: str) -> None:
    for asked in (asking("Hello", guide=guide), prompting("Hello", guide=guide)):
        with pytest.raises((InvalidGeneration, CapabilityMissing)) as refused:
            await answer(engine, asked)
        assert refused.value.field == field  # type: ignore[attr-defined]
        assert isinstance(refused.value, InvalidGeneration) is (guide.kind in engine.model().capabilities.guides)
    assert await working(engine) == 0
    assert (await answer(engine, asking("Hello", max_tokens=2)))[0]


async def test_a_stop_text_ends_the_answer_and_is_not_in_it(engine: Engine) -> None:
    free, _ = await answer(engine, asking("Count from one to five.", max_tokens=40))
    stop = free[10:14]
    stopped, finished = await answer(engine, asking("Count from one to five.", max_tokens=40, stop=(stop,)))
    assert stopped == free[: free.index(stop)]
    assert finished.reason is FinishReason.STOP
    assert (await answer(engine, prompting("Hello, my", stop=("friend",), max_tokens=20)))[0] == " "


async def test_characters_of_several_tokens_come_whole(engine: Engine) -> None:
    wanted = "日本語 😀🎉 żółć"
    events = [event async for event in engine.generate(asking("Say it.", guide=Guide(GuideKind.CHOICE, choices=(wanted,))))]
    deltas = [event for event in events if isinstance(event, Delta)]
    assert "".join(delta.text for delta in deltas) == wanted
    assert deltas[-1].output_tokens > len(deltas), "no character had several tokens: the test shows nothing"
    for most in range(1, 8):
        text, _ = await answer(engine, asking("Say it.", guide=Guide(GuideKind.CHOICE, choices=(wanted,)), max_tokens=most))
        assert wanted.startswith(text)


async def test_a_broken_off_answer_goes_on_where_it_was(engine: Engine) -> None:
    turns = (Message(Role.USER, ("hi",)), Message(Role.ASSISTANT, ("Hello my dear",)))
    going_on = GenerateInput(f"r{next(REQUEST_IDS)}", Chat(turns, continue_last=True), max_tokens=6, sampling=GREEDY)
    anew = GenerateInput(f"r{next(REQUEST_IDS)}", Chat(turns), max_tokens=6, sampling=GREEDY)
    assert (await answer(engine, going_on))[0].startswith(" friend")
    assert (await answer(engine, anew))[0].startswith("Hello")


async def test_what_a_model_cannot_do_is_refused(engine: Engine) -> None:
    tools = Chat((Message(Role.USER, ("Weather?",)),), tools=(Tool("weather"),))
    with pytest.raises(CapabilityMissing):
        engine.generate(GenerateInput("r", tools))
    with pytest.raises(ModelNotFound):
        engine.generate(asking("Hello", model="unknown"))


async def test_draining_takes_nothing_new_and_aborts_what_does_not_end(engine: Engine) -> None:
    ending = asyncio.ensure_future(answer(engine, asking("Hello", max_tokens=5)))
    endless = await begun(engine, asking(LONG, max_tokens=900))
    draining = asyncio.ensure_future(engine.drain(timeout=1.5))
    while not engine.load()[0].draining:
        await asyncio.sleep(0.001)
    with pytest.raises(Draining):
        await answer(engine, asking("Hello"))
    assert await draining >= 1
    await ending
    last = [event async for event in endless][-1]
    assert isinstance(last, Finished)
    assert last.reason is FinishReason.ABORTED
    engine.undrain()
    assert (await answer(engine, asking("Hello", max_tokens=2)))[0]


async def test_token_ids_come_when_asked_for(engine: Engine) -> None:
    for asked in (prompting("Hello, my", max_tokens=4, token_ids=True), asking("Hello", max_tokens=4, token_ids=True)):
        deltas = [event async for event in engine.generate(asked) if isinstance(event, Delta)]
        assert sum(len(delta.token_ids) for delta in deltas) == deltas[-1].output_tokens == 4
