"""Signing in, refreshing, signing out."""

from __future__ import annotations

import asyncio
from collections import Counter

import argon2
import grpc
import pytest
from google.rpc import error_details_pb2
from grpc_status import rpc_status
from uat.auth.v1 import auth_service_pb2 as pb

from services.auth.passwords import LIMITS, Passwords
from services.kit.errors import Overloaded
from services.kit.testing import Issuer, as_service, bearer
from services.kit.testing.errors import reason_of
from tests.auth.conftest import ADMIN_PASSWORD, Client, Start
from tests.waiting import soon


async def test_a_token_from_signing_in_says_who_the_user_is(auth: Client) -> None:
    session = await auth.sign_in("admin@localhost", ADMIN_PASSWORD)
    me = await auth.stub.GetCurrentUser(pb.GetCurrentUserRequest(), metadata=bearer(session.tokens.access_token))
    assert me.user.email == "admin@localhost"
    assert me.token_id == session.session.id
    assert "*" not in me.scopes
    assert {"chat.write", "auth.admin"} <= set(me.scopes)


@pytest.mark.parametrize(("email", "password"), [("admin@localhost", "wrong"), ("nobody@localhost", "wrong")])
async def test_a_wrong_password_and_an_unknown_user_get_the_same_answer(auth: Client, email: str, password: str) -> None:
    with pytest.raises(grpc.aio.AioRpcError) as error:
        await auth.sign_in(email, password)
    assert error.value.code() is grpc.StatusCode.UNAUTHENTICATED
    assert error.value.details() == "the e-mail address or the password is wrong"
    assert reason_of(error.value) == "CREDENTIALS_WRONG"


async def test_ten_wrong_passwords_in_a_minute_close_the_door_for_that_email_only(auth: Client) -> None:
    for _ in range(10):
        with pytest.raises(grpc.aio.AioRpcError):
            await auth.sign_in("guessed@localhost", "wrong")
    with pytest.raises(grpc.aio.AioRpcError) as error:
        await auth.sign_in("guessed@localhost", "wrong")
    assert error.value.code() is grpc.StatusCode.RESOURCE_EXHAUSTED
    retry = error_details_pb2.RetryInfo()
    status = rpc_status.from_call(error.value)
    assert status is not None
    assert any(d.Unpack(retry) for d in status.details)
    assert 0 < retry.retry_delay.seconds <= 60
    await auth.sign_in("admin@localhost", ADMIN_PASSWORD)


async def test_a_refresh_token_works_once_and_its_reuse_ends_the_session_everywhere(auth: Client, replica: Client) -> None:
    first = await auth.sign_in("admin@localhost", ADMIN_PASSWORD)
    token = first.tokens.refresh_token
    for _ in range(2):
        second = await auth.stub.RefreshSession(pb.RefreshSessionRequest(refresh_token=token))
        assert second.tokens.refresh_token != token
        token = second.tokens.refresh_token
    with pytest.raises(grpc.aio.AioRpcError) as error:
        await auth.stub.RefreshSession(pb.RefreshSessionRequest(refresh_token=first.tokens.refresh_token))
    assert reason_of(error.value) == "REFRESH_TOKEN_REUSED"
    with pytest.raises(grpc.aio.AioRpcError) as error:
        await auth.stub.GetCurrentUser(pb.GetCurrentUserRequest(), metadata=bearer(second.tokens.access_token))
    assert error.value.details() == "the token was revoked"
    await refused_at_once(replica, second.tokens.access_token)


async def test_a_refresh_that_is_repeated_because_its_answer_was_lost_gets_the_same_next_token(auth: Client, replica: Client) -> None:
    first = await auth.sign_in("admin@localhost", ADMIN_PASSWORD)
    request = pb.RefreshSessionRequest(refresh_token=first.tokens.refresh_token)
    answers = await asyncio.gather(*(client.stub.RefreshSession(request) for client in (auth, replica, auth)))
    assert len({answer.tokens.refresh_token for answer in answers}) == 1
    await auth.stub.GetCurrentUser(pb.GetCurrentUserRequest(), metadata=bearer(answers[0].tokens.access_token))
    await auth.stub.RefreshSession(pb.RefreshSessionRequest(refresh_token=answers[0].tokens.refresh_token))


async def test_a_repeated_refresh_after_the_grace_period_ends_the_session(another_auth: Start) -> None:
    async with another_auth(refresh_grace_seconds=0) as auth:
        first = await auth.sign_in("admin@localhost", ADMIN_PASSWORD)
        request = pb.RefreshSessionRequest(refresh_token=first.tokens.refresh_token)
        await auth.stub.RefreshSession(request)
        with pytest.raises(grpc.aio.AioRpcError) as error:
            await auth.stub.RefreshSession(request)
        assert reason_of(error.value) == "REFRESH_TOKEN_REUSED"


@pytest.mark.parametrize("forge", ["{id}.0.forged", "{id}.1.{mac}", "{id}", "{id}.x.{mac}", "", "sess_unknown.0.{mac}", "{id}.{mac}"])
async def test_a_wrong_secret_with_a_session_s_id_changes_nothing(auth: Client, forge: str) -> None:
    first = await auth.sign_in("admin@localhost", ADMIN_PASSWORD)
    mac = first.tokens.refresh_token.rpartition(".")[2]
    with pytest.raises(grpc.aio.AioRpcError) as error:
        await auth.stub.RefreshSession(pb.RefreshSessionRequest(refresh_token=forge.format(id=first.session.id, mac=mac) or "."))
    assert reason_of(error.value) == "REFRESH_TOKEN_INVALID"
    await auth.stub.GetCurrentUser(pb.GetCurrentUserRequest(), metadata=bearer(first.tokens.access_token))
    await auth.stub.RefreshSession(pb.RefreshSessionRequest(refresh_token=first.tokens.refresh_token))


async def test_guesses_side_by_side_check_no_more_passwords_than_the_limit(another_auth: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    checked: list[str] = []
    verify = argon2.PasswordHasher.verify

    def counting(self: argon2.PasswordHasher, stored: str, password: str) -> bool:
        checked.append(password)
        return verify(self, stored, password)

    monkeypatch.setattr(argon2.PasswordHasher, "verify", counting)
    async with another_auth(attempts_per_minute=5) as first, another_auth(attempts_per_minute=5) as second:
        guesses = [client.sign_in("crowd@localhost", f"guess {n}") for n in range(100) for client in (first, second)]
        failures = await asyncio.gather(*guesses, return_exceptions=True)
    reasons = Counter(reason_of(failure) for failure in failures if isinstance(failure, grpc.aio.AioRpcError))
    assert reasons == {"TOO_MANY_ATTEMPTS": 195, "CREDENTIALS_WRONG": 5}
    assert len(checked) == 5


async def test_password_checks_wait_in_a_bounded_queue() -> None:
    passwords = Passwords(argon2.PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
    results = await asyncio.gather(*(passwords.hash("a password") for _ in range(500)), return_exceptions=True)
    refused = [result for result in results if isinstance(result, Overloaded)]
    assert len(refused) == 500 - LIMITS.running - LIMITS.waiting
    assert all(fault.retry_after for fault in refused)
    assert await passwords.matches("a password", await passwords.hash("a password"))


async def test_a_stolen_token_can_t_guess_the_password_by_changing_it(auth: Client) -> None:
    await auth.stub.SignUp(pb.SignUpRequest(email="stolen@example.com", password="a long password"))
    token = bearer((await auth.sign_in("stolen@example.com", "a long password")).tokens.access_token)
    request = pb.ChangePasswordRequest(current_password="a guess", new_password="the thief's password")
    reasons = []
    for _ in range(11):
        with pytest.raises(grpc.aio.AioRpcError) as error:
            await auth.stub.ChangePassword(request, metadata=token)
        reasons.append(reason_of(error.value))
    assert reasons == ["CREDENTIALS_WRONG"] * 10 + ["TOO_MANY_ATTEMPTS"]


async def test_one_sign_in_too_many_ends_the_oldest_session(another_auth: Start) -> None:
    async with another_auth(sessions_per_user=3) as auth:
        await auth.stub.SignUp(pb.SignUpRequest(email="devices@example.com", password="a long password"))
        sessions = [await auth.sign_in("devices@example.com", "a long password") for _ in range(4)]
        await refused_at_once(auth, sessions[0].tokens.access_token)
        token = bearer(sessions[3].tokens.access_token)
        listed = await auth.stub.ListSessions(pb.ListSessionsRequest(), metadata=token)
        assert [s.id for s in listed.sessions] == [s.session.id for s in sessions[:0:-1]]


async def test_signing_out_ends_the_access_token(auth: Client) -> None:
    session = await auth.sign_in("admin@localhost", ADMIN_PASSWORD)
    token = bearer(session.tokens.access_token)
    await auth.stub.DeleteSession(pb.DeleteSessionRequest(session_id=session.session.id), metadata=token)
    with pytest.raises(grpc.aio.AioRpcError) as error:
        await auth.stub.GetCurrentUser(pb.GetCurrentUserRequest(), metadata=token)
    assert error.value.code() is grpc.StatusCode.UNAUTHENTICATED


async def test_changing_the_password_ends_other_sessions_and_keeps_this_one(auth: Client) -> None:
    await auth.stub.SignUp(pb.SignUpRequest(email="changer@example.com", password="a first long password"))
    other = await auth.sign_in("changer@example.com", "a first long password")
    mine = await auth.sign_in("changer@example.com", "a first long password")
    token = bearer(mine.tokens.access_token)
    request = pb.ChangePasswordRequest(current_password="a first long password", new_password="a second long password")
    await auth.stub.ChangePassword(request, metadata=token)
    sessions = await auth.stub.ListSessions(pb.ListSessionsRequest(), metadata=token)
    assert [s.id for s in sessions.sessions] == [mine.session.id]
    with pytest.raises(grpc.aio.AioRpcError):
        await auth.stub.GetCurrentUser(pb.GetCurrentUserRequest(), metadata=bearer(other.tokens.access_token))
    with pytest.raises(grpc.aio.AioRpcError):
        await auth.sign_in("changer@example.com", "a first long password")
    await auth.sign_in("changer@example.com", "a second long password")


async def test_a_listing_goes_on_where_it_stopped_and_refuses_a_foreign_page_token(auth: Client) -> None:
    await auth.stub.SignUp(pb.SignUpRequest(email="pager@example.com", password="a long password"))
    ids = [(await auth.sign_in("pager@example.com", "a long password")).session.id for _ in range(5)]
    token = bearer((await auth.sign_in("pager@example.com", "a long password")).tokens.access_token)
    seen: list[str] = []
    page = pb.ListSessionsResponse(next_page_token="")
    while not seen or page.next_page_token:
        page = await auth.stub.ListSessions(pb.ListSessionsRequest(page_size=2, page_token=page.next_page_token), metadata=token)
        seen += [s.id for s in page.sessions]
    assert seen[1:] == ids[::-1]
    first = await auth.stub.ListSessions(pb.ListSessionsRequest(page_size=2), metadata=token)
    with pytest.raises(grpc.aio.AioRpcError) as error:
        await auth.stub.ListApiKeys(pb.ListApiKeysRequest(page_token=first.next_page_token), metadata=token)
    assert error.value.details() == "page_token: was made by another listing, or with other parameters"


async def test_only_a_service_may_watch_trust(auth: Client, issuer: Issuer) -> None:
    with pytest.raises(grpc.aio.AioRpcError) as error:
        await anext(aiter(auth.stub.WatchTrust(pb.WatchTrustRequest(), metadata=await auth.admin())))
    assert error.value.code() is grpc.StatusCode.PERMISSION_DENIED
    call = auth.stub.WatchTrust(pb.WatchTrustRequest(), metadata=as_service(issuer.service("chat", "uat.auth.v1.AuthService")))
    pages = [await call.read()]
    while not pages[-1].current:
        pages.append(await call.read())
    assert pages[0].keys
    call.cancel()


async def refused_at_once(client: Client, token: str) -> None:
    """Waits until the token is refused, which is long before replicas read the state by themselves."""

    async def refused() -> bool:
        try:
            await client.stub.GetCurrentUser(pb.GetCurrentUserRequest(), metadata=bearer(token))
        except grpc.aio.AioRpcError as error:
            if error.code() is grpc.StatusCode.UNAUTHENTICATED:
                return True
            raise
        return False

    await soon(refused, 3)
