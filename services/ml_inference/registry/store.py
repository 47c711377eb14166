"""Models and versions in PostgreSQL."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from psycopg.types.json import Jsonb

from services.kit.postgres.database import Connection, Database
from services.kit.postgres.idempotency import RequestIdReused


@dataclass(frozen=True, slots=True)
class ModelRow:
    """A model as it is kept. `settings` are serialized."""

    name: str
    task: str
    description: str
    settings: bytes
    labels: Mapping[str, str]
    etag: str
    create_time: datetime
    update_time: datetime


@dataclass(frozen=True, slots=True)
class VersionRow:
    """A version as it is kept. `config` is serialized; `place` is its model in Triton; `wanted` says that it should be loaded."""

    model_name: str
    version: int
    place: str
    sha256: str
    source_uri: str
    source_sha256: str
    platform: str
    precision: str
    size_bytes: int
    memory_bytes: int
    measured: bool
    config: bytes
    scores: Mapping[str, float]
    labels: Mapping[str, str]
    wanted: bool
    device: str
    error: bytes | None
    create_time: datetime
    load_time: datetime | None
    last_used_time: datetime | None


@dataclass(frozen=True, slots=True)
class NewVersion:
    """A version on its way in."""

    model_name: str
    version: int
    place: str
    sha256: str
    source_uri: str
    source_sha256: str
    platform: str
    precision: str
    size_bytes: int
    memory_bytes: int
    config: bytes
    scores: Mapping[str, float]
    labels: Mapping[str, str]
    wanted: bool = False


class Store:
    """Opens transactions."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Rows]:
        """What is written inside holds together or not at all. Raises DependencyUnavailable."""
        async with self._database.everyone() as connection:
            yield Rows(connection)


class Rows:
    """What one transaction can do."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def alone(self, model: str) -> None:
        """Waits until no other transaction changes this model's versions."""
        await self._run("SELECT pg_advisory_xact_lock(hashtext('ml_inference.model'), hashtext(%s))", model)

    async def models(self) -> list[ModelRow]:
        """Every model."""
        return [ModelRow(**row) for row in await self._all("SELECT * FROM models")]

    async def version(self, model: str, version: int) -> VersionRow | None:
        """One version."""
        found = await self._all("SELECT * FROM versions WHERE model_name = %s AND version = %s", model, version)
        return VersionRow(**found[0]) if found else None

    async def highest(self, model: str) -> int:
        """The highest number that a version of the model has or had; 0 for none."""
        numbers = "SELECT version FROM versions WHERE model_name = %s UNION ALL SELECT version FROM deleted_versions WHERE model_name = %s"
        return int((await self._all(f"SELECT coalesce(max(version), 0) AS version FROM ({numbers}) n", model, model))[0]["version"])

    async def set_task(self, model: str, task: str) -> None:
        """Says what a model does."""
        await self._run("UPDATE models SET task = %s WHERE name = %s", task, model)

    async def versions(self) -> list[VersionRow]:
        """Every version."""
        return [VersionRow(**row) for row in await self._all("SELECT * FROM versions")]

    async def budgets(self) -> dict[str, int]:
        """The limits that somebody set, by device."""
        return {row["device"]: row["limit_bytes"] for row in await self._all("SELECT * FROM memory_budgets")}

    async def add_model(self, name: str, task: str, description: str, etag: str) -> None:
        """Adds a model, unless it is there."""
        await self._run(
            "INSERT INTO models (name, task, description, settings, etag) VALUES (%s, %s, %s, '', %s) ON CONFLICT DO NOTHING",
            name,
            task,
            description,
            etag,
        )

    async def change_model(self, row: ModelRow, expected: str) -> bool:
        """Replaces what can change of a model. False when its etag is not the expected one."""
        found = await self._all(
            """UPDATE models SET task = %s, description = %s, settings = %s, labels = %s, etag = %s, update_time = clock_timestamp()
            WHERE name = %s AND etag = %s RETURNING name""",
            row.task,
            row.description,
            row.settings,
            Jsonb(dict(row.labels)),
            row.etag,
            row.name,
            expected,
        )
        return bool(found)

    async def put_version(self, new: NewVersion) -> None:
        """Adds a version; one with the same number is replaced. That it was deleted once is forgotten."""
        await self._run("DELETE FROM deleted_versions WHERE model_name = %s AND version = %s", new.model_name, new.version)
        await self._run("DELETE FROM versions WHERE model_name = %s AND version = %s", new.model_name, new.version)
        await self._run(
            """INSERT INTO versions (model_name, version, place, sha256, source_uri, source_sha256, platform, precision, size_bytes,
                memory_bytes, config, scores, labels, wanted)
            VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)""",
            new.model_name,
            new.version,
            new.place,
            new.sha256,
            new.source_uri,
            new.source_sha256,
            new.platform,
            new.precision,
            new.size_bytes,
            new.memory_bytes,
            new.config,
            Jsonb(dict(new.scores)),
            Jsonb(dict(new.labels)),
            new.wanted,
        )
        await self._touch(new.model_name)

    async def delete_version(self, model: str, version: int, *, built: bool) -> None:
        """Deletes a version, and the model with its last one. A built one is not taken in again."""
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
        """The digests of built versions that were deleted."""
        return {(row["model_name"], row["version"]): row["sha256"] for row in await self._all("SELECT * FROM deleted_versions")}

    async def want(self, model: str, version: int, wanted: bool, device: str = "") -> None:
        """Says whether a version should be loaded, and where."""
        await self._run(
            "UPDATE versions SET wanted = %s, device = %s, error = NULL WHERE model_name = %s AND version = %s",
            wanted,
            device,
            model,
            version,
        )

    async def failed(self, model: str, version: int, error: bytes | None) -> None:
        """Keeps why a version could not be loaded, where that is its own fault; it is not tried again by itself."""
        await self._run("UPDATE versions SET wanted = false, error = %s WHERE model_name = %s AND version = %s", error, model, version)

    async def loaded(self, model: str, version: int, config: bytes, memory_bytes: int | None) -> None:
        """Keeps what is known of a version since it was loaded; `memory_bytes` where it was measured."""
        await self._run(
            """UPDATE versions SET config = %s, load_time = clock_timestamp(), error = NULL,
                memory_bytes = coalesce(%s, memory_bytes), measured = measured OR %s
            WHERE model_name = %s AND version = %s""",
            config,
            memory_bytes,
            memory_bytes is not None,
            model,
            version,
        )

    async def used(self, times: Mapping[tuple[str, int], datetime]) -> None:
        """Keeps when versions last answered."""
        for (model, version), moment in times.items():
            await self._run(
                "UPDATE versions SET last_used_time = greatest(last_used_time, %s) WHERE model_name = %s AND version = %s",
                moment,
                model,
                version,
            )

    async def grown(self, sizes: Mapping[tuple[str, int], int]) -> None:
        """Keeps what memory versions were measured to take; a change of less than a tenth is none."""
        for (model, version), size in sizes.items():
            await self._run(
                """UPDATE versions SET memory_bytes = %s, measured = true
                WHERE model_name = %s AND version = %s AND abs(memory_bytes - %s) * 10 > memory_bytes""",
                size,
                model,
                version,
                size,
            )

    async def set_budget(self, device: str, limit_bytes: int) -> None:
        """Keeps a device's limit; 0 forgets it."""
        if limit_bytes:
            await self._run(
                "INSERT INTO memory_budgets VALUES (%s, %s) ON CONFLICT (device) DO UPDATE SET limit_bytes = excluded.limit_bytes",
                device,
                limit_bytes,
            )
        else:
            await self._run("DELETE FROM memory_budgets WHERE device = %s", device)

    async def repeated(self, user_id: str, request_id: str, fingerprint: bytes) -> tuple[str, int] | None:
        """The version that this request registered before. Raises RequestIdReused when the id came with another request."""
        await self._run("DELETE FROM request_ids WHERE expire_time < now()")
        found = await self._all("SELECT * FROM request_ids WHERE user_id = %s AND request_id = %s", user_id, request_id)
        if not found:
            return None
        if bytes(found[0]["fingerprint"]) != fingerprint:
            raise RequestIdReused(f"the request_id {request_id} stands for a different request")
        return found[0]["model_name"], found[0]["version"]

    async def remember(self, user_id: str, request_id: str, fingerprint: bytes, model: str, version: int) -> None:
        """Keeps for 24 hours what a request id stands for."""
        await self._run(
            "INSERT INTO request_ids VALUES (%s, %s, %s, %s, %s, now() + interval '24 hours') ON CONFLICT DO NOTHING",
            user_id,
            request_id,
            fingerprint,
            model,
            version,
        )

    async def _touch(self, model: str) -> None:
        await self._run("UPDATE models SET update_time = clock_timestamp() WHERE name = %s", model)

    async def _run(self, statement: str, *values: Any) -> None:
        await self._connection.execute(statement, values)

    async def _all(self, statement: str, *values: Any) -> list[dict[str, Any]]:
        return await (await self._connection.execute(statement, values)).fetchall()
