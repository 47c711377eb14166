"""Messages that say that there is work, in a JetStream work queue: one a waiting job, taken by a replica that has room.

They are wake-up calls and no more. A message that is lost is made up for by the sweep, one too many finds nothing to do.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import structlog
from nats.aio.msg import Msg
from nats.errors import Error as NatsError
from nats.errors import TimeoutError as NatsTimeoutError
from nats.js import JetStreamContext
from nats.js.api import AckPolicy, ConsumerConfig, RetentionPolicy, StreamConfig

from services.kit.cancellation import cancellation_check
from services.kit.errors import Fault
from services.kit.nats.connection import Nats

_log = structlog.get_logger("uat.jobs")
_ACK_SECONDS = 10.0
"""After which a message that was taken and not answered goes to somebody else."""
_SENDING_MOST = 64
_PAUSE = 0.5


def stream(service: str) -> StreamConfig:
    """The service's stream; its connection has to be told of it."""
    return StreamConfig(
        name=_stream_name(service),
        subjects=[f"{service}.jobs.work.*"],
        retention=RetentionPolicy.WORK_QUEUE,
        max_age=24 * 3600.0,
        max_msgs=100_000,
        max_bytes=16 * 1024 * 1024,
    )


class Dispatch:
    """Sends and takes the messages of one service."""

    def __init__(self, nats: Nats, service: str) -> None:
        self._nats = nats
        self._service = service
        self._sending: set[asyncio.Task[None]] = set()
        self._takers: dict[str, tuple[int, JetStreamContext.PullSubscription]] = {}

    def send(self, kind: str) -> None:
        """Says that there is work of a kind, without waiting for the broker. Where too many are on their way already, the sweep will do."""
        if len(self._sending) < _SENDING_MOST:
            task = asyncio.create_task(self._send(kind))
            self._sending.add(task)
            task.add_done_callback(self._sending.discard)

    async def take(self, kind: str, most: int, seconds: float) -> list[Msg]:
        """Up to `most` messages; none when none came in so many seconds. While the broker is away it returns sooner, and again works once
        it is back."""
        raise_if_cancelled = cancellation_check()
        if self._nats.connected:
            try:
                messages = await (await self._taker(kind)).fetch(most, timeout=seconds)
                raise_if_cancelled()
                return messages
            except NatsTimeoutError:
                raise_if_cancelled()
                return []
            except (NatsError, OSError) as error:
                # The consumer may have gone with the server or the stream: it is made again next time.
                self._takers.pop(kind, None)
                _log.warning("no messages about jobs come in", kind=kind, error=repr(error))
        await asyncio.sleep(min(_PAUSE, seconds))
        return []

    async def answer(self, messages: Sequence[Msg], used: int) -> None:
        """Says that so many of the messages were used and that others may use the rest."""
        for place, message in enumerate(messages):
            try:
                await (message.ack() if place < used else message.nak())
            except (NatsError, OSError) as error:
                _log.warning("a message about a job comes again", error=repr(error))

    async def close(self) -> None:
        """Ends what is on its way."""
        if self._sending:
            await asyncio.wait(self._sending, timeout=1.0)
        for task in self._sending:
            task.cancel()

    async def _taker(self, kind: str) -> JetStreamContext.PullSubscription:
        connection = self._nats.reconnects
        known = self._takers.get(kind)
        # A pull subscription doesn't outlive a restart of the server, and says nothing about it.
        if known is not None and known[0] != connection:
            await known[1].unsubscribe()
        if known is None or known[0] != connection:
            config = ConsumerConfig(ack_policy=AckPolicy.EXPLICIT, ack_wait=_ACK_SECONDS, max_ack_pending=-1)
            taker = await self._nats.jetstream.pull_subscribe(
                self._subject(kind), durable=f"workers_{kind}", stream=_stream_name(self._service), config=config
            )
            known = self._takers[kind] = (connection, taker)
        return known[1]

    async def _send(self, kind: str) -> None:
        try:
            await self._nats.append(self._subject(kind), b"")
        except Fault as fault:
            _log.warning("a job waits for the sweep", kind=kind, error=str(fault))

    def _subject(self, kind: str) -> str:
        return f"{self._service}.jobs.work.{kind}"


def _stream_name(service: str) -> str:
    return f"{service.upper()}_JOBS"
