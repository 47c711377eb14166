"""An open stream ends when its caller's credential does, and says so."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import grpc
import jwt
import pytest
from google.protobuf.timestamp_pb2 import Timestamp
from google.rpc import error_details_pb2
from uat.auth.v1 import auth_service_pb2, trust_pb2
from uat.chat.v1 import chat_service_pb2 as chat_pb
from uat.chat.v1 import chat_service_pb2_grpc

from services.kit.app import App, Served, serving
from services.kit.config import Settings
from services.kit.identity.trust import Trust
from services.kit.testing import Issuer, bearer
from tests.kit.conftest import ChatServicer
from tests.kit.test_pipeline import detail


class Slow(ChatServicer):
    """Takes its time to end a watch, longer than the next check of credentials."""

    async def WatchConversation(self, request: Any, context: Any) -> AsyncIterator[chat_pb.WatchConversationResponse]:
        try:
            yield chat_pb.WatchConversationResponse()
            await asyncio.Event().wait()
        finally:
            await asyncio.sleep(0.7 if request.conversation_id == "slow" else 0)


@pytest.fixture
async def served(issuer: Issuer, identity_folder: Path) -> AsyncIterator[tuple[chat_service_pb2_grpc.ChatServiceAsyncStub, Trust]]:
    trust = issuer.trust()
    app = App(name="kit_test", port=0, served=[Served(chat_pb.DESCRIPTOR.services_by_name["ChatService"], Slow())], trust=trust)
    async with (
        serving(app, Settings(identity_jwks_file=identity_folder / "jwks.json", drain_seconds=0.1)) as port,
        grpc.aio.insecure_channel(f"127.0.0.1:{port}") as channel,
    ):
        yield chat_service_pb2_grpc.ChatServiceStub(channel), trust


def revoke(trust: Trust, **what: Any) -> None:
    now, later = Timestamp(), Timestamp()
    now.FromNanoseconds(time.time_ns())
    later.FromNanoseconds(time.time_ns() + 10**12)
    revocation = trust_pb2.Revocation(revoke_time=now, expire_time=later, **what)
    trust.apply(auth_service_pb2.WatchTrustResponse(revocations=[revocation], current=True))


async def ended(call: Any) -> grpc.aio.AioRpcError:
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        async for _ in call:
            pass
    return caught.value


Chat = tuple["chat_service_pb2_grpc.ChatServiceAsyncStub", Trust]


@pytest.mark.parametrize("conversation", ["idle", "slow"])
async def test_an_idle_stream_ends_within_a_second_of_the_revocation(served: Chat, issuer: Issuer, conversation: str) -> None:
    chat, trust = served
    token, other = issuer.user("user_1"), issuer.user("user_2")
    watching = chat.WatchConversation(chat_pb.WatchConversationRequest(conversation_id=conversation), metadata=bearer(token))
    staying = chat.WatchConversation(chat_pb.WatchConversationRequest(conversation_id="idle"), metadata=bearer(other))
    await anext(aiter(watching))
    await anext(aiter(staying))
    revoke(trust, token_id=jwt.decode(token, options={"verify_signature": False})["jti"])
    begun = time.monotonic()
    error = await ended(watching)
    assert time.monotonic() - begun < (1.0 if conversation == "idle" else 3.0)
    assert error.code() is grpc.StatusCode.UNAUTHENTICATED
    assert detail(error, error_details_pb2.ErrorInfo).reason == "CREDENTIAL_ENDED"
    assert not staying.done()
    staying.cancel()


async def test_a_stream_that_sends_ends_too_and_so_does_one_whose_user_is_disabled(served: Chat, issuer: Issuer) -> None:
    chat, trust = served
    metadata = bearer(issuer.user("user_3"))
    call = chat.StreamReply(chat_pb.StreamReplyRequest(conversation_id="c", text="long"), metadata=metadata)
    await anext(aiter(call))
    revoke(trust, user_id="user_3")
    assert detail(await ended(call), error_details_pb2.ErrorInfo).reason == "CREDENTIAL_ENDED"


async def test_a_stream_ends_when_its_token_expires(served: Chat, issuer: Issuer, monkeypatch: pytest.MonkeyPatch) -> None:
    chat, _ = served
    call = chat.WatchConversation(chat_pb.WatchConversationRequest(conversation_id="c"), metadata=bearer(issuer.user(seconds=600)))
    await anext(aiter(call))
    real = time.time
    monkeypatch.setattr("services.kit.identity.trust.time.time", lambda: real() + 700)
    error = await ended(call)
    assert error.code() is grpc.StatusCode.UNAUTHENTICATED
    assert "the token has expired" in (error.details() or "")
