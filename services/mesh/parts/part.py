"""What the mesh needs to know of a part: the one interface behind which PostgreSQL, Redis, NATS, Envoy and the services look alike."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path
from typing import Protocol

from services.mesh.supervisor.child import Command


class NotReady(Exception):
    """A part gives no answer yet, or no longer. The text says what was seen."""


class NotServing(NotReady):
    """A part answers, and says itself that it isn't ready. Its process is alive and well."""


class Probed(Protocol):
    """Something that can be asked whether it is ready."""

    @property
    def name(self) -> str:
        """Its name in the mesh: in `uat status`, of its log, of its folder."""

    @property
    def port(self) -> int:
        """The port where it is ready for its clients."""

    async def ready(self) -> None:
        """Asks it in its own protocol; returns when it answers well. Raises NotReady or NotServing. May be cancelled at any point."""


class Part(Probed, Protocol):
    """One process of the mesh."""

    def prepare(self) -> None:
        """Makes on disk what the process needs; called before each start, may block for a second. Raises MeshError."""

    def command(self) -> Command:
        """How to start it; called after `prepare`. Raises MeshError."""

    async def drain(self) -> None:
        """Asks it to take no new work before it is stopped. Never raises; returns when nothing is gained by waiting longer."""


def bare_environment(folder: Path) -> dict[str, str]:
    """The environment of a part that isn't ours: no PGPORT or the like of the user's may change how it behaves."""
    return {"PATH": os.defpath, "HOME": str(folder), "LANG": "C.UTF-8", "TZ": "UTC"}


def private_folder(path: Path) -> Path:
    """Makes a folder that is closed to other users."""
    path.mkdir(parents=True, exist_ok=True)
    path.chmod(0o700)
    return path


async def trouble_of(part: Probed, limit_s: float) -> NotReady | None:
    """What is wrong with a part at this moment, None when it is ready. A probe that itself breaks counts as no answer."""
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
