"""A reply while this replica writes it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable
from typing import Any

from uat.chat.v1 import conversation_pb2, reply_pb2

from services.chat.events import is_last

AFAR = 6.0
"""Seconds for which a reader on another replica counts without another sign."""


class LiveReply:
    """Its events so far, who reads them, and the way to stop it. It stops by itself when nobody reads it, unless it goes on in the
    background."""

    def __init__(
        self,
        tenant_id: str,
        conversation: conversation_pb2.Conversation,
        reply: conversation_pb2.Message,
        background: bool,
        clock: Callable[[], float],
    ) -> None:
        self.tenant_id = tenant_id
        self.conversation = conversation
        self.reply = reply
        self.stopped = False
        self.ended = asyncio.Event()
        self._background = background
        self._clock = clock
        self._events: list[reply_pb2.ReplyEvent] = []
        self._readers = 0
        self._afar: dict[str, float] = {}
        self._moved = asyncio.Event()
        self._cancel: Callable[[], object] | None = None

    # whoever writes it

    def event(self, **what: Any) -> reply_pb2.ReplyEvent:
        """The next event; it has to be told before another one is made."""
        return reply_pb2.ReplyEvent(reply_id=self.reply.id, sequence=len(self._events) + 1, **what)

    def tell(self, event: reply_pb2.ReplyEvent) -> None:
        """Shows an event to every reader."""
        self._events.append(event)
        if is_last(event):
            self.ended.set()
        self._moved.set()
        self._moved = asyncio.Event()

    def on_stop(self, cancel: Callable[[], object]) -> None:
        """Says how to stop the model; called at once when the reply was stopped already."""
        self._cancel = cancel
        if self.stopped:
            cancel()

    # whoever reads it

    def join(self) -> None:
        """Counts a reader."""
        self._readers += 1

    def leave(self) -> None:
        """Lets a reader go."""
        self._readers -= 1
        self.stop_unless_read()

    def read_afar(self, reader: str, reads: bool) -> None:
        """Counts a reader on another replica, or lets it go."""
        if reads:
            self._afar[reader] = self._clock() + AFAR
        elif self._afar.pop(reader, None) is not None:
            self.stop_unless_read()

    def stop_unless_read(self) -> None:
        """Stops a reply that nobody reads and that was not asked to go on."""
        self._afar = {reader: until for reader, until in self._afar.items() if until > self._clock()}
        if not (self._readers or self._afar or self._background or self.ended.is_set()):
            self.stop()

    def stop(self) -> None:
        """Stops the model now. What was made is stored, and the last event says so."""
        if not self.stopped:
            self.stopped = True
            if self._cancel is not None:
                self._cancel()

    async def follow(self) -> AsyncGenerator[reply_pb2.ReplyEvent, None]:
        """All events, then live until the last one."""
        place = 0
        while True:
            moved = self._moved
            while place < len(self._events):
                event = self._events[place]
                place += 1
                yield event
            if self.ended.is_set():
                return
            await moved.wait()
