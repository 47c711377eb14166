"""The usage log: one row for every generation, by time of writing."""

from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.execute("""
        CREATE TABLE usage (
            id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
            generation_id text NOT NULL,
            tenant_id text NOT NULL,
            user_id text NOT NULL,
            api_key_id text NOT NULL,
            model text NOT NULL,
            provider text NOT NULL,
            input_tokens bigint NOT NULL,
            output_tokens bigint NOT NULL,
            cached_input_tokens bigint NOT NULL,
            reasoning_tokens bigint NOT NULL,
            finish_reason text NOT NULL,
            error_reason text NOT NULL,
            attempts integer NOT NULL,
            time_to_first_token double precision,
            duration double precision NOT NULL,
            create_time timestamptz NOT NULL DEFAULT now()
        )""")
    op.execute("CREATE INDEX usage_user ON usage (tenant_id, user_id, id)")
    op.execute("ALTER TABLE usage ENABLE ROW LEVEL SECURITY")
    op.execute("ALTER TABLE usage FORCE ROW LEVEL SECURITY")
    op.execute("CREATE POLICY tenant ON usage FOR SELECT USING (current_setting('uat.tenant', true) = tenant_id)")
    op.execute("CREATE POLICY writer ON usage FOR INSERT WITH CHECK (current_setting('uat.tenant', true) IN (tenant_id, '*'))")
