"""NATS: one connection per process that survives restarts of the server, with publish/subscribe and JetStream, and faults instead of client
errors.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable
from types import TracebackType
from typing import Self

import structlog
from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.errors import ConnectionClosedError, NoRespondersError, NoServersError, OutboundBufferLimitError
from nats.errors import TimeoutError as NatsTimeoutError
from nats.js import JetStreamContext
from nats.js.api import ConsumerConfig, DeliverPolicy, StreamConfig
from nats.js.errors import APIError, NoStreamResponseError, NotFoundError

from services.kit.cancellation import cancellation_check
from services.kit.errors import DependencyUnavailable, Fault, Overloaded

_log = structlog.get_logger("uat.nats")
_CLIENT_ERRORS = (ConnectionClosedError, NoServersError, NatsTimeoutError, OutboundBufferLimitError, NoStreamResponseError)
_DIFFERENT_CONFIG, _NO_MEMORY, _NO_DISK = 10058, 10028, 10047
"""JetStream's error codes for a stream that can't be created."""
_POLL = 1.0
"""Seconds within which a reader of a stream notices that the connection was replaced."""


class Nats:
    """A connection that reconnects forever. It creates the `streams` when it opens, and again should the server have lost them."""

    def __init__(self, url: str, streams: tuple[StreamConfig, ...] = ()) -> None:
        self._url = url
        self._streams = streams
        self._client = Client()
        self._jetstream: JetStreamContext = self._client.jetstream()
        self._reconnects = 0
        self._inboxes: set[_Inbox] = set()

    async def __aenter__(self) -> Self:
        await self._client.connect(
            servers=[self._url],
            allow_reconnect=True,
            max_reconnect_attempts=-1,
            reconnect_time_wait=0.25,  # type: ignore[arg-type]
            connect_timeout=5,
            ping_interval=10,
            max_outstanding_pings=2,
            error_cb=_on_error,
            disconnected_cb=self._on_disconnect,
            reconnected_cb=self._on_reconnect,
        )
        self._jetstream = self._client.jetstream(timeout=5)
        await self._create_streams()
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        # The client raises when it closes without a server and with unsent messages; from Python 3.12 on, whose asyncio fails on a lost
        # connection, it raises TypeError.
        with contextlib.suppress(OSError, TypeError):
            await self._client.close()

    @property
    def jetstream(self) -> JetStreamContext:
        """JetStream itself, for what this class has no method for; it raises the library's errors."""
        return self._jetstream

    @property
    def reconnects(self) -> int:
        """How often the connection was replaced."""
        return self._reconnects

    @property
    def connected(self) -> bool:
        """Whether the server is connected now, as far as the client knows."""
        return self._client.is_connected

    async def publish(self, subject: str, payload: bytes) -> None:
        """Publishes to current subscribers; there may be none. Raises DependencyUnavailable while the server is down and the client's
        buffer is full.
        """
        try:
            await self._client.publish(subject, payload)
        except _CLIENT_ERRORS as error:
            raise _unavailable() from error

    async def subscribe(self, subject: str, handler: Callable[[bytes], Awaitable[None]]) -> None:
        """Calls `handler` with each message that is published after this returns, one at a time; the client subscribes again after a
        reconnect. Between replicas of a service, use `Signal`. Raises DependencyUnavailable.
        """

        async def deliver(message: Msg) -> None:
            await handler(message.data)

        try:
            await self._client.subscribe(subject, cb=deliver)
            await self._round_trip()
        except _CLIENT_ERRORS as error:
            raise _unavailable() from error

    @contextlib.asynccontextmanager
    async def messages(self, *subjects: str, most: int = 4096) -> AsyncIterator[AsyncIterator[tuple[str, bytes]]]:
        """Inside the block: each message published on the subjects from now on, as (subject, payload). Subjects may contain `*` and `>`.

        The iterator raises DependencyUnavailable when the connection is lost, as messages may have been missed, and Overloaded when more
        than `most` messages are unread.
        """
        inbox = _Inbox(most)
        subscriptions = []
        self._inboxes.add(inbox)
        try:
            try:
                for subject in subjects:
                    subscriptions.append(await self._client.subscribe(subject, cb=inbox.put))
                await self._round_trip()
            except _CLIENT_ERRORS as error:
                raise _unavailable() from error
            if not self._client.is_connected:
                raise _unavailable()
            yield inbox.messages()
        finally:
            self._inboxes.discard(inbox)
            for subscription in subscriptions:
                if not self._client.is_closed:
                    await subscription.unsubscribe()

    async def confirm(self) -> None:
        """Returns once the server has received everything that was published before. Raises DependencyUnavailable."""
        try:
            await self._round_trip()
        except _CLIENT_ERRORS as error:
            raise _unavailable() from error

    async def append(self, subject: str, payload: bytes, *, headers: dict[str, str] | None = None) -> None:
        """Appends to the JetStream stream of the subject; returns once the server has stored it. Raises DependencyUnavailable."""
        raise_if_cancelled = cancellation_check()
        try:
            await self._jetstream.publish(subject, payload, headers=headers)
        except (*_CLIENT_ERRORS, APIError) as error:
            raise _unavailable() from error
        raise_if_cancelled()

    async def replay(self, stream: str, subject: str, *, live: bool = True, idle: float = 30.0) -> AsyncGenerator[bytes, None]:
        """Yields the subject's stored messages, oldest first, then new ones, until none came for `idle` seconds. Without `live` it ends
        with the message that was the newest at the call. Raises DependencyUnavailable.

        A restart of the server causes neither a gap nor a duplicate: the reader continues after the last message it received.
        """
        raise_if_cancelled = cancellation_check()
        seen, newest = 0, None if live else await self._newest(stream, subject)
        if newest == 0:
            return
        while True:
            raise_if_cancelled()
            reconnects, quiet = self._reconnects, 0.0
            subscription = await self._ordered(stream, subject, seen + 1, patient=seen > 0)
            try:
                while reconnects == self._reconnects:
                    try:
                        message = await subscription.next_msg(timeout=min(_POLL, idle))
                        raise_if_cancelled()
                    except NatsTimeoutError:
                        quiet += _POLL
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
        """An ordered consumer from a stream sequence on. A patient one retries for some seconds while the server restarts."""
        for pause in (0.25, 0.5, 1.0, 2.0, 0.0) if patient else (0.0,):
            config = ConsumerConfig(deliver_policy=DeliverPolicy.BY_START_SEQUENCE, opt_start_seq=start)
            try:
                return await self._jetstream.subscribe(subject, stream=stream, ordered_consumer=True, config=config)
            except (*_CLIENT_ERRORS, APIError) as error:
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
        except (*_CLIENT_ERRORS, APIError) as error:
            raise _unavailable() from error

    async def _round_trip(self) -> None:
        """Returns once the server has processed all that was sent before. The client's `flush` doesn't: its PING overtakes what is
        buffered, a new subscription for example.
        """
        raise_if_cancelled = cancellation_check()
        with contextlib.suppress(NoRespondersError):
            await self._client.request("uat.round_trip", timeout=5)
        raise_if_cancelled()

    async def _create_streams(self) -> None:
        for stream in self._streams:
            try:
                await self._jetstream.add_stream(stream)
            except APIError as error:
                # A server without room for a second stream of this size answers so before it notices that this one exists.
                if error.err_code not in (_DIFFERENT_CONFIG, _NO_MEMORY, _NO_DISK) or not await self._exists(stream):
                    raise
                if error.err_code == _DIFFERENT_CONFIG:
                    await self._jetstream.update_stream(stream)

    async def _exists(self, stream: StreamConfig) -> bool:
        try:
            await self._jetstream.stream_info(stream.name or "")
        except NotFoundError:
            return False
        return True

    async def _on_disconnect(self) -> None:
        for inbox in self._inboxes:
            inbox.fail(_unavailable())

    async def _on_reconnect(self) -> None:
        self._reconnects += 1
        try:
            await self._create_streams()
        except Exception:
            _log.warning("the streams were not created after a reconnect", exc_info=True)


class _Inbox:
    """Messages received and not yet read by the one reader of `Nats.messages`."""

    def __init__(self, most: int) -> None:
        self._queue: asyncio.Queue[tuple[str, bytes] | Fault] = asyncio.Queue(most)

    async def put(self, message: Msg) -> None:
        """Queues a message."""
        if self._queue.full():
            self.fail(Overloaded("the reader of this stream is too slow", retry_after=1))
        else:
            self._queue.put_nowait((message.subject, message.data))

    def fail(self, fault: Fault) -> None:
        """Makes the reader raise the fault, before anything that is queued."""
        while not self._queue.empty():
            self._queue.get_nowait()
        self._queue.put_nowait(fault)

    async def messages(self) -> AsyncIterator[tuple[str, bytes]]:
        """The messages in order. Raises a Fault."""
        while True:
            item = await self._queue.get()
            if isinstance(item, Fault):
                raise item
            yield item


def _unavailable() -> DependencyUnavailable:
    return DependencyUnavailable("the message broker is unavailable at the moment; try again", retry_after=1)


async def _on_error(error: Exception) -> None:
    _log.warning("error of the NATS client", error=repr(error))
