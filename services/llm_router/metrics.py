"""What a request took, under OpenTelemetry's names for generative AI."""

from __future__ import annotations

from functools import cache

from prometheus_client import Counter, Histogram

from services.llm_router.usage import Bill

_SECONDS = (0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92)
_LABELS = ("gen_ai_request_model", "gen_ai_provider_name")

TOKENS = Counter("gen_ai_client_token_usage", "Tokens, by kind.", (*_LABELS, "gen_ai_token_type"))
DURATION = Histogram(
    "gen_ai_client_operation_duration_seconds",
    "Time of a whole generation, or of making vectors.",
    (*_LABELS, "finish_reason"),
    buckets=_SECONDS,
)
FIRST = Histogram("gen_ai_client_operation_time_to_first_chunk_seconds", "Time to the first chunk.", _LABELS, buckets=_SECONDS)

# Finding a metric by its labels costs more than changing it.
_tokens, _duration, _first = cache(TOKENS.labels), cache(DURATION.labels), cache(FIRST.labels)


def measure(bill: Bill) -> None:
    """Counts one request. One that no provider was found for is counted without the name that was asked for: callers can make up any
    number of them.
    """
    model, provider = (bill.model, bill.provider) if bill.provider else ("unknown", "none")
    _tokens(model, provider, "input").inc(bill.usage.input_tokens)
    _tokens(model, provider, "output").inc(bill.usage.output_tokens)
    _duration(model, provider, bill.finish_reason).observe(bill.duration)
    if bill.time_to_first_token is not None:
        _first(model, provider).observe(bill.time_to_first_token)
