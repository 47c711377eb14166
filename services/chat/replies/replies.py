"""Replies as their readers see them: begun once, read by any number of readers on any replica, and stopped from any replica."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing

from uat.chat.v1 import chat_service_pb2 as pb
from uat.chat.v1 import conversation_pb2, reply_pb2

from services.chat.errors import ReplyNotFound
from services.chat.replies.event_log import ReplyLog
from services.chat.replies.events import is_last, subject
from services.chat.replies.live_replies import LiveReplies
from services.chat.replies.live_reply import LiveReply
from services.chat.replies.turns import Turns
from services.chat.store import Store
from services.kit.context import Caller
from services.kit.errors import DependencyUnavailable, RemoteFault
from services.kit.ids import NewId
from services.kit.nats.event_log import EventLogs
from services.kit.tasks import end, keep

STOP_SECONDS = 2.0
"""How long StopReply waits for the end."""
HEARTBEAT_SECONDS = 2.0
"""Time between two heartbeats of a reader whose reply another replica writes."""
QUIET_SECONDS = 2.0
"""Silence after which a reader checks whether the reply is still being written."""
REPLAY_SECONDS = 10.0
"""How long the broker may take to deliver the events of a finished reply."""


class Replies:
    """Begins, follows and stops replies."""

    def __init__(
        self,
        store: Store,
        turns: Turns,
        live_replies: LiveReplies,
        logs: EventLogs[reply_pb2.ReplyEvent],
        log: ReplyLog,
        new_id: NewId,
    ) -> None:
        self._store = store
        self._turns = turns
        self._live_replies = live_replies
        self._logs = logs
        self._log = log
        self._new_id = new_id

    async def stream(self, caller: Caller, request: pb.StreamReplyRequest) -> AsyncGenerator[reply_pb2.ReplyEvent, None]:
        """Begins a reply and follows it; a repeat follows the first one. Raises the reply's own fault when it breaks off."""
        self._live_replies.check_room()
        beginning = self._live_replies.spawn(self._begin(caller, request))
        try:
            begun = await asyncio.shield(beginning)
        except asyncio.CancelledError:
            beginning.add_done_callback(_leave)
            raise
        last: reply_pb2.ReplyEvent | None = None
        try:
            events = begun.log.follow() if isinstance(begun, LiveReply) else self._repeat(caller, begun)
            async with aclosing(events):
                async for event in events:
                    last = event
                    yield event
        finally:
            if isinstance(begun, LiveReply):
                begun.leave()
        _raise_failure(last)

    async def resume(self, caller: Caller, reply_id: str, after: int) -> AsyncGenerator[reply_pb2.ReplyEvent, None]:
        """The events of a reply behind a sequence, then live. Raises ReplyNotFound, or the reply's own fault when it broke off."""
        await self._find(caller, reply_id)
        last: reply_pb2.ReplyEvent | None = None
        async with aclosing(self._follow(caller, reply_id)) as events:
            async for event in events:
                last = event
                # A replica that died may have shown events that were never stored: then the end has a lower sequence than the reader's last
                # event.
                if event.sequence > after or (event.sequence < after and event.HasField("failed")):
                    yield event
        _raise_failure(last)

    async def stop(self, caller: Caller, reply_id: str) -> conversation_pb2.Message:
        """Stops a reply, wherever it is written, and returns it as stored. Raises ReplyNotFound."""
        reply, _ = await self._find(caller, reply_id)
        if reply.state != conversation_pb2.MESSAGE_STATE_STREAMING:
            return reply
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(STOP_SECONDS):
                if live := self._live_replies.find(reply_id):
                    live.stopped.set()
                    await live.log.ended.wait()
                else:
                    log = subject(reply.conversation_id, reply_id)
                    await self._logs.wait_for(log, is_last, lambda: self._stop_remotely(caller, reply_id))
        reply, _ = await self._find(caller, reply_id)
        if reply.state == conversation_pb2.MESSAGE_STATE_STREAMING:
            raise DependencyUnavailable("the replica that writes the reply has not confirmed that it stopped; try again", retry_after=1)
        return reply

    async def _stop_remotely(self, caller: Caller, reply_id: str) -> bool:
        """Whether there is an end to wait for."""
        await self._live_replies.stop(reply_id)
        reply, _ = await self._find(caller, reply_id)
        return reply.state == conversation_pb2.MESSAGE_STATE_STREAMING

    async def _begin(self, caller: Caller, request: pb.StreamReplyRequest) -> LiveReply | str:
        turn = await self._turns.begin(caller, request)
        if isinstance(turn, str):
            return turn
        started = reply_pb2.ReplyStarted(reply=turn.reply, user_message=turn.user_message)
        return self._live_replies.begin(caller.tenant_id, turn.conversation, started, request.options, background=request.background)

    async def _find(self, caller: Caller, reply_id: str) -> tuple[conversation_pb2.Message, bool]:
        async with self._store.tenant(caller.tenant_id) as chats:
            return await chats.reply(caller.user_id, reply_id)

    async def _follow(self, caller: Caller, reply_id: str) -> AsyncGenerator[reply_pb2.ReplyEvent, None]:
        """All events: from memory where this replica writes the reply, else from the stored log."""
        if live := self._live_replies.find(reply_id):
            live.join()
            try:
                async with aclosing(live.log.follow()) as events:
                    async for event in events:
                        yield event
            finally:
                live.leave()
            return
        async with self._reading_remotely(reply_id), aclosing(self._replay(caller, reply_id)) as events:
            async for event in events:
                yield event

    async def _replay(self, caller: Caller, reply_id: str) -> AsyncGenerator[reply_pb2.ReplyEvent, None]:
        """All events from the stored log. It reads the reply's state whenever the log is quiet, so a reader never waits for an end that
        nobody will publish.
        """
        seen = 0
        while True:
            reply, leased = await self._find(caller, reply_id)
            active = leased or reply.state == conversation_pb2.MESSAGE_STATE_STREAMING
            replay = self._log.replay(
                caller.tenant_id, reply.conversation_id, reply_id, live=active, idle=QUIET_SECONDS if active else REPLAY_SECONDS
            )
            async with aclosing(replay) as events:
                async for event in events:
                    if event.sequence > seen:
                        seen = event.sequence
                        yield event
                        if is_last(event):
                            return
            if not active:
                raise ReplyNotFound.expired(reply_id)

    async def _repeat(self, caller: Caller, reply_id: str) -> AsyncGenerator[reply_pb2.ReplyEvent, None]:
        """The events for a repeated request: the same ones or, once they are expired, the same text in one piece."""
        began = False
        try:
            async with aclosing(self._follow(caller, reply_id)) as events:
                async for event in events:
                    began = True
                    yield event
        except ReplyNotFound:
            reply, _ = await self._find(caller, reply_id)
            if began or reply.state == conversation_pb2.MESSAGE_STATE_FAILED:
                raise
            async for event in self._reconstructed(caller, reply):
                yield event

    async def _reconstructed(self, caller: Caller, reply: conversation_pb2.Message) -> AsyncIterator[reply_pb2.ReplyEvent]:
        async with self._store.tenant(caller.tenant_id) as chats:
            question = await chats.message(reply.conversation_id, reply.parent_id)
        empty = conversation_pb2.Message(state=conversation_pb2.MESSAGE_STATE_STREAMING, usage=conversation_pb2.TokenUsage())
        for name in ("id", "conversation_id", "parent_id", "role", "model"):
            setattr(empty, name, getattr(reply, name))
        empty.create_time.CopyFrom(reply.create_time)
        yield reply_pb2.ReplyEvent(reply_id=reply.id, sequence=1, started=reply_pb2.ReplyStarted(user_message=question, reply=empty))
        yield reply_pb2.ReplyEvent(reply_id=reply.id, sequence=2, delta=reply_pb2.ReplyDelta(text=reply.text))
        yield reply_pb2.ReplyEvent(reply_id=reply.id, sequence=3, finished=reply_pb2.ReplyFinished(reply=reply))

    @contextlib.asynccontextmanager
    async def _reading_remotely(self, reply_id: str) -> AsyncIterator[None]:
        """Sends heartbeats to the replica that writes the reply for as long as it is read here."""
        reader = self._new_id("reader")

        async def heartbeat() -> None:
            await self._live_replies.read_remotely(reply_id, reader, True)

        beating = asyncio.create_task(keep(heartbeat, HEARTBEAT_SECONDS, "a reader's heartbeat was not sent", at_once=True))
        try:
            yield
        finally:
            await end(beating)
            await self._live_replies.read_remotely(reply_id, reader, False)


def _leave(beginning: asyncio.Task[LiveReply | str]) -> None:
    """Leaves a reply whose caller went away while it began."""
    if not beginning.cancelled() and beginning.exception() is None and isinstance(begun := beginning.result(), LiveReply):
        begun.leave()


def _raise_failure(last: reply_pb2.ReplyEvent | None) -> None:
    """Ends a stream with the status of the reply that it followed."""
    if last is not None and last.WhichOneof("event") == "failed":
        raise RemoteFault(last.failed.error)
