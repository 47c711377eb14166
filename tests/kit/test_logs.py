"""Every log record says which service wrote it, for which request and for whom, and what a status hides reaches the log."""

from __future__ import annotations

import io
import json
import logging as stdlib
from collections.abc import Iterator
from typing import Any

import grpc
import pytest
import structlog
from structlog.testing import capture_logs
from uat.chat.v1 import chat_service_pb2 as chat_pb

from services.kit import logging
from services.kit.background import detached
from services.kit.context import CallContext, Caller, serving
from services.kit.testing import bearer
from tests.kit.conftest import Mesh

USER = Caller("user_1", "tenant_1", "session_1", frozenset({"USER"}), frozenset(), 0.0, 0.0)


@pytest.fixture
def output() -> Iterator[io.BytesIO]:
    before, handlers, written = structlog.get_config(), list(stdlib.getLogger().handlers), io.BytesIO()
    logging.configure("chat", "INFO", "json", written)
    structlog.configure(cache_logger_on_first_use=False)
    yield written
    structlog.configure(**before)
    stdlib.getLogger().handlers[:] = handlers


def records(output: io.BytesIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in output.getvalue().splitlines()]


async def test_each_record_has_service_request_and_user_whoever_writes_it(output: io.BytesIO) -> None:
    async def work() -> None:
        structlog.get_logger().warning("in the background")

    with serving(CallContext("request-1", "/uat.chat.v1.ChatService/GetConversation", caller=USER)):
        structlog.get_logger().warning("by our logger")
        stdlib.getLogger("services.fast_llm.engines").info("by the standard library's")
        stdlib.getLogger("some.library").info("not wanted")
        await detached(work(), "job", caller=USER, request_id="job-7")
    structlog.get_logger().warning("outside of any call")
    found = {record["event"]: record for record in records(output)}
    assert set(found) == {"by our logger", "by the standard library's", "in the background", "outside of any call"}
    assert all(record["service"] == "chat" for record in found.values())
    for event in ("by our logger", "by the standard library's"):
        assert (found[event]["request_id"], found[event]["tenant"], found[event]["user"]) == ("request-1", "tenant_1", "user_1")
    background = found["in the background"]
    assert (background["request_id"], background["started_by"], background["user"]) == ("job-7", "request-1", "user_1")
    assert "request_id" not in found["outside of any call"]


async def test_the_record_of_a_call_has_the_ids_that_find_it(mesh: Mesh, output: io.BytesIO) -> None:
    metadata = (*bearer(mesh.issuer.user("user_7")), ("x-request-id", "abc-1"))
    await mesh.chat.GetConversation(chat_pb.GetConversationRequest(conversation_id="conv_1"), metadata=metadata)
    [record] = [record for record in records(output) if record["event"] == "call"]
    assert (record["request_id"], record["user"], record["tenant"], record["code"]) == ("abc-1", "user_7", "tenant_1", "OK")
    assert record["service"] == "kit_test", "the app's name, even where a process runs several"


@pytest.mark.parametrize(("conversation", "level"), [("unavailable", "warning"), ("caused", "info"), ("internal", "error")])
async def test_the_cause_of_a_fault_reaches_the_log_and_not_the_caller(mesh: Mesh, conversation: str, level: str) -> None:
    with capture_logs() as logged, pytest.raises(grpc.aio.AioRpcError) as caught:
        await mesh.chat.GetConversation(chat_pb.GetConversationRequest(conversation_id=conversation), metadata=bearer(mesh.issuer.user()))
    [record] = [record for record in logged if record["event"] == "fault"]
    assert record["log_level"] == level
    assert record["causes"] == ["ConnectionError: deadlock detected in relation secrets", "OSError: the disk; on node 7"]
    assert record["notes"] == ["seen by the driver"]
    assert "secrets" not in str(caught.value)
    assert ("exc_info" in record) == (level == "error")
