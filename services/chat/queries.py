"""The longer SQL of the message tree."""

from __future__ import annotations

from services.chat.rows import MESSAGE
from services.kit.postgres.byte_pages import bounded

PAGE_BYTES = 2 * 1024 * 1024
"""What a page may hold, so that it fits a gRPC client's default of 4 MiB."""


_MESSAGE_WEIGHT = "octet_length(text) + 256"
_QUALIFIED = ", ".join(f"m.{column}" for column in MESSAGE.split(", "))

ADD_MESSAGE = f"""
    WITH parent AS (
        SELECT p.id, p.depth, p.jump_id, p.jump_depth, far.jump_id AS far_id, coalesce(far.jump_depth, 0) AS far_depth,
            p.depth - p.jump_depth = p.jump_depth - coalesce(far.jump_depth, 0) AS leap
        FROM messages p LEFT JOIN messages far ON far.id = p.jump_id
        WHERE p.id = %(parent_id)s AND p.conversation_id = %(conversation_id)s
    ), place AS (
        SELECT parent.id AS parent_id, coalesce(parent.depth, 0) + 1 AS depth,
            CASE WHEN leap THEN far_id ELSE parent.id END AS jump_id,
            CASE WHEN leap THEN far_depth ELSE coalesce(parent.depth, 0) END AS jump_depth
        FROM (SELECT 1) one LEFT JOIN parent ON true
    )
    INSERT INTO messages (id, tenant_id, user_id, conversation_id, ordinal, parent_id, depth, jump_id, jump_depth, role, text, state, model)
    SELECT %(id)s, %(tenant_id)s, %(user_id)s, %(conversation_id)s, %(ordinal)s, parent_id, depth, jump_id, jump_depth,
        %(role)s, %(text)s, %(state)s, %(model)s
    FROM place RETURNING {MESSAGE}"""
"""A message's jump goes to its parent, or twice as far where the parent's own two jumps are equally long."""

BRANCH_PAGE = bounded(
    f"""
    WITH RECURSIVE climb AS (
        SELECT id, parent_id, depth, jump_id, jump_depth FROM messages WHERE id = %(leaf_id)s AND conversation_id = %(conversation_id)s
        UNION ALL
        SELECT m.id, m.parent_id, m.depth, m.jump_id, m.jump_depth FROM climb c
        JOIN messages m ON m.id = CASE WHEN c.jump_depth > %(after)s::bigint + %(size)s THEN c.jump_id ELSE c.parent_id END
        WHERE c.depth > %(after)s::bigint + %(size)s + 1
    ), listed AS (
        SELECT id, parent_id, depth FROM climb WHERE depth <= %(after)s::bigint + %(size)s + 1
        UNION ALL
        SELECT m.id, m.parent_id, m.depth FROM listed l JOIN messages m ON m.id = l.parent_id WHERE l.depth > %(after)s::bigint + 1
    )
    SELECT {_QUALIFIED} FROM listed l JOIN messages m ON m.id = l.id WHERE l.depth > %(after)s""",
    "depth",
    _MESSAGE_WEIGHT,
    PAGE_BYTES,
)
"""The messages of a branch below a depth, from the top: up from the leaf in jumps to the page's last message, from there step by step."""

BRANCH_END = """
    WITH RECURSIVE upwards AS (
        SELECT parent_id, role, text, octet_length(text)::bigint AS total, 1 AS place FROM messages
        WHERE id = %(leaf_id)s AND conversation_id = %(conversation_id)s
        UNION ALL
        SELECT m.parent_id, m.role, m.text, u.total + octet_length(m.text), u.place + 1 FROM upwards u JOIN messages m ON m.id = u.parent_id
        WHERE u.total <= %(bytes)s AND u.place < %(most)s
    )
    SELECT parent_id, role, text FROM upwards ORDER BY place"""
"""The end of a branch, newest message first: as many as fit, and the first that doesn't."""

IN_ORDER_PAGE = bounded(
    f"""
    SELECT {MESSAGE} FROM messages WHERE conversation_id = %(conversation_id)s AND ordinal > %(after)s AND ordinal <= %(until)s
    ORDER BY ordinal LIMIT %(size)s + 1""",
    "ordinal",
    _MESSAGE_WEIGHT,
    PAGE_BYTES,
)

SEARCH_PAGE = bounded(
    f"""
    SELECT {_QUALIFIED}, f.rank,
        ts_headline('english', left(m.text, 100000), websearch_to_tsquery('english', %(query)s), %(marks)s) AS snippet
    FROM found_words(%(user_id)s, %(query)s, %(after_rank)s::real, %(after_id)s, %(size)s + 1) f JOIN messages m ON m.id = f.id""",
    "rank DESC, id DESC",
    _MESSAGE_WEIGHT,
    PAGE_BYTES,
)

_COPIED = MESSAGE.split(", ")[5:]
COPY_BRANCH = f"""
    WITH RECURSIVE branch AS (
        SELECT id, parent_id FROM messages WHERE id = %(leaf_id)s AND conversation_id = %(conversation_id)s
        UNION ALL
        SELECT m.id, m.parent_id FROM branch b JOIN messages m ON m.id = b.parent_id
    ), copies AS (
        SELECT id, depth::int FROM unnest(%(ids)s::text[]) WITH ORDINALITY AS new (id, depth)
    )
    INSERT INTO messages (
        id, tenant_id, user_id, conversation_id, ordinal, parent_id, depth, jump_id, jump_depth, {", ".join(_COPIED)}
    )
    SELECT copy.id, m.tenant_id, m.user_id, %(copy_id)s, m.depth, above.id, m.depth, far.id, m.jump_depth, {
    ", ".join(f"m.{column}" for column in _COPIED)
}
    FROM branch b JOIN messages m ON m.id = b.id JOIN copies copy ON copy.depth = m.depth
    LEFT JOIN copies above ON above.depth = m.depth - 1 LEFT JOIN copies far ON far.depth = m.jump_depth"""
"""A branch again under new ids, given from the root to the leaf. Where a message's jump goes depends on its depth alone, so jumps are
copied too."""
