"""Recovery: finishes replies that a dead replica left open, and publishes the ends that it stored and didn't publish."""

from __future__ import annotations

import asyncio
from types import TracebackType
from typing import Any, Self

import structlog
from uat.chat.v1 import conversation_pb2, reply_pb2

from services.chat.changes import Changes
from services.chat.errors import ReplyInterrupted
from services.chat.metrics import RECOVERED
from services.chat.replies.event_log import ReplyLog
from services.chat.replies.events import is_last, last_event, stored, subject
from services.chat.replies.live_replies import LiveReplies
from services.chat.store import Store
from services.kit.nats.event_log import EventLogs
from services.kit.postgres.leases import Leases
from services.kit.tasks import end, keep, safely

BATCH = 16
SETTLE_SECONDS = 5.0
"""How long the broker has to store the last event; else the lease stays, expires, and is found again."""

_log = structlog.get_logger("uat.chat")


class Recovery:
    """Looks for expired leases when it is entered and every few seconds. Each is taken by one replica. A reply that can't be finished
    delays no other one.
    """

    def __init__(
        self,
        store: Store,
        leases: Leases,
        live_replies: LiveReplies,
        logs: EventLogs[reply_pb2.ReplyEvent],
        log: ReplyLog,
        changes: Changes,
        seconds: float,
    ) -> None:
        self._store = store
        self._leases = leases
        self._live_replies = live_replies
        self._logs = logs
        self._log = log
        self._changes = changes
        self._seconds = seconds
        self._sweeping: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        self._sweeping = asyncio.create_task(keep(self._sweep, self._seconds, "expired leases were not looked for", at_once=True))
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        await end(self._sweeping)

    async def _sweep(self) -> None:
        while leases := await self._leases.take_over(BATCH, self._live_replies.ids()):
            for lease in leases:
                await safely(lambda lease=lease: self._finish(lease), f"the reply {lease['name']} is not recovered yet")  # type: ignore[misc]

    async def _finish(self, lease: dict[str, Any]) -> None:
        reply_id, conversation_id, tenant_id = lease["name"], lease["conversation_id"], lease["tenant_id"]
        text, events, last = "", 0, None
        async for event in self._log.replay(tenant_id, conversation_id, reply_id, live=False):
            text, events, last = text + event.delta.text, events + 1, event
        interrupted = conversation_pb2.Message(
            id=reply_id,
            conversation_id=conversation_id,
            text=text,
            state=conversation_pb2.MESSAGE_STATE_FAILED,
            finish_reason="error",
            usage=conversation_pb2.TokenUsage(output_tokens=max(events - 1, 0)),
        )
        async with self._store.tenant(tenant_id) as chats:
            reply = await chats.finish(interrupted)
        RECOVERED.inc()
        _log.warning("a reply was recovered", reply=reply_id, conversation=conversation_id, events=events)
        if reply is not None and not (last and is_last(last)):
            fault = ReplyInterrupted("the replica that wrote the reply died; the text that it had produced is stored")
            failed = reply.state == conversation_pb2.MESSAGE_STATE_FAILED
            end = reply_pb2.ReplyEvent(reply_id=reply.id, sequence=events + 1, **last_event(reply, fault.status() if failed else None))
            writer = self._logs.writer(subject(conversation_id, reply_id))
            await writer.append(stored(end))
            if not await writer.settle(SETTLE_SECONDS):
                return
        async with self._store.tenant(tenant_id) as chats:
            await self._changes.add(chats.announce, conversation_id, reply_id)
        self._changes.wake()
        await self._leases.release(reply_id)
