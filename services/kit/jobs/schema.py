"""The tables of jobs, the same in every service that has jobs."""

from __future__ import annotations

from collections.abc import Callable

from services.kit.postgres import idempotency, leases
from services.kit.postgres.migrations.tenant_tables import isolate_tenants

REQUESTS, LEASES = "job_requests", "job_leases"
_TENANT_TABLES = ("jobs", "job_inputs", "job_results", "job_events")

_TABLES = (
    """CREATE TABLE jobs (
        id text PRIMARY KEY,
        tenant_id text NOT NULL,
        user_id text NOT NULL,
        caller jsonb NOT NULL,
        kind text NOT NULL,
        topic text NOT NULL,
        priority smallint NOT NULL,
        weight double precision NOT NULL,
        state text NOT NULL CHECK (state IN ('QUEUED', 'RUNNING', 'SUCCEEDED', 'FAILED', 'CANCELLED')),
        background boolean NOT NULL,
        attempt int NOT NULL DEFAULT 0,
        progress double precision NOT NULL DEFAULT 0,
        item_count int NOT NULL,
        items_succeeded int NOT NULL DEFAULT 0,
        items_failed int NOT NULL DEFAULT 0,
        facts jsonb NOT NULL DEFAULT '{}',
        labels jsonb NOT NULL,
        error bytea,
        last_sequence bigint NOT NULL DEFAULT 0,
        retention interval NOT NULL,
        deadline timestamptz,
        create_time timestamptz NOT NULL DEFAULT clock_timestamp(),
        start_time timestamptz,
        end_time timestamptz,
        expire_time timestamptz
    )""",
    "CREATE INDEX jobs_user ON jobs (tenant_id, user_id, id DESC)",
    """CREATE TABLE job_inputs (
        job_id text NOT NULL REFERENCES jobs (id) ON DELETE CASCADE,
        index int NOT NULL,
        tenant_id text NOT NULL,
        payload bytea NOT NULL,
        PRIMARY KEY (job_id, index)
    )""",
    """CREATE TABLE job_results (
        job_id text NOT NULL REFERENCES jobs (id) ON DELETE CASCADE,
        index int NOT NULL,
        tenant_id text NOT NULL,
        payload bytea NOT NULL,
        failed boolean NOT NULL,
        PRIMARY KEY (job_id, index)
    )""",
    # The event of a result holds no payload of its own; `preview_of` names the result that supersedes an event.
    """CREATE TABLE job_events (
        job_id text NOT NULL REFERENCES jobs (id) ON DELETE CASCADE,
        sequence bigint NOT NULL,
        tenant_id text NOT NULL,
        time timestamptz NOT NULL,
        kind text NOT NULL,
        payload bytea NOT NULL,
        item int,
        preview_of int,
        position bigint NOT NULL DEFAULT 0,
        wait double precision,
        PRIMARY KEY (job_id, sequence)
    )""",
    # The following tables hold ids and numbers and belong to no tenant, so that any replica can run and repair the jobs of all tenants.
    # A job is in the queue until it has ended; without an owner it waits.
    """CREATE TABLE job_queue (
        job_id text PRIMARY KEY REFERENCES jobs (id) ON DELETE CASCADE,
        ordinal bigint GENERATED ALWAYS AS IDENTITY,
        tenant_id text NOT NULL,
        kind text NOT NULL,
        topic text NOT NULL,
        priority smallint NOT NULL,
        weight double precision NOT NULL,
        background boolean NOT NULL,
        deadline timestamptz,
        owner text,
        attempt int NOT NULL DEFAULT 0,
        crashes int NOT NULL DEFAULT 0,
        start_time timestamptz,
        create_time timestamptz NOT NULL DEFAULT clock_timestamp(),
        reported_position bigint NOT NULL DEFAULT 0,
        report_time timestamptz NOT NULL DEFAULT clock_timestamp()
    )""",
    "CREATE INDEX job_queue_order ON job_queue (kind, priority, tenant_id, ordinal) WHERE owner IS NULL",
    "CREATE INDEX job_queue_owner ON job_queue (owner) WHERE owner IS NOT NULL",
    "CREATE INDEX job_queue_tenant ON job_queue (tenant_id)",
    """CREATE TABLE job_watchers (
        job_id text NOT NULL REFERENCES job_queue (job_id) ON DELETE CASCADE,
        watcher text NOT NULL,
        owner text NOT NULL,
        expire_time timestamptz NOT NULL,
        PRIMARY KEY (job_id, watcher)
    )""",
    "CREATE INDEX job_watchers_owner ON job_watchers (owner)",
    "CREATE TABLE job_workers (owner text, kind text, slots int NOT NULL, expire_time timestamptz NOT NULL, PRIMARY KEY (owner, kind))",
    "CREATE TABLE job_turns (kind text, tenant_id text, time timestamptz NOT NULL, PRIMARY KEY (kind, tenant_id))",
    "CREATE TABLE job_rates (kind text, topic text, seconds double precision NOT NULL, PRIMARY KEY (kind, topic))",
    "CREATE TABLE job_expiries (job_id text PRIMARY KEY, tenant_id text NOT NULL, expire_time timestamptz NOT NULL)",
    "CREATE INDEX job_expiries_time ON job_expiries (expire_time)",
)


def create(execute: Callable[[str], object]) -> None:
    """Creates the tables. Called by a service's migration, with `op.execute`."""
    for statement in _TABLES:
        execute(statement)
    isolate_tenants(execute, *_TENANT_TABLES)
    idempotency.create_table(execute, REQUESTS)
    leases.create_table(execute, LEASES)
