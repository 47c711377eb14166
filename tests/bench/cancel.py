"""The cancel measurement: a client drops its connection in the middle of a streamed answer; how long is the engine's slot still taken?"""

import asyncio
import json
import statistics
import sys
import time
from dataclasses import asdict, dataclass
from typing import Any

import grpc
from uat.fast_llm.v1 import engine_service_pb2, engine_service_pb2_grpc

from tests.bench.mesh import Mesh
from tests.bench.processes import BenchError
from tests.bench.quiet import MOST_CORES, Foreign

TIMES = 20
POLL_S = 0.002
BAR_MS = 100
PATIENCE_S = 10.0
CHUNKS = 5  # how much of the answer is read before the connection goes
REQUEST = {
    "messages": [{"role": "user", "content": "Write a very long story about the sea."}],
    "max_tokens": 1000,
    "stream": True,
    "temperature": 0.7,
}


@dataclass(frozen=True)
class Cancels:
    """Holds how long the slot stayed taken after each drop, in milliseconds, and how fine the clock was."""

    times_ms: list[float]
    poll_ms: float
    foreign_cores: float

    def as_json(self) -> dict[str, Any]:
        """Gives the percentiles, for table and report file."""
        ordered = sorted(self.times_ms)
        return {
            **asdict(self),
            "count": len(ordered),
            "p50_ms": statistics.median(ordered),
            "p99_ms": ordered[min(len(ordered) - 1, round(0.99 * len(ordered)))],
            "max_ms": ordered[-1],
            "bar_ms": BAR_MS,
            "sound": self.foreign_cores <= MOST_CORES,
        }


def measure(mesh: Mesh) -> Cancels:
    """Drops a stream so many times and measures each. Raises BenchError when a slot is not freed at all."""
    return asyncio.run(_measure(mesh, mesh.local_model()))


async def _measure(mesh: Mesh, model: str) -> Cancels:
    times, polls = [], []
    foreign = Foreign(mesh.processes)
    async with grpc.aio.insecure_channel(mesh.address("fast_llm")) as channel:
        stub = engine_service_pb2_grpc.EngineServiceStub(channel)
        for number in range(TIMES):
            if number % 5 == 0:
                print(f"cancel: {number} of {TIMES} …", file=sys.stderr, flush=True)
            await _until_running(stub, mesh, 0)
            writer = await _stream_some(mesh, model)
            if await _running(stub, mesh) != 1:
                raise BenchError("The engine does not show the streamed answer as running, so nothing can be said about cancelling it.")
            dropped = time.monotonic()
            writer.transport.abort()  # closes at once; what is unread makes it a reset, as when a client dies
            count = await _until_running(stub, mesh, 0)
            took = (time.monotonic() - dropped) * 1e3
            times.append(took)
            polls.append(took / count)
    return Cancels(times, statistics.median(polls), foreign.cores())


async def _stream_some(mesh: Mesh, model: str) -> asyncio.StreamWriter:
    """Opens a connection of its own to the edge, asks for a stream and reads a few chunks of it."""
    body = json.dumps({**REQUEST, "model": model}).encode()
    head = (
        f"POST {mesh.base_path}/chat/completions HTTP/1.1\r\nHost: {mesh.edge_address}\r\nAuthorization: Bearer {mesh.key}\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    host, _, port = mesh.edge_address.rpartition(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    writer.write(head.encode() + body)
    await writer.drain()
    seen, status = 0, b""
    try:
        async with asyncio.timeout(PATIENCE_S):
            while seen < CHUNKS:
                line = await reader.readline()
                status = status or line
                if not line or not status.startswith(b"HTTP/1.1 200"):
                    raise BenchError(
                        f"The edge did not stream an answer but: {status.decode(errors='replace').strip() or 'closed the connection'}"
                    )
                seen += line.startswith(b"data: ")
                if line.startswith(b"data: [DONE]"):
                    raise BenchError("The answer ended before the connection could be dropped.")
    except TimeoutError:
        writer.transport.abort()
        raise BenchError(f"The edge streamed no answer within {PATIENCE_S:.0f} s.") from None
    except BenchError:
        writer.transport.abort()
        raise
    return writer


async def _until_running(stub: Any, mesh: Mesh, wanted: int) -> int:
    """Asks every 2 ms until so many generations run or wait, and gives how often it asked."""
    last, asked = time.monotonic() + PATIENCE_S, 0
    while True:
        asked += 1
        if await _running(stub, mesh) == wanted:
            return asked
        if time.monotonic() > last:
            raise BenchError(f"The engine's slot was not free {PATIENCE_S:.0f} s after the client had gone.")
        await asyncio.sleep(POLL_S)


async def _running(stub: Any, mesh: Mesh) -> int:
    """Counts generations that run or wait in the engine."""
    try:
        reply = await stub.GetLoad(engine_service_pb2.GetLoadRequest(), metadata=mesh.engine_caller(), timeout=5)
    except grpc.aio.AioRpcError as error:
        raise BenchError(f"fast_llm's GetLoad answered {error.code().name}: {error.details()}") from error
    return sum(load.running + load.waiting for load in reply.loads)
