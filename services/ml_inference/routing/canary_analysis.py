"""Whether a canary does worse than the stable version, and how sure that is.

A bound that the figures of the window break may be broken by chance: one failure in twenty requests is 5 %. While it is, the canary does
not go on. It is rolled back when chance hardly explains it any more: at once by what is in the window, where it must be very sure, or by
all that the try has seen so far, where a little worse shows in time.

Both are asked again and again, so a common significance test would sooner or later say "worse" of any canary: each look is another chance
to be wrong. `evidence` is a test that may be looked at as often as one likes. It bets against "the canary fails in at most the share p of
its requests", half of it on any share alike and half on shares of some times p (Robbins, "Statistical methods related to the law of the
iterated logarithm", 1970; Johari, Koomen, Pekelis, Walsh, "Always Valid Inference: Continuous Monitoring of A/B Tests", 2022): while that
is true, the bet's worth is ever greater than 1/a with a probability of at most a (Ville's inequality). It is also what lets a try end long
before `min_requests` when errors are overwhelming: with p = 2 %, three failures in a row from the first request on are enough.

Times are held against a quantile and not against each other: no more than 1 % of the canary's requests may take longer than the bound times
the stable version's 99th percentile.

What this leaves out: the window forgets, so its odds hold for each window anew. The stable version's share is estimated, by Laplace's rule
of succession, which is careful while it had few requests. And requests are not independent (one hiccup of the machine makes several slow),
so slow ones in a window are clear only when they came in three moments apart, and of the whole try those of one second count once.
"""

from __future__ import annotations

import math
from dataclasses import astuple, dataclass

from uat.ml_inference.v1 import traffic_pb2

from services.ml_inference.routing.windows import Tally

CHANCE_AT_ONCE, CHANCE = 0.0001, 0.01
"""How often, at most, a canary that just keeps to its bounds is rolled back by chance: by a window, and by the whole try."""
_LEAST_SHARE = 0.001
_MOMENTS = 3
_CLEAR_AT_ONCE, _CLEAR = -math.log(CHANCE_AT_ONCE), -math.log(CHANCE)


@dataclass(frozen=True, slots=True)
class Bounds:
    """What a canary must keep to."""

    error_rate_increase: float
    latency_ratio: float
    min_requests: int

    @classmethod
    def of(cls, canary: traffic_pb2.Canary) -> Bounds:
        """Those of the rules."""
        return cls(canary.max_error_rate_increase, canary.max_latency_ratio, canary.min_requests)


@dataclass(slots=True)
class Whole:
    """Counts of a whole try."""

    requests: int = 0
    errors: int = 0
    stable_requests: int = 0
    stable_errors: int = 0
    timed: int = 0
    """Those of the canary that were held against the time that it may take."""
    slow: int = 0
    """Those of them that took longer."""

    def plus(self, other: Whole) -> Whole:
        """Both together."""
        return Whole(*(mine + others for mine, others in zip(astuple(self), astuple(other), strict=True)))


@dataclass(frozen=True, slots=True)
class Verdict:
    """A bound that is broken: which, and what to tell of it."""

    cause: traffic_pb2.RollbackCause
    reason: str


def evidence(failures: int, requests: int, share: float) -> float:
    """The logarithm of how much speaks against "at most this share fails". Below 0 where no more failed than that."""
    if failures <= share * requests or share >= 1:
        return -math.inf
    p = min(1 - 1e-9, max(share, _LEAST_SHARE))
    answered = requests - failures
    expected = failures * math.log(p) + answered * math.log(1 - p)
    # Beta(1, b) is uniform for b = 1, and has the mean 3 p for the other one.
    anywhere, nearby = (_log_beta(1 + failures, b + answered) - _log_beta(1, b) - expected for b in (1.0, max(1.0, 1 / (3 * p) - 1)))
    larger = max(anywhere, nearby)
    return larger + math.log((math.exp(anywhere - larger) + math.exp(nearby - larger)) / 2)


def _log_beta(a: float, b: float) -> float:
    return math.lgamma(a) + math.lgamma(b) - math.lgamma(a + b)


def clearly_failing(bounds: Bounds, canary: Tally, stable: Tally) -> Verdict | None:
    """Says that the canary fails more often than it may, and that this is hardly chance, however few its requests are."""
    if evidence(canary.errors, canary.requests, _allowed(bounds, stable.errors, stable.requests)) < _CLEAR_AT_ONCE:
        return None
    return _failing(canary.errors, canary.requests, stable.errors, stable.requests)


def clearly_slow(bounds: Bounds, canary: Tally, stable: Tally, moments: int) -> Verdict | None:
    """Says that the canary is slower than it may be, and that this is hardly chance. Slow requests came in so many moments."""
    limit = slow_limit(bounds, canary, stable)
    if limit is None or moments < _MOMENTS:
        return None
    if evidence(canary.slower(limit), canary.requests - canary.errors, _late(stable.requests - stable.errors)) < _CLEAR_AT_ONCE:
        return None
    return _slow(canary, stable)


def worse(bounds: Bounds, whole: Whole) -> Verdict | None:
    """Says that the canary did worse than it may over the whole try."""
    if whole.requests < bounds.min_requests:
        return None
    if evidence(whole.errors, whole.requests, _allowed(bounds, whole.stable_errors, whole.stable_requests)) >= _CLEAR:
        return _failing(whole.errors, whole.requests, whole.stable_errors, whole.stable_requests)
    if evidence(whole.slow, whole.timed, _late(whole.stable_requests - whole.stable_errors)) >= _CLEAR:
        ratio = f"{bounds.latency_ratio:g} times the 99th percentile of the stable version"
        said = f"{whole.slow} times in {whole.timed} requests it took longer than {ratio}"
        return Verdict(traffic_pb2.ROLLBACK_CAUSE_LATENCY, said)
    return None


def broken(bounds: Bounds, canary: Tally, stable: Tally) -> Verdict | None:
    """Says which bound is broken as the figures stand, be it by chance; None also while there are too few requests to say."""
    if canary.requests < max(1, bounds.min_requests):
        return None
    if _share(canary) > _share(stable) + bounds.error_rate_increase:
        return _failing(canary.errors, canary.requests, stable.errors, stable.requests)
    limit = slow_limit(bounds, canary, stable)
    ours = canary.quantile(0.99)
    if limit is not None and ours is not None and ours > limit and canary.slower(limit) >= _MOMENTS:
        return _slow(canary, stable)
    return None


def slow_limit(bounds: Bounds, canary: Tally, stable: Tally) -> float | None:
    """How long the canary's requests may take, in seconds; None while there are too few to say."""
    least = max(1, bounds.min_requests)
    theirs = stable.quantile(0.99)
    if canary.requests < least or stable.requests < least or theirs is None:
        return None
    return theirs * bounds.latency_ratio


def _allowed(bounds: Bounds, errors: int, requests: int) -> float:
    """The share of requests that a canary may fail where the stable version failed so many."""
    return (errors + 1) / (requests + 2) + bounds.error_rate_increase


def _late(answered: int) -> float:
    """The share of requests that may take longer than the 99th percentile of so many: the largest of few is exceeded more often."""
    return max(0.01, 1 / (answered + 1))


def _share(tally: Tally) -> float:
    return tally.errors / tally.requests if tally.requests else 0.0


def _failing(errors: int, requests: int, stable_errors: int, stable_requests: int) -> Verdict:
    said = f"{errors} of its {requests} requests failed, {stable_errors} of {stable_requests} of the stable version"
    return Verdict(traffic_pb2.ROLLBACK_CAUSE_ERROR_RATE, said)


def _slow(canary: Tally, stable: Tally) -> Verdict:
    ours, theirs = (1000 * (tally.quantile(0.99) or 0.0) for tally in (canary, stable))
    return Verdict(
        traffic_pb2.ROLLBACK_CAUSE_LATENCY,
        f"the 99th percentile of its time is {ours:.1f} ms, that of the stable version {theirs:.1f} ms",
    )
