"""The rows of models, versions, memory budgets and request ids in PostgreSQL. They belong to the platform, not to a tenant."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import astuple, fields
from datetime import datetime
from typing import Any

from psycopg.types.json import Jsonb

from services.kit.postgres.database import Connection, Database
from services.kit.postgres.idempotency import RequestIds
from services.ml_inference.registry.rows import ModelRow, NewVersion, VersionRow


class Store:
    """Opens transactions."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @asynccontextmanager
    async def transaction(self, tenant_id: str = "") -> AsyncIterator[Rows]:
        """All writes of the block commit together, or none does. Request ids need their tenant's transaction. Raises
        DependencyUnavailable.
        """
        async with self._database.tenant(tenant_id) if tenant_id else self._database.everyone() as connection:
            yield Rows(connection)


class Rows:
    """The statements of one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def lock(self, model: str) -> None:
        """Locks the set of a model's versions until the transaction ends."""
        await self._run("SELECT pg_advisory_xact_lock(hashtext('ml_inference.model'), hashtext(%s))", model)

    async def models(self) -> list[ModelRow]:
        """Every model."""
        return [ModelRow(**row) for row in await self._all("SELECT * FROM models")]

    async def version(self, model: str, version: int) -> VersionRow | None:
        """One version."""
        found = await self._all("SELECT * FROM versions WHERE model_name = %s AND version = %s", model, version)
        return VersionRow(**found[0]) if found else None

    async def versions(self) -> list[VersionRow]:
        """Every version."""
        return [VersionRow(**row) for row in await self._all("SELECT * FROM versions")]

    async def highest(self, model: str) -> int:
        """The highest number that a version of the model has or had; 0 for none."""
        numbers = "SELECT version FROM versions WHERE model_name = %s UNION ALL SELECT version FROM deleted_versions WHERE model_name = %s"
        return int((await self._all(f"SELECT coalesce(max(version), 0) AS version FROM ({numbers}) n", model, model))[0]["version"])

    async def limits(self) -> dict[str, int]:
        """The memory budgets that operators set, in bytes by device."""
        return {row["device"]: row["limit_bytes"] for row in await self._all("SELECT * FROM memory_budgets")}

    async def set_limit(self, device: str, limit_bytes: int) -> None:
        """Sets a device's memory budget; 0 removes it."""
        await self._run("DELETE FROM memory_budgets WHERE device = %s", device)
        if limit_bytes:
            await self._run("INSERT INTO memory_budgets VALUES (%s, %s)", device, limit_bytes)

    async def add_model(self, name: str, task: str, description: str, etag: str) -> None:
        """Adds a model unless it exists."""
        columns = "name, task, description, settings, etag"
        await self._run(f"INSERT INTO models ({columns}) VALUES (%s, %s, %s, '', %s) ON CONFLICT DO NOTHING", name, task, description, etag)

    async def set_task(self, model: str, task: str) -> None:
        """Changes what a model does."""
        await self._run("UPDATE models SET task = %s WHERE name = %s", task, model)

    async def change_model(self, row: ModelRow, expected: str) -> bool:
        """Replaces the changeable columns of a model. False when its etag is not `expected`."""
        statement = """UPDATE models SET task = %s, description = %s, settings = %s, labels = %s, etag = %s, update_time = clock_timestamp()
            WHERE name = %s AND etag = %s RETURNING name"""
        changed = (row.task, row.description, row.settings, Jsonb(dict(row.labels)), row.etag)
        return bool(await self._all(statement, *changed, row.name, expected))

    async def put_version(self, new: NewVersion) -> None:
        """Adds a version, or replaces the one with its number."""
        await self._run("DELETE FROM deleted_versions WHERE model_name = %s AND version = %s", new.model_name, new.version)
        await self._run("DELETE FROM versions WHERE model_name = %s AND version = %s", new.model_name, new.version)
        values = [Jsonb(dict(value)) if isinstance(value, Mapping) else value for value in astuple(new)]
        columns = ", ".join(each.name for each in fields(NewVersion))
        await self._run(f"INSERT INTO versions ({columns}) VALUES ({', '.join(['%s'] * len(values))})", *values)
        await self._touch(new.model_name)

    async def delete_version(self, model: str, version: int, *, built: bool) -> None:
        """Deletes a version, and the model with its last one. A built version stays deleted: it is not registered automatically again."""
        if built:
            await self._run(
                """INSERT INTO deleted_versions SELECT model_name, version, sha256 FROM versions WHERE model_name = %s AND version = %s
                ON CONFLICT (model_name, version) DO UPDATE SET sha256 = excluded.sha256""",
                model,
                version,
            )
        await self._run("DELETE FROM versions WHERE model_name = %s AND version = %s", model, version)
        await self._touch(model)
        await self._run("DELETE FROM models m WHERE name = %s AND NOT EXISTS (SELECT FROM versions WHERE model_name = m.name)", model)

    async def deleted(self) -> dict[tuple[str, int], str]:
        """The digests of the built versions that an operator deleted."""
        return {(row["model_name"], row["version"]): row["sha256"] for row in await self._all("SELECT * FROM deleted_versions")}

    async def want(self, model: str, version: int, wanted: bool, device: str = "") -> None:
        """Sets whether a version should be loaded, and where; clears its error."""
        statement = "UPDATE versions SET wanted = %s, device = %s, error = NULL WHERE model_name = %s AND version = %s"
        await self._run(statement, wanted, device, model, version)

    async def failed(self, model: str, version: int, error: bytes | None) -> None:
        """Stores why a version could not be loaded. It isn't wanted any more, so it is not retried."""
        await self._run("UPDATE versions SET wanted = false, error = %s WHERE model_name = %s AND version = %s", error, model, version)

    async def loaded(self, model: str, version: int, config: bytes, memory_bytes: int | None) -> None:
        """Stores the configuration that Triton completed, and the memory where it could be measured."""
        statement = """UPDATE versions SET config = %s, load_time = clock_timestamp(), error = NULL,
                memory_bytes = coalesce(%s, memory_bytes), measured = measured OR %s
            WHERE model_name = %s AND version = %s"""
        await self._run(statement, config, memory_bytes, memory_bytes is not None, model, version)

    async def used(self, times: Mapping[tuple[str, int], datetime]) -> None:
        """Stores when versions last answered."""
        statement = "UPDATE versions SET last_used_time = greatest(last_used_time, %s) WHERE model_name = %s AND version = %s"
        for (model, version), time in times.items():
            await self._run(statement, time, model, version)

    async def measured(self, sizes: Mapping[tuple[str, int], int]) -> None:
        """Stores how much memory versions take, where it changed by more than a tenth."""
        statement = """UPDATE versions SET memory_bytes = %s, measured = true
            WHERE model_name = %s AND version = %s AND abs(memory_bytes - %s) * 10 > memory_bytes"""
        for (model, version), size in sizes.items():
            await self._run(statement, size, model, version, size)

    def request_ids(self, tenant_id: str, user_id: str) -> RequestIds:
        """The request ids of a user, in a transaction of the user's tenant."""
        return RequestIds(self._connection, tenant_id, user_id)

    async def _touch(self, model: str) -> None:
        await self._run("UPDATE models SET update_time = clock_timestamp() WHERE name = %s", model)

    async def _run(self, statement: str, *values: Any) -> None:
        await self._connection.execute(statement, values)

    async def _all(self, statement: str, *values: Any) -> list[dict[str, Any]]:
        return await (await self._connection.execute(statement, values)).fetchall()
