"""Conversations, their messages, the request ids of 24 hours, and the leases of replies that are being written.

Every message knows its depth and one ancestor far above it (a skew-binary jump pointer: Myers, "An applicative random-access stack",
1983), so that a message costs the same to add at any depth and a page anywhere in a branch is found in a logarithm of its length.

Leases hold ids alone and belong to no tenant, so that any replica can mend what a dead one left.
"""

from alembic import op

from services.kit.postgres import idempotency, leases, outbox
from services.kit.postgres.migrations.tenant_tables import isolate_tenants

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.execute("""
        CREATE TABLE conversations (
            id text PRIMARY KEY,
            tenant_id text NOT NULL,
            user_id text NOT NULL,
            title text NOT NULL,
            model text NOT NULL,
            system_prompt text NOT NULL,
            metadata jsonb NOT NULL,
            head_message_id text NOT NULL DEFAULT '',
            message_count bigint NOT NULL DEFAULT 0,
            create_time timestamptz NOT NULL DEFAULT now(),
            update_time timestamptz NOT NULL DEFAULT now()
        )""")
    op.execute("CREATE INDEX conversations_user ON conversations (tenant_id, user_id, update_time DESC, id DESC)")
    op.execute("""
        CREATE TABLE messages (
            id text PRIMARY KEY,
            tenant_id text NOT NULL,
            user_id text NOT NULL,
            conversation_id text NOT NULL REFERENCES conversations (id) ON DELETE CASCADE,
            ordinal bigint NOT NULL,
            parent_id text,
            depth int NOT NULL,
            jump_id text,
            jump_depth int NOT NULL,
            role text NOT NULL CHECK (role IN ('SYSTEM', 'USER', 'ASSISTANT')),
            text text NOT NULL,
            state text NOT NULL CHECK (state IN ('STREAMING', 'COMPLETE', 'STOPPED', 'FAILED')),
            model text NOT NULL DEFAULT '',
            finish_reason text NOT NULL DEFAULT '',
            input_tokens bigint NOT NULL DEFAULT 0,
            output_tokens bigint NOT NULL DEFAULT 0,
            cached_input_tokens bigint NOT NULL DEFAULT 0,
            create_time timestamptz NOT NULL DEFAULT now(),
            words tsvector GENERATED ALWAYS AS (
                to_tsvector('english', left(text, 100000)) || array_to_tsvector(ARRAY['owner:' || user_id])
            ) STORED
        )""")
    op.execute("CREATE UNIQUE INDEX messages_order ON messages (conversation_id, ordinal)")
    op.execute("CREATE INDEX messages_words ON messages USING gin (words)")
    idempotency.create_table(op.execute)
    leases.create_table(op.execute, columns="conversation_id text NOT NULL, tenant_id text NOT NULL")
    op.execute("CREATE INDEX leases_conversation ON leases (conversation_id)")
    outbox.create_table(op.execute)
    isolate_tenants(op.execute, "conversations", "messages")
    # Row-level security keeps the planner from using the words' index, as their operator may not run before the policy does. This
    # function runs with its owner's rights and says by itself what the policy says.
    op.execute(r"""
        CREATE FUNCTION owner_only(searcher text) RETURNS tsquery LANGUAGE sql IMMUTABLE
        RETURN ('''owner:' || replace(replace(searcher, '\', '\\'), '''', '''''') || '''')::tsquery""")
    op.execute("""
        CREATE FUNCTION found_words(searcher text, asked text, after_rank real, after_id text, most int) RETURNS TABLE (id text, rank real)
        LANGUAGE sql STABLE SECURITY DEFINER SET search_path FROM CURRENT
        BEGIN ATOMIC
            SELECT f.id, f.rank
            FROM (
                SELECT m.id, ts_rank(m.words, websearch_to_tsquery('english', asked)) AS rank
                FROM messages m
                WHERE m.words @@ (websearch_to_tsquery('english', asked) && owner_only(searcher))
                  AND m.tenant_id = current_setting('uat.tenant', true) AND m.user_id = searcher
                  AND numnode(websearch_to_tsquery('english', asked)) > 0
            ) f
            WHERE after_id IS NULL OR (f.rank, f.id) < (after_rank, after_id)
            ORDER BY f.rank DESC, f.id DESC
            LIMIT most;
        END""")
    op.execute("REVOKE ALL ON FUNCTION found_words FROM PUBLIC")
    op.execute("GRANT EXECUTE ON FUNCTION found_words TO uat_chat")
