"""Supervision of one process: start, readiness probes, restarts with exponential backoff, stop."""

from __future__ import annotations

import asyncio
import logging
import signal
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from services.mesh.errors import MeshError
from services.mesh.parts.part import NotServing, Part, Probed, probe_failure
from services.mesh.supervisor.child import Child, describe_end
from services.mesh.supervisor.logs import last_error
from services.mesh.supervisor.state import Health, Kind, StateFile

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Timing:
    """Intervals and limits of the supervisor, in seconds, and two counts."""

    first_pause: float = 0.2
    longest_pause: float = 10.0
    healthy_after: float = 30.0  # after this time ready, earlier ends no longer count for the backoff
    poll: float = 0.1
    probe_every: float = 5.0
    probe_limit: float = 5.0
    silent_probes: int = 3
    start_limit: float = 120.0
    stage_limit: float = 60.0  # after this the next stage starts anyway, unless this one is required
    outside_limit: float = 15.0  # for a server of the user's, which should be up already
    failed_after: int = 5  # ends in a row
    drain_limit: float = 15.0
    grace: float = 12.0  # a service drains for up to 10 s, then closes what it holds

    def pause(self, ends: int) -> float:
        """The backoff after this number of consecutive ends, counted from 1."""
        return float(min(self.first_pause * 2 ** min(ends - 1, 30), self.longest_pause))


class ManagedProcess:
    """One part or service. Cancel `run`, then call `stop` to end the process."""

    def __init__(self, part: Part, kind: Kind, state_file: StateFile, log: Path, timing: Timing) -> None:
        """Does not start the process yet."""
        self.part = part
        self.kind = kind
        self.settled = asyncio.Event()
        """Set when the process is ready for the first time, or has failed for the first time."""
        self._state_file = state_file
        self._log_file = log
        self._timing = timing
        self._child: Child | None = None
        self._ready_at: float | None = None
        self._retry_now = asyncio.Event()
        self._restart = asyncio.Event()

    @property
    def name(self) -> str:
        """The part's name."""
        return self.part.name

    def retry_now(self) -> None:
        """Ends the backoff, if it waits for a restart."""
        self._retry_now.set()

    def restart(self) -> None:
        """Stops the process gracefully and starts it again at once."""
        self._restart.set()
        self._retry_now.set()

    async def run(self) -> None:
        """Keeps the process running. Never returns."""
        ends = 0
        while True:
            self._restart.clear()
            self._ready_at = None
            reason = await self._run_once()
            restarts = self._state_file.of(self.name).restarts + 1
            if reason is None:
                ends = 0
                self._state_file.process(self.name, health=Health.STARTING, pid=0, birth="", restarts=restarts, error="")
                continue
            if self._ready_at is not None and time.monotonic() - self._ready_at >= self._timing.healthy_after:
                ends = 0
            ends += 1
            failed = ends >= self._timing.failed_after
            health = Health.FAILED if failed else Health.RESTARTING
            self._state_file.process(self.name, health=health, pid=0, birth="", restarts=restarts, error=reason)
            _log.warning("%s: %s; next try in %.1f s", self.name, reason, self._timing.pause(ends))
            if failed:
                self.settled.set()
            self._retry_now.clear()
            with suppress(TimeoutError):
                async with asyncio.timeout(self._timing.pause(ends)):
                    await self._retry_now.wait()

    async def stop(self) -> None:
        """Stops the process, gracefully at first, and returns when it has ended. Cancel `run` before."""
        if self._child is not None and self._child.returncode is None:
            await self._end(self._child)
        self._state_file.process(self.name, health=Health.STOPPED, pid=0, birth="")

    async def _run_once(self) -> str | None:
        """Runs the process once. Returns why it ended, or None after a requested restart."""
        try:
            await asyncio.to_thread(self.part.prepare)
            child = self._child = Child(self.part.command(), self._log_file)
        except (MeshError, OSError) as error:
            return str(error)
        self._state_file.process(
            self.name,
            health=Health.STARTING,
            pid=child.id.pid,
            birth=child.id.birth,
            stop_signal=int(child.command.stop_signal),
            started=time.time(),
        )
        ended = asyncio.create_task(child.wait())
        lost = asyncio.create_task(self._watch())
        asked = asyncio.create_task(self._restart.wait())
        try:
            await asyncio.wait({ended, lost, asked}, return_when=asyncio.FIRST_COMPLETED)
            if ended.done():
                # A killed process could not log a reason, so its last line has none.
                said = last_error(self._log_file) if ended.result() != -signal.SIGKILL else ""
                return describe_end(ended.result()) + (f": {said}" if said else "")
            if lost.done():
                reason = lost.result()
                await child.kill()
                return reason
            await self._end(child)
            return None
        finally:
            for task in (ended, lost, asked):
                task.cancel()

    async def _end(self, child: Child) -> None:
        try:
            async with asyncio.timeout(self._timing.drain_limit):
                await self.part.drain()
        except Exception as error:  # the process has to stop, whatever its drain raises
            _log.warning("%s: draining failed: %r", self.name, error)
        await child.stop(self._timing.grace)

    async def _watch(self) -> str:
        """Probes the process until it has to be killed, and returns why."""
        timing = self._timing
        begun = time.monotonic()
        silent = 0
        while True:
            asked = time.monotonic()
            trouble = await probe_failure(self.part, timing.probe_limit)
            silent = silent + 1 if trouble and not isinstance(trouble, NotServing) else 0
            if trouble is None:
                self._note_ready()
            elif self._ready_at is None:
                if asked - begun > timing.start_limit:
                    return f"it wasn't ready after {timing.start_limit:.0f} s: {trouble}"
            else:
                self._note_trouble(str(trouble), silent)
                # A slow database is better than none, so only services are killed for not answering.
                if silent >= timing.silent_probes and self.kind is Kind.SERVICE:
                    return f"it answered none of {silent} health checks: {trouble}"
            # Frequent probes would slow down fifteen services that import their libraries.
            pause = min(timing.poll + 0.1 * (asked - begun), 0.5) if self._ready_at is None else timing.probe_every
            await asyncio.sleep(max(pause - (time.monotonic() - asked), 0.01))

    def _note_ready(self) -> None:
        if self._state_file.of(self.name).health is not Health.READY:
            self._state_file.process(self.name, health=Health.READY)  # keeps the last error
            _log.info("%s: ready", self.name)
        if self._ready_at is None:
            self._ready_at = time.monotonic()
        self.settled.set()

    def _note_trouble(self, reason: str, silent: int) -> None:
        # One missed probe says little; a process that reports itself not ready is believed.
        if silent == 0 or silent >= self._timing.silent_probes:
            known = self._state_file.of(self.name)
            if (known.health, known.error) != (Health.STARTING, reason):
                self._state_file.process(self.name, health=Health.STARTING, error=reason)


class ExternalWatch:
    """Probes one server of the user's, which the mesh neither starts nor stops."""

    def __init__(self, part: Probed, kind: Kind, state_file: StateFile, timing: Timing) -> None:
        """Does not probe yet."""
        self.part = part
        self.kind = kind
        self.settled = asyncio.Event()
        """Set when the server has answered, or has not for too long."""
        self._state_file = state_file
        self._timing = timing
        self._retry_now = asyncio.Event()

    @property
    def name(self) -> str:
        """The part's name."""
        return self.part.name

    def retry_now(self) -> None:
        """Probes at once."""
        self._retry_now.set()

    def restart(self) -> None:
        """Probes at once; the mesh can't restart this server."""
        self._retry_now.set()

    async def run(self) -> None:
        """Probes until it is cancelled."""
        begun = time.monotonic()
        while True:
            self._retry_now.clear()
            trouble = await probe_failure(self.part, self._timing.probe_limit)
            error = str(trouble or "")
            if not error or time.monotonic() - begun > self._timing.outside_limit:
                self.settled.set()
            known = self._state_file.of(self.name)
            if (known.health, known.error) != (Health.EXTERNAL, error):
                self._state_file.process(self.name, health=Health.EXTERNAL, error=error)
            with suppress(TimeoutError):
                async with asyncio.timeout(self._timing.probe_every if not error else 1.0):
                    await self._retry_now.wait()

    async def stop(self) -> None:
        """Does nothing."""
