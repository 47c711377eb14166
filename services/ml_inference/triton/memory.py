"""The memory of the devices, and how much of it a loaded version takes."""

from __future__ import annotations

import asyncio
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

import psutil
import structlog

_PROCESS_BYTES = 48 * 1024 * 1024
_GROWTH = 1.3
"""A loaded model takes about this many times the size of its files, and its process besides."""
_ORPHANED = 1
_CGROUP_LIMITS = (Path("/sys/fs/cgroup/memory.max"), Path("/sys/fs/cgroup/memory/memory.limit_in_bytes"))

_log = structlog.get_logger("uat.ml_inference")


def capacities(gpu_bytes: Sequence[str]) -> dict[str, int]:
    """The memory of each device: of this machine, or of the container if that is less, and of its GPUs."""
    gpus = [int(size) for size in gpu_bytes] or _gpus()
    return {"cpu": min([psutil.virtual_memory().total, *_limits()]), **{f"gpu{number}": size for number, size in enumerate(gpus)}}


def estimate(size_bytes: int) -> int:
    """The memory that a version with files of this size is assumed to take until it is measured."""
    return _PROCESS_BYTES + int(size_bytes * _GROWTH)


async def measure(folder: Path, device: str) -> int | None:
    """The memory of the processes that run the version in `folder`, on its device. None where they can't be seen from here, because Triton
    runs elsewhere or runs the model in its own process.
    """
    return await asyncio.to_thread(_measure, folder, device)


def _measure(folder: Path, device: str) -> int | None:
    found, pids = 0, []
    for process in psutil.process_iter(["cmdline", "memory_info", "ppid"]):
        arguments, memory = process.info["cmdline"], process.info["memory_info"]
        # Triton's Python backend starts a process for each instance, with the path of its model as argument. One that a killed Triton left
        # behind doesn't count.
        if arguments and memory and len(arguments) > 1 and Path(arguments[1]).parent == folder and process.info["ppid"] != _ORPHANED:
            pids.append(process.pid)
            found += memory.rss
    if not device.startswith("gpu"):
        return found or None
    rows = _nvidia_smi("--query-compute-apps=pid,used_memory")
    return sum(int(size) * 1024 * 1024 for pid, size in rows if int(pid) in pids and size.isdecimal()) or None


def _limits() -> list[int]:
    found = []
    for path in _CGROUP_LIMITS:
        try:
            found.append(int(path.read_text(encoding="ascii")))
        except (OSError, ValueError):
            continue  # the other version of cgroups, or no limit
    return found


def _gpus() -> list[int]:
    return [int(size) * 1024 * 1024 for _, size in _nvidia_smi("--query-gpu=index,memory.total") if size.isdecimal()]


def _nvidia_smi(query: str) -> list[tuple[str, str]]:
    """The rows of nvidia-smi's answer, in pairs; none where it isn't installed."""
    program = shutil.which("nvidia-smi")
    if program is None:
        return []
    try:
        done = subprocess.run([program, query, "--format=csv,noheader,nounits"], capture_output=True, text=True, timeout=10, check=True)
    except (OSError, subprocess.SubprocessError) as error:
        _log.warning("nvidia-smi failed", error=str(error))
        return []
    pairs = (line.split(",") for line in done.stdout.splitlines())
    return [(pair[0].strip(), pair[1].strip()) for pair in pairs if len(pair) == 2]
