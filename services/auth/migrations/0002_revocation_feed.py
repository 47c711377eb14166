"""Request ids; revocations are numbered and may cover a user; refresh tokens are counted per session; the role ADMIN is TENANT_ADMIN.

Tokens of before name roles that no longer exist, and refresh tokens of before can't be verified: all sessions and API keys end.
"""

from alembic import op

from services.kit.postgres.idempotency import create_table

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.execute("DROP TABLE revocations")
    op.execute("""
        CREATE TABLE revocations (
            sequence bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
            token_id text UNIQUE,
            user_id text UNIQUE,
            revoke_time timestamptz NOT NULL,
            expire_time timestamptz NOT NULL,
            CHECK (num_nonnulls(token_id, user_id) = 1)
        )""")
    op.execute("CREATE INDEX revocations_expired ON revocations (expire_time)")
    op.execute("""
        INSERT INTO revocations (user_id, revoke_time, expire_time)
        SELECT user_id, now(), max(expire_time) FROM api_keys GROUP BY user_id""")
    op.execute("UPDATE api_keys SET revoke_time = coalesce(revoke_time, now())")
    op.execute("DELETE FROM sessions")
    op.execute("ALTER TABLE sessions DROP COLUMN refresh_hash, ADD COLUMN refresh_generation int NOT NULL DEFAULT 0")
    create_table(op.execute)
    op.execute("UPDATE users SET roles = array_replace(roles, 'ROLE_ADMIN', 'ROLE_TENANT_ADMIN')")
