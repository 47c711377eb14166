"""Canary analysis: compares counts of a canary with those of the stable version by sequential tests, and decides to hold or roll back.

A canary may break a bound by chance: one failure in twenty requests is 5 %. While it breaks one, it is held in its stage (`held`). It is
rolled back when chance no longer explains the counts: at once by the counts of the window, which must be very clear (`clearly_failing`,
`clearly_slow`), or by the counts of the whole rollout, where a small difference shows in time (`worse`).

These functions are called again and again, so a common significance test would sooner or later call any canary worse: each look is another
chance to be wrong. `evidence` may be looked at as often as one likes. It bets against "the canary fails at most the share p of its
requests", half of the stake on any share alike and half on shares of a few times p (Robbins, "Statistical methods related to the law of
the iterated logarithm", 1970; Johari, Koomen, Pekelis, Walsh, "Always Valid Inference", 2022). While the claim is true, the bet is ever
worth more than 1/a with a probability of at most a (Ville's inequality). So a rollout can end long before `min_requests` when errors are
overwhelming: with p = 2 %, three failures in a row are enough.

Latencies are compared with a quantile: no more than 1 % of the canary's requests may take longer than `latency_ratio` times the stable
version's 99th percentile.

Limits: the window forgets, so its odds hold for each window separately. The stable version's error rate is estimated by Laplace's rule of
succession, which is careful while it had few requests. Requests are not independent (one pause of the machine slows several), so slow
requests count only when they fall into three parts of the window, and in the whole rollout once a second.
"""

from __future__ import annotations

import math
from dataclasses import astuple, dataclass
from typing import Literal

from services.kit.sliding_window import Counts

Cause = Literal["ERROR_RATE", "LATENCY", "NOT_READY"]

_WINDOW_ALARMS, _ROLLOUT_ALARMS = 0.0001, 0.01
"""How often, at most, chance rolls back a canary that just keeps its bounds: by the window, and by the whole rollout."""
_CLEAR_AT_ONCE, _CLEAR = -math.log(_WINDOW_ALARMS), -math.log(_ROLLOUT_ALARMS)
_SMALLEST_SHARE = 0.001
_SLOW_PARTS = 3


@dataclass(frozen=True, slots=True)
class Bounds:
    """What a canary must keep to, compared with the stable version."""

    error_rate_increase: float
    latency_ratio: float
    min_requests: int


@dataclass(slots=True)
class RolloutCounts:
    """Counts since the rollout began."""

    requests: int = 0
    errors: int = 0
    stable_requests: int = 0
    stable_errors: int = 0
    timed: int = 0
    """Requests of the canary that were compared with the latency bound."""
    slow: int = 0
    """Those that took longer."""

    def __add__(self, other: RolloutCounts) -> RolloutCounts:
        """The sum of both."""
        return RolloutCounts(*(mine + theirs for mine, theirs in zip(astuple(self), astuple(other), strict=True)))


@dataclass(frozen=True, slots=True)
class Verdict:
    """The bound that a canary broke, and a sentence about it for operators."""

    cause: Cause
    reason: str


def evidence(failures: int, requests: int, share: float) -> float:
    """The logarithm of the evidence against "at most this share fails"; minus infinity where no more failed than that."""
    if failures <= share * requests or share >= 1:
        return -math.inf
    p = min(1 - 1e-9, max(share, _SMALLEST_SHARE))
    answered = requests - failures
    expected = failures * math.log(p) + answered * math.log(1 - p)
    # Beta(1, b) is uniform for b = 1; the other one has the mean 3 p.
    anywhere, nearby = (_log_beta(1 + failures, b + answered) - _log_beta(1, b) - expected for b in (1.0, max(1.0, 1 / (3 * p) - 1)))
    larger = max(anywhere, nearby)
    return larger + math.log((math.exp(anywhere - larger) + math.exp(nearby - larger)) / 2)


def clearly_failing(bounds: Bounds, canary: Counts, stable: Counts) -> Verdict | None:
    """Rolls back a canary whose error rate breaks the bound beyond doubt, however few its requests are."""
    if evidence(canary.errors, canary.requests, _allowed(bounds, stable.errors, stable.requests)) < _CLEAR_AT_ONCE:
        return None
    return _failing(canary.errors, canary.requests, stable.errors, stable.requests)


def clearly_slow(bounds: Bounds, canary: Counts, stable: Counts, slow_parts: int) -> Verdict | None:
    """Rolls back a canary whose latency breaks the bound beyond doubt. `slow_parts` counts the parts of the window with slow requests."""
    limit = latency_limit(bounds, canary, stable)
    if limit is None or slow_parts < _SLOW_PARTS:
        return None
    if evidence(canary.slower(limit), canary.requests - canary.errors, _may_be_late(stable.requests - stable.errors)) < _CLEAR_AT_ONCE:
        return None
    return _slow(canary, stable)


def worse(bounds: Bounds, whole: RolloutCounts) -> Verdict | None:
    """Rolls back a canary that did worse than it may since the rollout began."""
    if whole.requests < bounds.min_requests:
        return None
    if evidence(whole.errors, whole.requests, _allowed(bounds, whole.stable_errors, whole.stable_requests)) >= _CLEAR:
        return _failing(whole.errors, whole.requests, whole.stable_errors, whole.stable_requests)
    if evidence(whole.slow, whole.timed, _may_be_late(whole.stable_requests - whole.stable_errors)) >= _CLEAR:
        limit = f"{bounds.latency_ratio:g} times the 99th percentile of the stable version"
        return Verdict("LATENCY", f"{whole.slow} of its {whole.timed} requests took longer than {limit}")
    return None


def held(bounds: Bounds, canary: Counts, stable: Counts) -> Verdict | None:
    """The bound that the window's counts break, maybe by chance; None also while there are too few requests."""
    if canary.requests < max(1, bounds.min_requests):
        return None
    if _error_rate(canary) > _error_rate(stable) + bounds.error_rate_increase:
        return _failing(canary.errors, canary.requests, stable.errors, stable.requests)
    limit, latency = latency_limit(bounds, canary, stable), canary.quantile(0.99)
    if limit is not None and latency is not None and latency > limit and canary.slower(limit) >= _SLOW_PARTS:
        return _slow(canary, stable)
    return None


def latency_limit(bounds: Bounds, canary: Counts, stable: Counts) -> float | None:
    """The longest time that a request of the canary may take, in seconds; None while there are too few requests."""
    least, baseline = max(1, bounds.min_requests), stable.quantile(0.99)
    if canary.requests < least or stable.requests < least or baseline is None:
        return None
    return baseline * bounds.latency_ratio


def _log_beta(a: float, b: float) -> float:
    return math.lgamma(a) + math.lgamma(b) - math.lgamma(a + b)


def _allowed(bounds: Bounds, errors: int, requests: int) -> float:
    """The error rate that a canary may have where the stable version had so many errors."""
    return (errors + 1) / (requests + 2) + bounds.error_rate_increase


def _may_be_late(answered: int) -> float:
    """The share of requests that may exceed the 99th percentile of so many: the largest of a few is exceeded more often."""
    return max(0.01, 1 / (answered + 1))


def _error_rate(counts: Counts) -> float:
    return counts.errors / counts.requests if counts.requests else 0.0


def _failing(errors: int, requests: int, stable_errors: int, stable_requests: int) -> Verdict:
    reason = f"{errors} of its {requests} requests failed, {stable_errors} of {stable_requests} of the stable version"
    return Verdict("ERROR_RATE", reason)


def _slow(canary: Counts, stable: Counts) -> Verdict:
    ours, theirs = (1000 * (counts.quantile(0.99) or 0.0) for counts in (canary, stable))
    return Verdict("LATENCY", f"the 99th percentile of its latency is {ours:.1f} ms, that of the stable version {theirs:.1f} ms")
