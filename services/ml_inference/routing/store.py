"""Traffic rules and their events in PostgreSQL. A change is committed together with its events."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from uat.ml_inference.v1 import traffic_pb2

from services.kit.ids import NewId
from services.kit.postgres.database import Connection, Database
from services.kit.times import timestamp

KEPT, DAYS = 1000, 30
"""How many events of a model are kept, and for how many days. The newest one is always kept: the next sequence follows from it."""


class StoredTraffic(NamedTuple):
    """A model's rules, and the sequence of its newest event."""

    rules: traffic_pb2.Traffic
    last_sequence: int


class TrafficStore:
    """The rules of all models. A model's events are written under the lock of its rules, so their sequence has no gaps."""

    def __init__(self, database: Database, new_id: NewId) -> None:
        self._database = database
        self._new_id = new_id

    async def everything(self) -> dict[str, StoredTraffic]:
        """The rules of every model."""
        query = """SELECT t.*, (SELECT coalesce(max(sequence), 0) FROM traffic_events e WHERE e.model_name = t.model_name) AS last_sequence
            FROM traffic t"""
        async with self._database.everyone() as connection:
            rows = await (await connection.execute(query)).fetchall()
        return {row["model_name"]: StoredTraffic(_rules(row), row["last_sequence"]) for row in rows}

    async def change(
        self, rules: traffic_pb2.Traffic, etag: str, updated_by: str, events: Sequence[traffic_pb2.TrafficEvent]
    ) -> traffic_pb2.Traffic | None:
        """Replaces the rules that have this etag, or creates them for an empty one. Returns the stored rules, or None when the etag is
        another one. The stored rules are filled into `changed` events.
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
        """Appends an event and returns True, unless the model has no rules, or `known` finds the event among those of the last `seconds`,
        newest first: other replicas observe the same.
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
        """At most `most` events after a sequence."""
        async with self._database.everyone() as connection:
            cursor = await connection.execute(
                "SELECT * FROM traffic_events WHERE model_name = %s AND sequence > %s ORDER BY sequence LIMIT %s", (model, after, most)
            )
            return [_event(row) for row in await cursor.fetchall()]

    async def bounds(self, model: str) -> tuple[int, int]:
        """The first and the last sequence; (1, 0) without events."""
        async with self._database.everyone() as connection:
            cursor = await connection.execute(
                "SELECT coalesce(min(sequence), 1) AS first, coalesce(max(sequence), 0) AS last FROM traffic_events WHERE model_name = %s",
                (model,),
            )
            row = await cursor.fetchone()
        assert row is not None
        return row["first"], row["last"]

    async def expire(self) -> None:
        """Deletes old events, also of models without new ones."""
        async with self._database.everyone() as connection:
            await connection.execute(
                """DELETE FROM traffic_events e WHERE time < now() - make_interval(days => %s)
                AND sequence < (SELECT max(sequence) FROM traffic_events n WHERE n.model_name = e.model_name)""",
                (DAYS,),
            )

    async def delete(self, model: str) -> None:
        """Deletes the rules of a deleted model. Its events stay for their time, and their sequence continues if the model returns."""
        async with self._database.everyone() as connection:
            await connection.execute("DELETE FROM traffic WHERE model_name = %s", (model,))


async def _append(connection: Connection, model: str, events: Sequence[traffic_pb2.TrafficEvent]) -> None:
    """Numbers and writes events. The model's rules are locked."""
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
    event.model_name, event.position.sequence = row["model_name"], row["sequence"]
    event.time.CopyFrom(timestamp(row["time"]))
    return event
