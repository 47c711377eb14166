"""Whether a canary does worse than the stable version, and how sure that is.

Two questions are asked of errors and of times: is the bound broken as the figures stand, and is it *clearly* broken, so that chance hardly
explains it. A bound that is clearly broken ends the try at once. One that is broken and may be chance (one failure in twenty requests is
5 %) keeps the canary from going on, and ends the try when it stays broken for a whole window, in which a single failure would have been
forgotten.

The question is asked after every request, so a common significance test would sooner or later say "worse" of any canary: each look is
another chance to be wrong. `evidence` is a test that may be looked at as often as one likes. It bets against "the canary fails in at most
the share p of its requests" with a uniform prior over the shares (Robbins, "Statistical methods related to the law of the iterated
logarithm", 1970; Johari, Koomen, Pekelis, Walsh, "Always Valid Inference: Continuous Monitoring of A/B Tests", 2022): while that is true,
the bet's worth is ever greater than 1/a with a probability of at most a (Ville's inequality). It is also what lets a try end long before
`min_requests` when errors are overwhelming: with p = 2 %, three failures in a row from the first request on are enough.

What this leaves out: the window forgets, so the odds hold for each window anew and not for a try of a week; and the stable version's share
is estimated, by Laplace's rule of succession, which is careful while it had few requests. Times are held against a quantile and not
against each other: no more than 1 % of the canary's requests may take longer than the bound times the stable version's 99th percentile.
Requests that hang together are not independent (one hiccup of the machine makes several slow), so slow ones count as clear only when they
came in three moments apart, and only once `min_requests` have ended.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from uat.ml_inference.v1 import traffic_pb2

from services.ml_inference.windows import Tally

CHANCE = 0.0001
"""How often, at most, a canary that keeps to its bounds would be rolled back at once by chance."""
_LEAST_SHARE = 0.001
_MOMENTS = 3
_CLEAR = -math.log(CHANCE)


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


@dataclass(frozen=True, slots=True)
class Verdict:
    """A bound that is broken: which, and what to tell of it."""

    cause: traffic_pb2.RollbackCause
    reason: str


def evidence(failures: int, requests: int, share: float) -> float:
    """The logarithm of how much speaks against "at most this share fails". Below 0 where no more failed than that."""
    if failures <= share * requests:
        return -math.inf
    p = min(1 - 1e-9, max(share, _LEAST_SHARE))
    mixture = math.lgamma(failures + 1) + math.lgamma(requests - failures + 1) - math.lgamma(requests + 2)
    return mixture - failures * math.log(p) - (requests - failures) * math.log(1 - p)


def clearly_failing(bounds: Bounds, canary: Tally, stable: Tally) -> Verdict | None:
    """Says that the canary fails more often than it may, and that this is hardly chance, however few its requests are."""
    expected = (stable.errors + 1) / (stable.requests + 2) + bounds.error_rate_increase
    if expected >= 1 or evidence(canary.errors, canary.requests, expected) < _CLEAR:
        return None
    return _failing(canary, stable)


def clearly_slow(bounds: Bounds, canary: Tally, stable: Tally, moments: int) -> Verdict | None:
    """Says that the canary is slower than it may be, and that this is hardly chance. Slow requests came in so many moments."""
    limit = slow_limit(bounds, canary, stable)
    if limit is None or moments < _MOMENTS:
        return None
    answered = stable.requests - stable.errors
    # The largest of few times is not the 99th percentile: about one in so many is larger.
    share = max(0.01, 1 / (answered + 1))
    if evidence(canary.slower(limit), canary.requests - canary.errors, share) < _CLEAR:
        return None
    return _slow(canary, stable)


def broken(bounds: Bounds, canary: Tally, stable: Tally) -> Verdict | None:
    """Says which bound is broken as the figures stand, be it by chance; None also while there are too few requests to say."""
    if canary.requests < max(1, bounds.min_requests):
        return None
    if _share(canary) > _share(stable) + bounds.error_rate_increase:
        return _failing(canary, stable)
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


def _share(tally: Tally) -> float:
    return tally.errors / tally.requests if tally.requests else 0.0


def _failing(canary: Tally, stable: Tally) -> Verdict:
    return Verdict(
        traffic_pb2.ROLLBACK_CAUSE_ERROR_RATE,
        f"{canary.errors} of its {canary.requests} requests failed, {stable.errors} of {stable.requests} of the stable version",
    )


def _slow(canary: Tally, stable: Tally) -> Verdict:
    ours, theirs = (1000 * (tally.quantile(0.99) or 0.0) for tally in (canary, stable))
    return Verdict(
        traffic_pb2.ROLLBACK_CAUSE_LATENCY,
        f"the 99th percentile of its time is {ours:.1f} ms, that of the stable version {theirs:.1f} ms",
    )
