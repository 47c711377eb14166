"""The page cache: pages that were read before, by tenant, in PostgreSQL; least recently used ones go at a limit in bytes."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence
from datetime import timedelta
from types import TracebackType
from typing import Self

import structlog

from services.kit.errors import Fault
from services.kit.postgres.database import Connection, Database
from services.kit.tasks import end, keep

_PAUSE_SECONDS = 5.0
"""After a failure the cache is not used for this long, so that not every page waits for it."""
_KEPT_SHARE = 0.9
"""The share of the limit that an eviction keeps."""
_TENANTS_AT_ONCE = 16
_log = structlog.get_logger("uat.vision.page_cache")


class PageCache:
    """Never raises: without the database it is an empty cache. An async context manager that deletes unused pages while it is entered."""

    def __init__(
        self,
        database: Database,
        *,
        max_bytes: int,
        max_age: timedelta,
        clock: Callable[[], float] = time.monotonic,
        sweep_seconds: float = 60.0,
    ) -> None:
        self._database = database
        self._max_bytes = max_bytes
        self._max_age = max_age
        self._clock = clock
        self._sweep_seconds = sweep_seconds
        self._paused_until = float("-inf")
        self._sweeping: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        self._sweeping = asyncio.create_task(
            keep(self.delete_expired, self._sweep_seconds, "expired pages could not be deleted", at_once=True)
        )
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        await end(self._sweeping)

    async def get(self, tenant_id: str, keys: Sequence[bytes]) -> dict[bytes, bytes]:
        """The cached pages, by key."""
        if self._clock() < self._paused_until:
            return {}
        try:
            async with self._database.tenant(tenant_id) as connection:
                return await _found(connection, keys)
        except Exception as error:
            self._failed(error)
            return {}

    async def put(self, tenant_id: str, key: bytes, page: bytes) -> None:
        """Stores a page. The tenant's least recently used pages are deleted when they exceed the limit together."""
        if self._clock() < self._paused_until or len(page) > self._max_bytes:
            return
        try:
            async with self._database.tenant(tenant_id) as connection:
                await self._kept(connection, tenant_id, key, page)
        except Exception as error:
            self._failed(error)

    async def delete_expired(self) -> None:
        """Deletes pages of all tenants that were not used within the maximum age."""
        while await self._delete_some():
            pass

    async def _kept(self, connection: Connection, tenant_id: str, key: bytes, page: bytes) -> None:
        # The tenant's row is locked first, so writers of one tenant wait here and can't deadlock.
        await connection.execute(
            """INSERT INTO page_tenants AS t VALUES (%s, %s, now())
            ON CONFLICT (tenant_id) DO UPDATE SET size_bytes = t.size_bytes + excluded.size_bytes""",
            (tenant_id, len(page)),
        )
        await connection.execute(
            """INSERT INTO pages (tenant_id, key, page, size_bytes) VALUES (%s, %s, %s, %s)
            ON CONFLICT (tenant_id, key) DO UPDATE SET page = excluded.page, size_bytes = excluded.size_bytes, use_time = now()""",
            (tenant_id, key, page, len(page)),
        )
        cursor = await connection.execute("SELECT size_bytes FROM page_tenants WHERE tenant_id = %s", (tenant_id,))
        row = await cursor.fetchone()
        if row is not None and row["size_bytes"] > self._max_bytes:
            await connection.execute(
                """DELETE FROM pages WHERE key IN (
                    SELECT key FROM (SELECT key, sum(size_bytes) OVER (ORDER BY use_time DESC, key) AS held FROM pages) p WHERE held > %s
                )""",
                (max(int(self._max_bytes * _KEPT_SHARE), len(page)),),
            )
            await _recount(connection, tenant_id)

    async def _delete_some(self) -> bool:
        async with self._database.everyone() as connection:
            cursor = await connection.execute(
                """UPDATE page_tenants SET swept_time = now() WHERE tenant_id IN (
                    SELECT tenant_id FROM page_tenants WHERE swept_time < now() - make_interval(secs => %s)
                    ORDER BY tenant_id LIMIT %s FOR UPDATE SKIP LOCKED
                ) RETURNING tenant_id""",
                (self._sweep_seconds / 2, _TENANTS_AT_ONCE),
            )
            tenants = [row["tenant_id"] for row in await cursor.fetchall()]
            for tenant_id in tenants:
                await connection.execute("SELECT set_config('uat.tenant', %s, true)", (tenant_id,))
                deleted = await connection.execute("DELETE FROM pages WHERE use_time < now() - %s", (self._max_age,))
                if deleted.rowcount:
                    await _recount(connection, tenant_id)
            await connection.execute("DELETE FROM page_tenants WHERE size_bytes = 0 AND tenant_id = ANY (%s)", (tenants,))
            return len(tenants) == _TENANTS_AT_ONCE

    def _failed(self, error: Exception) -> None:
        self._paused_until = self._clock() + _PAUSE_SECONDS
        if isinstance(error, Fault):
            _log.warning("the page cache is unavailable; pages are read again", error=str(error))
        else:
            _log.error("the page cache failed; pages are read again", exc_info=error)


async def _found(connection: Connection, keys: Sequence[bytes]) -> dict[bytes, bytes]:
    cursor = await connection.cursor(binary=True).execute(
        "SELECT key, page, use_time < now() - interval '1 minute' AS old FROM pages WHERE key = ANY (%s)", (list(keys),)
    )
    rows = await cursor.fetchall()
    # Uses within a minute of the last one are not recorded.
    if old := [row["key"] for row in rows if row["old"]]:
        await connection.execute(
            "UPDATE pages SET use_time = now() WHERE key IN (SELECT key FROM pages WHERE key = ANY (%s) FOR UPDATE SKIP LOCKED)", (old,)
        )
    return {bytes(row["key"]): bytes(row["page"]) for row in rows}


async def _recount(connection: Connection, tenant_id: str) -> None:
    await connection.execute(
        "UPDATE page_tenants SET size_bytes = (SELECT coalesce(sum(size_bytes), 0) FROM pages) WHERE tenant_id = %s", (tenant_id,)
    )
