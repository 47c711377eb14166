"""Users, sessions, API keys, revocations, signing keys and the audit log.

Signing in looks across tenants, so these tables open to the tenant `*` too, which only auth's own code asks for.
"""

from alembic import op

from services.kit.postgres.migrations.tenant_tables import isolate_tenants

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.execute("""
        CREATE TABLE users (
            id text PRIMARY KEY,
            tenant_id text NOT NULL,
            email text NOT NULL,
            display_name text NOT NULL DEFAULT '',
            roles text[] NOT NULL,
            password_hash text NOT NULL,
            disabled boolean NOT NULL DEFAULT false,
            create_time timestamptz NOT NULL DEFAULT now(),
            update_time timestamptz NOT NULL DEFAULT now()
        )""")
    op.execute("CREATE UNIQUE INDEX users_email ON users (lower(email))")
    op.execute("CREATE INDEX users_tenant ON users (tenant_id, id)")
    op.execute("""
        CREATE TABLE sessions (
            id text PRIMARY KEY,
            tenant_id text NOT NULL,
            user_id text NOT NULL REFERENCES users (id) ON DELETE CASCADE,
            user_agent text NOT NULL DEFAULT '',
            refresh_hash bytea NOT NULL,
            create_time timestamptz NOT NULL DEFAULT now(),
            refresh_time timestamptz NOT NULL DEFAULT now(),
            expire_time timestamptz NOT NULL
        )""")
    op.execute("CREATE INDEX sessions_user ON sessions (user_id, id)")
    op.execute("""
        CREATE TABLE api_keys (
            id text PRIMARY KEY,
            tenant_id text NOT NULL,
            user_id text NOT NULL REFERENCES users (id) ON DELETE CASCADE,
            display_name text NOT NULL,
            scopes text[] NOT NULL,
            create_time timestamptz NOT NULL DEFAULT now(),
            expire_time timestamptz NOT NULL,
            revoke_time timestamptz
        )""")
    op.execute("CREATE INDEX api_keys_user ON api_keys (user_id, id)")
    op.execute("""
        CREATE TABLE audit_events (
            id text PRIMARY KEY,
            tenant_id text NOT NULL,
            action text NOT NULL,
            actor_user_id text NOT NULL DEFAULT '',
            target_id text NOT NULL DEFAULT '',
            succeeded boolean NOT NULL,
            call_id text NOT NULL DEFAULT '',
            create_time timestamptz NOT NULL DEFAULT now()
        )""")
    op.execute("CREATE INDEX audit_events_tenant ON audit_events (tenant_id, id)")
    op.execute("""
        CREATE TABLE revocations (
            token_id text PRIMARY KEY,
            revoke_time timestamptz NOT NULL DEFAULT now(),
            expire_time timestamptz NOT NULL
        )""")
    op.execute("""
        CREATE TABLE signing_keys (
            kid text PRIMARY KEY,
            state text NOT NULL CHECK (state IN ('NEXT', 'ACTIVE', 'RETIRED')),
            public_key bytea NOT NULL,
            private_key bytea NOT NULL,
            create_time timestamptz NOT NULL DEFAULT now(),
            retire_time timestamptz
        )""")
    op.execute("CREATE UNIQUE INDEX signing_keys_one ON signing_keys (state) WHERE state <> 'RETIRED'")
    isolate_tenants(op.execute, "users", "sessions", "api_keys", "audit_events", across="*")
