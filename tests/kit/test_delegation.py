"""A service may act for a user after the user's call, within the bounds of the user, the contract and the time."""

from __future__ import annotations

import json
import time
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import grpc
import jwt
import pytest
from google.protobuf.timestamp_pb2 import Timestamp
from structlog.testing import capture_logs
from uat.auth.v1 import auth_service_pb2, trust_pb2
from uat.chat.v1 import chat_service_pb2, chat_service_pb2_grpc
from uat.llm_router.v1 import llm_router_service_pb2 as router_pb
from uat.llm_router.v1 import llm_router_service_pb2_grpc

from services.kit.app import App, Served, serving
from services.kit.background import detached
from services.kit.clients import Clients
from services.kit.config import Settings
from services.kit.context import CallContext, Caller, current
from services.kit.context import serving as in_context
from services.kit.errors import Fault
from services.kit.identity.service_tokens import ServiceSigner
from services.kit.identity.trust import Trust
from services.kit.testing import Issuer, as_service

ROUTER = "uat.llm_router.v1.LlmRouterService"
USER = Caller("user_1", "tenant_1", "session_1", frozenset({"USER"}), frozenset({"llm_router.read"}), 1000.0, 1900.0)
REQUEST = router_pb.CountTokensRequest(model="m", messages=[{"role": 2}])


class Router:
    """Answers with the context that it sees."""

    def __init__(self) -> None:
        self.seen: list[CallContext] = []

    async def CountTokens(self, request: Any, context: Any) -> router_pb.CountTokensResponse:
        call = current()
        assert call is not None
        self.seen.append(call)
        return router_pb.CountTokensResponse()


class Callee:
    """A running llm_router with one RPC."""

    def __init__(self, port: int, router: Router, trust: Trust, issuer: Issuer) -> None:
        self.port = port
        self.seen = router.seen
        self.trust = trust
        self.issuer = issuer

    def clients(self, folder: Path, service: str) -> Clients:
        """The clients of a process of `service`."""
        return Clients(Settings(**self.issuer.identities(folder, service)), {"llm_router": self.port})  # type: ignore[arg-type]


@pytest.fixture
async def callee(issuer: Issuer, identity_folder: Path) -> AsyncIterator[Callee]:
    router, trust = Router(), issuer.trust()
    app = App(name="llm_router", port=0, served=[Served(router_pb.DESCRIPTOR.services_by_name["LlmRouterService"], router)], trust=trust)
    async with serving(app, Settings(identity_jwks_file=identity_folder / "jwks.json", drain_seconds=0.1)) as port:
        yield Callee(port, router, trust, issuer)


async def count(clients: Clients) -> Any:
    stub = llm_router_service_pb2_grpc.LlmRouterServiceStub(clients.channel("llm_router"))
    return await clients.unary(stub.CountTokens, REQUEST, timeout=5)


async def count_with(callee: Callee, token: str) -> None:
    async with grpc.aio.insecure_channel(f"127.0.0.1:{callee.port}") as channel:
        await llm_router_service_pb2_grpc.LlmRouterServiceStub(channel).CountTokens(REQUEST, metadata=as_service(token))


async def refusal(callee: Callee, token: str) -> tuple[grpc.StatusCode, str]:
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await count_with(callee, token)
    return caught.value.code(), caught.value.details() or ""


async def test_background_work_calls_for_its_user_after_the_users_token_has_expired(callee: Callee, identity_folder: Path) -> None:
    async with callee.clients(identity_folder, "chat") as clients:
        with capture_logs() as logged:
            with in_context(CallContext("request-1", "m", deadline=time.monotonic() + 0.001, caller=USER, authorization="Bearer x")):
                work = detached(count(clients), "job", caller=USER, request_id="job-7")
            await work
    [call] = callee.seen
    assert call.caller is not None
    assert (call.caller.user_id, call.caller.tenant_id, call.caller.roles, call.caller.scopes) == (
        USER.user_id,
        USER.tenant_id,
        USER.roles,
        USER.scopes,
    )
    assert (call.service, call.request_id, call.authorization) == ("chat", "job-7", None)
    [record] = [record for record in logged if record["event"] == "a service acts on behalf of a user"]
    assert (record["calling_service"], record["user"], record["tenant"], record["token"], record["because"]) == (
        "chat",
        "user_1",
        "tenant_1",
        "session_1",
        "job-7",
    )


async def test_a_service_that_the_contract_does_not_name_acts_for_nobody(callee: Callee, issuer: Issuer) -> None:
    with capture_logs() as logged:
        code, details = await refusal(callee, issuer.service("load_balancer", ROUTER, USER))
    assert code is grpc.StatusCode.PERMISSION_DENIED
    assert "load_balancer can't call CountTokens on behalf of users" in details
    assert [record["user"] for record in logged if record["event"] == "a service was refused to act on behalf of a user"] == ["user_1"]


async def test_the_scopes_that_a_service_signed_can_not_be_widened(callee: Callee, issuer: Issuer) -> None:
    header, payload, signature = issuer.service("chat", ROUTER, USER).split(".")
    claims = json.loads(jwt.utils.base64url_decode(payload))
    claims["on_behalf_of"]["scopes"] = ["*"]
    wider = jwt.utils.base64url_encode(json.dumps(claims).encode()).decode()
    assert (await refusal(callee, f"{header}.{wider}.{signature}"))[0] is grpc.StatusCode.UNAUTHENTICATED
    await count_with(callee, issuer.service("chat", ROUTER, USER))
    caller = callee.seen[0].caller
    assert caller is not None
    assert caller.holds("llm_router.read")
    assert not caller.holds("llm_router.generate")


async def test_another_tenant_in_a_signed_token_is_refused(callee: Callee, issuer: Issuer) -> None:
    header, payload, signature = issuer.service("chat", ROUTER, USER).split(".")
    claims = json.loads(jwt.utils.base64url_decode(payload))
    claims["on_behalf_of"]["tenant"] = "tenant_2"
    other = jwt.utils.base64url_encode(json.dumps(claims).encode()).decode()
    assert (await refusal(callee, f"{header}.{other}.{signature}"))[0] is grpc.StatusCode.UNAUTHENTICATED


async def test_nobody_else_can_sign_for_a_service_or_change_what_it_signed(callee: Callee, issuer: Issuer, identity_folder: Path) -> None:
    other = Issuer()
    other.jwks_file(identity_folder.parent)
    assert (await refusal(callee, other.service("chat", ROUTER, USER)))[0] is grpc.StatusCode.UNAUTHENTICATED
    token = issuer.service("chat", ROUTER, USER)
    header, payload, signature = token.split(".")
    tampered = f"{header}.{payload[:-4]}AAAA.{signature}"
    assert (await refusal(callee, tampered))[0] is grpc.StatusCode.UNAUTHENTICATED


async def test_a_token_is_of_no_use_at_another_service(callee: Callee, issuer: Issuer) -> None:
    code, details = await refusal(callee, issuer.service("chat", "uat.fast_llm.v1.EngineService", USER))
    assert code is grpc.StatusCode.UNAUTHENTICATED
    assert "the service's token is for uat.fast_llm.v1.EngineService" in details


async def test_a_token_that_was_signed_minutes_ago_has_expired(callee: Callee, issuer: Issuer, monkeypatch: pytest.MonkeyPatch) -> None:
    real = time.time
    with monkeypatch.context() as earlier:
        earlier.setattr("services.kit.identity.service_tokens.time.time", lambda: real() - 400)
        token = issuer.service("chat", ROUTER, USER)
    assert await refusal(callee, token) == (grpc.StatusCode.UNAUTHENTICATED, "the token has expired")


async def test_work_ends_when_its_user_may_act_no_longer(callee: Callee, issuer: Issuer) -> None:
    over = replace(USER, kind="delegated", expires_at=time.time() - 60)
    assert (await refusal(callee, issuer.service("chat", ROUTER, over)))[0] is grpc.StatusCode.UNAUTHENTICATED


@pytest.mark.parametrize("revoked", [{"token_id": "session_1"}, {"user_id": "user_1"}])
async def test_revoking_the_users_credential_or_disabling_the_user_stops_the_work(
    callee: Callee, issuer: Issuer, revoked: dict[str, str]
) -> None:
    token = issuer.service("chat", ROUTER, USER)
    await count_with(callee, token)
    now, later = Timestamp(), Timestamp()
    now.FromNanoseconds(time.time_ns())
    later.FromNanoseconds(time.time_ns() + 10**12)
    revocation = trust_pb2.Revocation(revoke_time=now, expire_time=later, **revoked)  # type: ignore[arg-type]
    callee.trust.apply(auth_service_pb2.WatchTrustResponse(revocations=[revocation], current=True))
    assert await refusal(callee, token) == (grpc.StatusCode.UNAUTHENTICATED, "the token was revoked")


async def test_a_user_who_calls_through_a_service_is_not_delegated(callee: Callee, issuer: Issuer, identity_folder: Path) -> None:
    context = CallContext("request-1", "m", caller=USER, authorization=f"Bearer {issuer.user('user_9', scope='*')}")
    async with callee.clients(identity_folder, "chat") as clients:
        with in_context(context):
            await count(clients)
    caller = callee.seen[0].caller
    assert caller is not None
    assert (caller.user_id, caller.kind) == ("user_9", "session")


async def test_without_a_user_a_service_calls_in_its_own_name(callee: Callee, identity_folder: Path) -> None:
    async with callee.clients(identity_folder, "chat") as clients:
        await detached(count(clients), "job")
    assert (callee.seen[0].service, callee.seen[0].caller) == ("chat", None)


def test_a_token_is_signed_once_for_many_calls(issuer: Issuer, identity_folder: Path) -> None:
    signer = ServiceSigner(issuer.identities(identity_folder, "chat")["identity_key_file"])
    first = signer.token(ROUTER, USER, "job-7")
    assert signer.token(ROUTER, USER, "job-7") == first
    assert signer.token(ROUTER) != first


async def test_a_user_is_refused_by_an_rpc_for_services_also_when_a_service_names_them(issuer: Issuer, identity_folder: Path) -> None:
    app = App(name="chat", port=0, served=[Served(chat_service_pb2.DESCRIPTOR.services_by_name["ChatService"])], trust=issuer.trust())
    async with serving(app, Settings(identity_jwks_file=identity_folder / "jwks.json", drain_seconds=0.1)) as port:
        clients = Clients(Settings(**issuer.identities(identity_folder, "auth")), {"chat": port})  # type: ignore[arg-type]
        async with clients:
            stub = chat_service_pb2_grpc.ChatServiceStub(clients.channel("chat"))
            call = clients.unary(stub.GetConversation, chat_service_pb2.GetConversationRequest(conversation_id="c"), timeout=5)
            with pytest.raises(Fault, match="a service that this call needs failed"):
                await detached(call, "job", caller=USER)
