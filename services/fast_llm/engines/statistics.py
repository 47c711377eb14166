"""Rates and timings of generations, as the contract reports them."""

from __future__ import annotations

import time
from collections.abc import Callable

from google.protobuf.duration_pb2 import Duration
from uat.fast_llm.v1 import engine_service_pb2 as pb
from uat.fast_llm.v1 import generation_pb2
from uat.generation.v1 import event_pb2


class Throughput:
    """Counts per second over the last five whole seconds."""

    SECONDS = 5

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._counts = [0] * (self.SECONDS + 1)
        self._second = int(clock())

    def add(self, count: int) -> None:
        """Counts so many now."""
        self._advance()
        self._counts[self._second % len(self._counts)] += count

    def per_second(self) -> float:
        """The rate over the last whole seconds."""
        self._advance()
        present = self._counts[self._second % len(self._counts)]
        return (sum(self._counts) - present) / self.SECONDS

    def _advance(self) -> None:
        now = int(self._clock())
        for second in range(self._second + 1, min(now, self._second + len(self._counts)) + 1):
            self._counts[second % len(self._counts)] = 0
        self._second = max(self._second, now)


def started(model: str, queue_wait: float) -> pb.GenerateResponse:
    """The first event of a generation."""
    return pb.GenerateResponse(started=generation_pb2.GenerationStarted(model=model, queue_wait=duration(queue_wait)))


def timings(queue_wait: float, time_to_first_token: float, prefill: float, decode: float) -> event_pb2.Timings:
    """Where a generation's time went, in seconds."""
    return event_pb2.Timings(
        queue_wait=duration(queue_wait),
        time_to_first_token=duration(max(0.0, time_to_first_token)),
        prefill=duration(prefill),
        decode=duration(decode),
    )


def duration(seconds: float) -> Duration:
    """Seconds as a message."""
    made = Duration()
    made.FromNanoseconds(int(seconds * 1e9))
    return made
