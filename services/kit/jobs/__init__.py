"""Durable jobs: work that outlives the call that submitted it, the replica that runs it, and the message broker.

PostgreSQL holds everything: jobs, inputs, results, events and the queue are tables in the service's own schema (`schema.create`). A worker
with a free slot claims the best queued job in one transaction, so order, fairness and ownership are decided in one place. Signals over NATS
only make replicas look sooner; a lost one costs seconds. The owner of a running job is a column (`job_queue.owner`), which counts as long
as that replica renews its lease (`job_workers`), and every write checks it: what a worker writes after its job was taken over, cancelled
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
    events = jobs.watch(caller, job_id, after_sequence)                             async generator: stored, then live, until `ended`
    page   = await jobs.results(caller, job_id, page_size, page_token)              -> (record, results, next_page_token); at most 16 MiB
    job    = await jobs.cancel(caller, job_id)        at once, wherever it runs; idempotent
    await jobs.delete(caller, job_id)                 idempotent

The work is a coroutine, `async def work(run: Run) -> None`. It runs in a context of its own: without the deadline of the call that
submitted the job, and with calls to other services made on behalf of the user who did, on any replica.

    run.job            the JobRecord; run.job.caller is that user; run.job.attempt counts starts from 1
    run.facts          what `started` stored, also in earlier attempts, and the facts of the submission
    run.inputs         the submitted bytes
    run.done           the indexes of results that an earlier attempt stored; skip them. `await run.previous()` has their bytes
    await run.started(payload, facts)       the first event; `facts` are small JSON values for JobRecord.facts ({"model": …})
    run.progress(share, payload)            emitted at most ten times a second, the newest wins. `share` 0..1; never falls in JobRecord
    await run.emit(kind, payload, preview_of=3)   any other event; with `preview_of`, deleted once that result is stored
    await run.result(3, payload, kind="page")     stores result 3, once, however often it is executed; with `kind`, emits an event with the
                                                  same payload. failed=True counts it as failed

It returns when the job is complete (SUCCEEDED), raises a Fault (FAILED with its status; a transient one, UNAVAILABLE or
RESOURCE_EXHAUSTED, is retried with pauses on the same replica for `patience_seconds`, or `stream_patience_seconds` for a job that isn't
`background`), or is cancelled: the job was cancelled or taken over, or this replica drains. It must not swallow CancelledError. For a while
it may run on two replicas, if one lost its database; only one of them can write.

Events have a kind and a payload of bytes that only the service reads. The package's own kinds: `queued` (JobEvent.position and .wait) and
`ended` (JobEvent.job). The service's own: `started`, `progressed` and those that it emits. Sequences count from 1 without a gap, except for
deleted previews.
"""

from services.kit.jobs.jobs import Jobs
from services.kit.jobs.records import JobEvent, JobFaults, JobRecord, JobResult, JobsConfig, NewJob
from services.kit.jobs.run import Run
from services.kit.jobs.worker import Work, Worker

__all__ = ["JobEvent", "JobFaults", "JobRecord", "JobResult", "Jobs", "JobsConfig", "NewJob", "Run", "Work", "Worker"]
