"""What a process knows of auth's keys and revocations, and for how long it trusts that."""

from __future__ import annotations

import heapq
import time
from typing import Any

import jwt
import pytest
from google.protobuf.timestamp_pb2 import Timestamp
from grpc_health.v1 import health, health_pb2
from uat.auth.v1 import auth_service_pb2, trust_pb2

from services.kit import readiness
from services.kit.config import Settings
from services.kit.errors import DependencyUnavailable, Unauthenticated
from services.kit.identity import trust as module
from services.kit.identity.trust import Trust
from services.kit.testing import Issuer
from tests.waiting import soon


def revocation(seconds: float, **what: Any) -> trust_pb2.Revocation:
    now, later = Timestamp(), Timestamp()
    now.FromNanoseconds(time.time_ns())
    later.FromNanoseconds(time.time_ns() + int(seconds * 1e9))
    return trust_pb2.Revocation(revoke_time=now, expire_time=later, **what)


def page(*revocations: trust_pb2.Revocation, current: bool = False) -> auth_service_pb2.WatchTrustResponse:
    return auth_service_pb2.WatchTrustResponse(revocations=revocations, current=current)


def fed(issuer: Issuer, most_stale: float = 300.0) -> Trust:
    trust = Trust(most_stale)
    trust.apply(auth_service_pb2.WatchTrustResponse(keys=[issuer.public()], current=True))
    return trust


def test_revocations_cost_the_same_however_many_there_are(issuer: Issuer, monkeypatch: pytest.MonkeyPatch) -> None:
    operations = 0
    real_push, real_pop = heapq.heappush, heapq.heappop

    def push(heap: list[Any], item: Any) -> None:
        nonlocal operations
        operations += 1
        real_push(heap, item)

    def pop(heap: list[Any]) -> Any:
        nonlocal operations
        operations += 1
        return real_pop(heap)

    monkeypatch.setattr(module.heapq, "heappush", push)
    monkeypatch.setattr(module.heapq, "heappop", pop)
    trust = fed(issuer)
    stale = [revocation(-60, token_id=f"old_{number}") for number in range(5_000)]
    valid = [revocation(3600, token_id=f"key_{number}") for number in range(5_000)]
    for start in range(0, 5_000, 500):
        trust.apply(page(*stale[start : start + 500], *valid[start : start + 500]))
    trust.apply(page(*valid, current=True))  # a reconnection repeats the state
    assert operations == 15_000, "each is pushed once, each expired one popped once, whatever else is there"
    assert len(trust._revoked_tokens) == 5_000


def test_a_revoked_user_signs_in_again_and_older_tokens_stay_refused(issuer: Issuer, monkeypatch: pytest.MonkeyPatch) -> None:
    trust = fed(issuer)
    old, other = issuer.user("user_1"), issuer.user("user_2")
    trust.verify(old)
    trust.apply(page(revocation(3600, user_id="user_1")))
    with pytest.raises(Unauthenticated, match="revoked"):
        trust.verify(old)
    trust.verify(other)
    assert trust.verify(issuer.user("user_1")).user_id == "user_1"
    trust.apply(page(revocation(1, user_id="user_1")))
    real = time.time
    monkeypatch.setattr(module.time, "time", lambda: real() + 60)
    trust.apply(page(current=True))
    with pytest.raises(Unauthenticated, match="revoked"):
        trust.verify(old)


def test_a_verified_token_that_is_used_stays_cached_while_others_come_and_go(issuer: Issuer, monkeypatch: pytest.MonkeyPatch) -> None:
    decoded = 0
    real = jwt.decode

    def counted(*args: Any, **named: Any) -> Any:
        nonlocal decoded
        decoded += 1
        return real(*args, **named)

    monkeypatch.setattr("services.kit.identity.jwts.jwt.decode", counted)
    monkeypatch.setattr(module, "CACHED", 3)
    trust = fed(issuer)
    used = issuer.user("user_0")
    for number in range(6):
        trust.verify(used)
        trust.verify(issuer.user(f"user_{number}"))
    assert decoded == 1 + 6


def test_without_word_from_auth_users_are_refused_after_a_while(issuer: Issuer, monkeypatch: pytest.MonkeyPatch) -> None:
    trust, token = fed(issuer, most_stale=300.0), issuer.user()
    real = time.monotonic
    monkeypatch.setattr(module.time, "monotonic", lambda: real() + 299)
    trust.verify(token)
    monkeypatch.setattr(module.time, "monotonic", lambda: real() + 301)
    with pytest.raises(DependencyUnavailable, match="revocations can't be checked"):
        trust.verify(token)
    trust.apply(page(current=True))
    trust.verify(token)


async def test_readiness_follows_its_checks_and_liveness_does_not(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(readiness, "INTERVAL_SECONDS", 0.01)
    status = health.aio.HealthServicer()
    failure: Exception | None = DependencyUnavailable("the model is not loaded")

    async def check() -> None:
        if failure is not None:
            raise failure

    async def of(name: str) -> int:
        return int((await status.Check(health_pb2.HealthCheckRequest(service=name), None)).status)

    await status.set("", health_pb2.HealthCheckResponse.SERVING)
    async with readiness.reporting(status, ["uat.chat.v1.ChatService"], (check,)):
        for name in (readiness.READINESS, "uat.chat.v1.ChatService"):
            assert await of(name) == health_pb2.HealthCheckResponse.NOT_SERVING
        assert await of("") == health_pb2.HealthCheckResponse.SERVING
        failure = None
        await soon(lambda: status._server_status["uat.chat.v1.ChatService"] == health_pb2.HealthCheckResponse.SERVING)


def test_a_print_of_the_settings_shows_no_password() -> None:
    assert "secret" not in repr(
        Settings(postgres_url="postgresql://a:secret@b/c", redis_url="redis://:secret@b", nats_url="nats://secret@b")
    )
