"""Traffic rules and what happened to them, in PostgreSQL. A change and its events hold together or not at all."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from uat.ml_inference.v1 import traffic_pb2

from services.kit.ids import NewId
from services.kit.postgres.database import Connection, Database
from services.kit.times import timestamp

KEPT, DAYS = 1000, 30
"""So many events of a model are kept, for so many days; the newest always, as the next one is counted from it."""


class TrafficStore:
    """The rules of all models. A model's events are written under the lock of its rules, so they are counted without a gap."""

    def __init__(self, database: Database, new_id: NewId) -> None:
        self._database = database
        self._new_id = new_id

    async def everything(self) -> dict[str, traffic_pb2.Traffic]:
        """The rules by model."""
        async with self._database.everyone() as connection:
            rows = await (await connection.execute("SELECT * FROM traffic")).fetchall()
        return {row["model_name"]: _rules(row) for row in rows}

    async def get(self, model: str) -> traffic_pb2.Traffic | None:
        """A model's rules; None when it has none."""
        async with self._database.everyone() as connection:
            row = await (await connection.execute("SELECT * FROM traffic WHERE model_name = %s", (model,))).fetchone()
        return None if row is None else _rules(row)

    async def change(
        self, rules: traffic_pb2.Traffic, etag: str, updated_by: str, events: Sequence[traffic_pb2.TrafficEvent]
    ) -> traffic_pb2.Traffic | None:
        """Stores rules in place of those with this etag; an empty one stands for none. Returns them as stored, or None when others are
        there. An event that somebody changed the rules gets them from here.
        """
        bare = traffic_pb2.Traffic()
        bare.CopyFrom(rules)
        for name in ("etag", "update_time", "updated_by"):
            bare.ClearField(name)
        values = {"model": rules.model_name, "rules": bare.SerializeToString(), "etag": self._new_id("etag"), "by": updated_by, "old": etag}
        if etag:
            query = """UPDATE traffic SET rules = %(rules)s, etag = %(etag)s, update_time = clock_timestamp(), updated_by = %(by)s
                WHERE model_name = %(model)s AND etag = %(old)s RETURNING *"""
        else:
            query = """INSERT INTO traffic (model_name, rules, etag, update_time, updated_by)
                VALUES (%(model)s, %(rules)s, %(etag)s, clock_timestamp(), %(by)s) ON CONFLICT DO NOTHING RETURNING *"""
        async with self._database.everyone() as connection:
            row = await (await connection.execute(query, values)).fetchone()
            if row is None:
                return None
            stored = _rules(row)
            for event in events:
                if event.HasField("changed"):
                    event.changed.traffic.CopyFrom(stored)
            await _append(connection, rules.model_name, events)
        return stored

    async def append(
        self, model: str, event: traffic_pb2.TrafficEvent, seconds: float, known: Callable[[Sequence[traffic_pb2.TrafficEvent]], bool]
    ) -> bool:
        """Appends an event, unless the model has no rules, or it is `known` among the newest events of so many seconds, newest first: other
        replicas see the same things. Says whether it did.
        """
        async with self._database.everyone() as connection:
            row = await (await connection.execute("SELECT 1 FROM traffic WHERE model_name = %s FOR UPDATE", (model,))).fetchone()
            if row is None:
                return False
            cursor = await connection.execute(
                """SELECT event FROM traffic_events WHERE model_name = %s AND time > clock_timestamp() - make_interval(secs => %s)
                ORDER BY sequence DESC""",
                (model, seconds),
            )
            if known([traffic_pb2.TrafficEvent.FromString(row["event"]) for row in await cursor.fetchall()]):
                return False
            await _append(connection, model, [event])
        return True

    async def events(self, model: str, after: int, most: int) -> list[traffic_pb2.TrafficEvent]:
        """Up to so many events after a sequence."""
        async with self._database.everyone() as connection:
            cursor = await connection.execute(
                "SELECT * FROM traffic_events WHERE model_name = %s AND sequence > %s ORDER BY sequence LIMIT %s", (model, after, most)
            )
            return [_event(row) for row in await cursor.fetchall()]

    async def bounds(self, model: str) -> tuple[int, int]:
        """The first and the last sequence that are kept; (1, 0) when there is none."""
        async with self._database.everyone() as connection:
            cursor = await connection.execute(
                "SELECT coalesce(min(sequence), 1) AS first, coalesce(max(sequence), 0) AS last FROM traffic_events WHERE model_name = %s",
                (model,),
            )
            row = await cursor.fetchone()
        assert row is not None
        return row["first"], row["last"]

    async def expire(self) -> None:
        """Deletes events whose time is over, of models to which nothing happens any more as well."""
        async with self._database.everyone() as connection:
            await connection.execute(
                """DELETE FROM traffic_events e WHERE time < now() - make_interval(days => %s)
                AND sequence < (SELECT max(sequence) FROM traffic_events n WHERE n.model_name = e.model_name)""",
                (DAYS,),
            )

    async def forget(self, model: str) -> None:
        """Deletes the rules of a model that is gone. Its events stay for their time, and are counted on if it comes back."""
        async with self._database.everyone() as connection:
            await connection.execute("DELETE FROM traffic WHERE model_name = %s", (model,))


async def _append(connection: Connection, model: str, events: Sequence[traffic_pb2.TrafficEvent]) -> None:
    """Counts and writes events; the model's rules are locked."""
    query = "SELECT coalesce(max(sequence), 0) AS last FROM traffic_events WHERE model_name = %s"
    row = await (await connection.execute(query, (model,))).fetchone()
    assert row is not None
    last = row["last"]
    for sequence, event in enumerate(events, last + 1):
        last = sequence
        await connection.execute(
            "INSERT INTO traffic_events (model_name, sequence, time, event) VALUES (%s, %s, clock_timestamp(), %s)",
            (model, sequence, event.SerializeToString()),
        )
    await connection.execute(
        """DELETE FROM traffic_events WHERE model_name = %s
        AND (sequence <= %s OR (time < now() - make_interval(days => %s) AND sequence < %s))""",
        (model, last - KEPT, DAYS, last),
    )


def _rules(row: dict[str, Any]) -> traffic_pb2.Traffic:
    rules = traffic_pb2.Traffic.FromString(row["rules"])
    rules.etag, rules.updated_by = row["etag"], row["updated_by"]
    rules.update_time.CopyFrom(timestamp(row["update_time"]))
    return rules


def _event(row: dict[str, Any]) -> traffic_pb2.TrafficEvent:
    event = traffic_pb2.TrafficEvent.FromString(row["event"])
    event.model_name, event.sequence = row["model_name"], row["sequence"]
    event.time.CopyFrom(timestamp(row["time"]))
    return event
