"""Uploads in PostgreSQL: a row each, with the content in pieces beside it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from uat.vision.v1 import source_pb2

from services.kit.context import Caller
from services.kit.postgres.database import Connection, Database
from services.kit.times import timestamp
from services.vision.content.header import Facts

_COLUMNS = "id, media_type, size_bytes, sha256, width, height, page_count, create_time, expire_time"
_BATCH = 100


class UploadStore:
    """Writes each upload in one transaction: it is stored as a whole or not at all."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def held(self, caller: Caller) -> int:
        """The bytes that the user's uploads hold together."""
        async with self._database.tenant(caller.tenant_id) as connection:
            return await _held(connection, caller)

    async def add(
        self, caller: Caller, upload_id: str, facts: Facts, retention: timedelta, chunks: Iterable[bytes], limit: int
    ) -> source_pb2.Upload | None:
        """Stores an upload. Returns None, and stores nothing, when the user's uploads would exceed `limit` bytes together."""
        async with self._database.tenant(caller.tenant_id) as connection:
            # Uploads of one user wait for each other here, so that two can't both take the last room.
            await connection.execute(
                "SELECT pg_advisory_xact_lock(hashtextextended('vision.uploads.' || %s || '.' || %s, 0))",
                (caller.tenant_id, caller.user_id),
            )
            if await _held(connection, caller) + facts.size_bytes > limit:
                return None
            values = (upload_id, caller.tenant_id, caller.user_id, facts.media_type, facts.size_bytes, facts.sha256)
            cursor = await connection.execute(
                f"""INSERT INTO uploads
                (id, tenant_id, user_id, media_type, size_bytes, sha256, width, height, page_count, expire_time)
                VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, now() + %s) RETURNING {_COLUMNS}""",
                (*values, facts.width, facts.height, facts.page_count, retention),
            )
            row = await cursor.fetchone()
            assert row is not None
            for index, chunk in enumerate(chunks):
                await connection.execute(
                    "INSERT INTO upload_chunks (upload_id, index, tenant_id, data) VALUES (%s, %s, %s, %b)",
                    (upload_id, index, caller.tenant_id, chunk),
                )
            await connection.execute("INSERT INTO upload_expiries VALUES (%s, %s, %s)", (upload_id, caller.tenant_id, row["expire_time"]))
            return _upload(row)

    async def content(self, caller: Caller, upload_id: str) -> bytes | None:
        """The content of one of the user's uploads; None when there is none or it is expired."""
        async with self._database.tenant(caller.tenant_id) as connection:
            cursor = await connection.cursor(binary=True).execute(
                """SELECT c.data FROM upload_chunks c JOIN uploads u ON u.id = c.upload_id
                WHERE u.id = %s AND u.user_id = %s AND u.expire_time > now() ORDER BY c.index""",
                (upload_id, caller.user_id),
            )
            return b"".join([row["data"] for row in await cursor.fetchall()]) or None

    async def delete(self, caller: Caller, upload_id: str) -> None:
        """Deletes one of the user's uploads."""
        async with self._database.tenant(caller.tenant_id) as connection:
            deleted = await connection.execute("DELETE FROM uploads WHERE id = %s AND user_id = %s", (upload_id, caller.user_id))
            if deleted.rowcount:
                await connection.execute("DELETE FROM upload_expiries WHERE upload_id = %s", (upload_id,))

    async def expire(self) -> int:
        """Deletes a batch of expired uploads of all tenants. Returns how many."""
        async with self._database.everyone() as connection:
            cursor = await connection.execute(
                """DELETE FROM upload_expiries WHERE upload_id IN (
                    SELECT upload_id FROM upload_expiries WHERE expire_time <= now() ORDER BY expire_time LIMIT %s FOR UPDATE SKIP LOCKED
                ) RETURNING upload_id, tenant_id""",
                (_BATCH,),
            )
            expired: dict[str, list[str]] = {}
            for row in await cursor.fetchall():
                expired.setdefault(row["tenant_id"], []).append(row["upload_id"])
            for tenant_id, ids in expired.items():
                await connection.execute("SELECT set_config('uat.tenant', %s, true)", (tenant_id,))
                await connection.execute("DELETE FROM uploads WHERE id = ANY (%s)", (ids,))
            return sum(map(len, expired.values()))


async def _held(connection: Connection, caller: Caller) -> int:
    cursor = await connection.execute(
        "SELECT coalesce(sum(size_bytes), 0)::bigint AS held FROM uploads WHERE user_id = %s AND expire_time > now()", (caller.user_id,)
    )
    row = await cursor.fetchone()
    assert row is not None
    return int(row["held"])


def _upload(row: dict[str, Any]) -> source_pb2.Upload:
    made = source_pb2.Upload(
        id=row["id"],
        media_type=row["media_type"],
        size_bytes=row["size_bytes"],
        sha256=row["sha256"],
        width=row["width"],
        height=row["height"],
        page_count=row["page_count"],
    )
    made.create_time.CopyFrom(timestamp(row["create_time"]))
    made.expire_time.CopyFrom(timestamp(row["expire_time"]))
    return made
