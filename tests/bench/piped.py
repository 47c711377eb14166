"""A peer in a process of its own that answers one JSON line with another, so that its times are its own and include no pipe."""

import contextlib
import json
import select
import subprocess
from collections.abc import Iterator
from typing import Any

from tests.bench.processes import ROOT, BenchError, end, guarded, state_folder


class Piped:
    """Talks to such a process."""

    def __init__(self, name: str, process: subprocess.Popen[str]) -> None:
        self._name = name
        self._process = process

    def ask(self, question: Any, patience: float = 180.0) -> Any:
        """Writes a line and reads the answer. Raises BenchError when none comes."""
        assert self._process.stdin
        self._process.stdin.write(json.dumps(question) + "\n")
        self._process.stdin.flush()
        return self.read(patience)

    def read(self, patience: float = 180.0) -> Any:
        """Reads one line. Raises BenchError when none comes."""
        assert self._process.stdout
        if not select.select([self._process.stdout], [], [], patience)[0]:
            raise BenchError(f"{self._name} did not answer; see .bench/logs/{self._name}.log.")
        line = self._process.stdout.readline()
        if not line:
            raise BenchError(f"{self._name} ended; see .bench/logs/{self._name}.log.")
        return json.loads(line)


@contextlib.contextmanager
def running_piped(name: str, command: list[str]) -> Iterator[Piped]:
    """Runs the process for the length of the block; its first line says that it is ready."""
    with (state_folder("logs") / f"{name}.log").open("wb") as log:
        process = subprocess.Popen(
            guarded(command), cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log, text=True, start_new_session=True
        )
    try:
        peer = Piped(name, process)
        peer.read()
        yield peer
    finally:
        end(process.pid)
        process.wait()
