"""One usage row for each decision, an index for an administrator's listing, and the policies that let old rows be deleted.

Rows of before have no decision id; each gets a random one. Adding the column with a default fills it past row-level security.
"""

from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.execute("ALTER TABLE usage ADD COLUMN decision_id text NOT NULL DEFAULT 'dec_' || replace(gen_random_uuid()::text, '-', '')")
    op.execute("ALTER TABLE usage ALTER COLUMN decision_id DROP DEFAULT")
    op.execute("CREATE UNIQUE INDEX usage_decision ON usage (decision_id)")
    op.execute("CREATE INDEX usage_tenant ON usage (tenant_id, id)")
    op.execute("CREATE INDEX usage_create_time ON usage (create_time)")
    op.execute("DROP POLICY tenant ON usage")
    op.execute("CREATE POLICY reader ON usage FOR SELECT USING (current_setting('uat.tenant', true) IN (tenant_id, '*'))")
    op.execute("CREATE POLICY retention ON usage FOR DELETE USING (current_setting('uat.tenant', true) = '*')")
