"""What every engine promises, with the real model behind each of them: what a user would notice."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest
from uat.generation.v1.event_pb2 import FINISH_REASON_CANCELLED, FINISH_REASON_LENGTH, FINISH_REASON_STOP
from uat.generation.v1.message_pb2 import ROLE_ASSISTANT, ROLE_USER

from services.fast_llm.engines.engine import FORMATS, Engine
from services.fast_llm.errors import Aborted, CapabilityMissing, GenerationInvalid, ModelNotFound, PromptTooLong, RequestIdInUse
from services.kit.errors import Draining, Overloaded
from tests.fast_llm.requests import LONG, answer, asking, begun, chatting, drained, idle, last, prompting, working


async def test_an_answer_streams_and_says_what_it_cost(engine: Engine) -> None:
    events = [event async for event in engine.generate(asking("Which city is the capital of France?", max_tokens=24))]
    deltas = [event.delta for event in events if event.HasField("delta")]
    finished = events[-1].finished
    assert (events[0].HasField("started"), events[-1].HasField("finished")) == (True, True)
    assert "Paris" in "".join(delta.text for delta in deltas)
    assert len(deltas) > 5, "the text came in one piece"
    assert finished.usage.output_tokens == deltas[-1].output_tokens or finished.usage.output_tokens == deltas[-1].output_tokens + 1
    assert finished.usage.input_tokens > 20
    assert finished.finish_reason in (FINISH_REASON_STOP, FINISH_REASON_LENGTH)
    assert finished.timings.time_to_first_token.ToNanoseconds() > 0
    assert finished.timings.decode.ToNanoseconds() > 0


async def test_the_same_seed_and_no_temperature_give_the_same_text(engine: Engine) -> None:
    first = await answer(engine, asking("Tell me about rivers.", max_tokens=24))
    second = await answer(engine, asking("Tell me about rivers.", max_tokens=24))
    assert first[0] == second[0]
    seeded = [
        await answer(engine, asking("Tell me about rivers.", max_tokens=12, sampling={"temperature": 1.5, "seed": s})) for s in (7, 7, 8)
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
    with pytest.raises(Overloaded) as full:
        await answer(engine, asking("Say no."))
    assert 0 < (full.value.retry_after or 0) <= 60
    assert engine.load()[0].predicted_time_to_first_token.ToNanoseconds() > 0
    for stream in running:
        await stream.aclose()
    for _, finished in await asyncio.gather(*waiting):
        assert finished.timings.queue_wait.ToNanoseconds() > 0
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
        end = await last(stream)
        assert end.finish_reason == FINISH_REASON_CANCELLED
        assert end.usage.output_tokens > 0
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
    assert refused.value.metadata["limit"] == str(engine.model().context_length)
    assert int(refused.value.metadata["tokens"]) > 2500
    assert await working(engine) == 0
    assert "Paris" in (await answer(engine, asking("Which city is the capital of France?", max_tokens=24)))[0]


async def test_output_keeps_to_a_json_schema_in_the_order_it_was_written(engine: Engine) -> None:
    schema = """{"type": "object", "properties": {"population": {"type": "integer"}, "name": {"type": "string", "maxLength": 12}},
                 "required": ["population", "name"], "additionalProperties": false}"""
    for asked in (asking, prompting):
        text, finished = await answer(engine, asked("Describe Paris.", response_format={"json_schema": schema}, max_tokens=120))
        assert finished.finish_reason == FINISH_REASON_STOP
        assert list(json.loads(text)) == ["population", "name"]
        assert isinstance(json.loads(text)["population"], int)


def supported(engine: Engine, guide: dict[str, Any]) -> bool:
    return FORMATS[next(iter(guide))] in engine.model().capabilities.guides


@pytest.mark.parametrize(
    ("guide", "allowed"),
    [
        ({"choice": {"values": ['say "yes"', "no\n"]}}, {'say "yes"', "no\n"}),
        ({"regex": "^a/[bc]$"}, {"a/b", "a/c"}),
        ({"grammar": 'root ::= "left" | "right"'}, {"left", "right"}),
    ],
    ids=["choice", "regex", "grammar"],
)
async def test_output_keeps_to_a_guide(engine: Engine, guide: dict[str, Any], allowed: set[str]) -> None:
    for asked in (asking("Which?", response_format=guide, max_tokens=20), prompting("Which? ", response_format=guide, max_tokens=20)):
        if supported(engine, guide):
            assert (await answer(engine, asked))[0] in allowed
        else:
            with pytest.raises(CapabilityMissing):
                await answer(engine, asked)


@pytest.mark.parametrize(
    ("guide", "field"),
    [
        ({"json_schema": '{"type": "strnig"}'}, "options.response_format.json_schema"),
        ({"json_schema": '{"type": '}, "options.response_format.json_schema"),
        ({"regex": "[ab"}, "options.response_format.regex"),
        ({"grammar": "root ::= ("}, "options.response_format.grammar"),
        ({"grammar": 'tree ::= "a"'}, "options.response_format.grammar"),
    ],
)
async def test_a_guide_that_does_not_parse_is_refused_and_the_engine_goes_on(engine: Engine, guide: dict[str, Any], field: str) -> None:
    for asked in (asking("Hello", response_format=guide), prompting("Hello", response_format=guide)):
        with pytest.raises((GenerationInvalid, CapabilityMissing)) as refused:
            await answer(engine, asked)
        assert refused.value.fields[0].field == field  # type: ignore[attr-defined]
        assert isinstance(refused.value, GenerationInvalid) is supported(engine, guide)
    assert await working(engine) == 0
    assert (await answer(engine, asking("Hello", max_tokens=2)))[0]


async def test_a_stop_text_ends_the_answer_and_is_not_in_it(engine: Engine) -> None:
    free, _ = await answer(engine, asking("Count from one to five.", max_tokens=40))
    stop = free[10:14]
    stopped, finished = await answer(engine, asking("Count from one to five.", max_tokens=40, stop=(stop,)))
    assert stopped == free[: free.index(stop)]
    assert finished.finish_reason == FINISH_REASON_STOP
    assert (await answer(engine, prompting("Hello, my", stop=("friend",), max_tokens=20)))[0] == " "


async def test_characters_of_several_tokens_come_whole(engine: Engine) -> None:
    wanted = "日本語 😀🎉 żółć"
    events = [event async for event in engine.generate(asking("Say it.", response_format={"choice": {"values": [wanted]}}))]
    deltas = [event.delta for event in events if event.HasField("delta")]
    assert "".join(delta.text for delta in deltas) == wanted
    assert deltas[-1].output_tokens > len(deltas), "no character had several tokens: the test shows nothing"
    for most in range(1, 8):
        text, _ = await answer(engine, asking("Say it.", response_format={"choice": {"values": [wanted]}}, max_tokens=most))
        assert wanted.startswith(text)


async def test_a_broken_off_answer_goes_on_where_it_was(engine: Engine) -> None:
    turns = [{"role": ROLE_USER, "text": "hi"}, {"role": ROLE_ASSISTANT, "text": "Hello my dear"}]
    going_on = chatting(turns, chat={"continue_last": True}, max_tokens=6)
    anew = chatting(turns, max_tokens=6)
    assert (await answer(engine, going_on))[0].startswith(" friend")
    assert (await answer(engine, anew))[0].startswith("Hello")


async def test_what_a_model_cannot_do_is_refused(engine: Engine) -> None:
    with pytest.raises(CapabilityMissing):
        engine.generate(chatting([{"role": ROLE_USER, "text": "Weather?"}], chat={"tools": [{"name": "weather"}]}))
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
    end = await last(endless)
    assert end.finish_reason == FINISH_REASON_CANCELLED
    engine.undrain()
    assert (await answer(engine, asking("Hello", max_tokens=2)))[0]


async def test_token_ids_come_when_asked_for(engine: Engine) -> None:
    for asked in (prompting("Hello, my", max_tokens=4, return_token_ids=True), asking("Hello", max_tokens=4, return_token_ids=True)):
        deltas = [event.delta async for event in engine.generate(asked) if event.HasField("delta")]
        assert sum(len(delta.token_ids) for delta in deltas) == deltas[-1].output_tokens == 4
