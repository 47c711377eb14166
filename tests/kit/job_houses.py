"""Replicas of a small service that has nothing but jobs. Also a process: `python -m tests.kit.job_houses <house as JSON>` is a replica."""

from __future__ import annotations

import asyncio
import dataclasses
import json
import os
import signal
import sys
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import grpc
import orjson

from services.kit.context import Caller
from services.kit.errors import DependencyUnavailable, Fault
from services.kit.ids import new_id
from services.kit.jobs import JobEvent, JobFaults, Jobs, JobsConfig, NewJob, Run, Work, Worker
from services.kit.nats.connection import Nats
from services.kit.postgres.database import Database


class JobFault(Fault):
    """A fact about a job."""

    @classmethod
    def says(cls, reason: str, code: grpc.StatusCode, **fields: Any) -> JobFault:
        fault = cls(reason, **fields)
        fault.reason, fault.code = reason, code
        return fault


FAULTS = JobFaults(
    not_found=lambda _: JobFault.says("JOB_NOT_FOUND", grpc.StatusCode.NOT_FOUND),
    not_finished=lambda _: JobFault.says("JOB_NOT_FINISHED", grpc.StatusCode.FAILED_PRECONDITION),
    quota_exceeded=lambda tenant, most: JobFault.says(
        "JOB_QUOTA_EXCEEDED", grpc.StatusCode.RESOURCE_EXHAUSTED, quota=(f"tenant:{tenant}", f"{most} unfinished jobs")
    ),
    gave_up=lambda _: JobFault.says("PROCESSING_FAILED", grpc.StatusCode.INTERNAL),
)


def caller(tenant_id: str = "tenant_1", user_id: str = "user_1") -> Caller:
    return Caller(user_id, tenant_id, "token", frozenset(), frozenset(), 0.0, float("inf"))


ALICE = caller()


def new(what: str = "quick", *, kind: str = "work", **fields: Any) -> NewJob:
    """A job; the work does what it says."""
    request_id = fields.get("request_id", "")
    return NewJob(kind=kind, inputs=[what.encode()], fingerprint=what.encode() if request_id else b"", **fields)


@dataclass
class Script:
    """A work that does what its input says, and remembers what it did."""

    name: str = "replica"
    did: list[str] = field(default_factory=list)
    """Inputs in the order in which they were begun."""
    executed: list[tuple[str, int]] = field(default_factory=list)
    """Every execution of an item: the job's id, and the index."""
    held: dict[str, asyncio.Event] = field(default_factory=dict)
    cancelled: list[str] = field(default_factory=list)
    away: bool = False

    def release(self, what: str) -> None:
        """Lets work go on that holds."""
        self.held.setdefault(what, asyncio.Event()).set()

    async def __call__(self, run: Run) -> None:
        what = run.inputs[0].decode()
        self.did.append(what)
        await run.started(orjson.dumps({"by": self.name, "attempt": run.job.attempt}), {"by": self.name})
        try:
            await self._do(run, *what.split())
        except asyncio.CancelledError:
            self.cancelled.append(run.job.id)
            raise

    async def _do(self, run: Run, verb: str, *words: str) -> None:
        if verb == "hold":
            await self.held.setdefault(run.inputs[0].decode(), asyncio.Event()).wait()
        elif verb == "items":
            await self._items(run, int(words[0]), float(words[1]))
        elif verb == "progress":
            for step in range(int(words[0])):
                run.progress(step / int(words[0]), str(step).encode())
                await asyncio.sleep(float(words[1]))
        elif verb == "previews":
            await run.emit("preview", b"half", preview_of=0)
            await run.emit("preview", b"half", preview_of=1)
            await run.result(0, b"whole", kind="page")
            await run.emit("preview", b"too late", preview_of=0)
        elif verb == "twice":
            await run.result(0, b"first", kind="page")
            await run.result(0, b"second", kind="page")
        elif verb == "fail":
            await run.result(0, b"kept", kind="page")
            raise JobFault.says("MODEL_FAILED", grpc.StatusCode.INTERNAL)
        elif verb == "bug":
            raise ZeroDivisionError("a secret detail")
        elif verb == "needs" and self.away:
            raise DependencyUnavailable("it is away")
        elif verb == "crash":
            os.kill(os.getpid(), signal.SIGKILL)
        else:
            await run.result(0, b"done " + run.inputs[0], kind="page")

    async def _items(self, run: Run, count: int, seconds: float) -> None:
        for index in range(count):
            if index not in run.done:
                await asyncio.sleep(seconds)
                self.executed.append((run.job.id, index))
                await run.result(index, f"{index}".encode(), kind="page", failed=index % 10 == 9)


@dataclass(frozen=True)
class House:
    """Where replicas of one service live."""

    postgres_url: str
    nats_url: str
    service: str
    lease_seconds: float = 1.5
    sweep_seconds: float = 0.3
    patience_seconds: float = 10.0
    quota: int = 1000

    def config(self, slots: int) -> JobsConfig:
        fields = {name: getattr(self, name) for name in ("lease_seconds", "sweep_seconds", "patience_seconds", "quota")}
        return JobsConfig(self.service, {"work": slots, "other": 1}, drain_seconds=1.0, **fields)

    @asynccontextmanager
    async def replica(
        self, work: Work | None = None, *, slots: int = 2, works: bool = True, nats: Nats | None = None
    ) -> AsyncIterator[Jobs]:
        """A replica; one that doesn't work only takes jobs in."""
        work = work or Script()
        async with Database(self.postgres_url, max_size=4) as database, self.nats() as own:
            jobs = Jobs(database, nats or own, self.config(slots), FAULTS, new_id)
            if not works:
                await jobs.feed.open()
                try:
                    yield jobs
                finally:
                    await jobs.close()
                return
            async with Worker(jobs, {"work": work, "other": work}):
                yield jobs

    def nats(self) -> Nats:
        return Nats(self.nats_url)

    @asynccontextmanager
    async def process(self, slots: int = 2) -> AsyncIterator[asyncio.subprocess.Process]:
        """A replica in a process of its own, ready to work."""
        arguments = (sys.executable, "-m", "tests.kit.job_houses", json.dumps(dataclasses.asdict(self)), str(slots))
        child = await asyncio.create_subprocess_exec(*arguments, stdout=asyncio.subprocess.PIPE)
        assert child.stdout is not None
        try:
            async with asyncio.timeout(30):
                assert await child.stdout.readline() == b"ready\n"
            yield child
        finally:
            if child.returncode is None:
                child.kill()
            await child.communicate()


async def ended(jobs: Jobs, job_id: str, who: Caller = ALICE, seconds: float = 20.0) -> list[JobEvent]:
    """All events of a job, once it has ended."""
    async with asyncio.timeout(seconds):
        return [event async for event in jobs.watch(who, job_id, 0)]


def kinds(events: list[JobEvent]) -> list[str]:
    return [event.kind for event in events]


def fresh_service() -> str:
    return f"jobs_{uuid.uuid4().hex[:12]}"


DAY = timedelta(days=1)


async def _main(house: House, slots: int) -> None:
    async with house.replica(Script(f"process {os.getpid()}"), slots=slots):
        stop = asyncio.Event()
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
        print("ready", flush=True)
        await stop.wait()


if __name__ == "__main__":
    asyncio.run(_main(House(**json.loads(sys.argv[1])), int(sys.argv[2])))
