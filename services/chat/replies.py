"""Replies: begun by a user, written by the server, read by anybody of the user's on any replica, and stopped from anywhere."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncGenerator, Callable, Coroutine
from contextlib import aclosing
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self, TypeVar

import structlog
from uat.chat.v1 import chat_service_pb2 as pb
from uat.chat.v1 import conversation_pb2, reply_pb2

from services.chat.changes import Changes
from services.chat.errors import ReplyNotFound, ReplyStreaming
from services.chat.events import ReplyEvents, is_last
from services.chat.leases import Leases
from services.chat.live import LiveReply
from services.chat.repeats import fingerprint
from services.chat.signals import Signals
from services.chat.store import Chats, Store
from services.chat.writing import Writing, last_event
from services.kit.context import Caller
from services.kit.errors import DependencyUnavailable, Draining, Fault, Internal, InvalidRequest, Overloaded, RemoteFault
from services.kit.ids import NewId

T = TypeVar("T")
STOPS_WITHIN = 2.0
"""Seconds that StopReply waits for the end."""
SIGN = 2.0
"""Seconds between two signs that a reply is read here while another replica writes it."""
QUIET = 3.0
"""Seconds of silence after which a reader looks whether the reply is still being written."""

_log = structlog.get_logger("uat.chat")


@dataclass(frozen=True, slots=True)
class Limits:
    """How much, and how long."""

    most: int
    lease_seconds: float
    sign_seconds: float
    drain_seconds: float


class Replies:
    """The replies that this replica writes, and the way to those of others. Leaving it ends them all, stored."""

    def __init__(
        self,
        store: Store,
        events: ReplyEvents,
        writing: Writing,
        leases: Leases,
        signals: Signals,
        changes: Changes,
        owner: str,
        limits: Limits,
        new_id: NewId,
        clock: Callable[[], float],
    ) -> None:
        self._store = store
        self._events = events
        self._writing = writing
        self._leases = leases
        self._signals = signals
        self._changes = changes
        self._owner = owner
        self._limits = limits
        self._new_id = new_id
        self._clock = clock
        self._lives: dict[str, LiveReply] = {}
        self._tasks: set[asyncio.Task[Any]] = set()
        self._draining = False
        self._signing: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        await self._signals.listen(self._heard_stop, self._heard_reading)
        self._signing = asyncio.create_task(self._sign())
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._draining = True
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=self._limits.drain_seconds)
        for live in list(self._lives.values()):
            live.stop()
        while self._tasks:
            await asyncio.wait(self._tasks)
        if self._signing is not None:
            self._signing.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._signing

    def writing_here(self) -> list[str]:
        """The replies that this replica writes now."""
        return list(self._lives)

    async def stream(self, caller: Caller, request: pb.StreamReplyRequest) -> AsyncGenerator[reply_pb2.ReplyEvent, None]:
        """Begins a reply and follows it; a repeat follows the first one. Raises the reply's own fault when it broke off."""
        beginning = self._spawn(self._begin(caller, request))
        try:
            begun = await asyncio.shield(beginning)
        except asyncio.CancelledError:
            beginning.add_done_callback(_left_before_it_began)
            raise
        if isinstance(begun, LiveReply):
            try:
                async for event in _failing(begun.follow(0)):
                    yield event
            finally:
                begun.leave()
            return
        try:
            async for event in self._follow(caller, begun, 0):
                yield event
        except ReplyNotFound:
            async for event in self._told_again(caller, begun):
                yield event

    async def resume(self, caller: Caller, reply_id: str, after: int) -> AsyncGenerator[reply_pb2.ReplyEvent, None]:
        """The events of a reply behind a sequence, then live. Raises ReplyNotFound, or the reply's own fault when it broke off."""
        async with aclosing(self._follow(caller, reply_id, after)) as events:
            async for event in events:
                yield event

    async def stop(self, caller: Caller, reply_id: str) -> conversation_pb2.Message:
        """Stops a reply, wherever it is written, and returns it as stored. Raises ReplyNotFound."""
        reply = await self._find(caller, reply_id)
        if reply.state != conversation_pb2.MESSAGE_STATE_STREAMING:
            return reply
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(STOPS_WITHIN):
                if live := self._lives.get(reply_id):
                    live.stop()
                    await live.ended.wait()
                else:
                    await self._events.told_last(reply.conversation_id, reply_id, lambda: self._signals.stop(reply_id))
        reply = await self._find(caller, reply_id)
        if reply.state == conversation_pb2.MESSAGE_STATE_STREAMING:
            raise DependencyUnavailable("whoever writes the reply has not confirmed that it stopped; try again", retry_after=1)
        return reply

    async def _begin(self, caller: Caller, request: pb.StreamReplyRequest) -> LiveReply | str:
        """Stores the turn and starts to write; the caller has a reader's seat then. Returns the id of the reply that the request made before."""
        if self._draining:
            raise Draining("this replica is about to end; another one takes the call")
        if len(self._lives) >= self._limits.most:
            raise Overloaded("this replica writes as many replies as it may", retry_after=1)
        reply_id = self._new_id("msg")
        async with self._store.tenant(caller.tenant_id) as chats:
            if request.request_id:
                made = await chats.claim(caller.user_id, request.request_id, fingerprint(request), reply_id)
                if made is not None:
                    return made
            conversation = await chats.conversation(caller.user_id, request.conversation_id, lock=True)
            asked = await self._asked(chats, caller, conversation, request)
            added = 0 if asked.id == request.parent_id or not request.text else 1
            new = conversation_pb2.Message(
                id=reply_id,
                conversation_id=conversation.id,
                parent_id=asked.id,
                role=conversation_pb2.MESSAGE_ROLE_ASSISTANT,
                state=conversation_pb2.MESSAGE_STATE_STREAMING,
                model=request.model or conversation.model,
            )
            reply = await chats.add_message(caller.user_id, conversation.message_count + added + 1, new)
            await chats.lease(reply, self._owner, self._limits.lease_seconds)
            conversation = await chats.grow(conversation.id, reply.id, added + 1)
        live = LiveReply(caller.tenant_id, conversation, reply, request.background, self._clock)
        live.join()
        self._lives[reply.id] = live
        started = reply_pb2.ReplyStarted(reply=reply, user_message=asked if added else None)
        self._spawn(self._write(live, request.options, started))
        await self._changes.tell(conversation.id, *([asked.id] if added else []), reply.id)
        return live

    async def _asked(
        self, chats: Chats, caller: Caller, conversation: conversation_pb2.Conversation, request: pb.StreamReplyRequest
    ) -> conversation_pb2.Message:
        """The message to answer: the new one, stored, or without a text the one that is named."""
        ...

    async def _write(self, live: LiveReply, options: reply_pb2.ReplyOptions, started: reply_pb2.ReplyStarted) -> None:
        fault: Fault = Internal("the reply could not be brought to its end")
        try:
            await self._writing.write(live, options, started)
        except Exception as error:
            _log.exception("a reply was left to the sweep", reply=live.reply.id)
            fault = error if isinstance(error, Fault) else fault
        finally:
            del self._lives[live.reply.id]
            if not live.ended.is_set():
                live.tell(live.event(**last_event(live.reply, fault.status())))
