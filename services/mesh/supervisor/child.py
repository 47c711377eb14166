"""A child process, from its start to its end."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from services.mesh.supervisor import launcher
from services.mesh.supervisor.processes import ProcessId, birth_of


@dataclass(frozen=True)
class Command:
    """How to start a process, and the signal that stops it gracefully. `env` is its whole environment; it inherits nothing."""

    argv: tuple[str, ...]
    env: Mapping[str, str]
    cwd: Path
    user: str | None = None
    stop_signal: signal.Signals = signal.SIGTERM


class Child:
    """A running process. The kernel sends it the stop signal if this process dies first. Not thread-safe."""

    def __init__(self, command: Command, log: Path) -> None:
        """Starts the command and appends its output to the log. Raises OSError."""
        self.command = command
        with log.open("ab") as output:
            self._process = subprocess.Popen(
                [sys.executable, "-I", "-S", launcher.__file__, *_launcher_arguments(command), *command.argv],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                env=dict(command.env),
                cwd=command.cwd,
                process_group=0,
            )
        # Ours and not yet collected, so the pid can't be another's.
        self.id = ProcessId(self._process.pid, birth_of(self._process.pid) or "")

    @property
    def returncode(self) -> int | None:
        """The exit code as in `subprocess`; None while it runs."""
        return self._process.poll()

    async def wait(self) -> int:
        """Waits for the end and returns the exit code. Cancelling the wait does not affect the process."""
        if (code := self._process.poll()) is not None:
            return code
        loop = asyncio.get_running_loop()
        ended = asyncio.Event()
        descriptor = os.pidfd_open(self._process.pid)
        loop.add_reader(descriptor, ended.set)
        try:
            await ended.wait()
        finally:
            loop.remove_reader(descriptor)
            os.close(descriptor)
        return self._process.wait()

    async def stop(self, grace_s: float) -> None:
        """Sends the stop signal, and kills the process group after the grace period. Returns when the process has ended."""
        if self._process.poll() is not None:
            return
        self._process.send_signal(self.command.stop_signal)
        with suppress(TimeoutError):
            async with asyncio.timeout(grace_s):
                await self.wait()
        if self._process.poll() is None:
            await self.kill()

    async def kill(self) -> None:
        """Kills the process group. Returns when the process has ended."""
        if self._process.poll() is None:
            # It leads its group and isn't collected yet, so the group can't be another's.
            with suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)
        await self.wait()


def _launcher_arguments(command: Command) -> tuple[str, str, str]:
    return str(os.getpid()), str(int(command.stop_signal)), command.user or "-"


def describe_end(code: int) -> str:
    """How a process ended, as a phrase."""
    if code >= 0:
        return f"it ended with exit code {code}"
    try:
        return f"it was ended by {signal.Signals(-code).name}"
    except ValueError:
        return f"it was ended by signal {-code}"
