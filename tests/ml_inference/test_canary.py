"""When a canary is rolled back, and when not: figures and a clock of the tests' own."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta

import pytest
from google.protobuf.duration_pb2 import Duration
from uat.ml_inference.v1 import traffic_pb2

from services.kit.canary_analysis import Verdict, evidence
from services.kit.sliding_window import Counts, SlidingWindow
from services.kit.times import timestamp
from services.ml_inference.routing.canary import Report, Rollout

BEGUN = datetime(2030, 1, 1, tzinfo=UTC)


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now

    @property
    def wall(self) -> datetime:
        return BEGUN + timedelta(seconds=self.now - 1000)


def rollout(clock: Clock, *, min_requests: int = 20, window: int = 60, ratio: float = 1.5, stages: int = 2) -> Rollout:
    canary = traffic_pb2.Canary(
        version="2",
        stable_version="1",
        max_error_rate_increase=0.01,
        max_latency_ratio=ratio,
        window=Duration(seconds=window),
        min_requests=min_requests,
        stages=[traffic_pb2.CanaryStage(weight=10 * (n + 1), hold=Duration(seconds=30), min_requests=100) for n in range(stages)],
        status=traffic_pb2.CanaryStatus(
            state=traffic_pb2.CANARY_STATE_RUNNING, weight=10, start_time=timestamp(BEGUN), stage_time=timestamp(BEGUN)
        ),
    )
    return Rollout(canary, clock, patience=5)


def ended(tried: Rollout, version: str, seconds: float, *, failed: bool) -> Verdict | None:
    """The verdict after a request."""
    tried.ended(version, seconds, failed=failed)
    return tried.verdict


def check(tried: Rollout, *, ready: bool, stable_ready: bool, loading: bool = False) -> Verdict | None:
    """The verdict after a check."""
    tried.check(ready=ready, stable_ready=stable_ready, loading=loading)
    return tried.verdict


def run(
    tried: Rollout, clock: Clock, seconds: float, rate: float, *, fails: float = 0.0, slower: float = 1.0, share: float = 0.1, seed: int = 1
) -> float | None:
    """Sends requests for so long; the second in which the try was over, or None."""
    drawn = random.Random(seed)
    begun, look = clock.now, clock.now
    while clock.now < begun + seconds:
        clock.now += 1 / rate
        to_canary = drawn.random() < share
        took = drawn.lognormvariate(-4.6, 0.3) * (slower if to_canary else 1.0)
        ended(tried, "2" if to_canary else "1", took, failed=drawn.random() < (fails if to_canary else 0.001))
        if clock.now >= look:
            look += 0.25
            check(tried, ready=True, stable_ready=True)
        if tried.verdict is not None:
            return clock.now - begun
    return None


def test_one_that_fails_everything_is_over_after_three_requests_though_twenty_are_asked_for() -> None:
    clock = Clock()
    tried = rollout(clock)
    for _ in range(200):
        ended(tried, "1", 0.01, failed=False)
    assert [ended(tried, "2", 0.01, failed=True) is None for _ in range(3)] == [True, True, False]
    assert tried.verdict is not None
    assert tried.verdict.cause == "ERROR_RATE"
    assert tried.verdict.reason == "3 of its 3 requests failed, 0 of 200 of the stable version"


def test_where_nothing_is_known_of_the_stable_version_more_failures_are_needed() -> None:
    clock = Clock()
    tried = rollout(clock)
    failures = 1
    while ended(tried, "2", 0.01, failed=True) is None:
        failures += 1
    assert 10 <= failures <= 20


def test_a_stable_version_that_fails_as_often_excuses_the_canary() -> None:
    clock = Clock()
    tried = rollout(clock)
    drawn = random.Random(3)
    for _ in range(3000):
        clock.now += 0.01
        assert ended(tried, "1", 0.01, failed=drawn.random() < 0.5) is None
        assert ended(tried, "2", 0.01, failed=drawn.random() < 0.5) is None


def test_two_failures_of_a_hundred_may_be_chance_and_keep_it_from_going_on() -> None:
    clock = Clock()
    tried = rollout(clock)
    for n in range(200):
        clock.now += 0.2
        ended(tried, "1", 0.01, failed=False)
        if n % 2 == 0:
            assert ended(tried, "2", 0.01, failed=n == 190) is None
    assert check(tried, ready=True, stable_ready=True) is None
    assert tried.blocked_by(clock.wall) == ""  # 1 % is the bound
    ended(tried, "2", 0.01, failed=True)
    assert check(tried, ready=True, stable_ready=True) is None
    assert tried.blocked_by(clock.wall).startswith("it is over a bound, which may be chance: 2 of its 101 requests failed")


def test_one_that_is_a_little_worse_is_over_in_time() -> None:
    clock = Clock()
    assert (over := run(rollout(clock), clock, 600, 20, fails=0.04)) is not None
    assert over < 400


@pytest.mark.parametrize("seed", range(4))
def test_one_as_good_as_the_stable_version_goes_on(seed: int) -> None:
    clock = Clock()
    assert run(rollout(clock), clock, 1800, 20, fails=0.001, seed=seed) is None


def test_one_that_is_three_times_slower_is_over_within_seconds() -> None:
    clock = Clock()
    tried = rollout(clock, window=10)
    over = run(tried, clock, 60, 100, slower=3.0)
    assert over is not None
    assert over < 10
    assert tried.verdict is not None
    assert tried.verdict.cause == "LATENCY"


def test_one_that_is_a_fifth_slower_keeps_to_a_bound_of_half() -> None:
    clock = Clock()
    assert run(rollout(clock), clock, 1800, 20, slower=1.2) is None


def test_one_hiccup_that_makes_several_slow_at_once_is_no_verdict() -> None:
    clock = Clock()
    tried = rollout(clock, window=10)
    for n in range(400):
        clock.now += 0.02
        ended(tried, "1", 0.01, failed=False)
        ended(tried, "2", 0.01, failed=False)
        if n == 200:
            for _ in range(4):
                ended(tried, "2", 1.0, failed=False)
        assert check(tried, ready=True, stable_ready=True) is None


def test_the_odds_hold_however_often_it_is_looked_at() -> None:
    drawn = random.Random(5)
    alarms = 0
    for _ in range(400):
        failures = 0
        for n in range(1, 600):
            failures += drawn.random() < 0.02
            if evidence(failures, n, 0.02) > 3.0:  # 1 in 20
                alarms += 1
                break
    assert alarms < 0.05 * 400


def test_one_that_stops_being_ready_is_over_after_a_while_and_not_when_the_stable_version_is_away_too() -> None:
    clock = Clock()
    tried = rollout(clock)
    for _ in range(100):
        clock.now += 1
        assert check(tried, ready=False, stable_ready=False) is None
    assert check(tried, ready=False, stable_ready=True) is None
    clock.now += 4
    assert check(tried, ready=False, stable_ready=True) is None
    clock.now += 50
    assert check(tried, ready=False, stable_ready=True, loading=True) is None
    verdict = check(tried, ready=False, stable_ready=True)
    assert verdict is not None
    assert verdict.cause == "NOT_READY"


def test_a_stage_blocked_by_its_time_and_for_its_requests() -> None:
    clock = Clock()
    tried = rollout(clock)
    assert tried.blocked_by(clock.wall) == "the stage lasts 30 s more"
    clock.now += 30
    assert tried.blocked_by(clock.wall) == "0 of the 100 requests of this stage have ended"
    own = tried.report()
    tried.peers = [Report(own.rollout, own.stage, in_stage=60)]
    for _ in range(40):
        ended(tried, "1", 0.01, failed=False)
        ended(tried, "2", 0.01, failed=False)
    assert tried.blocked_by(clock.wall) == ""
    clock.now += 61
    assert tried.blocked_by(clock.wall) == "0 requests ended in the last 60 s, and 20 are needed to decide"
    tried.peers[0].canary = Counts(requests=30)
    assert tried.blocked_by(clock.wall) == ""


def test_a_window_forgets_and_its_parts_add_up() -> None:
    clock = Clock()
    window = SlidingWindow(Counts, 10, clock)
    drawn = random.Random(7)
    ended: list[tuple[float, float, bool]] = []
    for _ in range(3000):
        clock.now += drawn.expovariate(50)
        took, failed = drawn.expovariate(100), drawn.random() < 0.1
        window.current.ended(took, failed=failed)
        ended.append((clock.now, took, failed))
    inside = [e for e in ended if e[0] > clock.now - 10]
    assert abs(window.total().requests - len(inside)) <= 0.04 * len(inside)
    times = sorted(took for _, took, failed in inside if not failed)
    assert window.total().quantile(0.99) == pytest.approx(times[int(0.99 * len(times))], rel=0.15)
    assert Counts.unpacked(window.total().packed()) == window.total()
    clock.now += 11
    assert window.total() == Counts()
