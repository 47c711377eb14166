"""Replies as their readers see them: begun once, read by any number on any replica, stopped from anywhere."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing

from uat.chat.v1 import chat_service_pb2 as pb
from uat.chat.v1 import conversation_pb2, reply_pb2

from services.chat.changes import Changes
from services.chat.errors import ReplyNotFound
from services.chat.events import ReplyEvents, is_last
from services.chat.live import LiveReply
from services.chat.live_replies import LiveReplies
from services.chat.signals import Signals
from services.chat.store import Store
from services.chat.turns import Turns
from services.kit.context import Caller
from services.kit.errors import DependencyUnavailable, RemoteFault
from services.kit.ids import NewId

STOPS_WITHIN = 2.0
"""Seconds that StopReply waits for the end."""
SIGN = 2.0
"""Seconds between two signs that a reply is read here while another replica writes it."""
QUIET = 2.0
"""Seconds of silence after which a reader looks whether the reply is still being written."""
PATIENCE = 10.0
"""Seconds that the broker may take to hand over what it has."""


class Replies:
    """Begins, follows and stops replies."""

    def __init__(
        self, store: Store, turns: Turns, lives: LiveReplies, events: ReplyEvents, signals: Signals, changes: Changes, new_id: NewId
    ) -> None:
        self._store = store
        self._turns = turns
        self._lives = lives
        self._events = events
        self._signals = signals
        self._changes = changes
        self._new_id = new_id

    async def stream(self, caller: Caller, request: pb.StreamReplyRequest) -> AsyncGenerator[reply_pb2.ReplyEvent, None]:
        """Begins a reply and follows it; a repeat follows the first one. Raises the reply's own fault when it breaks off."""
        self._lives.check_room()
        beginning = self._lives.spawn(self._begin(caller, request))
        try:
            begun = await asyncio.shield(beginning)
        except asyncio.CancelledError:
            beginning.add_done_callback(_nobody_waits)
            raise
        last: reply_pb2.ReplyEvent | None = None
        try:
            events = begun.follow() if isinstance(begun, LiveReply) else self._again(caller, begun)
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
                # A replica that died may have shown events that the stream never got: then the end has a lower sequence than the reader's
                # last one.
                if event.sequence > after or (event.sequence < after and event.HasField("failed")):
                    yield event
        _raise_failure(last)

    async def stop(self, caller: Caller, reply_id: str) -> conversation_pb2.Message:
        """Stops a reply, wherever it is written, and returns it as stored. Raises ReplyNotFound."""
        reply, _ = await self._find(caller, reply_id)
        if reply.state != conversation_pb2.MESSAGE_STATE_STREAMING:
            return reply
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(STOPS_WITHIN):
                if live := self._lives.find(reply_id):
                    live.stop()
                    await live.ended.wait()
                else:
                    await self._events.told_last(reply.conversation_id, reply_id, lambda: self._ask_to_stop(caller, reply_id))
        reply, _ = await self._find(caller, reply_id)
        if reply.state == conversation_pb2.MESSAGE_STATE_STREAMING:
            raise DependencyUnavailable("whoever writes the reply has not confirmed that it stopped; try again", retry_after=1)
        return reply

    async def _ask_to_stop(self, caller: Caller, reply_id: str) -> bool:
        await self._signals.stop(reply_id)
        reply, _ = await self._find(caller, reply_id)
        return reply.state == conversation_pb2.MESSAGE_STATE_STREAMING

    async def _begin(self, caller: Caller, request: pb.StreamReplyRequest) -> LiveReply | str:
        turn = await self._turns.begin(caller, request)
        if isinstance(turn, str):
            return turn
        live = self._lives.begin(caller.tenant_id, turn, request.options, request.background)
        asked = [turn.user_message.id] if turn.user_message else []
        await self._changes.tell(turn.conversation.id, *asked, turn.reply.id)
        return live

    async def _find(self, caller: Caller, reply_id: str) -> tuple[conversation_pb2.Message, bool]:
        async with self._store.tenant(caller.tenant_id) as chats:
            return await chats.reply(caller.user_id, reply_id)

    async def _follow(self, caller: Caller, reply_id: str) -> AsyncGenerator[reply_pb2.ReplyEvent, None]:
        """All events: from memory where the reply is written here, else from the stream."""
        if live := self._lives.find(reply_id):
            live.join()
            try:
                async with aclosing(live.follow()) as events:
                    async for event in events:
                        yield event
            finally:
                live.leave()
            return
        async with self._reading_from_afar(reply_id), aclosing(self._replay(caller, reply_id)) as events:
            async for event in events:
                yield event

    async def _replay(self, caller: Caller, reply_id: str) -> AsyncGenerator[reply_pb2.ReplyEvent, None]:
        """All events from the stream; looks at the reply whenever it is quiet, so that a reader never waits for an end that nobody will
        tell."""
        seen = 0
        while True:
            reply, leased = await self._find(caller, reply_id)
            active = leased or reply.state == conversation_pb2.MESSAGE_STATE_STREAMING
            replay = self._events.replay(caller.tenant_id, reply.conversation_id, reply_id, live=active, idle=QUIET if active else PATIENCE)
            async with aclosing(replay) as events:
                async for event in events:
                    if event.sequence > seen:
                        seen = event.sequence
                        yield event
                        if is_last(event):
                            return
            if not active:
                raise ReplyNotFound.forgotten(reply_id)

    async def _again(self, caller: Caller, reply_id: str) -> AsyncGenerator[reply_pb2.ReplyEvent, None]:
        """The events for a repeated request: the same ones, or when they are forgotten the same text in one piece."""
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
            async for event in self._retold(caller, reply):
                yield event

    async def _retold(self, caller: Caller, reply: conversation_pb2.Message) -> AsyncIterator[reply_pb2.ReplyEvent]:
        async with self._store.tenant(caller.tenant_id) as chats:
            asked = await chats.message(reply.conversation_id, reply.parent_id)
        empty = conversation_pb2.Message(state=conversation_pb2.MESSAGE_STATE_STREAMING, usage=conversation_pb2.TokenUsage())
        for name in ("id", "conversation_id", "parent_id", "role", "model"):
            setattr(empty, name, getattr(reply, name))
        empty.create_time.CopyFrom(reply.create_time)
        yield reply_pb2.ReplyEvent(reply_id=reply.id, sequence=1, started=reply_pb2.ReplyStarted(user_message=asked, reply=empty))
        yield reply_pb2.ReplyEvent(reply_id=reply.id, sequence=2, delta=reply_pb2.ReplyDelta(text=reply.text))
        yield reply_pb2.ReplyEvent(reply_id=reply.id, sequence=3, finished=reply_pb2.ReplyFinished(reply=reply))

    @contextlib.asynccontextmanager
    async def _reading_from_afar(self, reply_id: str) -> AsyncIterator[None]:
        """Lets the replica that writes the reply know that it is read, for as long as it is."""
        reader = self._new_id("reader")

        async def sign() -> None:
            while True:
                await self._signals.reading(reply_id, reader, True)
                await asyncio.sleep(SIGN)

        signing = asyncio.create_task(sign())
        try:
            yield
        finally:
            signing.cancel()
            await self._signals.reading(reply_id, reader, False)


def _nobody_waits(beginning: asyncio.Task[LiveReply | str]) -> None:
    """The caller left while its reply began."""
    if not beginning.cancelled() and beginning.exception() is None and isinstance(begun := beginning.result(), LiveReply):
        begun.leave()


def _raise_failure(last: reply_pb2.ReplyEvent | None) -> None:
    """A stream ends with the status of the reply that it followed."""
    if last is not None and last.WhichOneof("event") == "failed":
        raise RemoteFault(last.failed.error)
