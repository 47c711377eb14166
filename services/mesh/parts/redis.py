"""Redis: cache, limits, presence. Listens on 127.0.0.1 alone, without a password. What it holds survives, but for the last second."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from redis.asyncio import Redis as Client
from redis.exceptions import BusyLoadingError, RedisError

from services.mesh.errors import PartFailed
from services.mesh.parts import binaries
from services.mesh.parts.part import NotReady, NotServing, bare_environment, private_folder
from services.mesh.supervisor.child import Command


@dataclass(frozen=True)
class Redis:
    """A Redis server of our own."""

    dir: Path
    port: int
    name: str = "redis"

    @property
    def url(self) -> str:
        """Where its clients connect."""
        return f"redis://127.0.0.1:{self.port}/0"

    def prepare(self) -> None:
        """Makes the folder. Raises PartFailed where an older Redis would silently start empty beside a newer one's data."""
        private_folder(self.dir)
        if (self.dir / "appendonlydir").exists() and binaries.redis_major(binaries.redis()) < 7:
            raise PartFailed(f"{self.dir} was written by Redis 7 or newer, which is no longer on PATH: put it back or remove that folder.")

    def command(self) -> Command:
        """The server in the foreground, its changes appended to a log of its own, synced each second."""
        options = {
            "bind": "127.0.0.1",
            "port": str(self.port),
            "dir": str(self.dir),
            "appendonly": "yes",
            "appendfsync": "everysec",
            "save": "",  # the append log is enough
            "daemonize": "no",
        }
        arguments = [text for key, value in options.items() for text in (f"--{key}", value)]
        return Command(argv=(str(binaries.redis()), *arguments), env=bare_environment(self.dir), cwd=self.dir)

    async def ready(self) -> None:
        """Asks with PING."""
        await ask(self.url)

    async def drain(self) -> None:
        """Nothing: its clients are stopped before it."""


async def ask(url: str) -> None:
    """Sends PING to a Redis. Raises NotReady, or NotServing while it loads its data."""
    client = Client.from_url(url, socket_connect_timeout=5, socket_timeout=5)
    try:
        await client.ping()
    except BusyLoadingError as error:
        raise NotServing(str(error)) from error
    except (RedisError, OSError) as error:
        raise NotReady(str(error)) from error
    finally:
        await client.aclose()
