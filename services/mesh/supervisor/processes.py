"""Processes by pid and birth: a pid alone may have been given to somebody else, so nothing is signalled by pid alone.

A birth is the boot's id and the process's start in clock ticks, from /proc. A pidfd is opened before the birth is compared, so that the
process that was compared is the one that gets the signal.
"""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path


@dataclass(frozen=True)
class ProcessId:
    """One process, for as long as the machine is up: no later process equals it."""

    pid: int
    birth: str


@cache
def _boot() -> str:
    return Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()


def birth_of(pid: int) -> str | None:
    """The birth of a living process; None when there is none, or only its remains that nobody has collected."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return None
    # The name, in brackets, may hold anything; after the last bracket come the state and, 19 fields on, the start.
    fields = stat.rpartition(")")[2].split()
    return None if fields[0] in "ZX" else f"{_boot()}:{fields[19]}"


def is_alive(process: ProcessId) -> bool:
    """Whether this very process still runs."""
    return process.pid > 0 and birth_of(process.pid) == process.birth


def send(process: ProcessId, number: signal.Signals) -> bool:
    """Signals this very process. Returns False, having done nothing, when it is gone or its pid belongs to another."""
    if process.pid <= 0:
        return False
    try:
        descriptor = os.pidfd_open(process.pid)
    except OSError:
        return False
    try:
        if birth_of(process.pid) != process.birth:
            return False
        signal.pidfd_send_signal(descriptor, number)
        return True
    except OSError:
        return False
    finally:
        os.close(descriptor)


def end(processes: Iterable[tuple[ProcessId, signal.Signals]], grace_s: float) -> int:
    """Asks each process to stop with its own signal, waits up to the grace for all, kills what is left. Returns how many were alive."""
    alive = [process for process, number in processes if send(process, number)]
    if not wait_gone(alive, grace_s):
        for process in alive:
            send(process, signal.SIGKILL)
        wait_gone(alive, grace_s)
    return len(alive)


def wait_gone(processes: Iterable[ProcessId], limit_s: float) -> bool:
    """Waits until none of them runs. Returns False when the limit came first."""
    waiting = list(processes)
    give_up = time.monotonic() + limit_s
    while waiting := [process for process in waiting if is_alive(process)]:
        if time.monotonic() > give_up:
            return False
        time.sleep(0.02)
    return True
