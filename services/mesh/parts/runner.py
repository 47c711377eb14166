"""Runs one part without a supervisor, for tests: `async with running_part(Postgres(folder, 5432)) as part: …`."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import TypeVar

from services.mesh.errors import PartFailed
from services.mesh.parts.part import Part, probe_failure
from services.mesh.ports import is_free
from services.mesh.supervisor.child import Child, describe_end
from services.mesh.supervisor.logs import last_error

P = TypeVar("P", bound=Part)


@asynccontextmanager
async def running_part(part: P, *, log: Path | None = None, limit_s: float = 30.0) -> AsyncIterator[P]:
    """Starts a part, hands it over when it is ready, and stops it at the end. Raises PartFailed.

    Its output goes to `log`, or else to `<name>.log` where the part runs. It is also stopped when this process dies.
    """
    if not is_free(part.port):
        # Whoever listens there might answer the probe in the part's place.
        raise PartFailed(f"{part.name} can't start, port {part.port} is taken.")
    await asyncio.to_thread(part.prepare)
    command = part.command()
    log = log or command.cwd / f"{part.name}.log"
    child = Child(command, log)
    try:
        await _until_ready(part, child, log, limit_s)
        yield part
    finally:
        await child.stop(grace_s=10)


@contextmanager
def running_part_sync(part: P, *, log: Path | None = None, limit_s: float = 30.0) -> Iterator[P]:
    """The same for a fixture that isn't a coroutine. Must not be entered from inside an event loop."""
    with asyncio.Runner() as runner:
        running = running_part(part, log=log, limit_s=limit_s)
        started = runner.run(running.__aenter__())
        try:
            yield started
        finally:
            runner.run(running.__aexit__(None, None, None))


async def _until_ready(part: Part, child: Child, log: Path, limit_s: float) -> None:
    loop = asyncio.get_running_loop()
    give_up = loop.time() + limit_s
    seen = "no answer"
    while child.returncode is None and loop.time() < give_up:
        trouble = await probe_failure(part, 5)
        if trouble is None:
            return
        seen = str(trouble)
        await asyncio.sleep(0.02)
    if child.returncode is not None:
        raise PartFailed(f"{part.name} didn't start, {describe_end(child.returncode)}: {last_error(log)}")
    raise PartFailed(f"{part.name} wasn't ready after {limit_s:.0f} s: {seen}")
