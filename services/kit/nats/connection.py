"""NATS: events between replicas and streams that can be read again, over one connection that outlives a restart of the server."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable
from types import TracebackType
from typing import Self

import structlog
from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.errors import ConnectionClosedError, NoServersError, OutboundBufferLimitError
from nats.errors import TimeoutError as NatsTimeoutError
from nats.js import JetStreamContext
from nats.js.api import ConsumerConfig, DeliverPolicy, StreamConfig
from nats.js.errors import APIError, NoStreamResponseError, NotFoundError

from services.kit.errors import DependencyUnavailable, Fault, Overloaded
from services.kit.tasks import heeding

_log = structlog.get_logger("uat.nats")
_GONE = (ConnectionClosedError, NoServersError, NatsTimeoutError, OutboundBufferLimitError, NoStreamResponseError)
_EXISTS_OTHERWISE, _NO_MEMORY, _NO_DISK = 10058, 10028, 10047
_TICK = 1.0
"""Seconds within which a reader of a stream sees that the connection was lost and opened again."""


class Nats:
    """A connection that reconnects for ever. The `streams` are made when it opens, and again when the server lost them."""

    def __init__(self, url: str, streams: tuple[StreamConfig, ...] = ()) -> None:
        self._url = url
        self._streams = streams
        self._client = Client()
        self._jetstream: JetStreamContext = self._client.jetstream()
        self._connections = 0
        self._hearing: set[_Heard] = set()

    async def __aenter__(self) -> Self:
        await self._client.connect(
            servers=[self._url],
            allow_reconnect=True,
            max_reconnect_attempts=-1,
            reconnect_time_wait=0.25,  # type: ignore[arg-type]
            connect_timeout=5,
            ping_interval=10,
            max_outstanding_pings=2,
            error_cb=_report,
            disconnected_cb=self._lost,
            reconnected_cb=self._again,
        )
        self._jetstream = self._client.jetstream(timeout=5)
        await self._declare()
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        with contextlib.suppress(OSError):  # the client raises when it closes without a server and with something left to say
            await self._client.close()

    @property
    def jetstream(self) -> JetStreamContext:
        """JetStream itself, for what this class has no method for; errors are the library's."""
        return self._jetstream

    @property
    def connections(self) -> int:
        """How often the connection was opened again."""
        return self._connections

    @property
    def connected(self) -> bool:
        """Whether the server is there now, as far as is known."""
        return self._client.is_connected

    async def publish(self, subject: str, payload: bytes) -> None:
        """Tells whoever listens now; nobody may. Raises DependencyUnavailable while the server is gone and the buffer is full."""
        try:
            await self._client.publish(subject, payload)
        except _GONE as error:
            raise _unavailable() from error

    async def listen(self, subject: str, heard: Callable[[bytes], Awaitable[None]]) -> None:
        """Calls `heard` for every message on the subject from now on; the subscription is renewed with the connection."""

        async def deliver(message: Msg) -> None:
            await heard(message.data)

        await self._client.subscribe(subject, cb=deliver)

    @contextlib.asynccontextmanager
    async def hearing(self, *subjects: str, most: int = 4096) -> AsyncIterator[AsyncIterator[tuple[str, bytes]]]:
        """Inside the block: everything that is published on these subjects from now on, as (subject, payload). `*` and `>` are understood.

        The reader gets DependencyUnavailable when the connection was lost, for then something may have been missed, and Overloaded when
        it left `most` messages lying.
        """
        heard, heed = _Heard(most), heeding()
        subscriptions = []
        self._hearing.add(heard)
        try:
            try:
                for subject in subjects:
                    subscriptions.append(await self._client.subscribe(subject, cb=heard.take))
                await self._client.flush(timeout=5)
                heed()
            except _GONE as error:
                raise _unavailable() from error
            if not self._client.is_connected:
                raise _unavailable()
            yield heard.messages()
        finally:
            self._hearing.discard(heard)
            for subscription in subscriptions:
                if not self._client.is_closed:
                    await subscription.unsubscribe()

    async def append(self, subject: str, payload: bytes) -> None:
        """Appends to the stream of the subject and returns once the server holds it."""
        heed = heeding()
        try:
            await self._jetstream.publish(subject, payload)
        except (*_GONE, APIError) as error:
            raise _unavailable() from error
        heed()

    async def replay(self, stream: str, subject: str, *, live: bool = True, idle: float = 30.0) -> AsyncGenerator[bytes, None]:
        """Yields what the stream holds of the subject, oldest first, and then what is appended, until `idle` seconds bring nothing new.
        Without `live` it ends with the newest message that is there at the beginning.

        A server that restarts in between leaves no gap and nothing comes twice: the reader goes on from the last message it saw.
        """
        heed = heeding()
        seen, newest = 0, None if live else await self._newest(stream, subject)
        if newest == 0:
            return
        while True:
            heed()
            connection, quiet = self._connections, 0.0
            subscription = await self._ordered(stream, subject, seen + 1, patient=seen > 0)
            try:
                while connection == self._connections:
                    try:
                        message = await subscription.next_msg(timeout=min(_TICK, idle))
                        heed()
                    except NatsTimeoutError:
                        quiet += _TICK
                        if quiet >= idle and newest is not None:
                            raise _unavailable() from None
                        if quiet >= idle:
                            return
                        continue
                    sequence = message.metadata.sequence.stream
                    if sequence > seen:
                        seen, quiet = sequence, 0.0
                        yield message.data
                    if newest is not None and seen >= newest:
                        return
            except ConnectionClosedError as error:
                raise _unavailable() from error
            finally:
                if not self._client.is_closed:
                    await subscription.unsubscribe()

    async def _ordered(self, stream: str, subject: str, start: int, *, patient: bool) -> JetStreamContext.PushSubscription:
        """A consumer from a stream sequence on. A patient one waits some seconds for a server that comes up again."""
        for pause in (0.25, 0.5, 1.0, 2.0, 0.0) if patient else (0.0,):
            config = ConsumerConfig(deliver_policy=DeliverPolicy.BY_START_SEQUENCE, opt_start_seq=start)
            try:
                return await self._jetstream.subscribe(subject, stream=stream, ordered_consumer=True, config=config)
            except (*_GONE, APIError) as error:
                if not pause:
                    raise _unavailable() from error
                await asyncio.sleep(pause)
        raise AssertionError("the last pause is zero")

    async def _newest(self, stream: str, subject: str) -> int:
        """The stream sequence of the subject's last message; 0 when there is none."""
        try:
            return (await self._jetstream.get_last_msg(stream, subject)).seq or 0
        except NotFoundError:
            return 0
        except (*_GONE, APIError) as error:
            raise _unavailable() from error

    async def _declare(self) -> None:
        for stream in self._streams:
            try:
                await self._jetstream.add_stream(stream)
            except APIError as error:
                # A server without room for a second stream of this size refuses before it sees that this one exists.
                if error.err_code not in (_EXISTS_OTHERWISE, _NO_MEMORY, _NO_DISK) or not await self._exists(stream):
                    raise
                if error.err_code == _EXISTS_OTHERWISE:
                    await self._jetstream.update_stream(stream)

    async def _exists(self, stream: StreamConfig) -> bool:
        try:
            await self._jetstream.stream_info(stream.name or "")
        except NotFoundError:
            return False
        return True

    async def _lost(self) -> None:
        for heard in self._hearing:
            heard.end(_unavailable())

    async def _again(self) -> None:
        self._connections += 1
        try:
            await self._declare()
        except Exception:
            _log.warning("streams not declared after a reconnect", exc_info=True)


class _Heard:
    """Messages on their way to one reader."""

    def __init__(self, most: int) -> None:
        self._queue: asyncio.Queue[tuple[str, bytes] | Fault] = asyncio.Queue(most)

    async def take(self, message: Msg) -> None:
        """Puts a message in line."""
        if self._queue.full():
            self.end(Overloaded("this reader is too slow for what it listens to", retry_after=1))
        else:
            self._queue.put_nowait((message.subject, message.data))

    def end(self, fault: Fault) -> None:
        """Lets the reader fail, now."""
        while not self._queue.empty():
            self._queue.get_nowait()
        self._queue.put_nowait(fault)

    async def messages(self) -> AsyncIterator[tuple[str, bytes]]:
        """What came, in order. Raises a Fault."""
        while True:
            item = await self._queue.get()
            if isinstance(item, Fault):
                raise item
            yield item


def _unavailable() -> DependencyUnavailable:
    return DependencyUnavailable("the message broker is not there at the moment; try again", retry_after=1)


async def _report(error: Exception) -> None:
    _log.warning("nats", error=repr(error))
