"""Which version a caller gets: shares that hold, callers that stay, and versions that are not ready."""

from __future__ import annotations

import random
from collections import Counter

from hypothesis import given, settings
from hypothesis import strategies as st
from uat.ml_inference.v1 import ml_inference_service_pb2 as pb
from uat.ml_inference.v1 import traffic_pb2

from services.ml_inference.routing.router import RouteTable
from services.ml_inference.routing.weighted_choice import WeightedChoice

CALLERS = [f"tenant_{n}".encode() for n in range(2000)]
weights = st.lists(st.integers(1, 99), min_size=2, max_size=6)


def shares(*given_: int) -> WeightedChoice:
    return WeightedChoice("m", [(str(n), weight) for n, weight in enumerate(given_, 1)])


def chosen(of: WeightedChoice, ready: set[str] | None = None) -> list[str]:
    ready = ready if ready is not None else set(of.versions)
    return [of.pick(key, ready)[1] for key in CALLERS]


def table(rules: traffic_pb2.Traffic, known: str = "321", ready: str | None = None, **fields: bool) -> RouteTable:
    return RouteTable("m", rules, list(known), list(known if ready is None else ready), **fields)


def of_tenants(a_table: RouteTable) -> dict[str, str]:
    return {f"t{n}": a_table.route("", f"t{n}", "u").version for n in range(2000)}


def canary(weight: int, **fields: object) -> traffic_pb2.Traffic:
    status = traffic_pb2.CanaryStatus(state=traffic_pb2.CANARY_STATE_RUNNING, weight=weight)
    return traffic_pb2.Traffic(
        splits=[traffic_pb2.TrafficSplit(version="1", weight=60), traffic_pb2.TrafficSplit(version="2", weight=40)],
        canary=traffic_pb2.Canary(version="3", stable_version="1", status=status),
        **fields,  # type: ignore[arg-type]
    )


@given(weights)
@settings(max_examples=20, deadline=None)
def test_every_version_gets_its_share(given_: list[int]) -> None:
    total, counts = sum(given_), Counter(chosen(shares(*given_)))
    for version, weight in enumerate(given_, 1):
        expected = weight / total * len(CALLERS)
        assert abs(counts[str(version)] - expected) < 5 * (expected * (1 - weight / total)) ** 0.5 + 1


@given(weights, st.integers(1, 60), st.data())
@settings(max_examples=30, deadline=None)
def test_a_share_that_grows_takes_callers_and_gives_none_away(given_: list[int], more: int, data: st.DataObject) -> None:
    grows = data.draw(st.integers(0, len(given_) - 1))
    before = chosen(shares(*given_))
    after = chosen(shares(*(w + more * (n == grows) for n, w in enumerate(given_))))
    assert all(then == now or now == str(grows + 1) for then, now in zip(before, after, strict=True))


@given(st.integers(1, 99), st.integers(1, 99))
@settings(max_examples=20, deadline=None)
def test_between_two_versions_only_the_difference_moves(one: int, other: int) -> None:
    before, after = chosen(shares(one, 100 - one)), chosen(shares(other, 100 - other))
    moved = sum(then != now for then, now in zip(before, after, strict=True))
    assert moved == abs(Counter(before)["1"] - Counter(after)["1"])


@given(weights, st.data())
@settings(max_examples=20, deadline=None)
def test_of_a_version_that_is_not_ready_its_callers_alone_go_elsewhere(given_: list[int], data: st.DataObject) -> None:
    of = shares(*given_)
    away = data.draw(st.sampled_from(of.versions))
    ready = set(of.versions) - {away}
    for then, now in zip(chosen(of), chosen(of, ready), strict=True):
        assert now in ready
        assert then in (now, away)


def test_a_canary_that_grows_keeps_those_that_it_has_and_takes_from_all() -> None:
    last: set[str] = set()
    for weight in (1, 5, 25, 50, 100):
        versions = of_tenants(table(canary(weight)))
        now = {tenant for tenant, version in versions.items() if version == "3"}
        assert last <= now
        assert abs(len(now) - weight * 20) < 100
        last = now
    before, after = of_tenants(table(canary(0))), of_tenants(table(canary(25)))
    assert all(after[t] in (before[t], "3") for t in before)
    took = Counter(before[t] for t in before if after[t] == "3")
    assert abs(took["1"] / took.total() - 0.6) < 0.1


def test_a_tenant_with_shares_of_its_own_is_left_alone_by_the_canary() -> None:
    own = traffic_pb2.TenantOverride(tenant_id="t1", splits=[traffic_pb2.TrafficSplit(version="2", weight=100)])
    routes = table(canary(100, tenant_overrides=[own]))
    assert [(r.version, r.rule) for r in (routes.route("", "t1", "u"), routes.route("", "t2", "u"))] == [
        ("2", pb.ROUTE_RULE_TENANT_OVERRIDE),
        ("3", pb.ROUTE_RULE_CANARY),
    ]
    assert routes.route("", "t2", "u").stable_version == "1"
    assert routes.route("", "t1", "u").stable_version is None


def test_a_canary_that_is_not_ready_or_was_taken_away_gets_nothing() -> None:
    for routes, rule in ((table(canary(100), ready="21"), pb.ROUTE_RULE_STAND_IN), (table(canary(100), canary=False), pb.ROUTE_RULE_SPLIT)):
        assert {routes.route("", f"t{n}", "u").rule for n in range(50)} == {rule}


def test_stickiness_says_what_keeps_a_caller() -> None:
    def rules(stickiness: traffic_pb2.Stickiness) -> RouteTable:
        half = [traffic_pb2.TrafficSplit(version="1", weight=50), traffic_pb2.TrafficSplit(version="2", weight=50)]
        return table(traffic_pb2.Traffic(splits=half, stickiness=stickiness))

    def of(routes: RouteTable, *callers: tuple[str, str, str]) -> set[str]:
        return {routes.route(*caller).version for caller in callers}

    many = range(60)
    tenants = rules(traffic_pb2.STICKINESS_TENANT)
    assert len(of(tenants, *((str(n), "t", f"u{n}") for n in many))) == 1
    users = rules(traffic_pb2.STICKINESS_USER)
    assert len(of(users, *((str(n), "t", "u") for n in many))) == 1
    assert len(of(users, *(("", "t", f"u{n}") for n in many))) == 2
    sequences = rules(traffic_pb2.STICKINESS_SEQUENCE)
    assert len(of(sequences, *(("7", "t", f"u{n}") for n in many))) == 1
    assert len(of(sequences, *((str(n), "t", "u") for n in many))) == 2
    assert len(of(sequences, *(("", "t", f"u{n}") for n in many))) == 2
    assert len(of(rules(traffic_pb2.STICKINESS_NONE), *(("", "t", "u") for _ in many))) == 2


def test_without_rules_the_highest_that_is_ready_answers_and_without_one_the_highest() -> None:
    assert [table(traffic_pb2.Traffic(), ready=ready).route("", "t", "u").version for ready in ("321", "21", "")] == ["3", "2", "3"]


def test_so_many_requests_are_copied_and_none_to_the_version_that_answers_it() -> None:
    half = [traffic_pb2.TrafficSplit(version="1", weight=50), traffic_pb2.TrafficSplit(version="2", weight=50)]
    rules = traffic_pb2.Traffic(splits=half, shadow=traffic_pb2.Shadow(version="3", weight=30, tolerance=0.5))
    drawn = random.Random(1)
    routes = RouteTable("m", rules, list("321"), list("321"), draw=drawn.random)
    found = [routes.route("", f"t{n}", "u") for n in range(4000)]
    assert abs(sum(r.shadow_version == "3" for r in found) - 1200) < 150
    assert {r.shadow_tolerance for r in found if r.shadow_version} == {0.5}
    rules.tenant_overrides.add(tenant_id="b").splits.add(version="3", weight=100)
    routes = RouteTable("m", rules, list("321"), list("321"), draw=lambda: 0.0)
    assert (routes.route("", "a", "u").shadow_version, routes.route("", "b", "u").shadow_version) == ("3", None)
    assert RouteTable("m", rules, list("321"), list("21"), draw=lambda: 0.0).route("", "a", "u").shadow_version is None
