"""The tables of traffic and of jobs, for a service that exists in the tests alone."""

from alembic import op

from services.kit.jobs import schema

revision = "0001"
down_revision = None


def upgrade() -> None:
    schema.create(op.execute)
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
