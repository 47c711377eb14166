"""The mesh over time: restarts, kills, and clients that go away."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import time
from collections.abc import Callable
from typing import Any

import aiohttp
import grpc
import pytest
from uat.chat.v1 import chat_service_pb2 as pb
from uat.chat.v1 import chat_service_pb2_grpc
from uat.fast_llm.v1 import engine_service_pb2, engine_service_pb2_grpc

from services.kit.testing import as_service, bearer
from tests.conformance.conftest import Mesh
from tests.waiting import in_time, soon

LONG = {"model": "smollm2", "messages": [{"role": "user", "content": "Write a very long story about the sea."}], "stream": True}


def status(mesh: Mesh) -> dict[str, Any]:
    """Every process of the mesh by name, as `uat status --json` tells."""
    told = json.loads(mesh.uat("status", "--json", check=False).stdout)
    return {p["name"]: p for p in (told if isinstance(told, list) else told["processes"])}


async def drained(call: Any) -> None:
    """Reads a stream to its end."""
    async for _ in call:
        pass


async def say(stub: chat_service_pb2_grpc.ChatServiceAsyncStub, mesh: Mesh, conversation: str, text: str) -> str:
    call = stub.StreamReply(
        pb.StreamReplyRequest(conversation_id=conversation, text=text, options={"temperature": 0.0, "max_output_tokens": 40}),
        metadata=bearer(mesh.key),
    )
    return [r.event async for r in call][-1].finished.reply.text


async def wait_ready(mesh: Mesh, name: str, other_than: int, seconds: float = 30) -> None:
    """Waits until the service is ready under another process id."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        now = (await asyncio.to_thread(status, mesh))[name]
        if now["health"] == "ready" and now["pid"] != other_than:
            return
        await asyncio.sleep(0.2)
    raise AssertionError(f"{name} is not back after {seconds} s")


async def test_a_killed_service_comes_back_and_its_callers_get_unavailable_at_once(mesh: Mesh) -> None:
    pid = status(mesh)["fast_llm"]["pid"]
    headers = {"authorization": f"Bearer {mesh.key}"}
    async with aiohttp.ClientSession(headers=headers) as http, http.post(f"{mesh.url}/v1/chat/completions", json=LONG) as response:
        await response.content.readuntil(b"\n\n")
        os.kill(pid, signal.SIGKILL)
        start = time.monotonic()
        rest = await asyncio.wait_for(response.content.read(), 10)
    assert time.monotonic() - start < 5
    assert b'"error"' in rest
    assert b"[DONE]" not in rest
    await wait_ready(mesh, "fast_llm", other_than=pid)
    async with aiohttp.ClientSession() as http:
        async with asyncio.timeout(20):
            while True:
                body = {**LONG, "stream": False, "max_tokens": 3}
                async with http.post(
                    f"{mesh.url}/v1/chat/completions", json=body, headers={"authorization": f"Bearer {mesh.key}"}
                ) as response:
                    if response.status == 200:
                        break
                    assert response.status == 503


async def begun(ask: Callable[[], Any]) -> Any:
    """A reply of which some text is there. It is asked for again while chat has no new connection yet to what was killed before."""
    while True:
        call = ask()
        try:
            async for response in call:
                if response.event.WhichOneof("event") == "delta":
                    return call
        except grpc.aio.AioRpcError as error:
            if error.code() is not grpc.StatusCode.UNAVAILABLE:
                raise
        await asyncio.sleep(0.1)


@pytest.mark.parametrize(
    ("killed", "through"),
    [
        ("llm_router", "the edge"),  # chat's own call breaks off, and its caller hears so
        ("chat", "its port"),  # as services of the mesh call each other
        ("chat", "the edge"),
    ],
)
async def test_callers_in_flight_of_a_killed_service_get_unavailable_at_once(mesh: Mesh, killed: str, through: str) -> None:
    pid = status(mesh)[killed]["pid"]
    address = mesh.edge if through == "the edge" else f"127.0.0.1:{mesh.ports.service('chat')}"
    async with grpc.aio.insecure_channel(address) as channel:
        stub = chat_service_pb2_grpc.ChatServiceStub(channel)
        made = await stub.CreateConversation(pb.CreateConversationRequest(), metadata=bearer(mesh.key))
        asked = pb.StreamReplyRequest(conversation_id=made.conversation.id, text="Write a very long story.")
        call = await in_time(begun(lambda: stub.StreamReply(asked, metadata=bearer(mesh.key))), 30)
        os.kill(pid, signal.SIGKILL)
        start = time.monotonic()
        with pytest.raises(grpc.aio.AioRpcError) as caught:
            await asyncio.wait_for(drained(call), 10)
    assert time.monotonic() - start < 5
    said = (caught.value.code(), "RST_STREAM" in (caught.value.details() or ""))
    # Envoy can't add a status to a stream that has begun: it resets it, which gRPC's own rules call INTERNAL.
    assert said[0] is grpc.StatusCode.UNAVAILABLE or (
        said == (grpc.StatusCode.INTERNAL, True) and (killed, through) == ("chat", "the edge")
    )
    await wait_ready(mesh, killed, other_than=pid)


async def test_a_client_that_drops_a_stream_frees_the_engines_slot(mesh: Mesh) -> None:
    address = f"127.0.0.1:{mesh.ports.service('fast_llm')}"
    metadata = as_service(mesh.identity("llm_router", "uat.fast_llm.v1.EngineService"))
    async with grpc.aio.insecure_channel(address) as channel, aiohttp.ClientSession() as http:
        engine = engine_service_pb2_grpc.EngineServiceStub(channel)

        async def running() -> int:
            loads = (await engine.GetLoad(engine_service_pb2.GetLoadRequest(), metadata=metadata)).loads
            return sum(load.running for load in loads)

        async def free() -> bool:
            return await running() == 0

        for _ in range(5):
            response = await http.post(f"{mesh.url}/v1/chat/completions", json=LONG, headers={"authorization": f"Bearer {mesh.key}"})
            for _ in range(6):
                await response.content.readuntil(b"\n\n")
            assert await running() == 1
            response.close()
            await soon(free, 5)


async def test_a_conversation_remembers_its_first_turn_after_down_and_up(mesh: Mesh) -> None:
    async with grpc.aio.insecure_channel(mesh.edge) as channel:
        stub = chat_service_pb2_grpc.ChatServiceStub(channel)
        made = await stub.CreateConversation(pb.CreateConversationRequest(), metadata=bearer(mesh.key))
        conversation = made.conversation.id
        await say(stub, mesh, conversation, "My name is Ada. Please remember it.")
    await asyncio.to_thread(mesh.uat, "down")
    await asyncio.to_thread(mesh.uat, "up")
    async with grpc.aio.insecure_channel(mesh.edge) as channel:
        stub = chat_service_pb2_grpc.ChatServiceStub(channel)
        answer = await say(stub, mesh, conversation, "What is my name?")
        listed = await stub.ListMessages(pb.ListMessagesRequest(conversation_id=conversation), metadata=bearer(mesh.key))
    assert [m.role for m in listed.messages] == [2, 3, 2, 3]
    assert "Ada" in answer


def test_up_again_is_harmless_and_keeps_the_key(mesh: Mesh) -> None:
    before = {name: p["pid"] for name, p in status(mesh).items()}
    mesh.uat("up")
    assert {name: p["pid"] for name, p in status(mesh).items()} == before
    assert mesh.key in (mesh.dir / "env").read_text()


def test_ml_inference_keeps_to_one_processor_and_the_others_to_none(mesh: Mesh) -> None:
    processors = {name: os.sched_getaffinity(status(mesh)[name]["pid"]) for name in ("ml_inference", "vision", "chat")}
    assert len(processors["ml_inference"]) == 1
    assert processors["vision"] == processors["chat"] == os.sched_getaffinity(0)
