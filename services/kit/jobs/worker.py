"""Works on jobs: so many of each kind at a time on this replica."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime
from types import TracebackType
from typing import Self

import structlog
from google.rpc import status_pb2
from prometheus_client import Counter, Gauge

from services.kit.background import detached
from services.kit.errors import DeadlineTooShort, Fault, Internal
from services.kit.jobs.jobs import Jobs
from services.kit.jobs.places import Places
from services.kit.jobs.records import FAILED, SUCCEEDED, JobRecord
from services.kit.jobs.rows import Claim, Ending, Lost
from services.kit.jobs.run import Run
from services.kit.jobs.sweep import Sweep
from services.kit.postgres.errors import STORE_FAULTS
from services.kit.tasks import end, keep

Work = Callable[[Run], Awaitable[None]]
"""Does a job, see the package's docstring."""

WAITING = Gauge("uat_jobs_waiting", "Jobs that wait, on whichever replica they were submitted.", ("service", "kind"))
RUNNING = Gauge("uat_jobs_running", "Jobs that this process works on.", ("service", "kind"))
ENDED = Counter("uat_jobs_ended", "Jobs that this process brought to an end.", ("service", "kind", "state"))
LET_GO = Counter("uat_jobs_let_go", "Jobs that this process stopped working on before their end.", ("service", "kind"))

_FIRST_PAUSE, _LONGEST_PAUSE = 0.25, 4.0
_log = structlog.get_logger("uat.jobs")


class Worker:
    """Runs while it is entered; stands behind the database and the broker in the list of resources. Leaving hands running jobs back."""

    def __init__(self, jobs: Jobs, work: Mapping[str, Work], clock: Callable[[], float] = time.monotonic) -> None:
        self._jobs = jobs
        self._config = jobs.config
        self._work = work
        self._clock = clock
        self._places = Places(jobs.config.slots)
        self._running: dict[str, _Running] = {}
        self._sweep = Sweep(jobs)
        self._tasks: set[asyncio.Task[None]] = set()
        self._loops: list[asyncio.Task[None]] = []
        self._unknown: set[str] = set()

    async def __aenter__(self) -> Self:
        await self._jobs.feed.open(self._stop)
        await self._jobs.queue.sign(self._config.slots, ())
        self._jobs.attach(self._places, self._begin)
        self._loops = [
            asyncio.create_task(keep(self._sign, self._config.sweep_seconds, "no sign of life was given")),
            asyncio.create_task(self._sweep.keep_sweeping()),
        ]
        self._loops += [asyncio.create_task(self._sweep.keep_telling_places())]
        self._loops += [asyncio.create_task(self._keep_taking(kind)) for kind in self._config.slots]
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        await self.drain()
        for task in (*self._loops, *self._tasks):
            await end(task)
        await self._jobs.close()

    async def drain(self) -> None:
        """Takes no more jobs and hands those that run back, so that other replicas go on with them at once. Streams that follow a job
        here go on following it."""
        self._jobs.following.draining = True
        self._places.close()
        for running in list(self._running.values()):
            running.let_go(hand_back=True)
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=self._config.drain_seconds)
        try:
            await self._jobs.queue.retire()  # what didn't let go in time goes to others all the same
        except STORE_FAULTS as fault:
            _log.warning("this replica's jobs are taken over once its lease is over", error=str(fault))

    # taking

    async def _keep_taking(self, kind: str) -> None:
        while True:
            room = await self._places.room(kind)
            messages = await self._jobs.dispatch.take(kind, room, self._config.sweep_seconds)
            taken, more = 0, True
            try:
                # Without a message it looks all the same: one may have been lost.
                while more and taken < max(1, len(messages)) and self._places.take(kind):
                    more = await self._claim(kind)
                    taken += more
            except STORE_FAULTS as fault:
                _log.warning("no jobs are taken", kind=kind, error=str(fault))
                await asyncio.sleep(_FIRST_PAUSE)
                more = True
            except Exception:
                _log.exception("no jobs are taken", kind=kind)
                await asyncio.sleep(_FIRST_PAUSE)
            await self._jobs.dispatch.answer(messages, taken if more else len(messages))

    async def _claim(self, kind: str) -> bool:
        claimed = None
        try:
            claimed = await self._jobs.queue.claim(kind)
        finally:
            if claimed is None:
                self._places.give(kind)
        if claimed is not None:
            self._begin(*claimed, None)
        return claimed is not None

    # running

    def _begin(self, claim: Claim, job: JobRecord, inputs: list[bytes] | None) -> None:
        """Works on a claimed job, whose place is taken. Without inputs they are read."""
        running = _Running(claim)
        if before := self._running.get(claim.job_id):  # taken from us, and claimed by us again
            before.let_go(hand_back=False)
        self._running[claim.job_id] = running
        task = running.task = detached(
            self._run(running, job, inputs), f"{self._config.service}.jobs.{job.kind}", caller=job.caller, request_id=job.id
        )
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _run(self, running: _Running, job: JobRecord, inputs: list[bytes] | None) -> None:
        claim, gauge = running.claim, RUNNING.labels(self._config.service, job.kind)
        gauge.inc()
        try:
            run = await self._load(claim, job, inputs)
            ending = await self._brought_to_end(running, run)
            if ending is not None:
                await run.finish(ending)
                ENDED.labels(self._config.service, job.kind, ending.state).inc()
            else:
                LET_GO.labels(self._config.service, job.kind).inc()
                await run.finish(None)
                await self._jobs.hand_back(claim, crashed=False)
        except Lost:
            LET_GO.labels(self._config.service, job.kind).inc()
        except Exception:
            _log.exception("a job is left to the sweep", job=claim.job_id)
        finally:
            gauge.dec()
            if self._running.get(claim.job_id) is running:
                del self._running[claim.job_id]
            self._places.give(job.kind)

    async def _load(self, claim: Claim, job: JobRecord, inputs: list[bytes] | None) -> Run:
        done: set[int] = set()
        if inputs is None:
            async with self._jobs.store.tenant(claim.tenant_id) as jobs:
                await jobs.fence(claim)
                inputs, done = await jobs.inputs(claim.job_id), await jobs.done(claim.job_id)
        return Run(claim, job, inputs, frozenset(done), self._jobs.store, self._jobs.feed, self._clock)

    async def _brought_to_end(self, running: _Running, run: Run) -> Ending | None:
        """Works until the end, which is returned, or until the job is to be handed back: None. Raises Lost."""
        working = running.working = asyncio.create_task(self._outcome(run))
        writing = asyncio.create_task(run.keep_writing())
        if running.stopped:
            working.cancel()
        try:
            await asyncio.wait({working, writing}, return_when=asyncio.FIRST_COMPLETED)
            working.cancel()
            await asyncio.wait({working})
            if running.stopped and not running.hand_back:
                raise Lost(running.claim.job_id)
            run.close()
            await writing
            if not working.cancelled():
                return working.result()
            return None if running.hand_back else Ending(FAILED, Internal("the job was broken off by its own work").status())
        finally:
            working.cancel()
            await end(writing)

    async def _outcome(self, run: Run) -> Ending:
        """How the work ends. Work that lacks something for the moment is tried again."""
        left = None if run.job.deadline is None else (run.job.deadline - datetime.now(UTC)).total_seconds()
        try:
            async with asyncio.timeout(left) as limit:
                await self._patiently(run)
        except TimeoutError:
            if not limit.expired():
                return _failed(run, Internal("the job failed for a reason that was not foreseen"))
            return Ending(FAILED, DeadlineTooShort("the job's deadline is over").status())
        except Fault as fault:
            return Ending(FAILED, fault.status())
        except Exception:
            return _failed(run, Internal("the job failed for a reason that was not foreseen"))
        return Ending(SUCCEEDED)

    async def _patiently(self, run: Run) -> None:
        patience = self._config.patience_seconds if run.job.background else self._config.stream_patience_seconds
        give_up, pause, done = self._clock() + patience, _FIRST_PAUSE, len(run.done)
        while True:
            try:
                return await self._work[run.job.kind](run)
            except Fault as fault:
                if len(run.done) > done:
                    give_up, pause, done = self._clock() + patience, _FIRST_PAUSE, len(run.done)
                if not fault.transient or self._clock() + pause > give_up:
                    raise
                _log.warning("a job waits for what it needs", job=run.job.id, error=str(fault))
            await asyncio.sleep(pause)
            pause = min(_LONGEST_PAUSE, pause * 2)

    def _stop(self, job_id: str) -> None:
        """Lets go of a job that has ended elsewhere."""
        if running := self._running.get(job_id):
            running.let_go(hand_back=False)

    # signs of life

    async def _sign(self) -> None:
        before = dict(self._running)
        ours = await self._jobs.queue.sign(self._config.slots, self._jobs.following.watchers)
        for job_id, running in before.items():
            if job_id not in ours:
                running.let_go(hand_back=False)
        # What is ours and nobody works on: a claim whose answer was lost with the connection, or a run that broke in our own hands. Seen
        # twice, so that it isn't just beginning.
        unknown = set(ours) - set(self._running)
        for job_id in unknown & self._unknown:
            await self._jobs.hand_back(ours[job_id], crashed=True)
        self._unknown = unknown
        lengths = await self._jobs.queue.lengths()
        for kind in self._config.slots:
            WAITING.labels(self._config.service, kind).set(lengths.get(kind, 0))


class _Running:
    """A job that is worked on here."""

    def __init__(self, claim: Claim) -> None:
        self.claim = claim
        self.task: asyncio.Task[None] | None = None
        self.working: asyncio.Task[Ending] | None = None
        self.stopped = False
        self.hand_back = False

    def let_go(self, *, hand_back: bool) -> None:
        """Stops the work."""
        if not self.stopped:
            self.stopped, self.hand_back = True, hand_back
            if self.working is not None:
                self.working.cancel()


def _failed(run: Run, fault: Fault) -> Ending:
    _log.exception("unforeseen", job=run.job.id)
    status: status_pb2.Status = fault.status()
    return Ending(FAILED, status)
