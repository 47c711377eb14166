"""The interface of a part, the same for PostgreSQL, Redis, NATS, Triton, Envoy and the services."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path
from typing import Protocol

from services.mesh.supervisor.child import Command


class NotReady(Exception):
    """A part does not answer. The text has the details."""


class NotServing(NotReady):
    """A part answers and reports itself not ready. Its process is healthy."""


class Probed(Protocol):
    """Something with a readiness probe."""

    @property
    def name(self) -> str:
        """Its name in the mesh: in `uat status`, of its log, of its folder."""

    @property
    def port(self) -> int:
        """The port where it is ready for its clients."""

    async def ready(self) -> None:
        """Probes it in its own protocol. Raises NotReady or NotServing. May be cancelled at any point."""


class Part(Probed, Protocol):
    """One process of the mesh."""

    def prepare(self) -> None:
        """Creates the files that the process needs. Called before each start; may block for a second. Raises MeshError."""

    def command(self) -> Command:
        """How to start it; called after `prepare`. Raises MeshError."""

    async def drain(self) -> None:
        """Drains the process before it is stopped. Never raises."""


def bare_environment(folder: Path) -> dict[str, str]:
    """The environment of a third-party part, without the user's variables: PGPORT and the like would change its behaviour."""
    return {"PATH": os.defpath, "HOME": str(folder), "LANG": "C.UTF-8", "TZ": "UTC"}


def private_folder(path: Path) -> Path:
    """Makes a folder that is closed to other users."""
    path.mkdir(parents=True, exist_ok=True)
    path.chmod(0o700)
    return path


async def probe_failure(part: Probed, limit_s: float) -> NotReady | None:
    """Why a part is not ready; None if it is. A probe that raises another error counts as no answer."""
    try:
        async with asyncio.timeout(limit_s):
            await part.ready()
    except NotReady as trouble:
        return trouble
    except TimeoutError:
        return NotReady(f"no answer within {limit_s:.0f} s")
    except Exception as error:  # a client library may raise anything; the supervisor must outlive it
        return NotReady(f"the probe broke: {type(error).__name__}: {error}")
    return None
