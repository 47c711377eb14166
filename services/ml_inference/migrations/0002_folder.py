"""`versions.place` is renamed: it holds the version's folder in Triton's model repository. Request ids are kept in the kit's table."""

from alembic import op

from services.kit.postgres import idempotency

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.execute("ALTER TABLE versions RENAME COLUMN place TO folder")
    op.execute("DROP TABLE request_ids")
    idempotency.create_table(op.execute)
