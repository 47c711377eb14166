"""What happens around every call."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import grpc
import pytest
from google.protobuf.message import Message
from google.rpc import error_details_pb2
from grpc_health.v1 import health_pb2, health_pb2_grpc
from grpc_reflection.v1alpha import reflection_pb2, reflection_pb2_grpc
from grpc_status import rpc_status
from inference import grpc_service_pb2 as oip
from uat.chat.v1 import chat_service_pb2 as chat_pb
from uat.chat.v1 import chat_service_pb2_grpc
from uat.fast_llm.v1 import engine_service_pb2 as engine_pb
from uat.llm_router.v1 import llm_router_service_pb2 as router_pb
from uat.parameter_analytics.v1 import outcome_pb2
from uat.parameter_analytics.v1 import parameter_analytics_service_pb2 as analytics_pb

from services.kit.app import App, Served, serving
from services.kit.config import Settings
from services.kit.rpc.interceptors.validate import bounded
from services.kit.testing import Issuer, as_service, bearer
from tests.kit.conftest import ChatServicer, Mesh
from tests.waiting import in_time

ENGINE = "uat.fast_llm.v1.EngineService"


def detail(error: grpc.aio.AioRpcError, kind: type[Message]) -> Any:
    """The detail of this type in the error's status."""
    status = rpc_status.from_call(error)
    assert status is not None
    found = kind()
    assert any(d.Unpack(found) for d in status.details), f"no {kind.__name__}"
    return found


async def failing(call: Any) -> grpc.aio.AioRpcError:
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await call
    return caught.value


async def test_the_handler_sees_who_calls_and_the_request_id(mesh: Mesh) -> None:
    metadata = (*bearer(mesh.issuer.user("user_7")), ("x-request-id", "abc-1"))
    response = await mesh.chat.GetConversation(chat_pb.GetConversationRequest(conversation_id="conv_1"), metadata=metadata)
    assert response.conversation.title == "abc-1 user_7"


@pytest.mark.parametrize(
    ("token", "said"),
    [
        (None, "the call has no token"),
        ("nonsense", "not one of ours"),
        ("expired", "has expired"),
    ],
)
async def test_without_a_good_token_the_call_is_unauthenticated_and_says_why(mesh: Mesh, token: str | None, said: str) -> None:
    if token == "expired":
        token = mesh.issuer.user(seconds=-60)
    metadata = bearer(token) if token else ()
    error = await failing(mesh.chat.GetConversation(chat_pb.GetConversationRequest(conversation_id="conv_1"), metadata=metadata))
    assert error.code() is grpc.StatusCode.UNAUTHENTICATED
    assert said in (error.details() or "")
    assert detail(error, error_details_pb2.ErrorInfo).reason == "UNAUTHENTICATED"


async def test_a_blank_before_the_scheme_does_no_harm(mesh: Mesh) -> None:
    metadata = (("authorization", f" Bearer {mesh.issuer.user()}"),)  # as perf_analyzer sends it
    await mesh.chat.GetConversation(chat_pb.GetConversationRequest(conversation_id="conv_1"), metadata=metadata)


async def test_a_token_without_the_role_or_the_scope_is_refused(mesh: Mesh) -> None:
    request = chat_pb.GetConversationRequest(conversation_id="conv_1")
    for token, word in ((mesh.issuer.user(roles=("OPERATOR",)), "roles USER"), (mesh.issuer.user(scope="chat.write"), "scope chat.read")):
        error = await failing(mesh.chat.GetConversation(request, metadata=bearer(token)))
        assert error.code() is grpc.StatusCode.PERMISSION_DENIED
        assert word in (error.details() or "")


async def test_only_the_services_that_the_contract_names_get_in(mesh: Mesh) -> None:
    request = engine_pb.TokenizeRequest(text="x")
    error = await failing(mesh.engine.Tokenize(request, metadata=as_service(mesh.issuer.service("llm_router", ENGINE))))
    assert error.code() is grpc.StatusCode.UNIMPLEMENTED
    for metadata in (as_service(mesh.issuer.service("chat", ENGINE)), bearer(mesh.issuer.user()), as_service(mesh.issuer.user())):
        error = await failing(mesh.engine.Tokenize(request, metadata=metadata))
        assert error.code() in (grpc.StatusCode.PERMISSION_DENIED, grpc.StatusCode.UNAUTHENTICATED)


async def test_an_rpc_that_is_not_built_says_so_with_a_reason(mesh: Mesh) -> None:
    error = await failing(
        mesh.chat.DeleteConversation(chat_pb.DeleteConversationRequest(conversation_id="c"), metadata=bearer(mesh.issuer.user()))
    )
    assert error.code() is grpc.StatusCode.UNIMPLEMENTED
    info = detail(error, error_details_pb2.ErrorInfo)
    assert (info.reason, info.domain) == ("UNIMPLEMENTED", "uat")
    assert info.metadata["rpc"] == "uat.chat.v1.ChatService/DeleteConversation"


async def test_a_fault_of_the_domain_arrives_with_code_reason_domain_and_request_id(mesh: Mesh) -> None:
    metadata = (*bearer(mesh.issuer.user()), ("x-request-id", "find-me"))
    error = await failing(mesh.chat.GetConversation(chat_pb.GetConversationRequest(conversation_id="missing"), metadata=metadata))
    assert error.code() is grpc.StatusCode.NOT_FOUND
    info = detail(error, error_details_pb2.ErrorInfo)
    assert (info.reason, info.domain, dict(info.metadata)) == ("CONVERSATION_NOT_FOUND", "chat.uat", {"id": "missing"})
    assert detail(error, error_details_pb2.RequestInfo).request_id == "find-me"


async def test_overload_says_when_to_come_back_and_what_is_full(mesh: Mesh) -> None:
    request = chat_pb.GetConversationRequest(conversation_id="full")
    error = await failing(mesh.chat.GetConversation(request, metadata=bearer(mesh.issuer.user())))
    assert error.code() is grpc.StatusCode.RESOURCE_EXHAUSTED
    assert detail(error, error_details_pb2.RetryInfo).retry_delay.ToMilliseconds() == 1500
    assert detail(error, error_details_pb2.QuotaFailure).violations[0].subject == "slots"


async def test_a_bug_gives_the_request_id_and_nothing_of_the_inside(mesh: Mesh) -> None:
    metadata = (*bearer(mesh.issuer.user()), ("x-request-id", "bug-7"))
    error = await failing(mesh.chat.GetConversation(chat_pb.GetConversationRequest(conversation_id="bug"), metadata=metadata))
    assert error.code() is grpc.StatusCode.INTERNAL
    assert "bug-7" in (error.details() or "")
    assert "secret" not in str(error)
    await mesh.chat.GetConversation(chat_pb.GetConversationRequest(conversation_id="fine"), metadata=metadata)


async def test_a_bad_field_is_named_with_what_would_be_right(mesh: Mesh) -> None:
    request = chat_pb.ListConversationsRequest(page_size=5000)
    error = await failing(mesh.chat.ListConversations(request, metadata=bearer(mesh.issuer.user())))
    assert error.code() is grpc.StatusCode.INVALID_ARGUMENT
    violation = detail(error, error_details_pb2.BadRequest).field_violations[0]
    assert violation.field == "page_size"
    assert "1000" in violation.description


async def test_a_nested_field_of_a_list_is_named_with_its_index(mesh: Mesh) -> None:
    request = chat_pb.StreamReplyRequest(conversation_id="c", options={"stop": ["fine", ""]})
    call = mesh.chat.StreamReply(request, metadata=bearer(mesh.issuer.user()))
    error = await failing(anext(aiter(call)))
    assert detail(error, error_details_pb2.BadRequest).field_violations[0].field == "options.stop[1]"


async def outcomes(*ids: str) -> AsyncIterator[analytics_pb.RecordOutcomesRequest]:
    for event_id in ids:
        yield analytics_pb.RecordOutcomesRequest(outcome=outcome_pb2.Outcome(event_id=event_id))


async def test_a_client_stream_is_checked_message_by_message(mesh: Mesh) -> None:
    metadata = bearer(mesh.issuer.user())
    response = await mesh.analytics.RecordOutcomes(outcomes("a", "b", "c"), metadata=metadata)
    assert response.accepted == 3
    error = await failing(mesh.analytics.RecordOutcomes(outcomes("a", "x" * 65), metadata=metadata))
    assert error.code() is grpc.StatusCode.INVALID_ARGUMENT
    assert detail(error, error_details_pb2.BadRequest).field_violations[0].field == "outcome.event_id"


async def test_a_bidirectional_stream_answers_as_it_is_asked(mesh: Mesh) -> None:
    call = mesh.analytics.StreamOutcomes(metadata=bearer(mesh.issuer.user()))
    for sequence in (1, 2):
        await call.write(analytics_pb.StreamOutcomesRequest(sequence=sequence, outcome=outcome_pb2.Outcome(event_id=str(sequence))))
        answer = await call.read()
        assert isinstance(answer, analytics_pb.StreamOutcomesResponse)
        assert answer.acknowledged_sequence == sequence
    await call.done_writing()
    assert await call.read() is grpc.aio.EOF


async def test_a_stream_that_breaks_off_ends_with_its_status_after_what_was_sent(mesh: Mesh) -> None:
    call = mesh.chat.StreamReply(chat_pb.StreamReplyRequest(conversation_id="c", text="break"), metadata=bearer(mesh.issuer.user()))
    seen = []

    async def read() -> None:
        async for response in call:
            seen.append(response.event.sequence)

    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await read()
    assert seen == [1, 2]
    assert caught.value.code() is grpc.StatusCode.NOT_FOUND
    assert detail(caught.value, error_details_pb2.ErrorInfo).reason == "CONVERSATION_NOT_FOUND"


async def test_a_client_that_goes_away_cancels_the_handler(mesh: Mesh) -> None:
    call = mesh.chat.StreamReply(chat_pb.StreamReplyRequest(conversation_id="c", text="long"), metadata=bearer(mesh.issuer.user()))
    await mesh.servicer.streaming.wait()
    call.cancel()
    await in_time(mesh.servicer.cancelled.wait())


async def test_a_deadline_that_can_not_hold_is_refused_or_passed_but_never_hangs(mesh: Mesh) -> None:
    request = chat_pb.StreamReplyRequest(conversation_id="c", text="long")
    call = mesh.chat.StreamReply(request, metadata=bearer(mesh.issuer.user()), timeout=0.2)
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        async for _ in call:
            pass
    assert caught.value.code() is grpc.StatusCode.DEADLINE_EXCEEDED
    await in_time(mesh.servicer.cancelled.wait())


async def test_an_rpc_with_openai_errors_sends_the_body_for_the_edge(mesh: Mesh) -> None:
    metadata = bearer(mesh.issuer.user())
    for request, param in (
        (router_pb.CreateChatCompletionRequest(body={"data": b"{}"}), None),
        (router_pb.CreateChatCompletionRequest(), "body"),
    ):
        error = await failing(anext(aiter(mesh.router.CreateChatCompletion(request, metadata=metadata))))
        body = json.loads(dict(error.trailing_metadata())["uat-error-body"])  # type: ignore[arg-type]
        assert body["error"]["type"] == "invalid_request_error"
        assert body["error"]["param"] == param


async def test_a_server_that_goes_down_lets_work_finish_and_ends_watchers_with_unavailable(issuer: Issuer, identity_folder: Path) -> None:
    servicer = ChatServicer()
    app = App(name="kit_test", port=0, served=[Served(chat_pb.DESCRIPTOR.services_by_name["ChatService"], servicer)], trust=issuer.trust())
    settings = Settings(identity_jwks_file=identity_folder / "jwks.json", drain_seconds=20)
    running = serving(app, settings)
    port = await running.__aenter__()
    async with grpc.aio.insecure_channel(f"127.0.0.1:{port}") as channel:
        stub = chat_service_pb2_grpc.ChatServiceStub(channel)
        metadata = bearer(issuer.user())
        watching = stub.WatchConversation(chat_pb.WatchConversationRequest(conversation_id="c"), metadata=metadata)
        await anext(aiter(watching))
        working = stub.StreamReply(chat_pb.StreamReplyRequest(conversation_id="c", text="thirty"), metadata=metadata)
        await anext(aiter(working))
        start = time.monotonic()
        going = asyncio.create_task(running.__aexit__(None, None, None))
        with pytest.raises(grpc.aio.AioRpcError) as caught:
            async for _ in watching:
                pass
        assert caught.value.code() is grpc.StatusCode.UNAVAILABLE
        assert len([r async for r in working]) == 29
        await going
    assert time.monotonic() - start < 10


async def test_health_and_reflection_answer_without_a_token(mesh: Mesh) -> None:
    health = health_pb2_grpc.HealthStub(mesh.channel)
    answer = await health.Check(health_pb2.HealthCheckRequest(service="uat.chat.v1.ChatService"))
    assert answer.status == health_pb2.HealthCheckResponse.SERVING
    stub = reflection_pb2_grpc.ServerReflectionStub(mesh.channel)
    call = stub.ServerReflectionInfo(iter([reflection_pb2.ServerReflectionRequest(list_services="")]))
    names = [s.name for s in (await anext(aiter(call))).list_services_response.service]
    assert "uat.chat.v1.ChatService" in names
    assert "grpc.health.v1.Health" in names


def test_only_what_has_bounds_is_looked_through() -> None:
    assert bounded(chat_pb.CreateConversationRequest.DESCRIPTOR)
    assert bounded(chat_pb.CreateConversationResponse.DESCRIPTOR), "what it holds has bounds"
    assert not bounded(router_pb.ListModelsRequest.DESCRIPTOR)
    assert not bounded(oip.ModelInferRequest.DESCRIPTOR), "tensors reach their model without being read"
