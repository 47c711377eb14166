"""The program of a worker process: it runs one function after another for the service, inside resource limits.

Requests and answers are pickled and travel over a pipe. The program itself imports next to nothing; a function's module is imported with
its first request. What the sandbox limits: address space, CPU time of each task, no core dumps, and the process is the first one that the
kernel kills when memory runs out. It does not limit the network: page readers connect to Triton from here.
"""

from __future__ import annotations

import contextlib
import os
import pickle
import resource
import signal
import sys
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

_PAGE = resource.getpagesize()


def serve(pipe: Connection, cpu_seconds: int) -> None:
    """Runs the functions that come over the pipe until the service closes it."""
    while True:
        try:
            request = pipe.recv_bytes()
        except EOFError:
            return
        _limit_cpu(cpu_seconds)
        try:
            function, arguments = pickle.loads(request)  # noqa: S301 - both ends are this program
            outcome: tuple[bool, Any] = True, function(*arguments)
        except Exception as error:
            outcome = False, _picklable(error)
        del request
        pipe.send((*outcome, resident_bytes()))
        del outcome


def resident_bytes() -> int:
    """The memory that this process holds; 0 where the system does not report it."""
    with contextlib.suppress(OSError), Path("/proc/self/statm").open("rb") as file:
        return int(file.read().split()[1]) * _PAGE
    return 0


def _picklable(error: Exception) -> Exception:
    error.__traceback__ = error.__cause__ = error.__context__ = None
    try:
        pickle.loads(pickle.dumps(error))  # noqa: S301 - our own
    except Exception:
        return RuntimeError(f"{type(error).__name__}: {error}")
    return error


def _limit_cpu(seconds: int) -> None:
    """Ends the process (SIGXCPU) once the next task has used this much CPU time, even inside a decoder's C code."""
    usage = resource.getrusage(resource.RUSAGE_SELF)
    _limit(resource.RLIMIT_CPU, int(usage.ru_utime + usage.ru_stime) + seconds + 1)


def _limit(kind: int, limit: int) -> None:
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(kind, (limit, resource.getrlimit(kind)[1]))


if __name__ == "__main__":
    descriptor, address_space_bytes, task_cpu_seconds = (int(argument) for argument in sys.argv[1:])
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C in a terminal reaches the whole group; the service ends its workers itself
    _limit(resource.RLIMIT_AS, address_space_bytes)
    _limit(resource.RLIMIT_CORE, 0)
    with contextlib.suppress(OSError), Path("/proc/self/oom_score_adj").open("w") as adjustment:
        adjustment.write("1000")
    os.environ["OMP_NUM_THREADS"] = os.environ["OPENBLAS_NUM_THREADS"] = os.environ["OPENCV_FOR_THREADS_NUM"] = "1"
    serve(Connection(descriptor), task_cpu_seconds)
