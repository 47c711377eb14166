"""Usage in PostgreSQL."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any

from google.protobuf.timestamp_pb2 import Timestamp
from uat.llm_router.v1 import generation_pb2, usage_pb2
from uat.llm_router.v1.usage_service_pb2 import ListUsageRequest

from services.kit.postgres import Database
from services.llm_router.usage import Bill

EVERY_TENANT = "*"

_COLUMNS = (
    "generation_id, tenant_id, user_id, api_key_id, model, provider, input_tokens, output_tokens, cached_input_tokens, reasoning_tokens, "
    "finish_reason, error_reason, attempts, time_to_first_token, duration"
)
_FINISH = {
    "stop": generation_pb2.FINISH_REASON_STOP,
    "length": generation_pb2.FINISH_REASON_LENGTH,
    "tool_calls": generation_pb2.FINISH_REASON_TOOL_CALLS,
    "content_filter": generation_pb2.FINISH_REASON_CONTENT_FILTER,
    "cancelled": generation_pb2.FINISH_REASON_CANCELLED,
}


@dataclass(frozen=True, slots=True)
class UsageFilter:
    """Which records are wanted; an empty field leaves nothing out."""

    user_id: str
    api_key_id: str
    model: str
    failed_only: bool
    start: datetime | None
    end: datetime | None

    @classmethod
    def of(cls, request: ListUsageRequest) -> UsageFilter:
        """The filter that a request asks for."""
        start = request.start_time.ToDatetime(tzinfo=UTC) if request.HasField("start_time") else None
        end = request.end_time.ToDatetime(tzinfo=UTC) if request.HasField("end_time") else None
        return cls(request.user_id, request.api_key_id, request.model, request.failed_only, start, end)


class UsageStore:
    """Keeps bills. Writing goes across tenants, since one batch holds many; reading stays inside one."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(self, bills: list[Bill]) -> None:
        """Stores all or none."""
        async with self._database.tenant(EVERY_TENANT) as connection, connection.cursor() as cursor:
            async with cursor.copy(f"COPY usage ({_COLUMNS}) FROM STDIN".encode()) as copy:
                for b in bills:
                    u = b.usage
                    await copy.write_row(
                        (
                            b.generation_id,
                            b.tenant_id,
                            b.user_id,
                            b.api_key_id,
                            b.model,
                            b.provider,
                            u.input_tokens,
                            u.output_tokens,
                            u.cached_input_tokens,
                            u.reasoning_tokens,
                            b.finish_reason,
                            b.error_reason,
                            b.attempts,
                            b.time_to_first_token,
                            b.duration,
                        )
                    )

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


def _record(row: dict[str, Any]) -> usage_pb2.UsageRecord:
    created = Timestamp()
    created.FromDatetime(row["create_time"])
    record = usage_pb2.UsageRecord(
        id=f"usage_{row['id']}",
        generation_id=str(row["generation_id"]),
        user_id=str(row["user_id"]),
        api_key_id=str(row["api_key_id"]),
        model=str(row["model"]),
        provider_id=str(row["provider"]),
        upstream_model=str(row["model"]),
        finish_reason=_FINISH.get(str(row["finish_reason"]), generation_pb2.FINISH_REASON_UNSPECIFIED),
        error_reason=str(row["error_reason"]),
        attempts=row["attempts"],
        create_time=created,
    )
    for name in ("input_tokens", "output_tokens", "cached_input_tokens", "reasoning_tokens"):
        setattr(record.usage, name, row[name])
    record.timings.duration.FromNanoseconds(int(float(row["duration"]) * 1e9))
    if row["time_to_first_token"] is not None:
        record.timings.time_to_first_token.FromNanoseconds(int(float(row["time_to_first_token"]) * 1e9))
    return record
