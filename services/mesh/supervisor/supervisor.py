"""The supervisor: brings a mesh up, keeps it up and takes it down."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass

from services.mesh.errors import MeshError, MigrationFailed, PartFailed
from services.mesh.parts.external import ExternalServer
from services.mesh.parts.part import Part
from services.mesh.paths import MeshPaths
from services.mesh.supervisor import logs, requests
from services.mesh.supervisor.child import Child, describe_end
from services.mesh.supervisor.managed import ExternalWatch, ManagedProcess, Timing
from services.mesh.supervisor.plan import Job, Plan, Stage
from services.mesh.supervisor.processes import ProcessId, birth_of
from services.mesh.supervisor.state import Kind, MeshState, Phase, ProcessState, StateFile

_log = logging.getLogger(__name__)

LINES_OF_A_FAILED_JOB = 15


@dataclass(frozen=True)
class Maintenance:
    """Periodic maintenance. `still_ours` tells whether the mesh's folder still exists and belongs to this supervisor."""

    every_s: float = 5.0
    still_ours: Callable[[], bool] = lambda: True


class Supervisor:
    """Runs one plan. Publishes its state in `state.json`; takes signals and the requests in `requests/`."""

    def __init__(
        self, plan: Plan, paths: MeshPaths, *, offset: int = 0, timing: Timing | None = None, maintenance: Maintenance | None = None
    ) -> None:
        """Does not start or write anything yet. The folders of `paths` must exist."""
        self._plan = plan
        self._paths = paths
        self._timing = timing or Timing()
        self._maintenance = maintenance or Maintenance()
        self._state_file = StateFile(paths.state, _first_state(plan, offset))
        self._stages = [(stage, [self._unit(stage.kind, part) for part in stage.parts]) for stage in plan.stages]
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._stop = asyncio.Event()
        self._crash: BaseException | None = None

    def stop(self) -> None:
        """Makes `run` stop the mesh and return."""
        self._stop.set()

    async def run(self) -> int:
        """Starts the mesh, supervises it until `stop` or a signal, and stops it. Returns an exit code; leaves no process behind."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self._stop.set)
        loop.add_signal_handler(signal.SIGHUP, self._take_requests)
        self._state_file.write()  # from now on its readers may send signals
        stopping = asyncio.create_task(self._stop.wait())
        bring_up = asyncio.create_task(self._bring_up())
        maintaining = asyncio.create_task(self._maintain())
        try:
            await asyncio.wait({stopping, bring_up}, return_when=asyncio.FIRST_COMPLETED)
            trouble = bring_up.exception() if bring_up.done() else None
            if trouble is None:
                await stopping
                trouble = self._crash
        finally:
            for task in (stopping, bring_up, maintaining):
                task.cancel()
            await asyncio.gather(stopping, bring_up, maintaining, return_exceptions=True)
            await self._take_down()
            for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
                loop.remove_signal_handler(number)
        if trouble is None:
            self._paths.state.unlink(missing_ok=True)
            return 0
        _log.error("the mesh ends", exc_info=None if isinstance(trouble, MeshError) else trouble)
        text = str(trouble) if isinstance(trouble, MeshError) else f"The supervisor broke: {type(trouble).__name__}: {trouble}"
        self._state_file.mesh(phase=Phase.FAILED, fatal=text)
        return 1

    async def _bring_up(self) -> None:
        units = iter(self._stages)
        for step in self._plan.steps:
            if isinstance(step, Job):
                self._state_file.mesh(step=step.name)
                await self._do(step)
            else:
                self._state_file.mesh(step=step.kind.value)
                await self._start(step, next(units)[1])
        self._state_file.mesh(phase=Phase.RUNNING, step="")
        _log.info("the mesh is up")

    async def _start(self, stage: Stage, units: list[ManagedProcess | ExternalWatch]) -> None:
        for unit in units:
            logs.rotate(self._paths.log(unit.name))
            task = asyncio.create_task(unit.run(), name=unit.name)
            task.add_done_callback(self._note_crash)
            self._tasks[unit.name] = task
        if stage.beside:
            return
        with suppress(TimeoutError):
            async with asyncio.timeout(self._timing.stage_limit):
                for unit in units:
                    await unit.settled.wait()
        for unit in units:
            state = self._state_file.of(unit.name)
            if not stage.required or state.ready:
                continue
            if isinstance(unit.part, ExternalServer):
                raise PartFailed(f"{unit.part.variable} names a server to use, but it gives no good answer: {state.error or 'none'}")
            raise PartFailed(f"{unit.name} doesn't start: {state.error or 'no answer'}. See `uat logs {unit.name}`.")

    async def _do(self, job: Job) -> None:
        log = self._paths.log(job.name)
        logs.rotate(log)
        try:
            child = Child(job.command, log)
        except OSError as error:
            raise MigrationFailed(f"{job.name} can't be started: {error}") from error
        try:
            async with asyncio.timeout(job.limit_s):
                code = await child.wait()
            end = describe_end(code)
        except TimeoutError:
            code, end = -1, f"it wasn't done after {job.limit_s:.0f} s"
        finally:
            await child.stop(self._timing.grace)
        if code != 0:
            raise MigrationFailed("\n".join([f"{job.name} failed, {end}:", *logs.tail(log, LINES_OF_A_FAILED_JOB)]))

    async def _take_down(self) -> None:
        self._state_file.mesh(phase=Phase.STOPPING, step="")
        for task in self._tasks.values():
            task.cancel()
        await asyncio.gather(*self._tasks.values(), return_exceptions=True)
        for _, units in reversed(self._stages):
            ends: list[Awaitable[None]] = [unit.stop() for unit in units if unit.name in self._tasks]
            for result in await asyncio.gather(*ends, return_exceptions=True):
                if isinstance(result, BaseException):
                    _log.error("a process can't be stopped", exc_info=result)

    async def _maintain(self) -> None:
        """Periodic maintenance: truncates logs, and stops the mesh when its folder was removed."""
        while True:
            await asyncio.sleep(self._maintenance.every_s)
            if not self._maintenance.still_ours():
                _log.warning("the folder of the mesh is gone or another's: stopping")
                self._stop.set()
                return
            try:
                for log in self._paths.logs.glob("*.log"):
                    await asyncio.to_thread(logs.cut, log)
            except OSError as error:
                _log.warning("a chore failed and will be tried again: %s", error)

    def _take_requests(self) -> None:
        for request in requests.take(self._paths.requests):
            _log.info("asked to %s %s", request.verb, request.name or "everything")
            for _, units in self._stages:
                for unit in units:
                    if request.verb is requests.Verb.HEAL:
                        unit.retry_now()
                    elif unit.name == request.name:
                        unit.restart()

    def _unit(self, kind: Kind, part: Part | ExternalServer) -> ManagedProcess | ExternalWatch:
        if isinstance(part, ExternalServer):
            return ExternalWatch(part, kind, self._state_file, self._timing)
        return ManagedProcess(part, kind, self._state_file, self._paths.log(part.name), self._timing)

    def _note_crash(self, task: asyncio.Task[None]) -> None:
        if not task.cancelled() and task.exception() is not None:
            self._crash = task.exception()
            self._stop.set()


def _first_state(plan: Plan, offset: int) -> MeshState:
    me = ProcessId(os.getpid(), birth_of(os.getpid()) or "")
    processes = tuple(ProcessState(part.name, stage.kind, part.port) for stage in plan.stages for part in stage.parts)
    return MeshState(supervisor=me, offset=offset, processes=processes)
