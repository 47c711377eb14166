"""Child processes of the bench: started in sessions of their own, watched, and ended whole, whatever happens to the bench."""

import contextlib
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path

import psutil

from services.mesh.supervisor import launcher
from services.mesh.supervisor.lock import Lock

ROOT = Path(__file__).resolve().parents[2]
STATE = ROOT / ".bench"


class BenchError(Exception):
    """Says in one sentence, for a person, why a part of the bench could not be run."""


def state_folder(name: str = "") -> Path:
    """Gives a folder under `.bench`, which carries its own ignore file so that git never sees it."""
    STATE.mkdir(exist_ok=True)
    (STATE / ".gitignore").write_text("*\n")
    folder = STATE / name
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@contextlib.contextmanager
def running(
    name: str, command: Sequence[str], *, env: Mapping[str, str] | None = None, cwd: Path | None = None
) -> Iterator[psutil.Process]:
    """Runs a command for the length of the block, its output in `.bench/logs/<name>.log`, and ends its whole tree after it."""
    with (state_folder("logs") / f"{name}.log").open("wb") as log:
        child = subprocess.Popen(
            guarded(command), env=env, cwd=cwd or STATE, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True
        )
    try:
        yield psutil.Process(child.pid)
    finally:
        end(child.pid)
        child.wait()


def guarded(command: Sequence[str]) -> list[str]:
    """Gives the command so that the kernel ends it when the bench dies without a chance to. Its program must be an absolute path."""
    return [sys.executable, "-I", "-S", launcher.__file__, str(os.getpid()), str(int(signal.SIGTERM)), "-", *command]


@contextlib.contextmanager
def only_run() -> Iterator[None]:
    """Holds the lock of `.bench` for the length of the block: a second run would end the first one's mesh. Raises BenchError."""
    lock = Lock.acquire(state_folder() / "lock")
    if lock is None:
        raise BenchError("Another bench runs in this folder: wait until it has ended.")
    try:
        yield
    finally:
        lock.release()


def end(pid: int, patience: float = 5.0) -> None:
    """Ends a process and everything below it: first asked, then, after `patience` seconds, killed."""
    try:
        whole = tree([psutil.Process(pid)])
    except psutil.NoSuchProcess:
        return
    signal_all(whole, signal.SIGCONT)
    signal_all(whole, signal.SIGTERM)
    _, alive = psutil.wait_procs(whole, timeout=patience)
    signal_all(alive, signal.SIGKILL)


def signal_all(processes: Iterable[psutil.Process], number: signal.Signals) -> None:
    """Sends a signal to each process that is still there."""
    for process in processes:
        with contextlib.suppress(psutil.Error):
            process.send_signal(number)


def tree(roots: Iterable[psutil.Process]) -> list[psutil.Process]:
    """Lists the processes and all below them, each once, parents first."""
    found: dict[int, psutil.Process] = {}
    for root in roots:
        with contextlib.suppress(psutil.NoSuchProcess):
            for process in [root, *root.children(recursive=True)]:
                found.setdefault(process.pid, process)
    return list(found.values())


def resident_mib(processes: Iterable[psutil.Process]) -> float:
    """Sums the resident memory of the processes in MiB. Pages they share are counted once for each."""
    total = 0
    for process in processes:
        with contextlib.suppress(psutil.Error):
            total += process.memory_info().rss
    return total / 2**20


def wait_for_http(url: str, process: psutil.Process, name: str, timeout: float = 150.0) -> None:
    """Waits until the URL answers with any HTTP status. Raises BenchError when the process ends first or the time is up."""

    def answers() -> bool:
        try:
            urllib.request.urlopen(url, timeout=2).close()
        except urllib.error.HTTPError:
            return True
        except OSError:
            return False
        return True

    wait_until(answers, process, name, timeout)


def wait_until(ready: Callable[[], bool], process: psutil.Process, name: str, timeout: float) -> None:
    """Waits for a condition while the process lives. Raises BenchError with the place of its log when it does not come true."""
    log = os.path.relpath(STATE / "logs" / f"{name}.log", ROOT)
    last = time.monotonic() + timeout
    while not ready():
        if not process.is_running() or process.status() == psutil.STATUS_ZOMBIE:
            raise BenchError(f"{name} ended while it started; see {log}.")
        if time.monotonic() > last:
            raise BenchError(f"{name} was not ready after {timeout:.0f} s; see {log}.")
        time.sleep(0.2)
