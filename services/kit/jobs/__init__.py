"""Durable jobs: work that outlives the call that asked for it, the replica that began it, and the message broker.

PostgreSQL is the truth: jobs, inputs, results, events and the queue are rows (`schema.create` makes them in a service's own schema).
JetStream only dispatches: a message says that there is work of a kind, never which; whoever takes it claims the best job from the table.
So order, fairness and ownership are decided in one place, inside the transaction that also writes results, and a lost or doubled message
costs nothing: a sweep claims what no message was sent for. The owner of a running job is a row too (`job_queue.owner`, alive while the
worker's row in `job_workers` is renewed), as it has to fence every write: what a worker writes after its job was taken from it, cancelled
or deleted is refused as a whole.

For services:

    jobs = Jobs(database, nats, JobsConfig("vision", slots={"recognition": 1, "generation": 2}, quota=100), faults, new_id)
    worker = Worker(jobs, {"recognition": recognise, "generation": generate})       resources=[…, database, nats, worker]
                                                                                    drains=[worker.drain]
    job    = await jobs.submit(caller, NewJob(kind="recognition", inputs=[…], …))   -> JobRecord; idempotent by request_id
    events = jobs.start(caller, NewJob(…, background=False))                        async generator: submit and watch in one; leaving it
                                                                                    cancels the job unless it is `background` or watched
    job    = await jobs.get(caller, job_id)                                         with position and estimates
    page   = await jobs.listing(caller, page_size, page_token, kind=, topic=, state=)  -> (records, next_page_token)
    events = jobs.watch(caller, job_id, after_sequence)                             async generator: replay, then live, ends after `ended`
    page   = await jobs.results(caller, job_id, page_size, page_token)              -> (record, results, next_page_token); 16 MiB at most
    job    = await jobs.cancel(caller, job_id)        at once, wherever it runs; idempotent
    await jobs.delete(caller, job_id)                 idempotent

The work is a coroutine, `async def work(run: Run) -> None`:

    run.job            the JobRecord; run.job.caller() is a Caller to work for; run.job.attempt counts starts from 1
    run.facts          what `started` kept, also in earlier attempts, and what was known when it was submitted
    run.inputs         the bytes that were submitted
    run.done           the indexes of results that an earlier attempt stored; skip them. `await run.previous()` has their bytes
    await run.started(payload, facts)       the first thing to tell; `facts` are small JSON values that JobRecord.facts keeps ({"model": …})
    run.progress(share, payload)            told at most ten times a second, the newest wins. `share` 0..1; never falls in JobRecord
    await run.tell(kind, payload, preview_of=3)   any other event; with `preview_of`, deleted once that result is stored
    await run.result(3, payload, kind="page")     stores result 3, once, however often it is executed; with `kind`, an event with the same
                                                  payload tells of it. failed=True counts it as failed

It returns when all is done (SUCCEEDED), raises a Fault (FAILED with its status; a transient one, UNAVAILABLE or RESOURCE_EXHAUSTED, is
tried again with pauses, on the same replica, as long as `patience_seconds`, or `stream_patience_seconds` for a job that isn't
`background`), or is cancelled: the job was cancelled or taken away, or this replica drains. It must not swallow CancelledError. It may
run twice at the same time for a moment, on two replicas, after one lost its database; only one of them can write.

Events have a kind and a payload of bytes that only the service reads. Kinds of the package itself: `queued` (JobEvent.position and .wait),
`ended` (JobEvent.job). The service's own: `started`, `progressed` and what it tells. Sequences count from 1 without a gap; only previews
leave holes once they are deleted.
"""

from services.kit.jobs.dispatch import stream
from services.kit.jobs.jobs import Jobs
from services.kit.jobs.records import JobEvent, JobFaults, JobRecord, JobResult, JobsConfig, NewJob
from services.kit.jobs.run import Run
from services.kit.jobs.worker import Work, Worker

__all__ = ["JobEvent", "JobFaults", "JobRecord", "JobResult", "Jobs", "JobsConfig", "NewJob", "Run", "Work", "Worker", "stream"]
