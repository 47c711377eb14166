"""What memory there is, and what a loaded version takes of it."""

from __future__ import annotations

import asyncio
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

import psutil
import structlog

from services.ml_inference.registry.models import Version

_PROCESS = 48 * 1024 * 1024
_ESTIMATE = 1.3
"""A model takes about this much of the size of its files, and its process besides."""
_ORPHANED = 1
_CGROUP = (Path("/sys/fs/cgroup/memory.max"), Path("/sys/fs/cgroup/memory/memory.limit_in_bytes"))

_log = structlog.get_logger("uat.ml_inference")


def capacities(gpu_bytes: Sequence[str]) -> dict[str, int]:
    """The memory of each device: of this machine, or of the container if that is less, and of its GPUs."""
    gpus = [int(size) for size in gpu_bytes] or _gpus()
    return {"cpu": min([psutil.virtual_memory().total, *_limits()]), **{f"gpu{number}": size for number, size in enumerate(gpus)}}


def estimate(size_bytes: int) -> int:
    """What a version of this size may take when it is loaded."""
    return _PROCESS + int(size_bytes * _ESTIMATE)


async def measure(repository: Path, version: Version) -> int | None:
    """What a loaded version takes: its processes' memory, on the device where it runs. None where its processes can't be seen from here,
    because Triton runs elsewhere or runs the model inside itself.
    """
    return await asyncio.to_thread(_measure, repository / version.row.place / version.number, version.device)


def _measure(folder: Path, device: str) -> int | None:
    found, pids = 0, []
    for process in psutil.process_iter(["cmdline", "memory_info", "ppid"]):
        line, memory = process.info["cmdline"], process.info["memory_info"]
        # Triton's Python backend runs each instance in a process that is started with the path of its model. One that a killed Triton left
        # behind is nobody's.
        if line and memory and len(line) > 1 and Path(line[1]).parent == folder and process.info["ppid"] != _ORPHANED:
            pids.append(process.pid)
            found += memory.rss
    if not device.startswith("gpu"):
        return found or None
    used = [int(size) * 1024 * 1024 for pid, size in _ask("--query-compute-apps=pid,used_memory") if int(pid) in pids and size.isdecimal()]
    return sum(used) or None


def _limits() -> list[int]:
    found = []
    for path in _CGROUP:
        try:
            found.append(int(path.read_text(encoding="ascii")))
        except (OSError, ValueError):
            continue  # another version of cgroups, or no limit
    return found


def _gpus() -> list[int]:
    return [int(size) * 1024 * 1024 for _, size in _ask("--query-gpu=index,memory.total") if size.isdecimal()]


def _ask(query: str) -> list[tuple[str, str]]:
    """What nvidia-smi answers, in pairs; nothing where there is none."""
    program = shutil.which("nvidia-smi")
    if program is None:
        return []
    try:
        done = subprocess.run([program, query, "--format=csv,noheader,nounits"], capture_output=True, text=True, timeout=10, check=True)
    except (OSError, subprocess.SubprocessError) as error:
        _log.warning("nvidia-smi does not answer", error=str(error))
        return []
    pairs = (line.split(",") for line in done.stdout.splitlines())
    return [(pair[0].strip(), pair[1].strip()) for pair in pairs if len(pair) == 2]
