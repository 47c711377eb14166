"""Models, their versions, what memory they may take, their traffic, the request ids of 24 hours, and jobs.

Models belong to the platform, not to a tenant; row-level security holds for jobs alone.
"""

from alembic import op

from services.kit.jobs import schema

revision = "0001"
down_revision = None


def upgrade() -> None:
    schema.create(op.execute)
    op.execute("""
        CREATE TABLE models (
            name text PRIMARY KEY,
            task text NOT NULL,
            description text NOT NULL,
            settings bytea NOT NULL,
            labels jsonb NOT NULL DEFAULT '{}',
            etag text NOT NULL,
            create_time timestamptz NOT NULL DEFAULT clock_timestamp(),
            update_time timestamptz NOT NULL DEFAULT clock_timestamp()
        )""")
    # `place` is the version's model in Triton; `source_sha256` the digest that was stated when it was registered. `wanted` says that it
    # should be loaded, `device` where.
    op.execute("""
        CREATE TABLE versions (
            model_name text NOT NULL REFERENCES models (name) ON DELETE CASCADE,
            version bigint NOT NULL,
            place text NOT NULL,
            sha256 text NOT NULL,
            source_uri text NOT NULL,
            source_sha256 text NOT NULL,
            platform text NOT NULL,
            precision text NOT NULL,
            size_bytes bigint NOT NULL,
            memory_bytes bigint NOT NULL,
            measured boolean NOT NULL DEFAULT false,
            config bytea NOT NULL,
            scores jsonb NOT NULL DEFAULT '{}',
            labels jsonb NOT NULL DEFAULT '{}',
            wanted boolean NOT NULL DEFAULT false,
            device text NOT NULL DEFAULT '',
            error bytea,
            create_time timestamptz NOT NULL DEFAULT clock_timestamp(),
            load_time timestamptz,
            last_used_time timestamptz,
            PRIMARY KEY (model_name, version)
        )""")
    # Built versions that were deleted, so that the next start doesn't bring them back.
    op.execute("""
        CREATE TABLE deleted_versions (
            model_name text NOT NULL,
            version bigint NOT NULL,
            sha256 text NOT NULL,
            PRIMARY KEY (model_name, version)
        )""")
    op.execute("CREATE TABLE memory_budgets (device text PRIMARY KEY, limit_bytes bigint NOT NULL)")
    op.execute("""
        CREATE TABLE request_ids (
            user_id text NOT NULL,
            request_id text NOT NULL,
            fingerprint bytea NOT NULL,
            model_name text NOT NULL,
            version bigint NOT NULL,
            expire_time timestamptz NOT NULL,
            PRIMARY KEY (user_id, request_id)
        )""")
    op.execute("CREATE INDEX request_ids_expire ON request_ids (expire_time)")
    op.execute("""
        CREATE TABLE traffic (
            model_name text PRIMARY KEY,
            rules bytea NOT NULL,
            etag text NOT NULL,
            update_time timestamptz NOT NULL,
            updated_by text NOT NULL
        )""")
    op.execute("""
        CREATE TABLE traffic_events (
            model_name text NOT NULL,
            sequence bigint NOT NULL,
            time timestamptz NOT NULL,
            event bytea NOT NULL,
            PRIMARY KEY (model_name, sequence)
        )""")
    op.execute("CREATE INDEX traffic_events_time ON traffic_events (time)")
