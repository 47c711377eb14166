"""Ports for tests. No two tests of one run share any, on however many workers they run, and none is one that the kernel gives to outgoing
connections or to servers that take what they get.
"""

from __future__ import annotations

import os
import random
from collections.abc import Iterator

from services.mesh.ports import OUTGOING, Ports, is_free

_WORKER = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
_WORKERS = int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))
_OFFSETS = range(1_100, 5_000)
"""Of meshes; that of a developer and that of `make bench` have others."""


def _apart() -> Iterator[Ports]:
    """Meshes none of which has a port of another one."""
    taken: set[int] = set()
    for offset in _OFFSETS:
        ports = Ports(offset)
        own = {port for _, port in ports.all()}
        if own.isdisjoint(taken):
            taken |= own
            yield ports


_meshes = list(_apart())[_WORKER::_WORKERS]
_single = list(range(max(port for _, port in Ports(_OFFSETS.stop).all()), OUTGOING))[_WORKER::_WORKERS]
for _left in (_meshes, _single):
    random.shuffle(_left)  # another run beside this one looks elsewhere first


def free_port() -> int:
    """A port on which nobody listens; each call gives another one."""
    return next(port for port in iter(_single.pop, None) if is_free(port))


def free_ports() -> Ports:
    """The ports of a whole mesh, on which nobody listens; each call gives others."""
    return next(ports for ports in iter(_meshes.pop, None) if all(is_free(port) for _, port in ports.all()))
