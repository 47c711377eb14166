"""The outbox: a change and the message about it are stored in one transaction, and the message is published afterwards.

Delivery is at least once and in order per key. `add` writes a message beside the change; when the transaction has committed, one replica
at a time publishes what is stored, oldest first, and deletes it. A publisher that dies in between, or NATS that is down, delays messages
and loses none. A message may be published twice, so consumers have to be idempotent: JetStream drops a repeated `Nats-Msg-Id` within its
window, and `first_time` drops a repetition of any age in the consumer's own transaction.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable
from functools import partial
from types import TracebackType
from typing import Self

import structlog
from prometheus_client import Counter, Gauge

from services.kit.errors import DependencyUnavailable, Overloaded
from services.kit.nats.connection import Nats
from services.kit.postgres.database import Connection, Database
from services.kit.tasks import end, safely

KEY_HEADER, SEQUENCE_HEADER = "Uat-Key", "Uat-Sequence"
"""Headers of a published message: its key, and a number that rises with each message of the key."""

_BATCH = 100
_PAUSE = 0.5
"""Seconds after which a replica looks for messages of others; its own it publishes at once."""

_BACKLOG = "coalesce((SELECT max(id) FROM outbox) - (SELECT min(id) FROM outbox) + 1, 0)"
"""SQL of the number of stored messages, or a few more, from the two ends of an index."""

LAG = Gauge("uat_outbox_lag_seconds", "Age of the oldest message in the outbox; 0 when it is empty.", ("service",))
BACKLOG = Gauge("uat_outbox_backlog", "Messages in the outbox, at most, when it was last read.", ("service",))
DROPPED = Counter("uat_outbox_dropped", "Messages that the broker refused for good, such as one that is too large.", ("service",))

_log = structlog.get_logger("uat.outbox")


def create_table(execute: Callable[[str], object]) -> None:
    """Makes the table of a publisher, which belongs to no tenant. Called by a service's migration, with `op.execute`."""
    execute("""CREATE TABLE outbox (
        id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        key text NOT NULL,
        subject text NOT NULL,
        payload bytea NOT NULL,
        create_time timestamptz NOT NULL DEFAULT clock_timestamp()
    )""")


def create_consumer_table(execute: Callable[[str], object]) -> None:
    """Makes the table of `first_time`. Called by the migration of a service that consumes messages."""
    execute("CREATE TABLE outbox_consumed (source text, key text, sequence bigint NOT NULL, PRIMARY KEY (source, key))")


class Outbox:
    """The outbox of one service on one replica; publishes while it is entered. `most` bounds the stored messages.

    Subjects belong to a JetStream stream of the service. With `live` there is no stream: messages go to the subscribers of the moment.
    """

    def __init__(self, database: Database, nats: Nats, service: str, *, live: bool = False, most: int = 100_000) -> None:
        self._database = database
        self._nats = nats
        self._service = service
        self._live = live
        self._most = most
        self._added = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        self._task = asyncio.create_task(self._keep_publishing())
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        await end(self._task)

    async def add(self, connection: Connection, key: str, subject: str, *payloads: bytes) -> None:
        """Stores messages in the caller's transaction. Messages of one key are published in the order in which their transactions commit:
        another transaction that adds to the key waits for the end of this one. Raises Overloaded when the outbox is full.
        """
        added = await connection.execute(
            f"""WITH locked AS MATERIALIZED (SELECT pg_advisory_xact_lock(hashtextextended(current_schema() || '.outbox.' || %(key)s, 0)))
            INSERT INTO outbox (key, subject, payload)
            SELECT %(key)s, %(subject)s, payload FROM locked, unnest(%(payloads)b::bytea[]) WITH ORDINALITY AS p (payload, ordinal)
            WHERE {_BACKLOG} < %(most)s ORDER BY ordinal""".encode(),
            {"key": key, "subject": subject, "payloads": list(payloads), "most": self._most},
        )
        if payloads and not added.rowcount:
            raise Overloaded("too many changes wait to be announced; try again", retry_after=5)

    def wake(self) -> None:
        """Call it after the transaction has committed: its messages are published at once instead of within half a second."""
        self._added.set()

    async def _keep_publishing(self) -> None:
        while True:
            publish = partial(self._publish, wait=self._added.is_set())
            self._added.clear()
            await safely(publish, "messages wait in the outbox")
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(_PAUSE):
                    await self._added.wait()

    async def _publish(self, *, wait: bool) -> None:
        """Publishes until the outbox is empty. Without `wait` it leaves the work to a replica that is at it already."""
        while await self._publish_batch(wait=wait):
            pass

    async def _publish_batch(self, *, wait: bool) -> bool:
        lock = "pg_advisory_xact_lock" if wait else "pg_try_advisory_xact_lock"
        done: list[int] = []
        down: DependencyUnavailable | None = None
        async with self._database.everyone() as connection:
            cursor = await connection.execute(f"SELECT {lock}(hashtextextended(current_schema() || '.outbox', 0)) AS locked".encode())
            row = await cursor.fetchone()
            if row is None or row["locked"] is False:
                return False
            await self._measure(connection)
            if not self._nats.connected:
                return False  # messages stay where they are, and so does their order
            cursor = await connection.execute("SELECT id, key, subject, payload FROM outbox ORDER BY id LIMIT %s", (_BATCH,), binary=True)
            rows = await cursor.fetchall()
            for row in rows:
                try:
                    await self._send(row["id"], row["key"], row["subject"], bytes(row["payload"]))
                except DependencyUnavailable as fault:
                    down = fault
                    break
                except Exception:
                    DROPPED.labels(self._service).inc()
                    _log.exception("a message was dropped: the broker can't take it", subject=row["subject"], id=row["id"])
                done.append(row["id"])
            if self._live and done:
                await self._nats.confirm()
            if done:
                await connection.execute("DELETE FROM outbox WHERE id = ANY (%s)", (done,))
        if down is not None:
            raise down
        return len(rows) == _BATCH

    async def _send(self, sequence: int, key: str, subject: str, payload: bytes) -> None:
        if self._live:
            await self._nats.publish(subject, payload)
            return
        headers = {"Nats-Msg-Id": f"{self._service}.{sequence}", KEY_HEADER: key, SEQUENCE_HEADER: str(sequence)}
        await self._nats.append(subject, payload, headers=headers)

    async def _measure(self, connection: Connection) -> None:
        cursor = await connection.execute(
            f"""SELECT {_BACKLOG} AS backlog,
            coalesce(extract(epoch FROM clock_timestamp() - (SELECT create_time FROM outbox ORDER BY id LIMIT 1)), 0) AS lag""".encode()
        )
        row = await cursor.fetchone()
        assert row is not None
        BACKLOG.labels(self._service).set(row["backlog"])
        LAG.labels(self._service).set(row["lag"])


async def first_time(connection: Connection, source: str, key: str, sequence: int) -> bool:
    """Whether a consumer sees this message for the first time, recorded in the transaction in which it acts on it.

    Messages of a key come in order, so one row per source and key is enough.
    """
    cursor = await connection.execute(
        """INSERT INTO outbox_consumed AS c (source, key, sequence) VALUES (%s, %s, %s)
        ON CONFLICT (source, key) DO UPDATE SET sequence = excluded.sequence WHERE c.sequence < excluded.sequence RETURNING sequence""",
        (source, key, sequence),
    )
    return await cursor.fetchone() is not None
