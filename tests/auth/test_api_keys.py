"""API keys: signed tokens that every hop checks alone, and that end at once when they are revoked."""

from __future__ import annotations

import asyncio

import grpc
import jwt
import pytest
from uat.auth.v1 import auth_service_pb2 as pb

from services.kit.errors import Unauthenticated
from services.kit.identity.trust import Trust
from services.kit.testing import Issuer, as_service, bearer
from tests.auth.conftest import Client
from tests.waiting import soon


async def make_key(auth: Client, *scopes: str) -> pb.CreateApiKeyResponse:
    request = pb.CreateApiKeyRequest(api_key={"display_name": "a test's", "scopes": scopes})
    return await auth.stub.CreateApiKey(request, metadata=await auth.admin())


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
        metadata = as_service(issuer.service("chat", "uat.auth.v1.AuthService"))
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


async def test_the_private_signing_keys_lie_encrypted_in_the_database(auth: Client, postgres: object) -> None:
    import psycopg

    with psycopg.connect(postgres.url) as connection:  # type: ignore[attr-defined]
        stored = connection.execute("SELECT public_key, private_key FROM auth.signing_keys").fetchall()
    assert stored
    assert all(len(private) == 12 + 32 + 16 and public not in private for public, private in stored)
