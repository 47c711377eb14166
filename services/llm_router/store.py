"""The table of usage records in PostgreSQL."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

import orjson
from uat.generation.v1 import event_pb2
from uat.llm_router.v1 import usage_pb2
from uat.llm_router.v1.usage_service_pb2 import ListUsageRequest

from services.kit.postgres.database import Database
from services.kit.times import moment_of, timestamp
from services.llm_router.billing import UsageRecord

EVERY_TENANT = "*"

_COLUMNS = {
    "decision_id": "text",
    "generation_id": "text",
    "tenant_id": "text",
    "user_id": "text",
    "api_key_id": "text",
    "model": "text",
    "provider": "text",
    "input_tokens": "bigint",
    "output_tokens": "bigint",
    "cached_input_tokens": "bigint",
    "reasoning_tokens": "bigint",
    "finish_reason": "text",
    "error_reason": "text",
    "attempts": "integer",
    "time_to_first_token": "double precision",
    "duration": "double precision",
}
_RECORD = ", ".join(f"{name} {kind}" for name, kind in _COLUMNS.items())
_INSERT = f"INSERT INTO usage ({', '.join(_COLUMNS)}) SELECT * FROM json_to_recordset(%s::json) AS bill ({_RECORD}) ON CONFLICT DO NOTHING"
"""One statement per batch with one parameter that orjson encodes in C: psycopg would encode arrays in Python, and row-level security
refuses COPY. A batch that was committed although the commit seemed to fail is inserted again without effect: `decision_id` is unique.
"""
_EXPIRED = """
    DELETE FROM usage WHERE id IN (
        SELECT id FROM usage WHERE create_time < now() - make_interval(days => %s) ORDER BY create_time LIMIT 10000
    )"""

_TOKENS = ("input_tokens", "output_tokens", "cached_input_tokens", "reasoning_tokens")
_FINISH_REASONS = {name.removeprefix("FINISH_REASON_").lower(): name for name, _ in event_pb2.FinishReason.items()}


@dataclass(frozen=True, slots=True)
class UsageFilter:
    """The records to list; an empty field matches all."""

    user_id: str
    api_key_id: str
    model: str
    failed_only: bool
    start: datetime | None
    end: datetime | None

    @classmethod
    def of(cls, request: ListUsageRequest, user_id: str = "") -> UsageFilter:
        """The filter of a request, for one user or, if empty, for all."""
        start = moment_of(request.start_time) if request.HasField("start_time") else None
        end = moment_of(request.end_time) if request.HasField("end_time") else None
        return cls(user_id, request.api_key_id, request.model, request.failed_only, start, end)


class UsageStore:
    """Stores usage records. A batch is written across tenants; a page is read inside one tenant."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(self, records: list[UsageRecord]) -> None:
        """Stores all or none. A record that is stored already stays as it is."""
        rows = orjson.dumps([_row(record) for record in records]).decode()
        async with self._database.tenant(EVERY_TENANT) as connection:
            await connection.execute(_INSERT.encode(), (rows,))

    async def delete_older_than(self, days: int) -> int:
        """Deletes up to 10,000 records that are older than that, and returns how many."""
        async with self._database.tenant(EVERY_TENANT) as connection:
            return (await connection.execute(_EXPIRED, (days,))).rowcount

    async def page(self, tenant_id: str, wanted: UsageFilter, before: int | None, size: int) -> list[tuple[int, usage_pb2.UsageRecord]]:
        """A page of records, newest first, each with its position."""
        async with self._database.tenant(tenant_id) as connection:
            cursor = await connection.execute(
                """
                SELECT * FROM usage
                WHERE (%(user_id)s = '' OR user_id = %(user_id)s) AND (%(api_key_id)s = '' OR api_key_id = %(api_key_id)s)
                  AND (%(model)s = '' OR model = %(model)s) AND (NOT %(failed_only)s OR error_reason <> '')
                  AND (%(start)s::timestamptz IS NULL OR create_time >= %(start)s)
                  AND (%(end)s::timestamptz IS NULL OR create_time < %(end)s)
                  AND (%(before)s::bigint IS NULL OR id < %(before)s)
                ORDER BY id DESC LIMIT %(size)s""",
                {**asdict(wanted), "before": before, "size": size},
            )
            return [(row["id"], _record(row)) for row in await cursor.fetchall()]


def _row(record: UsageRecord) -> dict[str, Any]:
    usage = record.usage
    row = {name: getattr(record, name) for name in UsageRecord.__slots__ if name != "usage"}
    return row | {name: getattr(usage, name) for name in _TOKENS}


def _record(row: dict[str, Any]) -> usage_pb2.UsageRecord:
    record = usage_pb2.UsageRecord(
        id=f"usage_{row['id']}",
        decision_id=str(row["decision_id"]),
        generation_id=str(row["generation_id"]),
        user_id=str(row["user_id"]),
        api_key_id=str(row["api_key_id"]),
        model=str(row["model"]),
        provider_id=str(row["provider"]),
        upstream_model=str(row["model"]),
        finish_reason=_FINISH_REASONS.get(str(row["finish_reason"]), "FINISH_REASON_UNSPECIFIED"),
        error_reason=str(row["error_reason"]),
        attempts=row["attempts"],
        create_time=timestamp(row["create_time"]),
    )
    for name in _TOKENS:
        setattr(record.usage, name, row[name])
    record.timings.duration.FromNanoseconds(int(float(row["duration"]) * 1e9))
    if row["time_to_first_token"] is not None:
        record.timings.time_to_first_token.FromNanoseconds(int(float(row["time_to_first_token"]) * 1e9))
    return record
