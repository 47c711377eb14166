"""Traffic between versions over gRPC, on real Triton, PostgreSQL and NATS."""

from __future__ import annotations

import asyncio
import contextlib
import re
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import grpc
import psycopg
import pytest
from google.protobuf.duration_pb2 import Duration
from inference import model_config_pb2
from uat.ml_inference.v1 import ml_inference_service_pb2 as pb
from uat.ml_inference.v1 import traffic_pb2

from services.kit.postgres.migrations.upgrade import upgrade
from services.kit.testing import Issuer, bearer
from services.kit.testing.errors import fields_of, reason_of
from services.mesh.parts import nats as nats_part
from services.mesh.parts import postgres as postgres_part
from services.mesh.parts import triton as triton_part
from services.mesh.parts.runner import running_part
from services.mesh.parts.triton_wheel import Wheel
from tests import small_models
from tests.conftest import PASSWORD, postgres_url
from tests.kit.job_houses import fresh_service
from tests.ml_inference.traffic_houses import Replica, Town, canary, splits
from tests.ml_inference.whole import MIGRATIONS
from tests.ports import free_port
from tests.waiting import soon

RUNNING, PASSED, ROLLED_BACK = (getattr(traffic_pb2, f"CANARY_STATE_{name}") for name in ("RUNNING", "PASSED", "ROLLED_BACK"))
WAITING, PROMOTED = traffic_pb2.CANARY_STATE_WAITING, traffic_pb2.CANARY_STATE_PROMOTED


@pytest.fixture(scope="module")
def tried_triton(tmp_path_factory: pytest.TempPathFactory, triton_wheel_here: Wheel) -> Iterator[triton_part.Triton]:
    """Triton with models that have several versions."""
    with small_models.running_triton(tmp_path_factory.mktemp("tried_triton"), triton_wheel_here, ("echo", "tried")) as running:
        yield running


@pytest.fixture
def town(
    tried_triton: triton_part.Triton, postgres: postgres_part.Postgres, nats: nats_part.Nats, issuer: Issuer, identity_folder: Path
) -> Town:
    service = fresh_service()
    upgrade(postgres.url, service, MIGRATIONS, PASSWORD)
    return Town(tried_triton.url, postgres_url(postgres, service), nats.url, issuer, identity_folder)


@pytest.fixture
async def replica(town: Town) -> AsyncIterator[Replica]:
    async with town.replica() as found:
        yield found


async def test_requests_are_shared_as_the_rules_say_and_a_tenant_stays_where_it_is(replica: Replica) -> None:
    rules = await replica.set("tried", splits=splits(v1=70, v4=30))
    assert rules.stickiness == traffic_pb2.STICKINESS_TENANT
    assert rules.updated_by == "operator"
    came = {f"t{n}": (await replica.infer(tenant=f"t{n}")).model_version for n in range(150)}
    assert abs(Counter(came.values())["4"] - 45) < 30
    assert {(await replica.infer(tenant="t7")).model_version for _ in range(5)} == {came["t7"]}
    await replica.set("tried", splits=splits(v1=70, v4=30), tenant_overrides=[{"tenant_id": "t7", "splits": splits(v5=100)}])
    assert (await replica.infer(tenant="t7")).model_version == "5"
    assert {t: (await replica.infer(tenant=t)).model_version for t in list(came)[10:20]} == dict(list(came.items())[10:20])
    found = (await replica.get("tried")).figures
    assert {f.version for f in found} == {"1", "4", "5"}
    assert sum(f.requests for f in found) == 166
    assert all(f.latency_p99.ToTimedelta() >= f.latency_p50.ToTimedelta() for f in found)


@pytest.mark.parametrize(
    ("rules", "code", "reason", "field"),
    [
        ({"splits": splits(v1=60, v4=30)}, "INVALID_ARGUMENT", "TRAFFIC_INVALID", "traffic.splits"),
        ({"splits": splits(v1=100, v9=0)}, "NOT_FOUND", "VERSION_NOT_FOUND", "traffic.splits[1].version"),
        (
            {"splits": splits(v1=100), "tenant_overrides": [{"tenant_id": "a", "splits": splits(v1=50)}]},
            "INVALID_ARGUMENT",
            "TRAFFIC_INVALID",
            "traffic.tenant_overrides[0].splits",
        ),
        ({"splits": splits(v1=100), "canary": canary("1", 10)}, "INVALID_ARGUMENT", "TRAFFIC_INVALID", "traffic.canary.version"),
        ({"splits": splits(v1=60, v4=40), "canary": canary("4", 10)}, "INVALID_ARGUMENT", "TRAFFIC_INVALID", "traffic.canary.version"),
        (
            {"splits": splits(v1=100), "canary": canary("4", 10, stable_version="3")},
            "INVALID_ARGUMENT",
            "TRAFFIC_INVALID",
            "traffic.canary.stable_version",
        ),
        (
            {"splits": splits(v1=100), "canary": canary("4", 10, 10)},
            "INVALID_ARGUMENT",
            "TRAFFIC_INVALID",
            "traffic.canary.stages[1].weight",
        ),
        ({"splits": splits(v1=100), "canary": canary("9", 10)}, "NOT_FOUND", "VERSION_NOT_FOUND", "traffic.canary.version"),
        (
            {"splits": splits(v1=100), "shadow": {"version": "1", "weight": 1}},
            "INVALID_ARGUMENT",
            "TRAFFIC_INVALID",
            "traffic.shadow.version",
        ),
        ({"splits": splits(v1=50, v2=50)}, "FAILED_PRECONDITION", "MODEL_NOT_READY", "traffic.splits[1].version"),
    ],
)
async def test_rules_that_contradict_themselves_are_refused_with_the_field(
    replica: Replica, rules: dict[str, Any], code: str, reason: str, field: str
) -> None:
    replica.catalog.move("tried", "2", ready=False)
    with pytest.raises(grpc.aio.AioRpcError) as error:
        await replica.set("tried", **rules)
    assert (error.value.code().name, reason_of(error), fields_of(error)) == (code, reason, [field])
    assert not (await replica.get("tried")).traffic.etag


async def test_the_etag_keeps_two_operators_apart_and_a_repeat_changes_nothing(replica: Replica) -> None:
    checked = await replica.set("tried", splits=splits(v1=100), validate_only=True)
    assert not checked.etag
    first = await replica.set("tried", splits=splits(v1=100))
    second = await replica.set("tried", splits=splits(v1=90, v4=10), etag=first.etag)
    with pytest.raises(grpc.aio.AioRpcError) as error:
        await replica.set("tried", splits=splits(v1=80, v4=20), etag=first.etag)
    assert (error.value.code(), reason_of(error)) == (grpc.StatusCode.ABORTED, "ETAG_MISMATCH")
    assert await replica.set("tried", splits=splits(v1=90, v4=10), etag=first.etag) == second
    told = await replica.watch("tried", 0, count=2)
    assert [e.changed.traffic for e in told] == [first, second]
    with pytest.raises(grpc.aio.AioRpcError) as error:
        await replica.set("nobody", splits=splits(v1=100))
    assert reason_of(error) == "MODEL_NOT_FOUND"
    with pytest.raises(grpc.aio.AioRpcError) as error:
        await replica.stub.GetTraffic(pb.GetTrafficRequest(model_name="tried"), metadata=bearer(replica.issuer.user()))
    assert error.value.code() is grpc.StatusCode.PERMISSION_DENIED


async def test_a_version_that_is_not_ready_gives_its_share_to_the_rest(replica: Replica) -> None:
    await replica.set("tried", splits=splits(v1=50, v4=50))
    came = {f"t{n}": (await replica.infer(tenant=f"t{n}")).model_version for n in range(30)}
    replica.catalog.move("tried", "4", ready=False)
    assert {(await replica.infer(tenant=t)).model_version for t in came} == {"1"}
    moved = next(t for t, version in came.items() if version == "4")
    explained = await explain(replica, tenant=moved)
    assert (explained.version, explained.rule, explained.weight) == ("1", pb.ROUTE_RULE_STAND_IN, 50)
    replica.catalog.move("tried", "4", ready=True)
    assert {t: (await replica.infer(tenant=t)).model_version for t in came} == came
    told = await replica.watch("tried", 1, count=2)
    assert [(e.readiness_changed.version, e.readiness_changed.ready) for e in told] == [("4", False), ("4", True)]


async def test_a_canary_that_fails_under_load_is_rolled_back_and_no_caller_sees_it(replica: Replica) -> None:
    await replica.set("tried", splits=splits(v1=100))
    async with replica.load() as answers:
        await soon(lambda: len(answers.came) > 100)
        rules = await replica.set("tried", splits=splits(v1=100), canary=canary("2", 30))
        assert rules.canary.status.state == RUNNING
        told = (await replica.watch("tried", 1, until="rolled_back"))[-1].rolled_back
        before = len(answers.came)
        await soon(lambda: len(answers.came) > before + 50)
    assert (told.automatic, told.cause) == (True, traffic_pb2.ROLLBACK_CAUSE_ERROR_RATE)
    assert re.fullmatch(r"\d+ of its \d+ requests failed, 0 of \d+ of the stable version", told.status.reason)
    assert told.status.canary.errors == told.status.canary.requests
    assert (told.status.state, told.status.weight) == (ROLLED_BACK, 0)
    assert answers.failed == []  # what the canary failed, the stable version answered
    assert set(answers.came) == {"1"}
    found = next(f for f in (await replica.get("tried")).figures if f.version == "1")
    assert found.errors == 0
    canary_had = replica.catalog.counts("tried", "2")
    assert canary_had.errors == canary_had.requests <= 8  # three decide it; others were under way
    assert not (await replica.get("tried")).traffic.canary.status.reason.startswith("it")


async def test_what_the_stable_version_fails_too_says_nothing_about_the_canary(replica: Replica) -> None:
    await replica.set("tried", splits=splits(v1=100), canary=canary("4", 100, window=Duration(seconds=60)))
    for _ in range(30):
        with pytest.raises(grpc.aio.AioRpcError, match="version 4 of tried failed"):
            await replica.infer(-1000.0)
    await asyncio.sleep(0.6)
    found = (await replica.get("tried")).traffic.canary.status
    assert (found.state, found.canary.requests, found.stable.errors) == (RUNNING, 0, 30)


async def test_what_the_canary_does_not_take_the_stable_version_does(replica: Replica) -> None:
    replica.catalog.set_queue("tried", max_size=1, max_running=1)
    await replica.set("tried", splits=splits(v1=100), canary=canary("3", 100))
    asking = [asyncio.create_task(replica.infer(version="3")) for _ in range(2)]
    queue = await soon(lambda: replica.catalog.queues.existing("tried", "3"))
    await soon(lambda: queue.admission.waiting == 1)
    assert (await replica.infer()).model_version == "1"  # the canary's queue is full
    await asyncio.gather(*asking)
    assert replica.catalog.counts("tried", "3").errors == 1
    await replica.set("tried", splits=splits(v1=100), canary=canary("4", 100))
    canary_version = replica.catalog.registry.version("tried", "4")
    changed = model_config_pb2.ModelConfig()
    changed.CopyFrom(canary_version.config)
    changed.input.add(name="z", data_type=model_config_pb2.TYPE_FP32, dims=[1])
    canary_version.configure(changed)
    assert (await replica.infer()).model_version == "1"  # it takes other tensors than callers send
    assert replica.catalog.counts("tried", "4").errors == 1


async def test_in_a_sequence_the_failures_of_a_canary_are_its_callers_and_no_more_than_those(replica: Replica) -> None:
    failed = []
    await replica.set("tried", splits=splits(v1=100), canary=canary("2", 100), stickiness=traffic_pb2.STICKINESS_SEQUENCE)
    for n in range(40):
        try:
            await replica.infer(sequence=f"s{n}")
        except grpc.aio.AioRpcError:
            failed.append(n)
    assert failed == list(range(len(failed)))
    assert len(failed) == replica.catalog.counts("tried", "2").requests < 25
    await soon(lambda: rolled_back(replica))


async def test_a_canary_that_hangs_is_rolled_back_once_deadlines_pass(replica: Replica) -> None:
    for _ in range(10):
        await replica.infer()
    await replica.set("tried", splits=splits(v1=100), canary=canary("5", 100))
    for _ in range(20):
        with contextlib.suppress(grpc.aio.AioRpcError):
            await replica.infer(1000.0, timeout=0.2)  # version 5 takes longer for such
        if replica.traffic.rollout("tried") is None:
            break
    told = (await replica.watch("tried", 1, until="rolled_back"))[-1].rolled_back
    assert (told.automatic, told.cause) == (True, traffic_pb2.ROLLBACK_CAUSE_ERROR_RATE)


async def test_a_canary_that_slows_is_rolled_back(replica: Replica) -> None:
    await replica.set("tried", splits=splits(v1=100))
    async with replica.load(callers=3, pause=0.01) as answers:
        await soon(lambda: len(answers.came) > 60)
        await replica.set("tried", splits=splits(v1=100), canary=canary("3", 30, min_requests=5, max_latency_ratio=2.0))
        told = (await replica.watch("tried", 1, until="rolled_back"))[-1].rolled_back
        before = len(answers.came)
        await soon(lambda: len(answers.came) > before + 30)
    assert (told.automatic, told.cause) == (True, traffic_pb2.ROLLBACK_CAUSE_LATENCY)
    assert told.status.canary.latency_p99.ToTimedelta() > told.status.stable.latency_p99.ToTimedelta()
    assert answers.failed == []
    assert answers.came[before:].count("3") <= 3  # those that were under way


async def test_a_good_canary_goes_through_its_stages_and_gets_everything(replica: Replica) -> None:
    await replica.set("tried", splits=splits(v1=100))
    async with replica.load() as answers:
        await replica.set("tried", splits=splits(v1=100), canary=canary("4", 20, 60, auto_promote=True))
        told = [e for e in await replica.watch("tried", 1, until="promoted") if not e.HasField("compared")]
        before = len(answers.came)
        await soon(lambda: len(answers.came) > before + 30)
    assert [e.WhichOneof("event") for e in told] == ["changed", "stage_entered", "stage_entered", "promoted"]
    assert [e.stage_entered.status.weight for e in told[1:3]] == [20, 60]
    assert told[3].promoted.automatic
    assert told[3].promoted.status.canary.requests >= 30
    assert answers.failed == []
    assert answers.came[before:].count("1") <= 4  # those that were under way
    rules = (await replica.get("tried")).traffic
    assert [(s.version, s.weight) for s in rules.splits] == [("4", 100)]
    assert (rules.canary.status.state, rules.canary.status.weight, rules.updated_by) == (PROMOTED, 100, "ml_inference")
    # Somebody who reads the rules and changes something else begins no canary anew.
    rules.tenant_overrides.add(tenant_id="vip").splits.add(version="1", weight=100)
    again = (await replica.stub.SetTraffic(pb.SetTrafficRequest(traffic=rules), metadata=replica.operator)).traffic
    assert again.canary.status.state == PROMOTED


async def test_a_passed_canary_waits_for_the_operator(replica: Replica) -> None:
    with pytest.raises(grpc.aio.AioRpcError) as error:
        await replica.stub.PromoteCanary(pb.PromoteCanaryRequest(model_name="tried"), metadata=replica.operator)
    assert (error.value.code(), reason_of(error)) == (grpc.StatusCode.FAILED_PRECONDITION, "CANARY_NOT_FOUND")
    rules = await replica.set("tried", splits=splits(v1=100), canary=canary("4", 50, requests=10, min_requests=5, hold=0.1))
    assert (await replica.get("tried")).traffic.canary.status.reason in (
        "the stage lasts 1 s more",
        "0 of the 10 requests of this stage have ended",
    )
    async with replica.load(callers=2, pause=0.01):
        await soon(lambda: state_is(replica, PASSED))
    assert (await replica.get("tried")).traffic.canary.status.weight == 50
    with pytest.raises(grpc.aio.AioRpcError) as error:
        await replica.stub.PromoteCanary(pb.PromoteCanaryRequest(model_name="tried", version="5"), metadata=replica.operator)
    assert error.value.code() is grpc.StatusCode.ABORTED
    for _ in range(2):  # a repeat changes nothing
        request = pb.PromoteCanaryRequest(model_name="tried", version="4")
        promoted = (await replica.stub.PromoteCanary(request, metadata=replica.operator)).traffic
        assert promoted.canary.status.state == PROMOTED
    assert rules.etag != promoted.etag
    events = await replica.watch("tried", 0, until="promoted")
    assert not events[-1].promoted.automatic
    assert promoted.updated_by == "operator"


async def test_an_operator_rolls_back_and_says_why(replica: Replica) -> None:
    await replica.set("tried", splits=splits(v1=100), canary=canary("4", 100))
    assert (await replica.infer()).model_version == "4"
    request = pb.RollBackCanaryRequest(model_name="tried", comment="a customer called")
    for _ in range(2):
        rules = (await replica.stub.RollBackCanary(request, metadata=replica.operator)).traffic
        assert (rules.canary.status.state, rules.canary.status.weight) == (ROLLED_BACK, 0)
    assert rules.canary.status.reason == "an operator rolled it back: a customer called"
    assert (await replica.infer()).model_version == "1"
    told = (await replica.watch("tried", 0, until="rolled_back"))[-1].rolled_back
    assert (told.automatic, told.cause) == (False, traffic_pb2.ROLLBACK_CAUSE_OPERATOR)
    # With the status it stays as it is; without, it is another try.
    assert (await replica.set("tried", splits=splits(v1=100), canary=rules.canary)).canary.status.state == ROLLED_BACK
    assert (await replica.set("tried", splits=splits(v1=100), canary=canary("4", 100))).canary.status.state == RUNNING


async def test_without_shares_the_canary_is_held_against_the_highest_that_is_ready(replica: Replica) -> None:
    replica.catalog.move("tried", "5", ready=False)
    rules = await replica.set("tried", canary=traffic_pb2.Canary(version="5"))
    assert ([(s.version, s.weight) for s in rules.splits], rules.canary.stable_version) == ([("4", 100)], "4")
    assert [(s.weight, s.hold.seconds, s.min_requests) for s in rules.canary.stages] == [(w, 600, 100) for w in (1, 5, 25, 50)]
    assert (rules.canary.max_error_rate_increase, rules.canary.max_latency_ratio) == (0.01, 1.5)
    assert (rules.canary.window.seconds, rules.canary.min_requests) == (60, 20)
    assert (rules.canary.status.state, rules.canary.status.weight) == (WAITING, 0)
    assert replica.traffic.has_share("tried", "5")
    replica.catalog.move("tried", "5", ready=True)
    await soon(lambda: state_is(replica, RUNNING))
    replica.catalog.move("tried", "5", ready=False)
    told = (await replica.watch("tried", 0, until="rolled_back"))[-1].rolled_back
    assert (told.automatic, told.cause) == (True, traffic_pb2.ROLLBACK_CAUSE_NOT_READY)
    assert not replica.traffic.has_share("tried", "5")
    assert replica.traffic.has_share("tried", "4")


async def test_copies_are_compared_and_counted_apart(replica: Replica) -> None:
    for version, differ in (("2", True), ("3", False)):
        await replica.set("echo", splits=splits(v1=100), shadow={"version": version, "weight": 100, "tolerance": 0.001 if differ else 0.9})
        for n in range(5):
            await replica.infer(100.0 if not differ else 0.001 * n + 0.001, model="echo")
            await asyncio.sleep(0.02)
        found = await soon(lambda version=version: copies(replica, version, 5))
        assert found.shadow_differences == (5 if differ else 0)
        assert found.requests == 0


async def test_events_are_told_from_any_sequence_on_and_expire(town: Town, replica: Replica) -> None:
    watching = asyncio.create_task(replica.watch("tried", None, count=2))
    await asyncio.sleep(0.3)  # no event tells that it watches
    for weight in (10, 20, 30):
        await replica.set("tried", splits=splits(v1=100 - weight, v4=weight))
    assert [e.position.sequence for e in await watching] == [1, 2]
    assert [e.position.sequence for e in await replica.watch("tried", 1, count=2)] == [2, 3]
    async with await psycopg.AsyncConnection.connect(town.postgres_url, autocommit=True) as connection:
        await connection.execute("DELETE FROM traffic_events WHERE sequence < 3")
    with pytest.raises(grpc.aio.AioRpcError) as error:
        await replica.watch("tried", 1, count=1)
    assert (error.value.code(), reason_of(error)) == (grpc.StatusCode.OUT_OF_RANGE, "EVENTS_EXPIRED")
    assert [e.position.sequence for e in await replica.watch("tried", 2, count=1)] == [3]
    assert [e.position.sequence for e in await replica.watch("tried", 0, count=1)] == [3]
    async with await psycopg.AsyncConnection.connect(town.postgres_url, autocommit=True) as connection:
        await connection.execute("UPDATE traffic_events SET time = time - interval '31 days'")
    await replica.set("tried", splits=splits(v1=100))
    assert [e.position.sequence for e in await replica.watch("tried", 0, count=1)] == [4]
    async with await psycopg.AsyncConnection.connect(town.postgres_url, autocommit=True) as connection:
        await connection.execute("INSERT INTO traffic_events SELECT 'tried', n, now(), '' FROM generate_series(5, 1010) n")
    await replica.set("tried", splits=splits(v4=100))
    assert [e.position.sequence for e in await replica.watch("tried", 0, count=1)] == [12]
    assert len(await replica.watch("tried", 0, count=1000)) == 1000


async def test_the_versions_are_compared_once_a_window_by_one_replica(town: Town, replica: Replica) -> None:
    async with town.replica() as other:
        await replica.set("tried", splits=splits(v1=100), canary=canary("4", 50, hold=600))
        async with replica.load(callers=1, pause=0.05), other.load(callers=1, pause=0.05):
            told = await replica.watch("tried", 2, until="compared")
            await asyncio.sleep(1)
        compared = told[-1].compared
        both = await other.get("tried")
        assert {f.version for f in compared.figures} == {"1", "4"}
        assert sum(f.requests for f in compared.figures) > 100  # of both replicas
        assert both.traffic.canary.status.canary.requests + both.traffic.canary.status.stable.requests > 100
        async with await psycopg.AsyncConnection.connect(town.postgres_url) as connection:
            rows = await (await connection.execute("SELECT event FROM traffic_events")).fetchall()
        assert [traffic_pb2.TrafficEvent.FromString(row[0]).WhichOneof("event") for row in rows].count("compared") == 1


async def test_two_replicas_agree_and_a_rollback_survives_a_restart(town: Town, replica: Replica) -> None:
    async with town.replica() as other:
        await replica.set("tried", splits=splits(v1=100), canary=canary("5", 100))
        await soon(lambda: other.traffic.rollout("tried"))
        assert (await other.infer()).model_version == "5"
        async with other.load(callers=2, pause=0.005, x=1.0) as well, replica.load(callers=2, x=-1.0) as badly:
            await soon(lambda: replica.traffic.rollout("tried") is None)
            await soon(lambda: other.traffic.rollout("tried") is None)
            before = len(well.came)
            await soon(lambda: len(well.came) > before + 20)
        assert (badly.failed, well.failed) == ([], [])
        assert well.came[before:].count("5") <= 2  # those that were under way
        assert await other.state("tried") == ROLLED_BACK
        events = [e for e in await other.watch("tried", 0, until="rolled_back") if e.HasField("rolled_back")]
        assert len(events) == 1
    async with town.replica() as restarted:
        assert (await restarted.infer()).model_version == "1"
        assert await restarted.state("tried") == ROLLED_BACK


async def test_inference_and_rollback_go_on_while_postgresql_and_nats_are_away(
    tmp_path: Path, tried_triton: triton_part.Triton, issuer: Issuer, identity_folder: Path
) -> None:
    postgres = postgres_part.Postgres(tmp_path / "postgres", free_port(), durable=False)
    nats = nats_part.Nats(tmp_path / "nats", free_port(), free_port())
    service = fresh_service()
    town = Town(tried_triton.url, postgres_url(postgres, service), nats.url, issuer, identity_folder)
    async with running_part(postgres), running_part(nats):
        upgrade(postgres.url, service, MIGRATIONS, PASSWORD)
        replica = await (running := town.replica()).__aenter__()
        await replica.set("tried", splits=splits(v1=100), canary=canary("5", 50))
        assert (await replica.infer()).model_version in ("1", "5")
    async with replica.load(callers=2, x=-1.0) as answers:  # version 5 fails these
        await soon(lambda: replica.traffic._rollouts["tried"].verdict)
        before = len(answers.came)
        await soon(lambda: len(answers.came) > before + 30)
    assert answers.failed == []
    assert set(answers.came) == {"1"}
    had = replica.catalog.counts("tried", "5").requests
    async with running_part(postgres), running_part(nats):
        await soon(lambda: rolled_back(replica))
        await replica.infer()
        assert replica.catalog.counts("tried", "5").requests == had
        await running.__aexit__(None, None, None)


async def explain(replica: Replica, tenant: str = "tenant_1", model: str = "tried", **fields: Any) -> pb.ExplainInferenceResponse:
    metadata = bearer(replica.issuer.user(f"user_of_{tenant}", tenant))
    return await replica.stub.ExplainInference(pb.ExplainInferenceRequest(model_name=model, **fields), metadata=metadata)  # type: ignore[no-any-return]


async def test_what_would_happen_to_a_request_is_told_and_nothing_changes(replica: Replica) -> None:
    plain = await explain(replica)
    assert (plain.version, plain.rule, plain.weight, plain.admitted) == ("5", pb.ROUTE_RULE_HIGHEST, 100, True)
    assert not plain.HasField("estimated_compute")
    await replica.set("tried", splits=splits(v1=100), canary=canary("4", 100))
    found = await explain(replica)
    assert (found.version, found.rule, found.weight) == ("4", pb.ROUTE_RULE_CANARY, 100)
    named = await explain(replica, model_version="1")
    assert (named.version, named.rule) == ("1", pb.ROUTE_RULE_REQUESTED)
    for _ in range(5):
        await replica.infer(version="1")
    await asyncio.sleep(0.1)  # for so long a median is not counted again
    named = await explain(replica, model_version="1")
    assert 0.001 < named.estimated_compute.ToTimedelta().total_seconds() < 1
    late = await explain(replica, model_version="1", timeout=Duration(nanos=1000))
    assert (late.admitted, late.refusal_reason) == (False, "DEADLINE_TOO_SHORT")
    replica.catalog.set_queue("tried", max_size=1, max_running=1)
    asking = [asyncio.create_task(replica.infer(version="3")) for _ in range(2)]
    queue = await soon(lambda: replica.catalog.queues.existing("tried", "3"))
    await soon(lambda: queue.admission.waiting == 1)
    full = await explain(replica, model_version="3")
    assert (full.admitted, full.refusal_reason, full.queue_ahead) == (False, "OVERLOADED", 1)
    assert full.retry_delay.ToTimedelta().total_seconds() > 0
    assert queue.admission.refused_overload == 0
    await asyncio.gather(*asking)
    replica.catalog.move("tried", "2", ready=False)
    away = await explain(replica, model_version="2")
    assert (away.version, away.admitted, away.refusal_reason) == ("", False, "MODEL_NOT_READY")
    replica.catalog.set("tried", load_on_demand=True)
    away = await explain(replica, model_version="2")
    assert (away.version, away.admitted, away.refusal_reason) == ("2", True, "")
    with pytest.raises(grpc.aio.AioRpcError) as error:
        await explain(replica, model_version="9")
    assert reason_of(error) == "VERSION_NOT_FOUND"


async def test_the_load_is_told_of_every_version_and_again_and_again(replica: Replica) -> None:
    await asyncio.gather(*(replica.infer(model="echo", version="1", tenant=f"t{n}") for n in range(8)))
    load = (await replica.stub.GetLoad(pb.GetLoadRequest(model_name="echo"), metadata=replica.operator)).load
    assert load.accepting
    assert (load.queued_jobs, load.running_jobs) == (3, 1)
    assert [(m.device, m.used_bytes) for m in load.memory] == [("cpu", 40)]
    assert [m.version for m in load.models] == ["3", "2", "1"]
    first = load.models[-1]
    assert first.arrival_rate > 0
    assert first.mean_batch_size >= 1
    assert first.queue_limit == 256
    assert first.latency_p99.ToTimedelta() >= first.latency_p50.ToTimedelta()
    whole = (await replica.stub.GetLoad(pb.GetLoadRequest(), metadata=replica.operator)).load
    assert {m.model_name for m in whole.models} == {"echo", "tried"}
    request = pb.WatchLoadRequest(model_name="echo", interval=Duration(nanos=100_000_000))
    call = replica.stub.WatchLoad(request, metadata=replica.operator)
    times = [(await call.read()).load.time.ToDatetime() for _ in range(3)]
    call.cancel()
    assert (times[2] - times[0]).total_seconds() > 0.15


async def test_cached_responses_are_forgotten_on_every_replica(town: Town, replica: Replica) -> None:
    async with town.replica() as other:
        for one in (replica, other):
            one.catalog.set_cache("tried")
            await one.infer()
            assert one.catalog.cache.size > 0
        answer = await replica.stub.ClearResponseCache(pb.ClearResponseCacheRequest(model_name="tried"), metadata=replica.operator)
        assert answer.freed_bytes > 0
        await soon(lambda: other.catalog.cache.size == 0)
        assert replica.catalog.cache.size == 0


async def state_is(replica: Replica, state: traffic_pb2.CanaryState) -> bool:
    return await replica.state("tried") == state


async def rolled_back(replica: Replica) -> bool:
    try:
        return await replica.state("tried") == ROLLED_BACK
    except grpc.aio.AioRpcError:
        return False


async def copies(replica: Replica, version: str, count: int) -> traffic_pb2.VersionFigures | None:
    figures = (await replica.get("echo")).figures
    return next((f for f in figures if f.version == version and f.shadow_requests == count), None)
