"""Envoy: the edge. Started last, so that the first request it takes can be answered; stopped first, when those under way are done."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import aiohttp

from services.mesh.parts import binaries
from services.mesh.parts.part import NotReady, NotServing, bare_environment, private_folder
from services.mesh.paths import write_private
from services.mesh.supervisor.child import Command

DRAIN_S = 10.0


@dataclass(frozen=True)
class Envoy:
    """An Envoy of our own. `render` writes its configuration, which must put the administration on `admin_port`."""

    dir: Path
    port: int
    admin_port: int
    render: Callable[[], str]
    workers: int = 2
    name: str = "envoy"

    def prepare(self) -> None:
        """Writes the configuration anew."""
        private_folder(self.dir)
        write_private(self._config, self.render())

    def command(self) -> Command:
        """The proxy, on its own: without hot restart, whose shared memory is why two Envoys on one machine disturb each other."""
        options = ("--disable-hot-restart", "--concurrency", str(self.workers), "--drain-time-s", "2", "--log-level", "warning")
        return Command(argv=(str(binaries.envoy()), "-c", str(self._config), *options), env=bare_environment(self.dir), cwd=self.dir)

    async def ready(self) -> None:
        """Asks its administration page."""
        try:
            async with self._admin() as admin, admin.get("/ready") as answer:
                text = (await answer.text()).strip()
        except (aiohttp.ClientError, OSError, TimeoutError) as error:
            raise NotReady(str(error) or type(error).__name__) from error
        if answer.status != 200:
            raise NotServing(f"Envoy says {text}")

    async def drain(self) -> None:
        """Closes the listeners to new connections and waits for the requests under way, at most 10 s."""
        with suppress(aiohttp.ClientError, OSError, TimeoutError):
            async with asyncio.timeout(DRAIN_S), self._admin() as admin:
                async with admin.post("/drain_listeners?graceful&skip_exit"):
                    pass
                while await _requests_under_way(admin):  # noqa: ASYNC110
                    await asyncio.sleep(0.1)

    def _admin(self) -> aiohttp.ClientSession:
        return aiohttp.ClientSession(f"http://127.0.0.1:{self.admin_port}", timeout=aiohttp.ClientTimeout(total=5))

    @property
    def _config(self) -> Path:
        return self.dir / "envoy.json"


async def _requests_under_way(admin: aiohttp.ClientSession) -> int:
    async with admin.get("/stats?format=json&filter=downstream_rq_active$") as answer:
        stats = (await answer.json(content_type=None))["stats"]
    # The question itself is one request under way, at the administration.
    return sum(int(stat["value"]) for stat in stats if "value" in stat and stat["name"].startswith("http.") and "admin" not in stat["name"])
