"""NATS with JetStream: events, jobs, replay of streams. Listens on 127.0.0.1 alone; its streams survive a restart."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from nats.aio.client import Client
from nats.errors import Error as NatsError

from services.mesh.parts import binaries
from services.mesh.parts.part import NotReady, NotServing, bare_environment, private_folder
from services.mesh.paths import write_private
from services.mesh.supervisor.child import Command


@dataclass(frozen=True)
class Nats:
    """A NATS server of our own. Without a monitoring port it has no monitoring page."""

    dir: Path
    port: int
    monitor_port: int | None = None
    name: str = "nats"

    @property
    def url(self) -> str:
        """Where its clients connect."""
        return f"nats://127.0.0.1:{self.port}"

    def prepare(self) -> None:
        """Writes the configuration."""
        private_folder(self.dir)
        settings: dict[str, object] = {
            "server_name": f"uat-{self.port}",
            "listen": f"127.0.0.1:{self.port}",
            "jetstream": {
                "store_dir": str(private_folder(self.dir / "store")),
                "max_memory_store": 256 * 1024**2,
                "max_file_store": 4 * 1024**3,  # the default, three quarters of the free disk, is not ours to take
            },
        }
        if self.monitor_port is not None:
            settings["http"] = f"127.0.0.1:{self.monitor_port}"
        write_private(self._config, json.dumps(settings, indent=2))

    def command(self) -> Command:
        """The server in the foreground."""
        return Command(argv=(str(binaries.nats()), "--config", str(self._config)), env=bare_environment(self.dir), cwd=self.dir)

    async def ready(self) -> None:
        """Connects and asks JetStream for the account."""
        await ask(self.url)

    async def drain(self) -> None:
        """Nothing: its clients are stopped before it."""

    @property
    def _config(self) -> Path:
        return self.dir / "nats.json"


async def ask(url: str) -> None:
    """Connects to a NATS server and asks its JetStream for the account. Raises NotReady, or NotServing when JetStream doesn't answer."""
    client = Client()
    seen: list[Exception] = []

    async def note(error: Exception) -> None:
        seen.append(error)  # otherwise it would be printed

    try:
        try:
            # Few and quick tries: whoever asks will ask again.
            await client.connect(
                url,
                name="uat-mesh",
                allow_reconnect=False,
                max_reconnect_attempts=1,
                reconnect_time_wait=0,
                connect_timeout=1,
                error_cb=note,
            )
        except (NatsError, OSError, TimeoutError) as error:
            reason = next((str(e) for e in reversed(seen) if str(e)), str(error)) or type(error).__name__
            raise NotReady(reason) from error
        try:
            await client.jetstream(timeout=2).account_info()
        except (NatsError, OSError, TimeoutError) as error:
            raise NotServing(f"JetStream: {str(error) or type(error).__name__}") from error
    finally:
        await client.close()
