"""Processes for what would hold the event loop up, and for code that hostile content could crash.

Each is a program of its own (`worker.py`), started when it is first needed, never forked: gRPC's threads wouldn't survive that. One that
has grown is replaced after its answer, so that what decoders leave behind in memory doesn't add up.
"""

from __future__ import annotations

import asyncio
import socket
import subprocess
import sys
from collections.abc import Callable
from types import TracebackType
from typing import Any, Self

import structlog

from services.kit.tasks import end
from services.vision import worker
from services.vision.errors import ProcessingFailed

_GIB = 1024**3
_log = structlog.get_logger("uat.vision.workers")


class WorkerDied(Exception):
    """The process ended without an answer."""


class Worker:
    """One process. Does one thing at a time."""

    def __init__(self, most_address_space: int) -> None:
        self._wire, theirs = socket.socketpair()
        self._wire.setblocking(False)
        command = [sys.executable, "-m", "services.vision.worker", str(theirs.fileno()), str(most_address_space)]
        try:
            self.process = subprocess.Popen(command, pass_fds=[theirs.fileno()], stdin=subprocess.DEVNULL)
        finally:
            theirs.close()
        self.tasks = 0
        self.resident_bytes = 0

    async def call(self, function: Callable[..., Any], arguments: tuple[Any, ...]) -> Any:
        """What the function returns or raises. Raises WorkerDied."""
        loop = asyncio.get_running_loop()
        try:
            for piece in worker.pack((function, arguments)):
                await loop.sock_sendall(self._wire, piece)
            head = await self._read(loop, worker.count(await self._read(loop, worker.COUNT_BYTES)) * worker.LENGTH_BYTES)
            pieces = [await self._read(loop, length) for length in worker.lengths(head)]
        except OSError as error:
            raise WorkerDied from error
        good, outcome, self.resident_bytes = worker.unpack(pieces)
        self.tasks += 1
        if not good:
            raise outcome
        return outcome

    async def _read(self, loop: asyncio.AbstractEventLoop, length: int) -> bytearray:
        data = bytearray(length)
        view = memoryview(data)
        while view:
            got = await loop.sock_recv_into(self._wire, view)
            if not got:
                raise WorkerDied
            view = view[got:]
        return data

    async def kill(self) -> None:
        """Ends the process, whatever it does."""
        self.process.kill()
        self._wire.close()
        await asyncio.to_thread(self.process.wait)


class Workers:
    """A few processes that share the work. An async context manager; leaving it ends them."""

    def __init__(
        self,
        size: int,
        *,
        seconds: float = 60.0,
        most_resident: int = 768 * 1024**2,
        most_address_space: int = 4 * _GIB,
        most_tasks: int = 5000,
        grace: float = 1.0,
    ) -> None:
        self._turns = asyncio.Semaphore(size)
        self._seconds = seconds
        self._most_resident = most_resident
        self._most_address_space = most_address_space
        self._most_tasks = most_tasks
        self._grace = grace
        self._idle: list[Worker] = []
        self._all: set[Worker] = set()
        self._letting_go: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        for task in list(self._letting_go):
            await end(task)
        for process in list(self._all):
            await self._drop(process)

    @property
    def pids(self) -> list[int]:
        """The processes that there are now."""
        return [process.process.pid for process in self._all]

    async def run(self, function: Callable[..., Any], *arguments: Any) -> Any:
        """What the function returns; raises what it raises. It must be one of a module, and take and return what can be pickled.

        A process that dies under it is replaced and asked once more: somebody else may have been the cause. Raises ProcessingFailed when
        that one dies too, or when it takes longer than the limit. Cancelling gives the process a moment to finish, and then ends it.
        """
        await self._turns.acquire()
        held = True
        try:
            for last in (False, True):
                process = self._idle.pop() if self._idle else self._start()
                call = asyncio.create_task(process.call(function, arguments))
                try:
                    done, _ = await asyncio.wait({call}, timeout=self._seconds)
                except asyncio.CancelledError:
                    self._let_go(process, call)
                    held = False
                    raise
                if not done:
                    await self._drop(process, call)
                    raise ProcessingFailed(f"this content was given up after {self._seconds:g} seconds")
                if not isinstance(call.exception(), WorkerDied):
                    await self._back(process)
                    return call.result()
                await self._drop(process, call)
                _log.warning("a worker died", function=function.__qualname__, pid=process.process.pid, again=not last)
            raise ProcessingFailed("the worker that was given this content died, and so did the next one")
        finally:
            if held:
                self._turns.release()

    def _start(self) -> Worker:
        process = Worker(self._most_address_space)
        self._all.add(process)
        return process

    async def _back(self, process: Worker) -> None:
        if process.resident_bytes > self._most_resident or process.tasks >= self._most_tasks:
            await self._drop(process)
        else:
            self._idle.append(process)

    async def _drop(self, process: Worker, call: asyncio.Task[Any] | None = None) -> None:
        if call is not None and not call.done():
            call.cancel()
            await asyncio.wait({call})
        self._all.discard(process)
        await process.kill()

    def _let_go(self, process: Worker, call: asyncio.Task[Any]) -> None:
        """Nobody waits for the answer any more. Its turn is over when the process is free or gone."""

        async def wait() -> None:
            try:
                done, _ = await asyncio.wait({call}, timeout=self._grace)
                if done and not isinstance(call.exception(), WorkerDied):
                    await self._back(process)
                else:
                    await self._drop(process, call)
            finally:
                self._turns.release()

        task = asyncio.create_task(wait())
        self._letting_go.add(task)
        task.add_done_callback(self._letting_go.discard)
