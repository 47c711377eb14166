"""The queue of all tenants: who runs what, who is alive, and what was left lying. It holds ids and figures alone."""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any

from services.kit.jobs import queries, rows
from services.kit.jobs.records import JobFaults, JobRecord
from services.kit.jobs.rows import Claim, Rank
from services.kit.jobs.store import TenantJobs
from services.kit.postgres.database import Connection, Database

AT_ONCE = 64


class Queue:
    """What one replica, `owner`, does with the queue; times go by the clock of the database."""

    def __init__(self, database: Database, faults: JobFaults, owner: str, lease_seconds: float) -> None:
        self._database = database
        self._faults = faults
        self._owner = owner
        self._lease_seconds = lease_seconds

    async def claim(self, kind: str) -> tuple[Claim, JobRecord] | None:
        """Takes the best waiting job of a kind, or None when none waits."""
        async with self._open() as connection:
            await connection.execute(queries.CLAIM_LOCK.encode())
            cursor = await connection.execute(queries.CLAIM.encode(), {"kind": kind, "owner": self._owner})
            row = await cursor.fetchone()
            if row is None:
                return None
            claim = Claim(row["job_id"], row["tenant_id"], kind, self._owner, row["attempt"])
            return claim, await TenantJobs(connection, claim.tenant_id, self._faults).start(claim)

    async def sign(self, slots: Mapping[str, int], watchers: Collection[str]) -> dict[str, Claim]:
        """Gives the sign of life of this replica and of those who watch here; returns the jobs that are this replica's, by id."""
        values: dict[str, Any] = {"owner": self._owner, "kinds": list(slots), "slots": list(slots.values()), "lease": self._lease_seconds}
        values["watchers"] = list(watchers)
        async with self._open() as connection:
            await connection.execute(
                """INSERT INTO job_workers (owner, kind, slots, expire_time)
                SELECT %(owner)s, kind, slots, now() + make_interval(secs => %(lease)s)
                FROM unnest(%(kinds)s::text[], %(slots)s::int[]) AS w (kind, slots)
                ON CONFLICT (owner, kind) DO UPDATE SET slots = excluded.slots, expire_time = excluded.expire_time""",
                values,
            )
            await connection.execute(
                """UPDATE job_watchers SET expire_time = now() + make_interval(secs => %(lease)s)
                WHERE owner = %(owner)s AND watcher = ANY (%(watchers)s)""",
                values,
            )
            query = "SELECT job_id, tenant_id, kind, owner, attempt FROM job_queue WHERE owner = %(owner)s"
            return {row["job_id"]: Claim(**row) for row in await (await connection.execute(query, values)).fetchall()}

    async def lengths(self) -> dict[str, int]:
        """How many jobs of each kind wait."""
        async with self._open() as connection:
            cursor = await connection.execute("SELECT kind, count(*) AS waiting FROM job_queue WHERE owner IS NULL GROUP BY kind")
            return {row["kind"]: row["waiting"] for row in await cursor.fetchall()}

    async def counts(self) -> tuple[int, int]:
        """How many jobs wait, and how many run."""
        async with self._open() as connection:
            cursor = await connection.execute("SELECT count(*) - count(owner) AS waiting, count(owner) AS running FROM job_queue")
            row = await cursor.fetchone()
        assert row is not None
        return row["waiting"], row["running"]

    async def retire(self) -> None:
        """Says that this replica runs nothing any more."""
        async with self._open() as connection:
            await connection.execute("DELETE FROM job_workers WHERE owner = %s", (self._owner,))

    async def ranks(self, job_ids: Sequence[str]) -> list[Rank]:
        """Where those of these jobs stand that wait and were told another place."""
        async with self._open() as connection:
            query = f"SELECT r.* FROM ({queries.RANKS}) r JOIN job_queue q USING (job_id) WHERE q.told_position <> r.position"
            cursor = await connection.execute(query.encode(), {"ids": list(job_ids)})
            return [rows.rank(row) for row in await cursor.fetchall()]

    async def left_by_the_dead(self) -> list[Claim]:
        """Some of the jobs whose worker gives no sign of life."""
        async with self._open() as connection:
            await connection.execute("DELETE FROM job_workers WHERE expire_time < now() - interval '1 hour'")
            cursor = await connection.execute(queries.LEFT_BY_THE_DEAD.encode(), {"most": AT_ONCE})
            return [Claim(**row) for row in await cursor.fetchall()]

    async def overdue(self) -> list[tuple[str, str]]:
        """Job and tenant of some of those whose deadline is over and that nobody ended."""
        return await self._ids(queries.OVERDUE)

    async def unwatched(self) -> list[tuple[str, str]]:
        """Job and tenant of some of those that go on only while somebody watches, and nobody does."""
        return await self._ids(queries.UNWATCHED)

    async def expired(self) -> dict[str, list[str]]:
        """Some of the jobs whose time is over, by tenant."""
        async with self._open() as connection:
            query = "SELECT job_id, tenant_id FROM job_expiries WHERE expire_time < now() ORDER BY expire_time LIMIT %s"
            cursor = await connection.execute(query, (AT_ONCE,))
            found: dict[str, list[str]] = {}
            for row in await cursor.fetchall():
                found.setdefault(row["tenant_id"], []).append(row["job_id"])
            return found

    async def _ids(self, query: str) -> list[tuple[str, str]]:
        async with self._open() as connection:
            cursor = await connection.execute(query.encode(), {"grace": self._lease_seconds, "most": AT_ONCE})
            return [(row["job_id"], row["tenant_id"]) for row in await cursor.fetchall()]

    @asynccontextmanager
    async def _open(self) -> AsyncIterator[Connection]:
        async with self._database.everyone() as connection:
            yield connection
