"""The tables of jobs, for a service that exists in the tests alone."""

from alembic import op

from services.kit.jobs import schema

revision = "0001"
down_revision = None


def upgrade() -> None:
    schema.create(op.execute)
