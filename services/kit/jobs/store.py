"""Jobs in PostgreSQL, inside one tenant: changes that belong together are written in one transaction."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

from psycopg.types.json import Jsonb

from services.kit.context import Caller
from services.kit.identity import delegation
from services.kit.jobs import queries, rows, schema
from services.kit.jobs.records import (
    EVENT_ENDED,
    EVENT_QUEUED,
    QUEUED,
    RUNNING,
    JobEvent,
    JobFaults,
    JobRecord,
    JobResult,
    NewJob,
)
from services.kit.jobs.rows import Batch, Claim, Ending, Lost, Rank
from services.kit.postgres.byte_pages import Page
from services.kit.postgres.database import Connection
from services.kit.postgres.idempotency import RequestIds
from services.kit.postgres.tenant_store import TenantStore, Transaction

READ_AT_ONCE = 16


class TenantJobs(Transaction):
    """The jobs of a tenant in one transaction. Every write to an unfinished job first locks its row in the queue."""

    def __init__(self, connection: Connection, tenant_id: str, faults: JobFaults) -> None:
        super().__init__(connection, tenant_id)
        self._faults = faults

    # submitting

    def requests(self, user_id: str) -> RequestIds:
        """The request ids that stand for jobs of the user."""
        return RequestIds(self._connection, self._tenant_id, user_id, schema.REQUESTS)

    async def add(
        self, job_id: str, caller: Caller, new: NewJob, *, quota: int, owner: str | None, watcher: tuple[str, str, float] | None
    ) -> tuple[JobRecord, JobEvent]:
        """Stores a job with its first event. It runs at once if an `owner` has a free slot and no job of the kind waits. `watcher` is the
        name, replica and lease seconds of its first watcher. Raises the service's fault if the tenant has too many.
        """
        values: dict[str, Any] = {"id": job_id, "tenant_id": self._tenant_id, "user_id": caller.user_id, "owner": owner}
        values["caller"] = Jsonb(delegation.to_json(caller))
        await self._run(queries.LOCK_TENANT, values)
        room = await self._one(queries.ROOM, values | {"kind": new.kind})
        assert room is not None
        if room["unfinished"] >= quota:
            raise self._faults.quota_exceeded(self._tenant_id, quota)
        if room["waiting"]:
            values["owner"] = None
        values |= {"kind": new.kind, "topic": new.topic, "priority": new.priority, "weight": new.weight, "background": new.background}
        values |= {"item_count": new.item_count, "facts": Jsonb(dict(new.facts)), "labels": Jsonb(dict(new.labels))}
        values |= {"retention": new.retention, "deadline": new.deadline}
        name, replica, lease = watcher or (None, None, 0.0)
        values |= {"inputs": list(new.inputs), "watcher": name, "watcher_owner": replica, "lease": lease}
        row = await self._one(queries.ADD, values)
        assert row is not None
        record = rows.record(row)
        ranks = [Rank(job_id, self._tenant_id, 1, timedelta(0), None)] if record.state == RUNNING else await self.ranks([job_id])
        first = ranks[0] if ranks else Rank(job_id, self._tenant_id, 1, None, None)
        event = await self._one(
            """INSERT INTO job_events (job_id, sequence, tenant_id, time, kind, payload, position, wait)
            VALUES (%s, 1, %s, %s, %s, '', %s, %s) RETURNING *""",
            (job_id, self._tenant_id, record.create_time, EVENT_QUEUED, first.position, _seconds(first.wait)),
        )
        assert event is not None
        return replace(record, position=first.position if record.state == QUEUED else 0), rows.event(event)

    # reading

    async def record(self, user_id: str, job_id: str) -> JobRecord:
        """The user's job, without estimates. Raises the service's fault when there is none."""
        row = await self._one(f"SELECT {queries.RECORD} FROM jobs WHERE id = %s AND user_id = %s", (job_id, user_id))
        if row is None:
            raise self._faults.not_found(job_id)
        return rows.record(row)

    async def records(
        self, user_id: str, before: str | None, size: int, *, kind: str, topic: str, state: str
    ) -> tuple[list[JobRecord], bool]:
        """A page of the user's jobs, newest first, and whether more follow. An empty filter matches every job."""
        found = await self._all(
            f"""SELECT {queries.RECORD} FROM jobs WHERE user_id = %(user_id)s AND (%(before)s::text IS NULL OR id < %(before)s)
            AND (%(kind)s = '' OR kind = %(kind)s) AND (%(topic)s = '' OR topic = %(topic)s) AND (%(state)s = '' OR state = %(state)s)
            ORDER BY id DESC LIMIT %(size)s + 1""",
            {"user_id": user_id, "before": before, "kind": kind, "topic": topic, "state": state, "size": size},
        )
        return [rows.record(row) for row in found[:size]], len(found) > size

    async def ranks(self, job_ids: Sequence[str]) -> list[Rank]:
        """The positions of those of these jobs that are queued."""
        return [rows.rank(row) for row in await self._all(queries.RANKS, {"ids": list(job_ids)})]

    async def pace(self, kind: str, topic: str) -> float | None:
        """The measured seconds per unit of weight, or None."""
        row = await self._one(queries.PACE, {"kind": kind, "topic": topic})
        return row["seconds"] if row else None

    async def events(self, job_id: str, after: int) -> list[JobEvent]:
        """The next stored events after a sequence; more may follow."""
        found = await self._all(queries.EVENTS, {"job_id": job_id, "after": after, "most": READ_AT_ONCE}, binary=True)
        return [rows.event(row) for row in found]

    async def last_sequence(self, job_id: str) -> int:
        """The sequence of the job's last event."""
        return int((await self._the("SELECT last_sequence FROM jobs WHERE id = %s", (job_id,)))["last_sequence"])

    async def results(self, job_id: str, after: int, size: int) -> Page[JobResult]:
        """A page of results after an index, in order."""
        rows = await self._all(queries.RESULTS, {"job_id": job_id, "after": after, "size": size}, binary=True)
        return Page.of(rows, lambda row: JobResult(row["index"], bytes(row["payload"]), row["failed"]))

    async def inputs(self, job_id: str) -> list[bytes]:
        """The job's inputs."""
        found = await self._all("SELECT payload FROM job_inputs WHERE job_id = %s ORDER BY index", (job_id,), binary=True)
        return [bytes(row["payload"]) for row in found]

    async def done(self, job_id: str) -> set[int]:
        """The indexes of the stored results."""
        return {row["index"] for row in await self._all("SELECT index FROM job_results WHERE job_id = %s", (job_id,))}

    # running

    async def start(self, claim: Claim) -> JobRecord:
        """Marks a claimed job as running."""
        row = await self._one(queries.START, {"job_id": claim.job_id, "attempt": claim.attempt})
        assert row is not None
        return rows.record(row)

    async def fence(self, claim: Claim) -> None:
        """Locks the claimed job until the end of the transaction. Raises Lost if the claim doesn't hold any more."""
        values = {"job_id": claim.job_id, "owner": claim.owner, "attempt": claim.attempt}
        if await self._one(queries.FENCE, values) is None:
            raise Lost(claim.job_id)

    async def write(self, job_id: str, batch: Batch) -> list[JobEvent]:
        """Stores results and events of a locked job. A result that exists already is kept, and emits no second event."""
        results = {entry.index: entry for entry in batch.entries if entry.index is not None}
        new: dict[int, bool] = {}
        if results:
            values: dict[str, Any] = {"job_id": job_id, "tenant_id": self._tenant_id, "indexes": list(results)}
            values |= {"payloads": [entry.payload for entry in results.values()], "failures": [entry.failed for entry in results.values()]}
            new = {row["index"]: row["failed"] for row in await self._all(queries.ADD_RESULTS, values)}
        events = [entry for entry in batch.entries if entry.kind is not None and (entry.index is None or entry.index in new)]
        failed = sum(new.values())
        values = {"job_id": job_id, "events": len(events), "progress": batch.progress, "facts": Jsonb(batch.facts)}
        advanced = await self._one(queries.ADVANCE, values | {"succeeded": len(new) - failed, "failed": failed})
        if not events or advanced is None:
            return []
        first, time = advanced["last_sequence"] - len(events) + 1, advanced["time"]
        # A preview of a result that exists by now reaches watchers, and isn't stored.
        kept = [(first + n, entry) for n, entry in enumerate(events) if entry.preview_of is None or entry.preview_of not in new]
        values = {"job_id": job_id, "tenant_id": self._tenant_id, "time": time, "sequences": [n for n, _ in kept]}
        values |= {
            "kinds": [entry.kind for _, entry in kept],
            "payloads": [b"" if entry.index is not None else entry.payload for _, entry in kept],
        }
        values |= {"items": [entry.index for _, entry in kept], "previews": [entry.preview_of for _, entry in kept]}
        await self._run(queries.ADD_EVENTS, values)
        return [JobEvent(job_id, first + n, time, entry.kind or "", entry.payload, entry.index) for n, entry in enumerate(events)]

    async def end(self, job_id: str, ending: Ending) -> JobEvent:
        """Ends a locked job; returns its last event."""
        error = None if ending.error is None else ending.error.SerializeToString()
        row = await self._one(queries.END, {"job_id": job_id, "state": ending.state, "error": error})
        assert row is not None
        record = rows.record(row)
        assert record.end_time is not None
        return JobEvent(job_id, row["last_sequence"], record.end_time, EVENT_ENDED, job=record)

    async def queue_again(self, claim: Claim, *, crashed: bool) -> int | None:
        """Takes the job from its worker and queues it. Returns its number of crashes, or None if it isn't that worker's any more."""
        row = await self._one(
            """UPDATE job_queue SET owner = NULL, start_time = NULL, crashes = crashes + %(crashed)s
            WHERE job_id = %(job_id)s AND owner = %(owner)s AND attempt = %(attempt)s RETURNING crashes""",
            {"job_id": claim.job_id, "owner": claim.owner, "attempt": claim.attempt, "crashed": int(crashed)},
        )
        if row is None:
            return None
        await self._run("UPDATE jobs SET state = 'QUEUED' WHERE id = %s", (claim.job_id,))
        return int(row["crashes"])

    async def report_positions(self, ranks: Sequence[Rank], *, at_once: bool) -> list[JobEvent]:
        """Stores position events of queued jobs; of each job at most one a second unless `at_once`."""
        values = {"ids": [r.job_id for r in ranks], "positions": [r.position for r in ranks], "waits": [_seconds(r.wait) for r in ranks]}
        found = await self._all(queries.ADD_QUEUED, values | {"tenant_id": self._tenant_id, "at_once": at_once})
        return [rows.event(row) for row in found]

    # ending from outside

    async def lock(self, job_id: str) -> bool:
        """Locks an unfinished job until the end of the transaction. False if it has ended."""
        return await self._one("SELECT FROM job_queue WHERE job_id = %s FOR UPDATE", (job_id,)) is not None

    async def delete(self, user_id: str, job_id: str) -> None:
        """Deletes a final job with its results and events."""
        deleted = await self._one("DELETE FROM jobs WHERE id = %s AND user_id = %s RETURNING id", (job_id, user_id))
        if deleted is not None:
            await self._run("DELETE FROM job_expiries WHERE job_id = %s", (job_id,))

    async def delete_expired(self, job_ids: Sequence[str]) -> None:
        """Deletes expired jobs of this tenant."""
        await self._run("DELETE FROM jobs WHERE id = ANY (%s)", (list(job_ids),))
        await self._run("DELETE FROM job_expiries WHERE job_id = ANY (%s)", (list(job_ids),))

    # watching

    async def watch(self, job_id: str, watcher: str, owner: str, seconds: float) -> None:
        """Adds a watcher to an unfinished job."""
        await self._run(
            """INSERT INTO job_watchers (job_id, watcher, owner, expire_time)
            SELECT job_id, %s, %s, now() + make_interval(secs => %s) FROM job_queue WHERE job_id = %s FOR KEY SHARE""",
            (watcher, owner, seconds, job_id),
        )

    async def leave(self, job_id: str, watcher: str) -> bool:
        """Removes a watcher of a locked job. Returns whether it has no watcher now."""
        await self._run("DELETE FROM job_watchers WHERE job_id = %s AND watcher = %s", (job_id, watcher))
        return await self._one("SELECT FROM job_watchers WHERE job_id = %s AND expire_time > now()", (job_id,)) is None


def _seconds(wait: timedelta | None) -> float | None:
    return None if wait is None else wait.total_seconds()


Store = TenantStore[TenantJobs]
