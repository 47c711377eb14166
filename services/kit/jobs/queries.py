"""The longer SQL statements of jobs and their queue."""

from __future__ import annotations

from services.kit.postgres.byte_pages import bounded

RECORD = (
    "id, tenant_id, user_id, caller, kind, topic, priority, weight, state, background, attempt, progress, item_count, items_succeeded, "
    "items_failed, facts, labels, error, deadline, create_time, start_time, end_time, expire_time"
)
_JOB = ", ".join(f"j.{column}" for column in RECORD.split(", "))

LOCK_TENANT = "SELECT pg_advisory_xact_lock(hashtextextended(current_schema() || '.jobs.' || %(tenant_id)s, 0))"

ROOM = """
    SELECT (SELECT count(*) FROM job_queue WHERE tenant_id = %(tenant_id)s) AS unfinished,
        EXISTS (SELECT FROM job_queue WHERE kind = %(kind)s AND owner IS NULL) AS waiting"""

ADD = f"""
    WITH j AS (
        INSERT INTO jobs (id, tenant_id, user_id, caller, kind, topic, priority, weight, state, background, attempt, item_count, facts,
            labels, retention, deadline, last_sequence, start_time)
        VALUES (%(id)s, %(tenant_id)s, %(user_id)s, %(caller)s, %(kind)s, %(topic)s, %(priority)s, %(weight)s,
            CASE WHEN %(owner)s::text IS NULL THEN 'QUEUED' ELSE 'RUNNING' END, %(background)s,
            CASE WHEN %(owner)s::text IS NULL THEN 0 ELSE 1 END, %(item_count)s, %(facts)s, %(labels)s, %(retention)s, %(deadline)s, 1,
            CASE WHEN %(owner)s::text IS NULL THEN NULL ELSE clock_timestamp() END)
        RETURNING *
    ), inputs AS (
        INSERT INTO job_inputs (job_id, index, tenant_id, payload)
        SELECT %(id)s, (ordinal - 1)::int, %(tenant_id)s, payload FROM unnest(%(inputs)b::bytea[]) WITH ORDINALITY AS i (payload, ordinal)
    ), queued AS (
        INSERT INTO job_queue (job_id, tenant_id, kind, topic, priority, weight, background, deadline, owner, attempt, start_time)
        SELECT id, tenant_id, kind, topic, priority, weight, background, deadline, %(owner)s, attempt, start_time FROM j
    ), served AS (
        INSERT INTO job_turns (kind, tenant_id, time)
        SELECT kind, tenant_id, clock_timestamp() FROM j WHERE %(owner)s::text IS NOT NULL
        ON CONFLICT (kind, tenant_id) DO UPDATE SET time = excluded.time
    ), watched AS (
        INSERT INTO job_watchers (job_id, watcher, owner, expire_time)
        SELECT %(id)s, %(watcher)s, %(watcher_owner)s, now() + make_interval(secs => %(lease)s) WHERE %(watcher)s::text IS NOT NULL
    )
    SELECT {_JOB} FROM j"""
"""Adds a job with its inputs, queue row and watcher. With an `owner` it runs at once."""

CLAIM_LOCK = "SELECT pg_advisory_xact_lock(hashtextextended(current_schema() || '.jobs.claim.' || %(kind)s, 0))"
"""Claims of one kind are made one after another: which job is best depends on what runs and which tenant was served last, so two claims
that saw the same rows would both serve the same tenant."""

CLAIM = """
    WITH waiting AS (
        SELECT * FROM job_queue WHERE owner IS NULL AND kind = %(kind)s AND (deadline IS NULL OR deadline > clock_timestamp())
    ), heads AS (
        SELECT DISTINCT ON (tenant_id) job_id, tenant_id, ordinal FROM waiting
        WHERE priority = (SELECT min(priority) FROM waiting) ORDER BY tenant_id, ordinal
    ), best AS (
        SELECT h.job_id FROM heads h LEFT JOIN job_turns t ON t.kind = %(kind)s AND t.tenant_id = h.tenant_id
        ORDER BY (SELECT count(*) FROM job_queue r WHERE r.owner IS NOT NULL AND r.kind = %(kind)s AND r.tenant_id = h.tenant_id),
            t.time NULLS FIRST, h.ordinal
        LIMIT 1
    ), taken AS (
        UPDATE job_queue q SET owner = %(owner)s, attempt = q.attempt + 1, start_time = clock_timestamp()
        FROM best WHERE q.job_id = best.job_id AND q.owner IS NULL RETURNING q.job_id, q.tenant_id, q.attempt
    ), served AS (
        INSERT INTO job_turns (kind, tenant_id, time) SELECT %(kind)s, tenant_id, clock_timestamp() FROM taken
        ON CONFLICT (kind, tenant_id) DO UPDATE SET time = excluded.time
    )
    SELECT job_id, tenant_id, attempt, set_config('uat.tenant', tenant_id, true) FROM taken"""
"""Claims the best queued job of a kind: of the highest priority, of the tenant with the fewest running jobs, then of the tenant that was
served the longest ago, then the oldest."""

START = f"""
    UPDATE jobs j SET state = 'RUNNING', attempt = %(attempt)s, start_time = coalesce(start_time, clock_timestamp())
    WHERE id = %(job_id)s RETURNING {_JOB}"""

RANKS = """
    WITH paces AS (
        SELECT kind, avg(seconds) AS seconds FROM job_rates GROUP BY kind
    ), queue AS (
        SELECT q.*, q.weight * coalesce(r.seconds, p.seconds) AS seconds
        FROM job_queue q LEFT JOIN job_rates r USING (kind, topic) LEFT JOIN paces p USING (kind)
        WHERE q.kind IN (SELECT kind FROM job_queue WHERE job_id = ANY (%(ids)s))
    ), running AS (
        SELECT kind, tenant_id, count(*) AS jobs, sum(greatest(seconds - extract(epoch FROM clock_timestamp() - start_time), 0)) AS left
        FROM queue WHERE owner IS NOT NULL GROUP BY kind, tenant_id
    ), busy AS (
        SELECT kind, sum(jobs) AS jobs, sum(coalesce(running.left, 0)) AS left FROM running GROUP BY kind
    ), capacity AS (
        SELECT kind, sum(slots) AS slots FROM job_workers WHERE expire_time > now() GROUP BY kind
    ), waiting AS (
        SELECT q.job_id, q.tenant_id, q.kind, q.priority, q.ordinal, q.seconds, t.time AS served, coalesce(r.jobs, 0) AS running,
            row_number() OVER (PARTITION BY q.kind, q.priority, q.tenant_id ORDER BY q.ordinal) AS nth
        FROM queue q LEFT JOIN running r USING (kind, tenant_id) LEFT JOIN job_turns t USING (kind, tenant_id) WHERE q.owner IS NULL
    ), ranked AS (
        SELECT waiting.*, row_number() OVER in_order AS position,
            sum(seconds) OVER (in_order ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS ahead
        FROM waiting WINDOW in_order AS (PARTITION BY kind ORDER BY priority, running + nth, nth, served NULLS FIRST, ordinal)
    )
    SELECT r.job_id, r.tenant_id, r.position, r.seconds,
        CASE WHEN coalesce(p.slots, 0) = 0 THEN NULL WHEN coalesce(b.jobs, 0) + r.position <= p.slots THEN 0
            WHEN r.seconds IS NULL THEN NULL
            ELSE (coalesce(b.left, 0) + coalesce(r.ahead, 0)) / p.slots END::double precision AS wait
    FROM ranked r LEFT JOIN busy b USING (kind) LEFT JOIN capacity p USING (kind) WHERE r.job_id = ANY (%(ids)s)"""
"""Positions and estimated waits of queued jobs, in the order in which CLAIM takes them if no other job arrives. No estimate where nothing
of the job's kind was measured yet."""

PACE = """
    SELECT coalesce((SELECT seconds FROM job_rates WHERE kind = %(kind)s AND topic = %(topic)s),
        (SELECT avg(seconds) FROM job_rates WHERE kind = %(kind)s)) AS seconds"""

FENCE = "SELECT FROM job_queue WHERE job_id = %(job_id)s AND owner = %(owner)s AND attempt = %(attempt)s FOR UPDATE"

ADD_RESULTS = """
    WITH new AS (
        INSERT INTO job_results (job_id, index, tenant_id, payload, failed)
        SELECT %(job_id)s, index, %(tenant_id)s, payload, failed
        FROM unnest(%(indexes)s::int[], %(payloads)b::bytea[], %(failures)s::bool[]) AS r (index, payload, failed)
        ON CONFLICT DO NOTHING RETURNING index, failed
    ), superseded AS (
        DELETE FROM job_events WHERE job_id = %(job_id)s AND preview_of IN (SELECT index FROM new)
    )
    SELECT index, failed FROM new"""

ADVANCE = """
    UPDATE jobs SET last_sequence = last_sequence + %(events)s, progress = greatest(progress, %(progress)s), facts = facts || %(facts)s,
        items_succeeded = items_succeeded + %(succeeded)s, items_failed = items_failed + %(failed)s
    WHERE id = %(job_id)s RETURNING last_sequence, clock_timestamp() AS time"""

ADD_EVENTS = """
    INSERT INTO job_events (job_id, sequence, tenant_id, time, kind, payload, item, preview_of)
    SELECT %(job_id)s, sequence, %(tenant_id)s, %(time)s, kind, payload, item, preview_of
    FROM unnest(%(sequences)s::bigint[], %(kinds)s::text[], %(payloads)b::bytea[], %(items)s::int[], %(previews)s::int[])
        AS e (sequence, kind, payload, item, preview_of)"""

ADD_QUEUED = """
    WITH moved AS (
        SELECT v.* FROM unnest(%(ids)s::text[], %(positions)s::bigint[], %(waits)s::double precision[]) AS v (job_id, position, wait)
        JOIN (
            SELECT job_id FROM job_queue WHERE job_id = ANY (%(ids)s) AND owner IS NULL
              AND (%(at_once)s OR report_time <= clock_timestamp() - interval '1 second') ORDER BY job_id FOR UPDATE SKIP LOCKED
        ) q USING (job_id)
    ), reported AS (
        UPDATE job_queue q SET reported_position = m.position, report_time = clock_timestamp() FROM moved m WHERE q.job_id = m.job_id
    ), counted AS (
        UPDATE jobs j SET last_sequence = last_sequence + 1 FROM moved m WHERE j.id = m.job_id RETURNING j.id, j.last_sequence
    )
    INSERT INTO job_events (job_id, sequence, tenant_id, time, kind, payload, position, wait)
    SELECT m.job_id, c.last_sequence, %(tenant_id)s, clock_timestamp(), 'queued', '', m.position, m.wait
    FROM moved m JOIN counted c ON c.id = m.job_id RETURNING job_id, sequence, time, kind, payload, item, position, wait"""
"""Stores position events, of each job at most one a second unless `at_once`, and none of a job that another transaction is changing."""

END = f"""
    WITH left_queue AS (
        DELETE FROM job_queue WHERE job_id = %(job_id)s RETURNING kind, topic, weight, start_time, attempt
    ), moment AS MATERIALIZED (
        SELECT clock_timestamp() AS time
    ), j AS (
        UPDATE jobs SET state = %(state)s, error = %(error)s, end_time = moment.time, expire_time = moment.time + retention,
            progress = CASE WHEN %(state)s = 'SUCCEEDED' THEN 1 ELSE progress END, last_sequence = last_sequence + 1
        FROM moment WHERE id = %(job_id)s RETURNING jobs.*
    ), last_event AS (
        INSERT INTO job_events (job_id, sequence, tenant_id, time, kind, payload)
        SELECT id, last_sequence, tenant_id, end_time, 'ended', '' FROM j
    ), expiry AS (
        INSERT INTO job_expiries (job_id, tenant_id, expire_time) SELECT id, tenant_id, expire_time FROM j
    ), inputs AS (
        DELETE FROM job_inputs WHERE job_id = %(job_id)s
    ), rate AS (
        INSERT INTO job_rates AS r (kind, topic, seconds)
        SELECT kind, topic, extract(epoch FROM clock_timestamp() - start_time) / weight FROM left_queue
        WHERE %(state)s = 'SUCCEEDED' AND attempt = 1 AND weight > 0
        ON CONFLICT (kind, topic) DO UPDATE SET seconds = r.seconds + 0.2 * (excluded.seconds - r.seconds)
    )
    SELECT {_JOB}, j.last_sequence FROM j"""
"""Ends a job whose queue row is locked. One that succeeded at its first attempt updates the measured rate of its topic."""

EVENTS = """
    SELECT e.job_id, e.sequence, e.time, e.kind, coalesce(r.payload, e.payload) AS payload, e.item, e.position, e.wait
    FROM job_events e LEFT JOIN job_results r ON r.job_id = e.job_id AND r.index = e.item
    WHERE e.job_id = %(job_id)s AND e.sequence > %(after)s ORDER BY e.sequence LIMIT %(most)s"""

RESULTS = bounded(
    """
    SELECT index, payload, failed FROM job_results WHERE job_id = %(job_id)s AND index > %(after)s ORDER BY index LIMIT %(size)s + 1""",
    "index",
    "octet_length(payload) + 64",
    16 * 1024 * 1024,
)

OF_DEAD_REPLICAS = """
    SELECT job_id, tenant_id, kind, owner, attempt FROM job_queue q WHERE owner IS NOT NULL
      AND NOT EXISTS (SELECT FROM job_workers w WHERE w.owner = q.owner AND w.expire_time > now()) LIMIT %(most)s"""

OVERDUE = """
    SELECT job_id, tenant_id FROM job_queue
    WHERE deadline < now() - CASE WHEN owner IS NULL THEN interval '0' ELSE make_interval(secs => %(grace)s) END LIMIT %(most)s"""
"""Their worker ends running jobs; others do only after a grace period."""

UNWATCHED = """
    SELECT job_id, tenant_id FROM job_queue q
    WHERE NOT background AND create_time < now() - make_interval(secs => %(grace)s) AND NOT EXISTS (
        SELECT FROM job_watchers w WHERE w.job_id = q.job_id AND w.expire_time > now()) LIMIT %(most)s"""
