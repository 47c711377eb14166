"""A pool of worker processes with a queue in front.

Each worker is a program of its own (`process.py`), started when it is first needed and never forked: gRPC's threads do not survive a fork.
A worker that crashes costs its task one retry, and no other task anything. A worker that has grown, or that has done many tasks, is
replaced, so that what decoders leave behind in memory does not add up.
"""

from __future__ import annotations

import asyncio
import math
import multiprocessing
import signal
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from types import TracebackType
from typing import Any, Self

import structlog

from services.kit.tasks import end
from services.vision.errors import ProcessingFailed

_GIB = 1024**3
_WALL_FACTOR = 10
"""A task may wait (for models, say), so it gets this many times its CPU limit in wall-clock time."""
_log = structlog.get_logger("uat.vision.workers")


class WorkerDied(Exception):
    """The process ended without an answer."""


class Worker:
    """One worker process, seen from the service. It runs one task at a time."""

    def __init__(self, address_space_bytes: int, cpu_seconds: float) -> None:
        self._pipe, theirs = multiprocessing.Pipe()
        with theirs:
            arguments = (theirs.fileno(), address_space_bytes, math.ceil(cpu_seconds))
            command = [sys.executable, "-m", "services.vision.workers.process", *map(str, arguments)]
            self.process = subprocess.Popen(command, pass_fds=[theirs.fileno()], stdin=subprocess.DEVNULL)
        self.tasks = 0
        self.resident_bytes = 0

    def call(self, function: Callable[..., Any], arguments: tuple[Any, ...]) -> Any:
        """Runs a function in the process and returns or raises its outcome. Blocks. Raises WorkerDied."""
        try:
            self._pipe.send((function, arguments))
            good, outcome, self.resident_bytes = self._pipe.recv()
        except (EOFError, OSError) as error:
            raise WorkerDied from error
        self.tasks += 1
        if not good:
            raise outcome
        return outcome

    def kill(self) -> None:
        """Ends the process and waits for its end."""
        self.process.kill()
        self.process.wait()


class WorkerPool:
    """Runs functions in at most `size` worker processes. An async context manager; leaving it ends the processes."""

    def __init__(
        self,
        size: int,
        *,
        cpu_seconds: float = 60.0,
        max_resident_bytes: int = 768 * 1024**2,
        address_space_bytes: int = 4 * _GIB,
        max_tasks: int = 5000,
    ) -> None:
        self._slots = asyncio.Semaphore(size)
        self._threads = ThreadPoolExecutor(size, thread_name_prefix="vision-worker")
        self._cpu_seconds = cpu_seconds
        self._max_resident_bytes = max_resident_bytes
        self._address_space_bytes = address_space_bytes
        self._max_tasks = max_tasks
        self._idle: list[Worker] = []
        self._all: set[Worker] = set()
        self._running: set[asyncio.Task[Any]] = set()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        for task in list(self._running):
            await end(task)
        for worker in list(self._all):
            await self._drop(worker)
        self._threads.shutdown(wait=False)

    @property
    def pids(self) -> list[int]:
        """The ids of the processes that run now."""
        return [worker.process.pid for worker in self._all]

    async def run(self, function: Callable[..., Any], *arguments: Any) -> Any:
        """Runs a module's function in a worker and returns or raises its outcome; arguments and outcome must be picklable.

        Raises ProcessingFailed when the function exceeds its CPU time, or when two workers in a row die under it (another process may have
        been the cause of the first death). Cancelling ends the function with its worker: an interrupted function may hold locks, such as
        gRPC's.
        """
        await self._slots.acquire()
        task = asyncio.create_task(self._run(function, arguments))
        self._running.add(task)
        task.add_done_callback(self._ended)
        try:
            return await asyncio.shield(task)
        except asyncio.CancelledError:
            task.cancel()
            raise

    def _ended(self, task: asyncio.Task[Any]) -> None:
        self._running.discard(task)
        self._slots.release()

    async def _run(self, function: Callable[..., Any], arguments: tuple[Any, ...]) -> Any:
        loop = asyncio.get_running_loop()
        for last in (False, True):
            worker = self._idle.pop() if self._idle else self._start()
            call = loop.run_in_executor(self._threads, worker.call, function, arguments)
            try:
                done, _ = await asyncio.wait({call}, timeout=self._cpu_seconds * _WALL_FACTOR)
            except asyncio.CancelledError:
                await self._release(worker, call, usable=False)
                raise
            await self._release(worker, call, usable=bool(done))
            if not isinstance(call.exception(), WorkerDied):
                return call.result()
            if not done or worker.process.returncode == -signal.SIGXCPU:
                raise ProcessingFailed(f"processing this content took longer than {self._cpu_seconds:g} seconds")
            _log.warning("a worker died", function=function.__qualname__, pid=worker.process.pid, retried=not last)
        raise ProcessingFailed("the worker that was given this content died, and so did the next one")

    def _start(self) -> Worker:
        worker = Worker(self._address_space_bytes, self._cpu_seconds)
        self._all.add(worker)
        return worker

    async def _release(self, worker: Worker, call: asyncio.Future[Any], *, usable: bool) -> None:
        """Returns a worker to the idle ones, or ends it where it is dead, hung, grown or worn out; `call` is done afterwards."""
        fit = worker.resident_bytes <= self._max_resident_bytes and worker.tasks < self._max_tasks
        if fit and usable and not isinstance(call.exception(), WorkerDied):
            self._idle.append(worker)
            return
        await self._drop(worker)
        await asyncio.wait({call})
        call.exception()

    async def _drop(self, worker: Worker) -> None:
        self._all.discard(worker)
        await asyncio.to_thread(worker.kill)
