"""What only the engine on llama.cpp has: a process, a tokenizer, a cache. What every engine promises is in test_engines.py."""

from __future__ import annotations

import asyncio
import gc
import json
import os
import sys
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import psutil
import pytest
from uat.fast_llm.v1.model_pb2 import MODEL_STATE_READY, LoadOptions
from uat.generation.v1.event_pb2 import FINISH_REASON_CANCELLED

from services.fast_llm.engines.llama import LlamaConfig, LlamaEngine
from services.fast_llm.errors import CapabilityMissing, EngineFailed, GenerationInvalid, ModelNotFound, ModelUnloadable
from services.kit.errors import Draining
from tests.fast_llm.requests import LONG, answer, asking, begun, drained, generating, gguf, idle, last, prompting
from tests.waiting import soon


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


async def test_the_second_question_finds_the_first_one_in_the_cache(engine: LlamaEngine) -> None:
    await answer(engine, asking("Name the planets of the solar system in order.", max_tokens=2))
    _, again = await answer(engine, asking("Name the planets of the solar system in order.", max_tokens=2))
    _, hidden = await answer(engine, asking("Name the planets of the solar system in order.", max_tokens=2, cache_salt="mine"))
    assert again.usage.cached_input_tokens > again.usage.input_tokens // 2
    assert hidden.usage.cached_input_tokens == 0


async def test_a_reader_that_goes_away_frees_its_slot(engine: LlamaEngine) -> None:
    async def free() -> bool:
        return not await engine.slots_in_use()

    for part in range(5):
        stream = await begun(engine, asking(f"{LONG} Part {part}.", max_tokens=900))
        assert await engine.slots_in_use() == 1
        await stream.aclose()
        await soon(free, 3)  # 900 tokens take longer
        await idle(engine)


async def test_a_call_that_is_cancelled_while_its_prompt_is_read_does_not_read_on(
    engine: LlamaEngine, capsys: pytest.CaptureFixture[str]
) -> None:
    stream = engine.generate(asking("one two three four five " * 170, max_tokens=5))
    assert (await anext(stream)).HasField("started")
    whole = time.perf_counter()
    await stream.aclose()
    await idle(engine)
    freed = time.perf_counter() - whole
    _, read = await answer(engine, asking("six seven eight nine ten " * 170, max_tokens=1))
    with capsys.disabled():
        print(
            f"\n  slot free {freed * 1000:.0f} ms after a cancel in a prompt that takes {read.timings.prefill.ToMilliseconds()} ms to read"
        )
    assert freed < read.timings.prefill.ToNanoseconds() / 1e9 / 3


async def test_token_ids_and_logprobs_come_when_asked_for(engine: LlamaEngine) -> None:
    for asked in (prompting, asking):
        request = asked("Hello, my", max_tokens=4, logprobs=2, return_token_ids=True)
        deltas = [event.delta async for event in engine.generate(request) if event.HasField("delta")]
        tokens = [token for delta in deltas for token in delta.logprobs]
        assert [token.token_id for token in tokens] == [token_id for delta in deltas for token_id in delta.token_ids]
        assert b"".join(token.token for token in tokens).decode() == "".join(delta.text for delta in deltas)
        assert all(len(token.top) == 2 and token.top[0].logprob >= token.top[1].logprob for token in tokens)


async def test_text_survives_tokenising(engine: LlamaEngine) -> None:
    text = "Hello, wörld! 😀 <|im_end|>\n"
    tokens = await engine.tokenize(text, add_special=False)
    assert b"".join(piece for _, piece in tokens).decode() == text
    assert await engine.detokenize([token_id for token_id, _ in tokens]) == text
    as_tokens = generating(token_ids={"ids": [token_id for token_id, _ in tokens]}, max_tokens=2)
    assert (await answer(engine, as_tokens))[1].usage.input_tokens == len(tokens)
    with pytest.raises(GenerationInvalid):
        await engine.detokenize([10**6])


async def test_counting_a_conversation_agrees_with_what_it_costs(engine: LlamaEngine) -> None:
    asked = asking("How many tokens is this?", max_tokens=1)
    counted = await engine.tokenize(asked.chat)
    assert len(counted) == (await answer(engine, asked))[1].usage.input_tokens


async def test_a_model_says_what_it_is(engine: LlamaEngine) -> None:
    info = engine.model("smollm2")
    assert (info.state, info.context_length, info.trained_context_length) == (MODEL_STATE_READY, 1024, 8192)
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
    end = await last(stream)
    assert end.finish_reason == FINISH_REASON_CANCELLED
    assert len(psutil.Process().children()) == children
    with pytest.raises(ModelNotFound):
        engine.model("second")


async def test_a_file_with_another_sha256_than_expected_is_not_loaded(engine: LlamaEngine) -> None:
    right = engine.model("smollm2").sha256
    with pytest.raises(ModelUnloadable, match="SHA-256"):
        await engine.load_model("checked", gguf(), LoadOptions(slots=1, context_length=256), sha256="0" * 64)
    with pytest.raises(ModelUnloadable, match="SHA-256"):  # and a loaded one stays
        await engine.load_model("smollm2", gguf(), sha256="0" * 64)
    assert (await engine.load_model("smollm2", gguf(), sha256=right)).sha256 == right


@pytest.mark.parametrize("options", [{"keep_alive": {"seconds": 5}}, {"draft_model": "tiny"}, {"embeddings": True}])
async def test_a_load_option_without_effect_is_refused(engine: LlamaEngine, options: dict[str, Any]) -> None:
    with pytest.raises(CapabilityMissing) as refused:
        await engine.load_model("other", gguf(), LoadOptions(**options))
    assert refused.value.fields[0].field == f"options.{next(iter(options))}"


async def test_a_file_that_is_no_model_is_refused(engine: LlamaEngine, tmp_path: Path) -> None:
    broken = tmp_path / "broken.gguf"
    broken.write_bytes(Path(gguf()).read_bytes()[:100_000])
    for path in (broken, tmp_path / "absent.gguf"):
        with pytest.raises(ModelUnloadable):
            await engine.load_model("broken", str(path))
    assert [model.name for model in engine.models()] == ["smollm2"]


async def test_llama_cpp_that_dies_fails_its_calls_and_comes_back(monkeypatch: pytest.MonkeyPatch) -> None:
    engine = LlamaEngine(LlamaConfig(slots=1, context_length=512, restart_s=0.01))
    loaded = (await engine.load_model("smollm2", gguf())).load_time
    try:
        stream = await begun(engine, asking(LONG, max_tokens=400))
        child = worker()
        child.kill()
        with pytest.raises(EngineFailed):
            await drained(stream)
        while engine.model().load_time == loaded:
            await asyncio.sleep(0.01)
        assert (await answer(engine, asking("Hello", max_tokens=2)))[0]
        with monkeypatch.context() as nowhere:  # as it is where there is no memory for one more process
            nowhere.setattr(sys, "executable", "/nowhere/python")
            worker().kill()
            await soon(lambda: "can't be started" in engine.model().failure)
        await soon(lambda: engine.model().state == MODEL_STATE_READY)
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
        assert (await last(endless)).finish_reason == FINISH_REASON_CANCELLED
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
    await last(stream)


async def test_the_process_ends_cleanly_also_in_the_middle_of_a_generation() -> None:
    code = f"""
import asyncio
from uat.fast_llm.v1.engine_service_pb2 import GenerateRequest
from services.fast_llm.engines.llama import LlamaConfig, LlamaEngine

async def main():
    engine = LlamaEngine(LlamaConfig(slots=1, context_length=512))
    await engine.load_model("smollm2", {gguf()!r})
    async for event in engine.generate(GenerateRequest(request_id="r", prompt="Once upon a time")):
        print(event.WhichOneof("event"), flush=True)

asyncio.run(main())
"""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", code, stdout=asyncio.subprocess.PIPE, env=os.environ | {"PYTHONPATH": str(Path(__file__).parents[2])}
    )
    assert process.stdout is not None
    assert (await process.stdout.readline()).strip() == b"started"
    [child] = psutil.Process(process.pid).children()
    socket = Path(json.loads(child.cmdline()[-1])["socket"])
    assert socket.exists()
    process.kill()
    await process.wait()
    await asyncio.to_thread(child.wait, 5)  # the death of the parent ends llama.cpp
    assert not socket.parent.exists()


async def test_the_stop_text_that_ended_an_answer_is_told(engine: LlamaEngine) -> None:
    assert (await answer(engine, prompting("Hello, my", stop=("friend",), max_tokens=20)))[1].stop_text == "friend"
