"""`versions.place` is renamed: it holds the version's folder in Triton's model repository."""

from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.execute("ALTER TABLE versions RENAME COLUMN place TO folder")
