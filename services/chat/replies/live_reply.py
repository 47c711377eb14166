"""One reply that this replica writes: its events so far, its readers on all replicas, and the request to stop it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

from uat.chat.v1 import conversation_pb2, reply_pb2

from services.chat.replies.events import stored
from services.kit.nats.event_log import EventWriter, LiveLog

REMOTE_READER_SECONDS = 6.0
"""How long a reader on another replica counts after its last heartbeat."""


class LiveReply:
    """Its events so far, its readers on all replicas, and the request to stop. A reply that has no reader is stopped, unless it runs in the
    background.
    """

    def __init__(
        self,
        tenant_id: str,
        conversation: conversation_pb2.Conversation,
        reply: conversation_pb2.Message,
        writer: EventWriter[reply_pb2.ReplyEvent],
        *,
        background: bool,
        clock: Callable[[], float],
    ) -> None:
        self.tenant_id = tenant_id
        self.conversation = conversation
        self.reply = reply
        self.log = LiveLog(writer)
        self.stopped = asyncio.Event()
        """Set when somebody wants the model to stop."""
        self._background = background
        self._clock = clock
        self._readers = 0
        self._remote_readers: dict[str, float] = {}

    async def append(self, **event: Any) -> None:
        """Appends the next event; its fields are given without id and sequence."""
        made = self._event(**event)
        await self.log.append(made, stored(made))

    async def finish(self, *, settle: float, **event: Any) -> None:
        """Appends the last event, which the broker has `settle` seconds to store before the readers here see it."""
        made = self._event(**event)
        await self.log.finish(made, stored(made), settle=settle)

    def break_off(self, **event: Any) -> None:
        """Ends the readers here with an event that is stored nowhere: recovery finishes the reply."""
        self.log.end_unstored(self._event(**event))

    def join(self) -> None:
        """Counts a reader on this replica."""
        self._readers += 1

    def leave(self) -> None:
        """Counts a reader on this replica no more."""
        self._readers -= 1
        self.stop_unless_read()

    def remote_reader(self, reader: str, reads: bool) -> None:
        """Takes the heartbeat of a reader on another replica, or its leaving."""
        if reads:
            self._remote_readers[reader] = self._clock() + REMOTE_READER_SECONDS
        elif self._remote_readers.pop(reader, None) is not None:
            self.stop_unless_read()

    def stop_unless_read(self) -> None:
        """Stops a reply that has no reader and doesn't run in the background."""
        now = self._clock()
        self._remote_readers = {reader: until for reader, until in self._remote_readers.items() if until > now}
        if not (self._readers or self._remote_readers or self._background or self.log.ended.is_set()):
            self.stopped.set()

    def _event(self, **event: Any) -> reply_pb2.ReplyEvent:
        return reply_pb2.ReplyEvent(reply_id=self.reply.id, sequence=self.log.next_sequence, **event)
