"""Users: administration, roles, the audit log."""

from __future__ import annotations

import asyncio

import grpc
import psycopg
import pytest
from uat.auth.v1 import auth_service_pb2 as pb
from uat.auth.v1 import user_pb2
from uat.options.v1 import policy_pb2

from services.kit.testing import bearer
from services.kit.testing.errors import reason_of
from services.mesh.parts.postgres import Postgres
from tests.auth.conftest import Client
from tests.waiting import soon


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


async def test_what_was_done_stands_in_the_audit_log(auth: Client) -> None:
    await auth.stub.SignUp(pb.SignUpRequest(email="audited@example.com", password="a long password"))
    with pytest.raises(grpc.aio.AioRpcError):
        await auth.sign_in("audited@example.com", "wrong")
    token = bearer((await auth.sign_in("audited@example.com", "a long password")).tokens.access_token)
    events = (await auth.stub.ListAuditEvents(pb.ListAuditEventsRequest(), metadata=token)).audit_events
    assert [(e.action, e.succeeded) for e in events] == [("session.create", True), ("session.create", False), ("user.create", True)]


async def test_a_rename_that_meets_a_disabling_does_not_undo_it(auth: Client, postgres: Postgres) -> None:
    admin = await auth.admin()
    user = (
        await auth.stub.CreateUser(pb.CreateUserRequest(user={"email": "met@example.com"}, password="a long password"), metadata=admin)
    ).user
    rename = pb.UpdateUserRequest(user={"id": user.id, "display_name": "Renamed"}, update_mask={"paths": ["display_name"]})
    async with await psycopg.AsyncConnection.connect(postgres.url, autocommit=True) as watching:
        async with await psycopg.AsyncConnection.connect(postgres.url) as disabling:
            await disabling.execute("UPDATE auth.users SET disabled = true WHERE id = %s", (user.id,))
            renaming = asyncio.ensure_future(auth.stub.UpdateUser(rename, metadata=admin))

            async def waits_for_the_row() -> bool:
                found = await watching.execute("SELECT 1 FROM pg_locks WHERE NOT granted")
                return await found.fetchone() is not None

            await soon(waits_for_the_row)
        renamed = (await renaming).user
    assert (renamed.display_name, renamed.disabled) == ("Renamed", True)


async def test_without_a_mask_the_fields_that_are_set_change(auth: Client) -> None:
    admin = await auth.admin()
    request = pb.CreateUserRequest(user={"email": "masked@example.com", "display_name": "Before"}, password="a long password")
    user = (await auth.stub.CreateUser(request, metadata=admin)).user
    changed = (await auth.stub.UpdateUser(pb.UpdateUserRequest(user={"id": user.id, "disabled": True}), metadata=admin)).user
    assert (changed.display_name, changed.disabled) == ("Before", True)
    cleared = pb.UpdateUserRequest(user={"id": user.id}, update_mask={"paths": ["display_name", "disabled"]})
    changed = (await auth.stub.UpdateUser(cleared, metadata=admin)).user
    assert (changed.display_name, changed.disabled) == ("", False)
    with pytest.raises(grpc.aio.AioRpcError, match="email can't be changed"):
        await auth.stub.UpdateUser(pb.UpdateUserRequest(user={"id": user.id}, update_mask={"paths": ["email"]}), metadata=admin)


async def test_signing_up_opens_one_s_own_tenant_and_nothing_of_the_platform(auth: Client) -> None:
    user = await auth.join("founder@example.com")
    assert policy_pb2.ROLE_OPERATOR not in user.roles
    founder = await auth.session("founder@example.com")
    await auth.stub.ListUsers(pb.ListUsersRequest(), metadata=founder)
    with pytest.raises(grpc.aio.AioRpcError) as error:
        await auth.stub.RotateSigningKey(pb.RotateSigningKeyRequest(), metadata=founder)
    assert error.value.code() is grpc.StatusCode.PERMISSION_DENIED
    promoted = pb.UpdateUserRequest(user={"id": user.id, "roles": ["ROLE_OPERATOR"]}, update_mask={"paths": ["roles"]})
    with pytest.raises(grpc.aio.AioRpcError, match="can't grant OPERATOR"):
        await auth.stub.UpdateUser(promoted, metadata=founder)


async def test_a_user_of_a_tenant_holds_no_scope_of_its_administrator(auth: Client) -> None:
    await auth.join("boss@example.com")
    boss = await auth.session("boss@example.com")
    await auth.stub.CreateUser(pb.CreateUserRequest(user={"email": "member@example.com"}, password="a long password"), metadata=boss)
    member = await auth.session("member@example.com")
    scopes = (await auth.stub.GetCurrentUser(pb.GetCurrentUserRequest(), metadata=member)).scopes
    assert "chat.write" in scopes
    assert not [scope for scope in scopes if scope == "*" or scope.endswith(".admin")]
    with pytest.raises(grpc.aio.AioRpcError) as error:
        await auth.stub.CreateApiKey(pb.CreateApiKeyRequest(api_key={"display_name": "more", "scopes": ["auth.admin"]}), metadata=member)
    assert reason_of(error.value) == "SCOPE_NOT_HELD"


async def test_a_repeated_request_creates_one_user_and_keeps_its_first_password(auth: Client) -> None:
    admin = await auth.admin()
    request = pb.CreateUserRequest(user={"email": "repeated@example.com"}, password="a long password", request_id="hire once")
    first = (await auth.stub.CreateUser(request, metadata=admin)).user
    request.password = "another long password"
    assert (await auth.stub.CreateUser(request, metadata=admin)).user == first
    await auth.session("repeated@example.com")
    request.user.email = "someone.else@example.com"
    with pytest.raises(grpc.aio.AioRpcError) as error:
        await auth.stub.CreateUser(request, metadata=admin)
    assert reason_of(error.value) == "REQUEST_ID_REUSED"
