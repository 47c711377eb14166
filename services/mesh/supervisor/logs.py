"""The logs of the mesh: kept small, read from the end, followed.

Processes append to their log themselves, so that a log costs the supervisor nothing and outlives it. A log that grows too long is therefore
copied to `.1` and cut, which may lose the lines written in between, rather than renamed, which would take the file from under its writer.
"""

from __future__ import annotations

import json
import re
import shutil
import time
from collections.abc import Iterator
from pathlib import Path

CAP = 64 * 1024**2
_TAIL = 64 * 1024
_BAD = re.compile(r"error|fatal|panic|critical|exception|launcher:", re.IGNORECASE)


def rotate(log: Path) -> None:
    """Puts the log of an earlier run aside as `.1`. Nobody may be writing it."""
    if log.exists() and log.stat().st_size:
        log.replace(_older(log))


def cut(log: Path, cap: int = CAP) -> None:
    """Puts a log that is longer than the cap aside as `.1` while its process goes on writing."""
    if log.exists() and log.stat().st_size > cap:
        shutil.copyfile(log, _older(log))
        _older(log).chmod(0o600)
        with log.open("r+b") as file:
            file.truncate(0)


def tail(log: Path, lines: int) -> list[str]:
    """The last lines of a log, fewer when it has fewer; none when it doesn't exist."""
    if lines <= 0 or not log.exists():
        return []
    with log.open("rb") as file:
        position = file.seek(0, 2)
        data = b""
        while position and data.count(b"\n") <= lines:
            step = min(_TAIL, position)
            position = file.seek(position - step)
            data = file.read(step) + data
    return data.decode("utf-8", errors="replace").splitlines()[-lines:]


def follow(log: Path, every_s: float = 0.2) -> Iterator[str]:
    """What is appended to a log from now on, as it comes, for ever; begins again when the log is cut or replaced."""
    position, inode = _place(log)
    while True:
        size, now = _place(log)
        if now != inode or size < position:
            position, inode = 0, now
        if size > position:
            with log.open("rb") as file:
                file.seek(position)
                data = file.read()
            position += len(data)
            yield data.decode("utf-8", errors="replace")
        else:
            time.sleep(every_s)


def last_error(log: Path) -> str:
    """The last line of a log that tells of an error, or else its last line: at most 300 characters, empty when there is none."""
    lines = [text for line in tail(log, 100) if (text := _readable(line))]
    bad = [line for line in lines if _BAD.search(line)]
    return (bad or lines or [""])[-1][:300]


def _readable(line: str) -> str:
    # Our services log JSON: its message and exception are what a person wants.
    try:
        record = json.loads(line)
    except ValueError:
        return line.strip()
    if not isinstance(record, dict):
        return line.strip()
    level = str(record.get("level", ""))
    message = str(record.get("event") or record.get("message") or "")
    exception = str(record.get("exception") or record.get("error") or "").strip().splitlines()
    shown = ": ".join(part for part in (message, exception[-1] if exception else "") if part)
    return f"{level}: {shown}" if level in {"error", "critical"} else shown


def _older(log: Path) -> Path:
    return log.with_name(f"{log.name}.1")


def _place(log: Path) -> tuple[int, int]:
    try:
        stat = log.stat()
    except FileNotFoundError:
        return 0, 0
    return stat.st_size, stat.st_ino
