"""The replies that this replica writes: their tasks, their signs of life, and their orderly end."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from types import TracebackType
from typing import Any, Self, TypeVar

import structlog
from uat.chat.v1 import reply_pb2

from services.chat.leases import Leases
from services.chat.live import LiveReply
from services.chat.metrics import LIVE
from services.chat.signals import Signals
from services.chat.turns import Turn
from services.chat.writing import Writing, last_event
from services.kit.errors import Draining, Fault, Internal, Overloaded
from services.kit.tasks import end, keep

T = TypeVar("T")
_log = structlog.get_logger("uat.chat")


class LiveReplies:
    """Tasks belong to the server, not to the call that began them. Leaving ends all: what doesn't end in `drain_seconds` is stopped and
    stored."""

    def __init__(
        self,
        writing: Writing,
        leases: Leases,
        signals: Signals,
        clock: Callable[[], float],
        *,
        most: int,
        sign_seconds: float,
        drain_seconds: float,
    ) -> None:
        self._writing = writing
        self._leases = leases
        self._signals = signals
        self._clock = clock
        self._most = most
        self._sign_seconds = sign_seconds
        self._drain_seconds = drain_seconds
        self._lives: dict[str, LiveReply] = {}
        self._tasks: set[asyncio.Task[Any]] = set()
        self._draining = False
        self._signing: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        await self._signals.listen(self._heard_stop, self._heard_reading)
        self._signing = asyncio.create_task(keep(self._sign, self._sign_seconds, "no sign of life was given"))
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._draining = True
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=self._drain_seconds)
        for live in list(self._lives.values()):
            live.stop()
        while self._tasks:
            await asyncio.wait(self._tasks)
        await end(self._signing)

    def check_room(self) -> None:
        """Raises Overloaded, or Draining, when no reply can begin here now."""
        if self._draining:
            raise Draining("this replica is about to end; another one takes the call", retry_after=0)
        if len(self._lives) >= self._most:
            raise Overloaded("this replica writes as many replies as it may; try again", retry_after=1)

    def find(self, reply_id: str) -> LiveReply | None:
        """The reply, if it is written here."""
        return self._lives.get(reply_id)

    def ids(self) -> list[str]:
        """All replies that are written here."""
        return list(self._lives)

    def spawn(self, work: Coroutine[Any, Any, T]) -> asyncio.Task[T]:
        """Runs work of the server: it outlives the call, and the server waits for it."""
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    def begin(self, tenant_id: str, turn: Turn, options: reply_pb2.ReplyOptions, background: bool) -> LiveReply:
        """Starts to write the reply of a turn. Whoever calls is its first reader and has to leave it."""
        live = LiveReply(tenant_id, turn.conversation, turn.reply, background, self._clock)
        live.join()
        self._lives[turn.reply.id] = live
        LIVE.inc()
        started = reply_pb2.ReplyStarted(reply=turn.reply, user_message=turn.user_message)
        self.spawn(self._write(live, options, started))
        return live

    async def _write(self, live: LiveReply, options: reply_pb2.ReplyOptions, started: reply_pb2.ReplyStarted) -> None:
        fault: Fault = Internal("the reply could not be brought to its end")
        try:
            await self._writing.write(live, options, started)
        except Exception as error:
            _log.exception("a reply is left to the sweep", reply=live.reply.id)
            fault = error if isinstance(error, Fault) else fault
        finally:
            del self._lives[live.reply.id]
            LIVE.dec()
            if not live.ended.is_set():
                live.tell(live.event(**last_event(live.reply, fault.status())))

    async def _sign(self) -> None:
        """Gives signs of life, and stops what nobody reads any more or what was taken from us."""
        lives = dict(self._lives)
        held = await self._leases.renew(lives) if lives else set()
        for reply_id, live in lives.items():
            if reply_id not in held:
                live.stop()
            else:
                live.stop_unless_read()

    async def _heard_stop(self, reply_id: str) -> None:
        if live := self._lives.get(reply_id):
            live.stop()

    async def _heard_reading(self, reply_id: str, reader: str, reads: bool) -> None:
        if live := self._lives.get(reply_id):
            live.read_afar(reader, reads)
