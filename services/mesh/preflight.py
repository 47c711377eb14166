"""Checks before a mesh starts. Each passes silently or raises an error that says what to fix."""

from __future__ import annotations

import os
import platform
import shutil
import sys

import psutil

from services.mesh.config import MeshConfig
from services.mesh.errors import BadSetting, DiskFull, PortTaken, UnsupportedPlatform
from services.mesh.parts import binaries
from services.mesh.ports import Ports, is_free

DISK_NEEDED = 1024**3
PYTHONS = ((3, 11), (3, 12), (3, 13))
PROCESSORS = ("x86_64", "amd64", "aarch64", "arm64")


def platform_supported() -> None:
    """Linux on x86-64 or arm64, Python 3.11 to 3.13, a kernel with pidfds."""
    system, processor = platform.system(), platform.machine()
    if system != "Linux" or processor.lower() not in PROCESSORS:
        raise UnsupportedPlatform(f"The local mesh runs on Linux x86-64 and arm64, and this is {system} {processor}.")
    if sys.version_info[:2] not in PYTHONS:
        raise UnsupportedPlatform(f"The local mesh runs on Python 3.11 to 3.13, and this is {platform.python_version()}.")
    try:
        os.close(os.pidfd_open(os.getpid()))
    except (AttributeError, OSError):
        raise UnsupportedPlatform(
            f"The local mesh needs a Linux kernel of 5.3 or newer that allows pidfd_open, and this is {platform.release()}."
        ) from None


def space_left(config: MeshConfig) -> None:
    """Enough disk space for logs and data. The folder must exist."""
    free = shutil.disk_usage(config.paths.dir).free
    if free < DISK_NEEDED:
        raise DiskFull(f"Only {free // 1024**2} MiB are free at {config.paths.dir}, the mesh needs 1024: make room or set UAT_MESH_DIR.")


def programs_there(config: MeshConfig) -> None:
    """The programs of all parts that the mesh starts."""
    external = config.external
    if not external.postgres:
        binaries.postgres()
    if not external.redis:
        binaries.redis()
    if not external.nats:
        binaries.nats()
    binaries.envoy()


def ports_free(config: MeshConfig) -> None:
    """No other process listens on the mesh's ports."""
    unused = _unused_parts(config)
    for what, port in config.ports.all():
        if what.partition(" ")[0] not in unused and not is_free(port):
            raise PortTaken(
                f"Port {port}, which {what} wants, is held by {_holder(port)}: stop that or set UAT_PORT_OFFSET{_suggestion(config)}."
            )


def _unused_parts(config: MeshConfig) -> frozenset[str]:
    external = config.external
    urls = {"postgres": external.postgres, "redis": external.redis, "nats": external.nats, "triton": external.triton}
    return frozenset(name for name, url in urls.items() if url)


def _holder(port: int) -> str:
    try:
        found = [
            c.pid for c in psutil.net_connections("tcp") if c.status == psutil.CONN_LISTEN and c.laddr and c.laddr.port == port and c.pid
        ]
        return f"process {found[0]} ({psutil.Process(found[0]).name()})"
    except (psutil.Error, OSError, IndexError):
        return "another process"


def _suggestion(config: MeshConfig) -> str:
    for step in range(1, 10):
        try:
            moved = Ports(config.ports.offset + step * 1000)
        except BadSetting:
            break
        if all(is_free(port) for _, port in moved.all()):
            return f", for example UAT_PORT_OFFSET={moved.offset}"
    return ""
