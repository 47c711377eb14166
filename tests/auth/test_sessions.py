"""Signing in, refreshing, signing out."""

from __future__ import annotations

import grpc
import pytest
from google.rpc import error_details_pb2
from grpc_status import rpc_status
from uat.auth.v1 import auth_service_pb2 as pb
from uat.auth.v1 import user_pb2

from services.kit.testing import Issuer, as_service, bearer
from tests.auth.conftest import ADMIN_PASSWORD, Client
from tests.waiting import soon


def reason_of(error: grpc.aio.AioRpcError) -> str:
    info = error_details_pb2.ErrorInfo()
    status = rpc_status.from_call(error)
    assert status is not None
    return next(info.reason for d in status.details if d.Unpack(info))


async def test_a_token_from_signing_in_says_who_the_user_is(auth: Client) -> None:
    session = await auth.sign_in("admin@localhost", ADMIN_PASSWORD)
    me = await auth.stub.GetCurrentUser(pb.GetCurrentUserRequest(), metadata=bearer(session.tokens.access_token))
    assert me.user.email == "admin@localhost"
    assert me.token_id == session.session.id
    assert me.scopes == ["*"]


@pytest.mark.parametrize(("email", "password"), [("admin@localhost", "wrong"), ("nobody@localhost", "wrong")])
async def test_a_wrong_password_and_an_unknown_user_get_the_same_answer(auth: Client, email: str, password: str) -> None:
    with pytest.raises(grpc.aio.AioRpcError) as error:
        await auth.sign_in(email, password)
    assert error.value.code() is grpc.StatusCode.UNAUTHENTICATED
    assert error.value.details() == "the e-mail or the password is wrong"
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
    second = await auth.stub.RefreshSession(pb.RefreshSessionRequest(refresh_token=first.tokens.refresh_token))
    with pytest.raises(grpc.aio.AioRpcError) as error:
        await auth.stub.RefreshSession(pb.RefreshSessionRequest(refresh_token=first.tokens.refresh_token))
    assert reason_of(error.value) == "REFRESH_TOKEN_REUSED"
    with pytest.raises(grpc.aio.AioRpcError) as error:
        await auth.stub.GetCurrentUser(pb.GetCurrentUserRequest(), metadata=bearer(second.tokens.access_token))
    assert error.value.details() == "the token was revoked"
    await refused_at_once(replica, second.tokens.access_token)


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


async def test_an_admin_sees_only_their_own_tenant(auth: Client) -> None:
    stranger = (await auth.stub.SignUp(pb.SignUpRequest(email="stranger@example.com", password="a long password"))).user
    admin = await auth.admin()
    emails = [u.email for u in (await auth.stub.ListUsers(pb.ListUsersRequest(), metadata=admin)).users]
    assert "stranger@example.com" not in emails
    with pytest.raises(grpc.aio.AioRpcError) as error:
        await auth.stub.GetUser(pb.GetUserRequest(user_id=stranger.id), metadata=admin)
    assert reason_of(error.value) == "USER_NOT_FOUND"


async def test_a_taken_email_is_refused_whatever_its_case(auth: Client) -> None:
    await auth.stub.SignUp(pb.SignUpRequest(email="twice@example.com", password="a long password"))
    with pytest.raises(grpc.aio.AioRpcError) as error:
        await auth.stub.SignUp(pb.SignUpRequest(email="Twice@Example.com", password="a long password"))
    assert error.value.code() is grpc.StatusCode.ALREADY_EXISTS


async def test_a_disabled_user_loses_every_token_and_every_key(auth: Client) -> None:
    admin = await auth.admin()
    user = user_pb2.User(email="leaver@example.com")
    created = (await auth.stub.CreateUser(pb.CreateUserRequest(user=user, password="a long password"), metadata=admin)).user
    token = bearer((await auth.sign_in("leaver@example.com", "a long password")).tokens.access_token)
    request = pb.CreateApiKeyRequest(api_key={"display_name": "theirs"})
    key = bearer((await auth.stub.CreateApiKey(request, metadata=token)).secret)
    update = pb.UpdateUserRequest(user=user_pb2.User(id=created.id, disabled=True), update_mask={"paths": ["disabled"]})
    await auth.stub.UpdateUser(update, metadata=admin)
    for metadata in (token, key):
        with pytest.raises(grpc.aio.AioRpcError) as error:
            await auth.stub.GetCurrentUser(pb.GetCurrentUserRequest(), metadata=metadata)
        assert error.value.code() is grpc.StatusCode.UNAUTHENTICATED
    with pytest.raises(grpc.aio.AioRpcError):
        await auth.sign_in("leaver@example.com", "a long password")


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


async def test_what_was_done_stands_in_the_audit_log(auth: Client) -> None:
    await auth.stub.SignUp(pb.SignUpRequest(email="audited@example.com", password="a long password"))
    with pytest.raises(grpc.aio.AioRpcError):
        await auth.sign_in("audited@example.com", "wrong")
    token = bearer((await auth.sign_in("audited@example.com", "a long password")).tokens.access_token)
    events = (await auth.stub.ListAuditEvents(pb.ListAuditEventsRequest(), metadata=token)).audit_events
    assert [(e.action, e.succeeded) for e in events] == [("session.create", True), ("session.create", False), ("user.create", True)]


async def test_only_a_service_may_watch_trust(auth: Client, issuer: Issuer) -> None:
    with pytest.raises(grpc.aio.AioRpcError) as error:
        await anext(aiter(auth.stub.WatchTrust(pb.WatchTrustRequest(), metadata=await auth.admin())))
    assert error.value.code() is grpc.StatusCode.PERMISSION_DENIED
    call = auth.stub.WatchTrust(pb.WatchTrustRequest(), metadata=as_service(issuer.service("chat", "uat.auth.v1.AuthService")))
    first = await anext(aiter(call))
    assert first.current
    assert first.keys
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
