"""The queue of all tenants: claims, heartbeats of replicas, and jobs left behind. It holds ids and numbers, no content."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from services.kit.jobs import queries, rows
from services.kit.jobs.records import JobFaults, JobRecord
from services.kit.jobs.rows import Claim, Rank
from services.kit.jobs.store import TenantJobs
from services.kit.postgres.database import Database

BATCH = 64


class Queue:
    """The queue as one replica, `owner`, uses it. Times go by the clock of the database."""

    def __init__(self, database: Database, faults: JobFaults, owner: str, lease_seconds: float) -> None:
        self._database = database
        self._faults = faults
        self._owner = owner
        self._lease_seconds = lease_seconds

    async def claim(self, kind: str) -> tuple[Claim, JobRecord] | None:
        """Claims the best queued job of a kind, or returns None if there is none."""
        async with self._database.everyone() as connection:
            await connection.execute(queries.CLAIM_LOCK.encode(), {"kind": kind})
            cursor = await connection.execute(queries.CLAIM.encode(), {"kind": kind, "owner": self._owner})
            row = await cursor.fetchone()
            if row is None:
                return None
            claim = Claim(row["job_id"], row["tenant_id"], kind, self._owner, row["attempt"])
            return claim, await TenantJobs(connection, claim.tenant_id, self._faults).start(claim)

    async def heartbeat(self, slots: Mapping[str, int], watchers: Collection[str]) -> dict[str, Claim]:
        """Renews the leases of this replica and of its watchers; returns the jobs that this replica owns, by id."""
        values: dict[str, Any] = {"owner": self._owner, "kinds": list(slots), "slots": list(slots.values()), "lease": self._lease_seconds}
        values["watchers"] = list(watchers)
        async with self._database.everyone() as connection:
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
        """The number of queued jobs, by kind."""
        async with self._database.everyone() as connection:
            cursor = await connection.execute("SELECT kind, count(*) AS waiting FROM job_queue WHERE owner IS NULL GROUP BY kind")
            return {row["kind"]: row["waiting"] for row in await cursor.fetchall()}

    async def counts(self) -> tuple[int, int]:
        """The numbers of queued and of running jobs."""
        async with self._database.everyone() as connection:
            cursor = await connection.execute("SELECT count(*) - count(owner) AS waiting, count(owner) AS running FROM job_queue")
            row = await cursor.fetchone()
        assert row is not None
        return row["waiting"], row["running"]

    async def retire(self) -> None:
        """Ends this replica's lease, so that other replicas take over its jobs."""
        async with self._database.everyone() as connection:
            await connection.execute("DELETE FROM job_workers WHERE owner = %s", (self._owner,))

    async def moved(self, job_ids: Sequence[str]) -> list[Rank]:
        """Queue positions that changed since they were last reported."""
        async with self._database.everyone() as connection:
            query = f"SELECT r.* FROM ({queries.RANKS}) r JOIN job_queue q USING (job_id) WHERE q.reported_position <> r.position"
            cursor = await connection.execute(query.encode(), {"ids": list(job_ids)})
            return [rows.rank(row) for row in await cursor.fetchall()]

    async def of_dead_replicas(self) -> list[Claim]:
        """Jobs whose worker's lease has expired, up to a limit."""
        async with self._database.everyone() as connection:
            await connection.execute("DELETE FROM job_workers WHERE expire_time < now() - interval '1 hour'")
            cursor = await connection.execute(queries.OF_DEAD_REPLICAS.encode(), {"most": BATCH})
            return [Claim(**row) for row in await cursor.fetchall()]

    async def overdue(self) -> list[tuple[str, str]]:
        """Tenant and id of unfinished jobs past their deadline, up to a limit."""
        return await self._ids(queries.OVERDUE)

    async def unwatched(self) -> list[tuple[str, str]]:
        """Tenant and id of jobs that run only while they are watched and have no watcher, up to a limit."""
        return await self._ids(queries.UNWATCHED)

    async def expired(self) -> dict[str, list[str]]:
        """Jobs past their retention by tenant, up to a limit."""
        async with self._database.everyone() as connection:
            query = "SELECT job_id, tenant_id FROM job_expiries WHERE expire_time < now() ORDER BY expire_time LIMIT %s"
            cursor = await connection.execute(query, (BATCH,))
            found: dict[str, list[str]] = {}
            for row in await cursor.fetchall():
                found.setdefault(row["tenant_id"], []).append(row["job_id"])
            return found

    async def _ids(self, query: str) -> list[tuple[str, str]]:
        async with self._database.everyone() as connection:
            cursor = await connection.execute(query.encode(), {"grace": self._lease_seconds, "most": BATCH})
            return [(row["tenant_id"], row["job_id"]) for row in await cursor.fetchall()]
