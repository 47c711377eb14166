"""Jobs, uploads, and pages that were read.

`upload_expiries` and `page_tenants` hold ids and figures alone and belong to no tenant, so that any replica can clear up for all of them.
"""

from alembic import op

from services.kit.jobs import schema
from services.kit.postgres.migrations.tenant_tables import isolate_tenants

revision = "0001"
down_revision = None


def upgrade() -> None:
    schema.create(op.execute)
    op.execute("""
        CREATE TABLE uploads (
            id text PRIMARY KEY,
            tenant_id text NOT NULL,
            user_id text NOT NULL,
            media_type text NOT NULL,
            size_bytes bigint NOT NULL,
            sha256 text NOT NULL,
            width int NOT NULL,
            height int NOT NULL,
            page_count int NOT NULL,
            create_time timestamptz NOT NULL DEFAULT now(),
            expire_time timestamptz NOT NULL
        )""")
    op.execute("CREATE INDEX uploads_user ON uploads (tenant_id, user_id)")
    op.execute("""
        CREATE TABLE upload_chunks (
            upload_id text NOT NULL REFERENCES uploads (id) ON DELETE CASCADE,
            index int NOT NULL,
            tenant_id text NOT NULL,
            data bytea NOT NULL,
            PRIMARY KEY (upload_id, index)
        )""")
    # Pictures don't get smaller by packing them once more.
    op.execute("ALTER TABLE upload_chunks ALTER COLUMN data SET STORAGE EXTERNAL")
    op.execute("CREATE TABLE upload_expiries (upload_id text PRIMARY KEY, tenant_id text NOT NULL, expire_time timestamptz NOT NULL)")
    op.execute("CREATE INDEX upload_expiries_time ON upload_expiries (expire_time)")
    op.execute("""
        CREATE TABLE pages (
            tenant_id text NOT NULL,
            key bytea NOT NULL,
            page bytea NOT NULL,
            size_bytes bigint NOT NULL,
            use_time timestamptz NOT NULL DEFAULT now(),
            PRIMARY KEY (tenant_id, key)
        )""")
    op.execute("CREATE INDEX pages_used ON pages (tenant_id, use_time)")
    op.execute("CREATE TABLE page_tenants (tenant_id text PRIMARY KEY, size_bytes bigint NOT NULL, swept_time timestamptz NOT NULL)")
    isolate_tenants(op.execute, "uploads", "upload_chunks", "pages")
