"""gRPC through the edge: the generated stubs, the SDK, and `buf curl` with reflection."""

from __future__ import annotations

import base64
import json
import subprocess

import grpc
import pytest
from grpclib.client import Channel
from uat.chat.v1 import chat_service_pb2 as chat_pb
from uat.chat.v1 import chat_service_pb2_grpc
from uat_sdk.uat.chat.v1 import ChatServiceStub, Conversation, CreateConversationRequest, ReplyOptions, StreamReplyRequest

from services.kit.testing import bearer
from tests.conformance.conftest import BIN, ROOT, Mesh


def buf_curl(mesh: Mesh, method: str, data: str, *flags: str) -> subprocess.CompletedProcess[str]:
    command = [str(BIN / "buf"), "curl", "--protocol", "grpc", "--http2-prior-knowledge", "--reflect-header", "*"]
    command += ["-H", f"authorization: Bearer {mesh.key}", "-d", data, *flags, f"{mesh.url}/{method}"]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False, cwd=ROOT)


def test_buf_curl_finds_the_contract_by_reflection_and_calls_the_router(mesh: Mesh) -> None:
    done = buf_curl(mesh, "uat.llm_router.v1.LlmRouterService/ListModels", "{}")
    assert done.returncode == 0, done.stderr
    assert "smollm2" in [model["id"] for model in json.loads(done.stdout)["data"]]


def test_buf_curl_creates_a_conversation(mesh: Mesh) -> None:
    done = buf_curl(mesh, "uat.chat.v1.ChatService/CreateConversation", '{"conversation": {"title": "from buf"}}')
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["conversation"]["title"] == "from buf"


def test_buf_curl_shows_a_typed_error_with_its_reason(mesh: Mesh) -> None:
    done = buf_curl(mesh, "uat.chat.v1.ChatService/GetConversation", '{"conversation_id": "conv_none"}')
    assert done.returncode != 0
    said = json.loads(done.stderr)
    assert said["code"] == "not_found"
    info = next(d["value"] for d in said["details"] if d["type"] == "google.rpc.ErrorInfo")
    assert b"CONVERSATION_NOT_FOUND" in base64.b64decode(info + "==")


def test_reflection_needs_a_key(mesh: Mesh) -> None:
    command = [str(BIN / "buf"), "curl", "--protocol", "grpc", "--http2-prior-knowledge", "--list-services", mesh.url]
    assert subprocess.run(command, capture_output=True, timeout=60, check=False, cwd=ROOT).returncode != 0


async def test_the_sdk_streams_a_reply(mesh: Mesh) -> None:
    host, _, port = mesh.edge.partition(":")
    async with Channel(host, int(port)) as channel:
        chat = ChatServiceStub(channel, metadata={"authorization": f"Bearer {mesh.key}"})
        made = await chat.create_conversation(CreateConversationRequest(conversation=Conversation(model="smollm2")))
        assert made.conversation is not None
        request = StreamReplyRequest(
            conversation_id=made.conversation.id,
            text="What is the capital of France? Answer in one sentence.",
            options=ReplyOptions(temperature=0),
        )
        events = [response.event async for response in chat.stream_reply(request)]
    assert [event.sequence for event in events if event] == list(range(1, len(events) + 1))
    assert events[0] is not None
    assert events[0].started is not None
    assert events[-1] is not None
    assert events[-1].finished is not None
    assert events[-1].finished.reply is not None
    text = "".join(event.delta.text for event in events if event and event.delta)
    assert text == events[-1].finished.reply.text
    assert "Paris" in text


async def test_a_stranger_is_told_so_in_grpcs_own_terms(mesh: Mesh) -> None:
    async with grpc.aio.insecure_channel(mesh.edge) as channel:
        stub = chat_service_pb2_grpc.ChatServiceStub(channel)
        for metadata in ((), bearer("nonsense")):
            with pytest.raises(grpc.aio.AioRpcError) as caught:
                await stub.ListConversations(chat_pb.ListConversationsRequest(), metadata=metadata)
            assert caught.value.code() is grpc.StatusCode.UNAUTHENTICATED


async def test_what_the_contract_keeps_inside_has_no_way_in(mesh: Mesh) -> None:
    from uat.fast_llm.v1 import engine_service_pb2, engine_service_pb2_grpc

    async with grpc.aio.insecure_channel(mesh.edge) as channel:
        stub = engine_service_pb2_grpc.EngineServiceStub(channel)
        with pytest.raises(grpc.aio.AioRpcError) as caught:
            await stub.Tokenize(engine_service_pb2.TokenizeRequest(text="x"), metadata=bearer(mesh.key))
        assert caught.value.code() in (grpc.StatusCode.UNIMPLEMENTED, grpc.StatusCode.PERMISSION_DENIED)
