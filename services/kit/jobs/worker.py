"""The worker of one replica: claims queued jobs while it has free slots, runs their work, and renews the replica's lease on them."""

from __future__ import annotations

import asyncio
import contextlib
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
from services.kit.jobs.records import FAILED, SUCCEEDED, JobRecord
from services.kit.jobs.rows import Claim, Ending, Lost
from services.kit.jobs.run import Run
from services.kit.jobs.slots import Slots
from services.kit.jobs.sweep import Sweep
from services.kit.postgres.errors import STORE_FAULTS
from services.kit.tasks import end, keep

Work = Callable[[Run], Awaitable[None]]
"""Does a job; see the package's docstring."""

WAITING = Gauge("uat_jobs_waiting", "Jobs in the queue, on whichever replica they were submitted.", ("service", "kind"))
RUNNING = Gauge("uat_jobs_running", "Jobs that this process runs.", ("service", "kind"))
ENDED = Counter("uat_jobs_ended", "Jobs that this process brought to an end.", ("service", "kind", "state"))
LET_GO = Counter("uat_jobs_let_go", "Jobs that this process stopped running before their end.", ("service", "kind"))

_FIRST_PAUSE, _LONGEST_PAUSE = 0.25, 4.0
_log = structlog.get_logger("uat.jobs")


class Worker:
    """Runs jobs while it is entered, which comes after the database and the broker. Leaving it hands running jobs back."""

    def __init__(self, jobs: Jobs, work: Mapping[str, Work], clock: Callable[[], float] = time.monotonic) -> None:
        self._jobs = jobs
        self._config = jobs.config
        self._work = work
        self._clock = clock
        self._slots = Slots(jobs.config.slots)
        self._running: dict[str, _Running] = {}
        self._sweep = Sweep(jobs, jobs.leader("jobs.expiry"))
        self._queued = {kind: asyncio.Event() for kind in jobs.config.slots}
        self._tasks: set[asyncio.Task[None]] = set()
        self._loops: list[asyncio.Task[None]] = []
        self._orphans: set[str] = set()

    async def __aenter__(self) -> Self:
        await self._jobs.feed.open()
        await self._jobs.feed.work(self._stop, self._wake)
        await self._jobs.queue.heartbeat(self._config.slots, ())
        self._jobs.attach(self._slots, self._begin)
        heartbeat = keep(self._heartbeat, self._config.sweep_seconds, "the heartbeat of this replica's jobs failed")
        self._loops = [asyncio.create_task(heartbeat), *(asyncio.create_task(self._keep_claiming(kind)) for kind in self._config.slots)]
        await self._sweep.__aenter__()
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        await self.drain()
        await self._sweep.__aexit__(kind, error, trace)
        for task in (*self._loops, *self._tasks):
            await end(task)
        await self._jobs.close()

    async def drain(self) -> None:
        """Claims no more jobs and hands running ones back, so that other replicas continue them at once. Streams that watch a job here
        continue.
        """
        self._jobs.watching.draining = True
        self._slots.close()
        for running in list(self._running.values()):
            running.let_go(hand_back=True)
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=self._config.drain_seconds)
        try:
            await self._jobs.queue.retire()  # other replicas take over also what did not stop in time
        except STORE_FAULTS as fault:
            _log.warning("other replicas take over this replica's jobs once its lease has expired", error=str(fault))

    # claiming

    async def _keep_claiming(self, kind: str) -> None:
        queued = self._queued[kind]
        while True:
            await self._slots.free(kind)
            queued.clear()
            try:
                if await self._claim(kind):
                    continue
                pause = self._config.sweep_seconds  # a signal may have been lost
            except Exception as error:
                _log.warning("no job was claimed", kind=kind, error=str(error), exc_info=not isinstance(error, Fault))
                pause = _FIRST_PAUSE
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(pause):
                    await queued.wait()

    def _wake(self, kind: str) -> None:
        """Looks for work at once."""
        if kind in self._queued:
            self._queued[kind].set()

    async def _claim(self, kind: str) -> bool:
        if not self._slots.acquire(kind):
            return False
        claimed = None
        try:
            claimed = await self._jobs.queue.claim(kind)
        finally:
            if claimed is None:
                self._slots.release(kind)
        if claimed is not None:
            self._begin(*claimed, None)
        return claimed is not None

    # running

    def _begin(self, claim: Claim, job: JobRecord, inputs: list[bytes] | None) -> None:
        """Runs a claimed job, for which a slot was acquired. Without inputs they are read."""
        running = _Running(claim)
        if before := self._running.get(claim.job_id):  # taken over by another replica, and claimed here again
            before.let_go(hand_back=False)
        self._running[claim.job_id] = running
        name = f"{self._config.service}.jobs.{job.kind}"
        task = detached(self._run(running, job, inputs), name, caller=job.caller, request_id=job.id)
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
            self._slots.release(job.kind)

    async def _load(self, claim: Claim, job: JobRecord, inputs: list[bytes] | None) -> Run:
        done: set[int] = set()
        if inputs is None:
            async with self._jobs.store.tenant(claim.tenant_id) as jobs:
                await jobs.fence(claim)
                inputs, done = await jobs.inputs(claim.job_id), await jobs.done(claim.job_id)
        return Run(claim, job, inputs, frozenset(done), self._jobs.store, self._jobs.feed, self._clock)

    async def _brought_to_end(self, running: _Running, run: Run) -> Ending | None:
        """Runs the work and returns its ending; None if the job is to be handed back. Raises Lost."""
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
            return None if running.hand_back else Ending(FAILED, Internal("the job's own work cancelled it").status())
        finally:
            working.cancel()
            await end(writing)

    async def _outcome(self, run: Run) -> Ending:
        """How the work ends."""
        left = None if run.job.deadline is None else (run.job.deadline - datetime.now(UTC)).total_seconds()
        try:
            async with asyncio.timeout(left) as limit:
                await self._retried(run)
        except TimeoutError:
            if not limit.expired():
                return _failed(run, Internal("the job failed for an unexpected reason"))
            return Ending(FAILED, DeadlineTooShort("the job's deadline is over").status())
        except Fault as fault:
            return Ending(FAILED, fault.status())
        except Exception:
            return _failed(run, Internal("the job failed for an unexpected reason"))
        return Ending(SUCCEEDED)

    async def _retried(self, run: Run) -> None:
        """Repeats work whose dependencies are down or overloaded, for a limited time since its last new result."""
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
                _log.warning("a job waits for a dependency", job=run.job.id, error=str(fault))
            await asyncio.sleep(pause)
            pause = min(_LONGEST_PAUSE, pause * 2)

    def _stop(self, job_id: str) -> None:
        """Stops a job that was ended from outside."""
        if running := self._running.get(job_id):
            running.let_go(hand_back=False)

    async def _heartbeat(self) -> None:
        before = dict(self._running)
        ours = await self._jobs.queue.heartbeat(self._config.slots, self._jobs.watching.watchers)
        for job_id, running in before.items():
            if job_id not in ours:
                running.let_go(hand_back=False)
        # Claimed by this replica and not running here: the answer to the claim was lost with the connection, or the run failed. Only at
        # the second heartbeat, as at the first one it may be about to begin.
        orphans = set(ours) - set(self._running)
        for job_id in orphans & self._orphans:
            await self._jobs.hand_back(ours[job_id], crashed=True)
        self._orphans = orphans
        lengths = await self._jobs.queue.lengths()
        for kind in self._config.slots:
            WAITING.labels(self._config.service, kind).set(lengths.get(kind, 0))


class _Running:
    """A job that runs on this replica."""

    def __init__(self, claim: Claim) -> None:
        self.claim = claim
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
    _log.exception("unexpected failure of a job", job=run.job.id)
    status: status_pb2.Status = fault.status()
    return Ending(FAILED, status)
