"""API keys: signed tokens that every hop checks alone, and that end at once when they are revoked."""

from __future__ import annotations

import asyncio

import grpc
import jwt
import psycopg
import pytest
from uat.auth.v1 import auth_service_pb2 as pb

from services.kit.errors import Unauthenticated
from services.kit.identity.trust import Trust
from services.kit.testing import Issuer, as_service, bearer
from services.kit.testing.errors import reason_of
from services.mesh.parts.postgres import Postgres
from tests.auth.conftest import Client, Start
from tests.waiting import soon

AUTH = "uat.auth.v1.AuthService"


async def make_key(auth: Client, *scopes: str) -> pb.CreateApiKeyResponse:
    request = pb.CreateApiKeyRequest(api_key={"display_name": "a test's", "scopes": scopes})
    return await auth.stub.CreateApiKey(request, metadata=await auth.admin())


async def revoke(auth: Client, made: pb.CreateApiKeyResponse) -> None:
    await auth.stub.RevokeApiKey(pb.RevokeApiKeyRequest(api_key_id=made.api_key.id), metadata=await auth.admin())


def good(trust: Trust, token: str) -> bool:
    try:
        trust.verify(token)
    except Unauthenticated:
        return False
    return True


async def verifier(auth: Client, issuer: Issuer) -> tuple[Trust, asyncio.Task[None]]:
    """A service's own verifier, fed by auth's stream."""
    trust = Trust()

    async def follow() -> None:
        metadata = as_service(issuer.service("chat", AUTH))
        async for update in auth.stub.WatchTrust(pb.WatchTrustRequest(), metadata=metadata):
            trust.apply(update)

    task = asyncio.create_task(follow())
    await asyncio.wait_for(trust.known.wait(), 5)
    return trust, task


async def test_a_key_is_believed_anywhere_with_no_call(auth: Client, issuer: Issuer) -> None:
    trust, task = await verifier(auth, issuer)
    made = await make_key(auth, "chat.read")
    caller = trust.verify(made.secret)
    assert (caller.token_id, caller.kind, caller.scopes) == (made.api_key.id, "api_key", frozenset({"chat.read"}))
    task.cancel()


async def test_a_revoked_key_is_refused_everywhere_at_once(auth: Client, replica: Client, issuer: Issuer) -> None:
    trust, task = await verifier(replica, issuer)
    made = await make_key(auth)
    assert trust.verify(made.secret)
    revoked = await auth.stub.RevokeApiKey(pb.RevokeApiKeyRequest(api_key_id=made.api_key.id), metadata=await auth.admin())
    assert revoked.api_key.HasField("revoke_time")
    await soon(lambda: not good(trust, made.secret), 3)
    with pytest.raises(Unauthenticated, match="revoked"):
        trust.verify(made.secret)
    task.cancel()


async def test_a_key_never_holds_more_than_its_maker(auth: Client) -> None:
    weak = bearer((await make_key(auth, "auth.write", "chat.read")).secret)
    request = pb.CreateApiKeyRequest(api_key={"display_name": "more", "scopes": ["chat.write"]})
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await auth.stub.CreateApiKey(request, metadata=weak)
    assert caught.value.code() is grpc.StatusCode.PERMISSION_DENIED
    assert "chat.write" in (caught.value.details() or "")


async def test_a_key_holds_every_scope_of_its_maker_by_name(auth: Client) -> None:
    me = await auth.stub.GetCurrentUser(pb.GetCurrentUserRequest(), metadata=await auth.admin())
    for scopes in ((), ("*",)):
        key = await make_key(auth, *scopes)
        assert key.api_key.scopes == me.scopes
        assert (await auth.stub.GetCurrentUser(pb.GetCurrentUserRequest(), metadata=bearer(key.secret))).scopes == me.scopes


async def test_a_user_has_a_bounded_number_of_keys_also_side_by_side(another_auth: Start) -> None:
    async with another_auth(api_keys_per_user=3, revoked_api_keys_per_user=2) as auth:
        await auth.join("collector@example.com")
        session = await auth.session("collector@example.com")

        async def create() -> pb.CreateApiKeyResponse:
            return await auth.stub.CreateApiKey(pb.CreateApiKeyRequest(api_key={"display_name": "one"}), metadata=session)

        made = await asyncio.gather(*(create() for _ in range(10)), return_exceptions=True)
        keys = [one.api_key.id for one in made if isinstance(one, pb.CreateApiKeyResponse)]
        refused = [reason_of(one) for one in made if isinstance(one, grpc.aio.AioRpcError)]
        assert (len(keys), refused) == (3, ["QUOTA_EXCEEDED"] * 7)
        for key in keys[:2]:
            await auth.stub.RevokeApiKey(pb.RevokeApiKeyRequest(api_key_id=key), metadata=session)
        with pytest.raises(grpc.aio.AioRpcError, match="revoked before they expired"):
            await create()


async def test_a_repeated_request_gets_the_same_key(auth: Client, replica: Client) -> None:
    admin = await auth.admin()
    request = pb.CreateApiKeyRequest(api_key={"display_name": "once", "scopes": ["chat.read"]}, request_id="create once")
    first, second = await asyncio.gather(*(client.stub.CreateApiKey(request, metadata=admin) for client in (auth, replica)))
    assert first == second
    other = pb.CreateApiKeyRequest(api_key={"display_name": "other"}, request_id="create once")
    with pytest.raises(grpc.aio.AioRpcError) as error:
        await auth.stub.CreateApiKey(other, metadata=admin)
    assert reason_of(error.value) == "REQUEST_ID_REUSED"


async def test_revocations_come_in_pages_and_each_only_once(auth: Client, issuer: Issuer, postgres: Postgres) -> None:
    with psycopg.connect(postgres.url, autocommit=True) as connection:
        connection.execute(
            "INSERT INTO auth.revocations (token_id, revoke_time, expire_time) "
            "SELECT 'old_' || n, now(), now() + interval '1 hour' FROM generate_series(1, 2500) AS n"
        )
    await revoke(auth, await make_key(auth))  # every replica reads what is new
    stream = auth.stub.WatchTrust(pb.WatchTrustRequest(), metadata=as_service(issuer.service("chat", AUTH)))
    pages = []
    while not pages or not pages[-1].current:
        pages.append(await stream.read())
    assert [len(page.revocations) for page in pages[:2]] == [1000, 1000]
    assert [bool(page.keys) for page in pages] == [True] + [False] * (len(pages) - 1)
    sent = [revocation.token_id or revocation.user_id for page in pages for revocation in page.revocations]
    assert len(sent) == len(set(sent)) > 2500
    made = await make_key(auth)
    await revoke(auth, made)
    update = await stream.read()
    while not update.revocations:
        update = await stream.read()
    assert [revocation.token_id for revocation in update.revocations] == [made.api_key.id]
    stream.cancel()


async def test_disabling_a_user_is_one_revocation(auth: Client, issuer: Issuer) -> None:
    admin = await auth.admin()
    created = await auth.stub.CreateUser(
        pb.CreateUserRequest(user={"email": "many@example.com"}, password="a long password"), metadata=admin
    )
    session = await auth.session("many@example.com")
    keys = [await auth.stub.CreateApiKey(pb.CreateApiKeyRequest(api_key={"display_name": "one"}), metadata=session) for _ in range(3)]
    trust, task = await verifier(auth, issuer)
    seen: list[str] = []
    stream = auth.stub.WatchTrust(pb.WatchTrustRequest(), metadata=as_service(issuer.service("chat", AUTH)))
    while not (await stream.read()).current:
        pass
    await auth.stub.UpdateUser(pb.UpdateUserRequest(user={"id": created.user.id, "disabled": True}), metadata=admin)
    while not seen:
        seen += [revocation.user_id or revocation.token_id for revocation in (await stream.read()).revocations]
    assert seen == [created.user.id]
    await soon(lambda: not any(good(trust, key.secret) for key in keys), 3)
    await auth.stub.UpdateUser(pb.UpdateUserRequest(user={"id": created.user.id}, update_mask={"paths": ["disabled"]}), metadata=admin)
    again = await auth.sign_in("many@example.com", "a long password")
    assert good(trust, again.tokens.access_token), "tokens of after the revocation are good"
    stream.cancel()
    task.cancel()


async def test_nobody_revokes_anothers_key(auth: Client) -> None:
    made = await make_key(auth)
    await auth.stub.SignUp(pb.SignUpRequest(email="thief@example.com", password="a long password"))
    thief = bearer((await auth.sign_in("thief@example.com", "a long password")).tokens.access_token)
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await auth.stub.RevokeApiKey(pb.RevokeApiKeyRequest(api_key_id=made.api_key.id), metadata=thief)
    assert caught.value.code() is grpc.StatusCode.NOT_FOUND
    await auth.stub.GetCurrentUser(pb.GetCurrentUserRequest(), metadata=bearer(made.secret))


async def test_rotating_the_signing_key_keeps_old_tokens_good_and_was_announced(auth: Client, issuer: Issuer) -> None:
    before = (await auth.stub.GetJwks(pb.GetJwksRequest())).keys
    old = await make_key(auth)
    rotated = (await auth.stub.RotateSigningKey(pb.RotateSigningKeyRequest(), metadata=await auth.admin())).signing_keys
    new = await make_key(auth)
    assert jwt.get_unverified_header(new.secret)["kid"] != jwt.get_unverified_header(old.secret)["kid"]
    assert jwt.get_unverified_header(new.secret)["kid"] in {key.kid for key in before}, "it was published before it signed"
    assert len(rotated) == len(before) + 1
    for key in (old, new):
        await auth.stub.GetCurrentUser(pb.GetCurrentUserRequest(), metadata=bearer(key.secret))


async def test_the_private_signing_keys_lie_encrypted_in_the_database(auth: Client, postgres: Postgres) -> None:
    with psycopg.connect(postgres.url) as connection:
        stored = connection.execute("SELECT public_key, private_key FROM auth.signing_keys").fetchall()
    assert stored
    assert all(len(private) == 12 + 32 + 16 and public not in private for public, private in stored)
