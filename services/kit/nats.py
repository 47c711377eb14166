"""NATS: events between replicas and streams that can be read again, over one connection that outlives a restart of the server."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from types import TracebackType
from typing import Self

import structlog
from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.errors import ConnectionClosedError, NoServersError, OutboundBufferLimitError
from nats.errors import TimeoutError as NatsTimeoutError
from nats.js import JetStreamContext
from nats.js.api import ConsumerConfig, DeliverPolicy, StreamConfig
from nats.js.errors import APIError, NoStreamResponseError

from services.kit.errors import DependencyUnavailable

_log = structlog.get_logger("uat.nats")
_GONE = (ConnectionClosedError, NoServersError, NatsTimeoutError, OutboundBufferLimitError, NoStreamResponseError)


class Nats:
    """A connection that reconnects for ever. Streams are declared with `streams` and made when the connection opens, and again when the server lost them."""

    def __init__(self, url: str, streams: tuple[StreamConfig, ...] = ()) -> None:
        self._url = url
        self._streams = streams
        self._client = Client()
        self._jetstream: JetStreamContext = self._client.jetstream()

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
            reconnected_cb=self._again,
        )
        self._jetstream = self._client.jetstream(timeout=5)
        await self._declare()
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        await self._client.close()

    async def publish(self, subject: str, payload: bytes) -> None:
        """Tells whoever listens now; nobody may. Raises DependencyUnavailable while the server is gone and the buffer is full."""
        try:
            await self._client.publish(subject, payload)
        except _GONE as error:
            raise DependencyUnavailable("the message broker is not there at the moment; try again", retry_after=1) from error

    async def listen(self, subject: str, heard: Callable[[bytes], Awaitable[None]]) -> None:
        """Calls `heard` for every message on the subject from now on; the subscription is renewed with the connection."""

        async def deliver(message: Msg) -> None:
            await heard(message.data)

        await self._client.subscribe(subject, cb=deliver)

    async def append(self, subject: str, payload: bytes) -> None:
        """Appends to the stream of the subject and returns once the server holds it."""
        try:
            await self._jetstream.publish(subject, payload)
        except _GONE as error:
            raise DependencyUnavailable("the message broker is not there at the moment; try again", retry_after=1) from error

    async def replay(self, stream: str, subject: str, *, idle: float = 30.0) -> AsyncGenerator[bytes, None]:
        """Yields what the stream holds of the subject, oldest first, and then what is appended. Ends after `idle` seconds with nothing new.

        A server that restarts in between leaves no gap: the reader goes on from the last message it saw.
        """
        seen = 0
        while True:
            config = ConsumerConfig(
                deliver_policy=DeliverPolicy.BY_START_SEQUENCE if seen else DeliverPolicy.ALL, opt_start_seq=seen + 1 if seen else None
            )
            try:
                subscription = await self._jetstream.subscribe(subject, stream=stream, ordered_consumer=True, config=config)
            except (*_GONE, APIError) as error:
                raise DependencyUnavailable("the message broker is not there at the moment; try again", retry_after=1) from error
            try:
                while True:
                    message = await subscription.next_msg(timeout=idle)
                    seen = message.metadata.sequence.stream
                    yield message.data
            except NatsTimeoutError:
                return
            except ConnectionClosedError:
                if self._client.is_closed:
                    return
                await asyncio.sleep(0.25)
            finally:
                if self._client.is_connected:
                    await subscription.unsubscribe()

    async def _declare(self) -> None:
        for stream in self._streams:
            try:
                await self._jetstream.add_stream(stream)
            except APIError as error:
                if error.err_code != 10058:  # it exists with another configuration
                    raise
                await self._jetstream.update_stream(stream)

    async def _again(self) -> None:
        try:
            await self._declare()
        except Exception:
            _log.warning("streams not declared after a reconnect", exc_info=True)


async def _report(error: Exception) -> None:
    _log.warning("nats", error=repr(error))
