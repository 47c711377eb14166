"""Embeddings: onnxruntime in process against ml_inference with the same batches; what a call adds over Triton; int8 against float32."""

import asyncio
import os
import statistics
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import grpc
import numpy
from inference import grpc_service_pb2, grpc_service_pb2_grpc
from uat.ml_inference.v1 import ml_inference_service_pb2, ml_inference_service_pb2_grpc

from services.kit.triton.client import bytes_tensor
from services.models import manifest
from tests.bench.mesh import Mesh
from tests.bench.piped import Piped, running_piped
from tests.bench.processes import ROOT, BenchError
from tests.bench.quiet import MOST_CORES, Foreign

ROUNDS = 3
BATCHES = ((1, 1, 48), (1, 8, 96), (8, 1, 12), (32, 1, 4))
"""Texts in a batch, callers at a time, batches in a turn. The raw side embeds one batch after the other and has the cores to itself; one
caller with one text leaves them idle for as long as a call is on its way, so that row tells how quick a call is, not how many there are."""
CALLS, BLOCK = 200, 20
"""One text each, and so many calls of one side before the other's: whoever calls the one has not just called the other."""
LOAD_SECONDS = 8.0
CALLERS = 16
MODEL, INT8, FLOAT32 = "minilm", "1", "2"
_PROSE = (
    "the harbour pilot reads tide tables before dawn and marks each channel on a folded chart while bakers across the river weigh flour "
    "salt and warm water for loaves that will be sold from wooden trays at the market where clock makers polish brass gears"
)
WORDS = _PROSE.split()


@dataclass
class Side:
    """The texts per second of one side, turn by turn."""

    speeds: list[float] = field(default_factory=list)
    foreign: list[float] = field(default_factory=list)

    def median(self) -> float:
        """Gives the median speed."""
        return statistics.median(self.speeds)


@dataclass
class Added:
    """What both sides took for one text, round by round: medians in ms."""

    rounds: list[dict[str, float]] = field(default_factory=list)
    foreign: list[float] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        """Gives the round that lies in the middle, and what each added."""
        each = [medians["ml_inference"] - medians["triton"] for medians in self.rounds]
        middle = statistics.median_low(each)
        sound = statistics.median(self.foreign) <= MOST_CORES
        return {"p50_ms": self.rounds[each.index(middle)], "added_ms": middle, "rounds_ms": each, "sound": sound}


class Client:
    """Calls the Open Inference Protocol at one address, for the model `minilm`."""

    def __init__(self, address: str, metadata: Sequence[tuple[str, str]] = ()) -> None:
        self._channel = grpc.aio.insecure_channel(address, options=[("grpc.max_receive_message_length", -1)])
        self._infer = grpc_service_pb2_grpc.GRPCInferenceServiceStub(self._channel).ModelInfer
        self._metadata = tuple(metadata)

    async def embed(self, texts: Sequence[str], version: str = FLOAT32) -> numpy.ndarray[Any, Any]:
        """Gives the embeddings of the texts, one row each."""
        request = grpc_service_pb2.ModelInferRequest(model_name=MODEL, model_version=version)
        request.inputs.add(name="text", datatype="BYTES", shape=[len(texts), 1])
        request.outputs.add(name="embedding")
        request.raw_input_contents.append(bytes_tensor([text.encode() for text in texts]))
        answer = await self._infer(request, metadata=self._metadata, timeout=60)
        return numpy.frombuffer(answer.raw_output_contents[0], numpy.float32).reshape(len(texts), -1)

    async def load(self, version: str) -> None:
        """Has a version loaded, which an operator may."""
        request = ml_inference_service_pb2.LoadModelRequest(model_name=MODEL, version=version)
        await ml_inference_service_pb2_grpc.MlInferenceServiceStub(self._channel).LoadModel(request, metadata=self._metadata, timeout=120)

    async def close(self) -> None:
        """Closes the channel."""
        await self._channel.close(None)


def measure(mesh: Mesh) -> dict[str, Any]:
    """Runs everything and gives the figures for table and report file."""
    folder = ROOT / ".models" / "repository" / MODEL / FLOAT32
    command = [str(ROOT / ".venv-triton" / "bin" / "python"), str(ROOT / "tests" / "bench" / "raw_embeddings.py")]
    tokenizer = next(iter([*folder.glob("tokenizer.json"), *folder.parent.glob("**/tokenizer.json")]), None)
    if tokenizer is None:
        raise BenchError("minilm is not built: `uat models build`.")
    command += [str(model_file(folder)), str(tokenizer), str(os.cpu_count())]
    with running_piped("raw_spinning", [*command, "1"]) as spinning, running_piped("raw_sleeping", [*command, "0"]) as sleeping:
        return asyncio.run(_measure(mesh, {"raw": spinning, "raw_sleeping": sleeping}))


def model_file(folder: Path) -> Path:
    """Finds the ONNX file of a version."""
    found = sorted(folder.glob("*.onnx"))
    if not found:
        raise BenchError(f"no ONNX file under {folder.name}: `uat models build`.")
    return found[0]


async def _measure(mesh: Mesh, raws: dict[str, Piped]) -> dict[str, Any]:
    ours = Client(mesh.address("ml_inference"), [("authorization", f"Bearer {mesh.key}")])
    triton = Client(f"127.0.0.1:{mesh.config.ports.triton}")
    try:
        await ours.load(INT8)
        for client, version in ((ours, FLOAT32), (ours, INT8), (triton, FLOAT32)):
            await client.embed(["warm up"], version)
        added = {"float32": Added(), "int8": Added()}
        await _added(mesh, ours, triton, added)
        throughput = [await _throughput(mesh, ours, triton, raws, *batches) for batches in BATCHES]
        await _added(mesh, ours, triton, added)
        load = await _load(mesh, ours)
        await _added(mesh, ours, triton, added)  # at three times, for a machine that others have a share of is now quick and now slow
        return {
            "cosine_to_raw": await _cosine(ours, raws["raw"]),
            "throughput": throughput,
            "added": [{"precision": precision, **taken.as_json()} for precision, taken in added.items()],
            "int8": {"cosine": await _int8_loss(ours), "recall_at_1": recalls()},
            "load": load,
        }
    except grpc.aio.AioRpcError as error:
        raise BenchError(f"ml_inference answered {error.code().name}: {error.details()}") from error
    finally:
        await ours.close()
        await triton.close()


def recalls() -> dict[str, float]:
    """Gives the share of queries whose nearest passage was the right one, by precision, as it was measured when the versions were built."""
    versions = manifest.read(ROOT / ".models")[MODEL].versions
    return {built.precision: built.scores["recall_at_1"] for built in versions.values()}


async def _cosine(ours: Client, raw: Piped) -> float:
    """Checks that both sides compute the same thing."""
    text = _texts(1, "same")
    mine, theirs = (await ours.embed(text))[0], numpy.array((await asyncio.to_thread(raw.ask, [text]))["first"])
    return float(mine @ theirs / numpy.linalg.norm(theirs) / numpy.linalg.norm(mine))


async def _throughput(
    mesh: Mesh, ours: Client, triton: Client, raws: dict[str, Piped], size: int, callers: int, count: int
) -> dict[str, Any]:
    """Has every side embed the same batches in turns. The ratio is that to the better of the raw ones: threads that spin are the fastest on
    a quiet machine, and the slowest on a busy one.
    """
    sides = {name: Side() for name in (*raws, "triton", "float32", "int8")}
    for number in range(ROUNDS):
        batches = [_texts(size, f"{size}-{callers}-{number}-{batch}") for batch in range(count)]
        turns: dict[str, Callable[[], Awaitable[float]]] = {
            **{name: partial(_raw_turn, raw, batches) for name, raw in raws.items()},
            "triton": partial(_turn, triton, batches, callers, FLOAT32),
            "float32": partial(_turn, ours, batches, callers, FLOAT32),
            "int8": partial(_turn, ours, batches, callers, INT8),
        }
        for name in list(turns) if number % 2 == 0 else list(turns)[::-1]:
            foreign = Foreign(mesh.processes)
            took = await turns[name]()
            sides[name].speeds.append(size * len(batches) / took)
            sides[name].foreign.append(foreign.cores())
    return {
        "batch": size,
        "callers": callers,
        **{name: side.speeds for name, side in sides.items()},
        "ratio": sides["float32"].median() / max(sides[name].median() for name in raws),
        "int8_ratio": sides["int8"].median() / sides["float32"].median(),
        "sound": max(statistics.median(side.foreign) for side in sides.values()) <= MOST_CORES,
    }


async def _raw_turn(raw: Piped, batches: list[list[str]]) -> float:
    return float((await asyncio.to_thread(raw.ask, batches))["seconds"])


async def _turn(client: Client, batches: list[list[str]], callers: int, version: str) -> float:
    left = iter(batches)

    async def caller() -> None:
        for batch in left:
            await client.embed(batch, version)

    start = time.monotonic()
    await asyncio.gather(*(caller() for _ in range(callers)))
    return time.monotonic() - start


async def _added(mesh: Mesh, ours: Client, triton: Client, added: dict[str, Added]) -> None:
    """Calls both in turns, and compares the medians. What a call adds is work of a processor whose caches the network has just filled with
    its weights, so it is more with a network that is larger than they are.
    """
    for precision, version in (("float32", FLOAT32), ("int8", INT8)):
        times: dict[str, list[float]] = {"triton": [], "ml_inference": []}
        foreign = Foreign(mesh.processes)
        for block in range(CALLS // BLOCK):
            pair = (("triton", triton), ("ml_inference", ours))
            for name, client in pair if block % 2 == 0 else pair[::-1]:
                for number in range(BLOCK):
                    start = time.monotonic()
                    await client.embed([f"note {number} of {block}: the ferry leaves at noon"], version)
                    times[name].append((time.monotonic() - start) * 1e3)
        medians = {name: statistics.median(taken) for name, taken in times.items()}
        added[precision].rounds.append(medians)
        added[precision].foreign.append(foreign.cores())


async def _int8_loss(ours: Client) -> float:
    """Gives the mean cosine between what both precisions make of the same texts."""
    texts = _texts(64, "loss")
    return float((await ours.embed(texts, FLOAT32) * await ours.embed(texts, INT8)).sum(axis=1).mean())


async def _load(mesh: Mesh, ours: Client) -> dict[str, Any]:
    """Finds how many single embeddings come through, then offers half as many, each at its time whether or not others are late."""
    foreign = Foreign(mesh.processes)
    done, until = 0, time.monotonic() + LOAD_SECONDS / 2

    async def caller(name: int) -> None:
        nonlocal done
        number = 0
        while time.monotonic() < until:
            await ours.embed([f"caller {name}, question {number}: when does the ferry leave?"])
            done, number = done + 1, number + 1

    await asyncio.gather(*(caller(name) for name in range(CALLERS)))
    saturation = done / (LOAD_SECONDS / 2)
    times: list[float] = []

    async def one(number: int, due: float) -> None:
        await ours.embed([f"passenger {number} asks when the ferry leaves"])
        times.append((time.monotonic() - due) * 1e3)

    start, gap, tasks = time.monotonic(), 2 / saturation, []
    for number in range(int(LOAD_SECONDS / gap)):
        due = start + number * gap
        await asyncio.sleep(max(0.0, due - time.monotonic()))
        tasks.append(asyncio.create_task(one(number, due)))
    failed = sum(isinstance(error, grpc.aio.AioRpcError) for error in await asyncio.gather(*tasks, return_exceptions=True))
    if not times:
        raise BenchError("no single embedding came through at half of the saturation load.")
    times.sort()
    return {
        "saturation": saturation,
        "offered": 1 / gap,
        "p50_ms": times[len(times) // 2],
        "p99_ms": times[int(len(times) * 0.99)],
        "failed": failed,
        "sound": foreign.cores() <= MOST_CORES and not failed,
    }


def _texts(count: int, name: str) -> list[str]:
    """Makes texts of 20 to 60 words, the same on every run, none twice."""
    seed = sum(name.encode())
    texts = []
    for index in range(count):
        length = 20 + (seed * 7 + index * 13) % 41
        texts.append(f"{name} {index}: " + " ".join(WORDS[(seed + index * 5 + word * 3) % len(WORDS)] for word in range(length)))
    return texts
