"""Billing: measures one request from its arrival to its end, for the usage record, the metrics and the log."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from types import TracebackType
from typing import Self

from prometheus_client import Counter, Histogram
from uat.generation.v1 import event_pb2

from services.kit.context import current
from services.kit.errors import Fault

_SECONDS = (0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92)
_LABELS = ("gen_ai_request_model", "gen_ai_provider_name")

TOKENS = Counter("gen_ai_client_token_usage", "Tokens, by kind.", (*_LABELS, "gen_ai_token_type"))
DURATION = Histogram(
    "gen_ai_client_operation_duration_seconds",
    "Duration of a whole generation or embedding.",
    (*_LABELS, "finish_reason"),
    buckets=_SECONDS,
)
FIRST = Histogram("gen_ai_client_operation_time_to_first_chunk_seconds", "Time to the first chunk.", _LABELS, buckets=_SECONDS)

# Finding a metric by its labels costs more than changing it.
_tokens, _duration, _first = cache(TOKENS.labels), cache(DURATION.labels), cache(FIRST.labels)
_WORDS = {value: name.removeprefix("FINISH_REASON_").lower() for name, value in event_pb2.FinishReason.items()}


@dataclass(frozen=True, slots=True)
class UsageRecord:
    """What one request cost whom. `generation_id` is empty for embeddings."""

    decision_id: str
    """Unique: a record that is written twice is stored once."""
    generation_id: str
    tenant_id: str
    user_id: str
    api_key_id: str
    model: str
    provider: str
    usage: event_pb2.Usage
    finish_reason: str
    """A FinishReason in lower case, or `error`."""
    error_reason: str
    attempts: int
    time_to_first_token: float | None
    """Seconds; None when there was no token."""
    duration: float


Record = Callable[[UsageRecord], None]
"""Takes a usage record; never waits."""


class Meter:
    """Measures one request. As a context manager it writes one usage record when the block ends: after success, a fault or a cancellation.

    `generation_id` is empty for embeddings.
    """

    def __init__(self, decision_id: str, model: str, record: Record, generation_id: str = "") -> None:
        self.id = decision_id
        self.model = model
        self.call = current()
        self.generation_id = generation_id
        self.provider = ""
        self.attempts = 0
        self.usage = event_pb2.Usage()
        self.finish_reason: event_pb2.FinishReason = event_pb2.FINISH_REASON_UNSPECIFIED
        self.error_reason = ""
        self.started = time.perf_counter()
        self.first_token: float | None = None
        self._record = record

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if isinstance(error, Exception):
            self.error_reason = error.reason if isinstance(error, Fault) else "INTERNAL"
        record = self._finished()
        _measure(record)
        self._record(record)
        if self.call is not None:
            self.call.log |= {"model": record.model, "provider": record.provider, "output_tokens": record.usage.output_tokens}

    def timings(self) -> event_pb2.Timings:
        """Where the time went until now."""
        timings = event_pb2.Timings()
        timings.duration.FromNanoseconds(int((time.perf_counter() - self.started) * 1e9))
        if self.first_token is not None:
            timings.time_to_first_token.FromNanoseconds(int((self.first_token - self.started) * 1e9))
        return timings

    def _finished(self) -> UsageRecord:
        caller = self.call.caller if self.call else None
        ended = _WORDS[self.finish_reason] if self.finish_reason else "error" if self.error_reason else "cancelled"
        return UsageRecord(
            decision_id=self.id,
            generation_id=self.generation_id,
            tenant_id=caller.tenant_id if caller else "",
            user_id=caller.user_id if caller else "",
            api_key_id=caller.token_id if caller and caller.kind == "api_key" else "",
            model=self.model,
            provider=self.provider,
            usage=self.usage,
            finish_reason=ended,
            error_reason=self.error_reason,
            attempts=self.attempts,
            time_to_first_token=None if self.first_token is None else self.first_token - self.started,
            duration=time.perf_counter() - self.started,
        )


def _measure(record: UsageRecord) -> None:
    """Updates the metrics. A request that no provider took is counted without its model: callers can invent any number of names."""
    model, provider = (record.model, record.provider) if record.provider else ("unknown", "none")
    _tokens(model, provider, "input").inc(record.usage.input_tokens)
    _tokens(model, provider, "output").inc(record.usage.output_tokens)
    _duration(model, provider, record.finish_reason).observe(record.duration)
    if record.time_to_first_token is not None:
        _first(model, provider).observe(record.time_to_first_token)
