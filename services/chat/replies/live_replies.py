"""The replies that this replica writes: their tasks, their leases, signals about them from other replicas, and their orderly end."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self, TypeVar

import structlog
from uat.chat.v1 import conversation_pb2, reply_pb2

from services.chat.metrics import LIVE
from services.chat.replies.events import last_event, subject
from services.chat.replies.live_reply import LiveReply
from services.kit.background import detached
from services.kit.context import current
from services.kit.errors import Draining, Fault, Internal, Overloaded
from services.kit.nats.connection import Nats
from services.kit.nats.event_log import EventLogs
from services.kit.nats.signals import Signal
from services.kit.postgres.leases import Leases
from services.kit.tasks import end, keep

T = TypeVar("T")
Write = Callable[[LiveReply, reply_pb2.ReplyOptions, reply_pb2.ReplyStarted], Awaitable[None]]
"""Writes a reply to its end: `ReplyWriter.write`."""
_log = structlog.get_logger("uat.chat")


@dataclass(frozen=True, slots=True)
class RemoteReader:
    """The heartbeat of a reader whose reply another replica writes; its last one has `reads` False."""

    reply_id: str
    reader: str
    reads: bool


class LiveReplies:
    """Replies belong to the server, not to the call that began them. Leaving the context ends all: a reply that isn't finished after
    `drain_seconds` is stopped and stored. `replica` is the owner of their leases.
    """

    def __init__(
        self,
        write: Write,
        leases: Leases,
        logs: EventLogs[reply_pb2.ReplyEvent],
        nats: Nats,
        replica: str,
        clock: Callable[[], float],
        *,
        most: int,
        renew_seconds: float,
        drain_seconds: float,
    ) -> None:
        self._write_reply = write
        self._leases = leases
        self._logs = logs
        self._clock = clock
        self._most = most
        self._renew_seconds = renew_seconds
        self._drain_seconds = drain_seconds
        self._stop = Signal(nats, "chat.stop", str, replica)
        self._readers = Signal(nats, "chat.readers", RemoteReader, replica)
        self._live: dict[str, LiveReply] = {}
        self._tasks: set[asyncio.Task[Any]] = set()
        self._draining = False
        self._renewing: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        await self._stop.subscribe(self._on_stop)
        await self._readers.subscribe(self._on_reader)
        self._renewing = asyncio.create_task(keep(self._renew, self._renew_seconds, "the leases of replies were not renewed"))
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._draining = True
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=self._drain_seconds)
        for live in list(self._live.values()):
            live.stopped.set()
        while self._tasks:
            await asyncio.wait(self._tasks)
        await end(self._renewing)

    def check_room(self) -> None:
        """Raises Overloaded or Draining when no reply can begin here now."""
        if self._draining:
            raise Draining("this replica is shutting down; another one takes the call", retry_after=0)
        if len(self._live) >= self._most:
            raise Overloaded("this replica writes as many replies as it may; try again", retry_after=1)

    def find(self, reply_id: str) -> LiveReply | None:
        """The reply, if this replica writes it."""
        return self._live.get(reply_id)

    def ids(self) -> list[str]:
        """The ids of all replies that this replica writes."""
        return list(self._live)

    def spawn(self, work: Coroutine[Any, Any, T]) -> asyncio.Task[T]:
        """Starts a task that outlives the call; the server waits for it when it shuts down."""
        call = current()
        task = detached(work, "reply", caller=call.caller, request_id=call.request_id) if call else detached(work, "reply")
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    def begin(
        self,
        tenant_id: str,
        conversation: conversation_pb2.Conversation,
        started: reply_pb2.ReplyStarted,
        options: reply_pb2.ReplyOptions,
        *,
        background: bool,
    ) -> LiveReply:
        """Starts to write a reply that is stored as STREAMING. The caller is its first reader and has to `leave` it."""
        reply = started.reply
        live = LiveReply(
            tenant_id, conversation, reply, self._logs.writer(subject(conversation.id, reply.id)), background=background, clock=self._clock
        )
        live.join()
        self._live[reply.id] = live
        LIVE.inc()
        self.spawn(self._write(live, options, started))
        return live

    async def stop(self, reply_id: str) -> None:
        """Stops a reply, whichever replica writes it. Doesn't wait for its end."""
        if live := self._live.get(reply_id):
            live.stopped.set()
        else:
            await self._stop.publish(reply_id)

    async def read_remotely(self, reply_id: str, reader: str, reads: bool) -> None:
        """Sends the heartbeat of a reader to the replica that writes the reply."""
        await self._readers.publish(RemoteReader(reply_id, reader, reads))

    async def _write(self, live: LiveReply, options: reply_pb2.ReplyOptions, started: reply_pb2.ReplyStarted) -> None:
        fault: Fault = Internal("the reply could not be finished")
        try:
            await self._write_reply(live, options, started)
        except Exception as error:
            _log.exception("a reply is left to recovery", reply=live.reply.id)
            fault = error if isinstance(error, Fault) else fault
        finally:
            del self._live[live.reply.id]
            LIVE.dec()
            live.break_off(**last_event(live.reply, fault.status()))

    async def _renew(self) -> None:
        """Renews the leases, and stops replies that have no reader or that another replica took over."""
        live_now = dict(self._live)
        held = await self._leases.renew(live_now)
        for reply_id, live in live_now.items():
            if reply_id not in held:
                live.stopped.set()
            else:
                live.stop_unless_read()

    async def _on_stop(self, reply_id: str, _: str) -> None:
        if live := self._live.get(reply_id):
            live.stopped.set()

    async def _on_reader(self, heartbeat: RemoteReader, _: str) -> None:
        if live := self._live.get(heartbeat.reply_id):
            live.remote_reader(heartbeat.reader, heartbeat.reads)
